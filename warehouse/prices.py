"""The prices that were applied, and the arithmetic of a request's cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.client import Reader


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
    """A request's tokens in disjoint buckets, those of the prices. Pure."""
    read, write = row["prompt_cache_read_tokens"], row["prompt_cache_write_tokens"]
    audio_in = min(row["prompt_audio_tokens"], max(0, row["prompt_tokens"] - read - write))
    reasoning = row["reasoning_tokens"]
    audio_out = min(row["completion_audio_tokens"], max(0, row["completion_tokens"] - reasoning))
    return {
        "input": max(0, row["prompt_tokens"] - read - write - audio_in),
        "cache_read": read,
        "cache_write": write,
        "output": max(0, row["completion_tokens"] - reasoning - audio_out),
        "reasoning": reasoning,
        "input_audio": audio_in,
        "output_audio": audio_out,
    }


def explain(row: Mapping[str, Any], applied: Price) -> list[Line]:
    """The lines whose costs add up to the request's cost, but for its rounding. Pure."""
    lines = [Line(name, tokens, applied.rates.get(name, 0.0)) for name, tokens in buckets(row).items() if tokens]
    return [
        part for line in lines for part in _by_lifetime(line, row["cost"] - sum(one.cost for one in lines), applied)
    ]


def _by_lifetime(line: Line, missing: float, applied: Price) -> list[Line]:
    """Cache writes that last an hour have a rate of their own and no column: what the others leave of the cost."""
    hourly = applied.rates.get("cache_write_1h", line.rate)
    if line.bucket != "cache_write" or hourly <= line.rate:
        return [line]
    tokens = min(max(round(missing / ((hourly - line.rate) * 1e9)), 0), line.tokens)
    parts = [Line("cache_write", line.tokens - tokens, line.rate), Line("cache_write_1h", tokens, hourly)]
    return [part for part in parts if part.tokens]
