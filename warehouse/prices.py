"""The prices that were applied, and the arithmetic of a request's cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.client import Reader

BUCKETS = ("input", "cache_read", "cache_write", "cache_write_1h", "output", "reasoning", "input_audio", "output_audio")
"""Every token is in exactly one."""
TOKENS = (
    "prompt_tokens", "completion_tokens", "prompt_cache_read_tokens", "prompt_cache_write_tokens",
    "prompt_cache_write_1h_tokens", "reasoning_tokens", "prompt_audio_tokens", "completion_audio_tokens",
)  # fmt: skip


@dataclass(frozen=True)
class Price:
    """A price as it was applied: USD a token by bucket (input, cache_read, cache_write, output, …)."""

    price_id: str
    provider: str
    model: str
    source: str
    rates: dict[str, float]


@dataclass(frozen=True)
class Line:
    """A line of the bill: tokens × `rate` (USD a token) = `cost` (USD × 1e9)."""

    bucket: str
    tokens: int
    rate: float

    @property
    def cost(self) -> float:
        return self.tokens * self.rate * 1e9


def price(reader: Reader, price_id: str) -> Price | None:
    """The price of that id, or None if it is not known."""
    rows = reader.rows(
        "SELECT price_id, provider, model, source, rates FROM prices WHERE price_id = {price_id:String} "
        "ORDER BY recorded_at DESC LIMIT 1",
        {"price_id": price_id},
    )
    return Price(**rows[0]) if rows else None


def buckets(row: Mapping[str, Any]) -> dict[str, int]:
    """A request's tokens by bucket. Pure."""
    return dict(zip(BUCKETS, split(*(row[name] for name in TOKENS)), strict=True))


def split(
    prompt: int, completion: int, read: int, write: int, hour: int, reasoning: int, audio_in: int, audio_out: int
) -> tuple[int, ...]:
    """Counts that include each other (in the order of TOKENS) as disjoint ones (in the order of BUCKETS). Pure."""
    hour = min(hour, write)
    # Some cached tokens are audio as well: they are cheap as cached ones, so the audio gives way.
    audio_in = min(audio_in, max(0, prompt - read - write))
    audio_out = min(audio_out, max(0, completion - reasoning))
    plain_in, plain_out = max(0, prompt - read - write - audio_in), max(0, completion - reasoning - audio_out)
    return plain_in, read, write - hour, hour, plain_out, reasoning, audio_in, audio_out


def explain(row: Mapping[str, Any], applied: Price) -> list[Line]:
    """The lines whose costs add up to the request's cost, but for its rounding. Pure."""
    return [Line(name, tokens, applied.rates.get(name, 0.0)) for name, tokens in buckets(row).items() if tokens]
