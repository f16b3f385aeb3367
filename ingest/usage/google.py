"""Usage as Gemini's generateContent counts it: thoughts and tool results stand beside the totals they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.usage.normal import Usage, number


def usage(counts: Mapping[str, Any]) -> Usage:
    """The normal form of a `usageMetadata` object."""
    reasoning = number(counts, "thoughtsTokenCount")
    return Usage(
        prompt=number(counts, "promptTokenCount") + number(counts, "toolUsePromptTokenCount"),
        completion=number(counts, "candidatesTokenCount", "responseTokenCount") + reasoning,
        cache_read=number(counts, "cachedContentTokenCount"),
        reasoning=reasoning,
        prompt_audio=_audio(counts.get("promptTokensDetails")),
        completion_audio=_audio(counts.get("candidatesTokensDetails")),
    )


def _audio(details: Any) -> int:
    parts = [part for part in details if isinstance(part, dict)] if isinstance(details, list) else []
    return sum(number(part, "tokenCount") for part in parts if part.get("modality") == "AUDIO")
