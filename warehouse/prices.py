"""The prices that were applied, and the arithmetic of a request's cost."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from warehouse.client import Reader

BUCKETS = ("input", "cache_read", "cache_write", "cache_write_1h", "output", "reasoning", "input_audio", "output_audio")
"""Every token is in exactly one."""
TOKENS = (
    "prompt_tokens", "completion_tokens", "prompt_cache_read_tokens", "prompt_cache_write_tokens",
    "prompt_cache_write_1h_tokens", "reasoning_tokens", "prompt_audio_tokens", "completion_audio_tokens",
)  # fmt: skip

OWN = "the organisation"
"""The source of a price that an organisation has set itself."""
INSTEAD = {
    "cache_read": "input",
    "cache_write": "input",
    "cache_write_1h": "cache_write",
    "reasoning": "output",
    "input_audio": "input",
    "output_audio": "output",
}
"""Bucket -> the one whose rate it has where it has none of its own."""
_ATTO = 10**18
_UNCACHED = "(toInt64(prompt_tokens) - prompt_cache_read_tokens - prompt_cache_write_tokens)"
_SAID = "(toInt64(completion_tokens) - reasoning_tokens)"
_HEARD_AUDIO = f"least(toInt64(prompt_audio_tokens), greatest({_UNCACHED}, 0))"
_SAID_AUDIO = f"least(toInt64(completion_audio_tokens), greatest({_SAID}, 0))"
_WRITTEN_1H = "least(prompt_cache_write_1h_tokens, prompt_cache_write_tokens)"
SPLIT: Mapping[str, str] = {
    "input": f"greatest({_UNCACHED} - {_HEARD_AUDIO}, 0)",
    "cache_read": "prompt_cache_read_tokens",
    "cache_write": f"prompt_cache_write_tokens - {_WRITTEN_1H}",
    "cache_write_1h": _WRITTEN_1H,
    "output": f"greatest({_SAID} - {_SAID_AUDIO}, 0)",
    "reasoning": "reasoning_tokens",
    "input_audio": _HEARD_AUDIO,
    "output_audio": _SAID_AUDIO,
}
"""The same as `split`, as SQL over the facts' columns; costs_hourly counts so as well."""


@dataclass(frozen=True)
class Price:
    """A price as it was applied: USD a token by bucket (input, cache_read, cache_write, output, …)."""

    price_id: str
    provider: str
    model: str
    source: str
    rates: dict[str, float]
    recorded_at: datetime | None = None
    """When it was applied first."""


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
        "SELECT price_id, provider, model, source, rates, recorded_at FROM prices WHERE price_id = {price_id:String} "
        "ORDER BY recorded_at DESC LIMIT 1",
        {"price_id": price_id},
    )
    return _price(rows[0]) if rows else None


def all_of(reader: Reader, price_ids: Collection[str]) -> dict[str, Price]:
    """Those of `price_ids` that are known, by id."""
    rows = reader.rows(
        "SELECT price_id, provider, model, source, rates, recorded_at FROM prices FINAL "
        "WHERE price_id IN {price_ids:Array(String)}",
        {"price_ids": sorted(price_ids)},
    )
    return {row["price_id"]: _price(row) for row in rows}


def own_price_id(organization_id: UUID, provider: str, model: str, rates: Mapping[str, float]) -> str:
    """One id for each set of rates, so that history stays explained when they change. Pure."""
    told = f"{organization_id} {provider}/{model} {sorted((name, float(rate)) for name, rate in rates.items())}"
    return f"own {hashlib.blake2s(told.encode(), digest_size=6).hexdigest()} {provider}/{model}"


def checked(rates: Mapping[str, float]) -> dict[str, float]:
    """Rates that can be a price. Raises `ValueError` saying what is wrong with them. Pure."""
    if unknown := set(rates) - set(BUCKETS):
        raise ValueError(f"There is no bucket {min(unknown)}.")
    if not {"input", "output"} <= set(rates):
        raise ValueError("A price needs a rate for input and one for output.")
    if not all(math.isfinite(rate) and 0 <= rate <= 1 for rate in rates.values()):
        raise ValueError("A rate is between 0 and 1 USD a token: at most 1,000,000 USD a million tokens.")
    return {name: float(rate) for name, rate in rates.items()}


def whole(rates: Mapping[str, Decimal | float]) -> dict[str, Decimal]:
    """Rates with those that stand in for the ones that are not given, in the order of BUCKETS. Pure."""
    found = {name: Decimal(repr(rate)) if isinstance(rate, float) else Decimal(rate) for name, rate in rates.items()}
    for bucket, stand_in in INSTEAD.items():
        if bucket not in found and stand_in in found:
            found[bucket] = found[stand_in]
    return {bucket: found[bucket] for bucket in BUCKETS if bucket in found}


def atto(rates: Mapping[str, Decimal]) -> tuple[int, ...]:
    """Rates in 1e-18 USD, in the order of BUCKETS: whole numbers add up exactly. Pure."""
    return tuple(int(rates.get(bucket, Decimal()) * _ATTO) for bucket in BUCKETS)


def _price(row: Mapping[str, Any]) -> Price:
    return Price(**{**row, "recorded_at": row["recorded_at"].replace(tzinfo=UTC)})


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
