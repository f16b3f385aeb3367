"""Usage as Anthropic's Messages API counts it: `input_tokens` leaves out what was read from or written to the cache."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.usage.normal import Usage, number, part, text

STANDARD_TIERS = ("", "standard", "priority")
"""Priority capacity is bought ahead; its tokens are listed at the standard price."""


def is_anthropic(counts: Mapping[str, Any], kind: str) -> bool:
    """Whether a `usage` object is in this form; `kind` is the `type` of what it was found in."""
    return kind in ("message", "message_start", "message_delta") or "cache_creation_input_tokens" in counts


def usage(counts: Mapping[str, Any]) -> Usage:
    """The normal form of a `usage` object (in a stream: of message_start's and message_delta's, the later winning)."""
    by_lifetime = part(counts, "cache_creation")
    hour = number(by_lifetime, "ephemeral_1h_input_tokens")
    written = max(
        number(counts, "cache_creation_input_tokens"), hour + number(by_lifetime, "ephemeral_5m_input_tokens")
    )
    read = number(counts, "cache_read_input_tokens")
    tier = text(counts.get("service_tier"))
    extras = (text(counts.get("inference_geo")), text(counts.get("speed")))
    completion = number(counts, "output_tokens")
    return Usage(
        prompt=number(counts, "input_tokens") + read + written,
        completion=completion,
        cache_read=read,
        cache_write=written,
        cache_write_1h=hour,
        reasoning=min(completion, number(part(counts, "output_tokens_details"), "thinking_tokens", "reasoning_tokens")),
        tier="" if tier in STANDARD_TIERS else tier,
        extras=tuple(extra for extra in extras if extra),
    )
