"""Usage as OpenAI's APIs count it, and those who speak like them (Groq, DeepSeek, Mistral, xAI, OpenRouter …).

Chat, completions and embeddings say prompt/completion, Responses, images and transcriptions input/output.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.usage.normal import Usage, number, part, text

STANDARD_TIERS = ("", "auto", "default", "standard", "on_demand")


def usage(counts: Mapping[str, Any], tier: str = "") -> Usage:
    """The normal form of a `usage` object."""
    details = part(counts, "prompt_tokens_details", "input_tokens_details", "input_token_details")
    results = part(counts, "completion_tokens_details", "output_tokens_details", "output_token_details")
    prompt = number(counts, "prompt_tokens", "input_tokens")
    completion = number(counts, "completion_tokens", "output_tokens")
    cached = number(details, "cached_tokens") or number(counts, "prompt_cache_hit_tokens", "cached_tokens")
    written = number(details, "cache_write_tokens", "cache_creation_tokens")
    reasoning = number(results, "reasoning_tokens") or number(counts, "reasoning_tokens")
    if cached + written > prompt:
        prompt += cached + written
    # xAI leaves reasoning out of completion_tokens but not out of the total.
    if reasoning and number(counts, "total_tokens") == prompt + completion + reasoning:
        completion += reasoning
    return Usage(
        prompt=prompt,
        completion=completion,
        cache_read=cached,
        cache_write=written,
        reasoning=min(reasoning, completion),
        prompt_audio=number(details, "audio_tokens"),
        completion_audio=number(results, "audio_tokens"),
        declared_usd=_declared(counts),
        tier="" if tier in STANDARD_TIERS else tier,
    )


def _declared(counts: Mapping[str, Any]) -> float | None:
    """OpenRouter's `cost` (its fee and, with the caller's own key, what the provider behind it takes) or Perplexity's
    `cost.total_cost`."""
    cost = counts.get("cost")
    if isinstance(cost, dict):
        cost = cost.get("total_cost")
    if isinstance(cost, bool) or not isinstance(cost, int | float) or not 0 <= cost < 1e9:
        return None
    upstream = part(counts, "cost_details").get("upstream_inference_cost")
    if counts.get("is_byok") is True and isinstance(upstream, int | float):
        cost += upstream
    return float(cost)


def tier_of(body: Mapping[str, Any]) -> str:
    return text(body.get("service_tier"))
