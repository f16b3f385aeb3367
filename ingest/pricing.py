"""What tokens cost: disjoint buckets times the rates that applied, exact to the billionth of a dollar.

Rates are LiteLLM's, dated and tiered: by prompt length (`…_above_200k_tokens`, `tiered_pricing`), by service tier
(`…_batches`, `…_flex`, `…_priority`) and by the hour (`off_peak_pricing`). Every combination that is met is a price
of its own, with an id and one rate a bucket, so that a row's cost can be computed again from its tokens.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from ingest.usage.normal import Usage
from warehouse import catalogue
from warehouse.prices import BUCKETS, OWN, atto, own_price_id, split, whole

_THRESHOLD = re.compile(r"_above_(\d+)k_tokens")
_SUFFIXES = {"batch": "batches"}
"""LiteLLM's suffix of a service tier where it is not the tier's own name."""


class Price(msgspec.Struct, frozen=True):
    """One rate a bucket, in USD a token."""

    id: str
    provider: str
    model: str
    source: str
    rates: Mapping[str, float]
    atto: tuple[int, ...]
    """The same in 1e-18 USD, in the order of BUCKETS; whole numbers add up exactly."""


def buckets(usage: Usage) -> tuple[int, ...]:
    """Tokens in the order of BUCKETS; their sum is prompt + completion."""
    return split(
        usage.prompt,
        usage.completion,
        usage.cache_read,
        usage.cache_write,
        usage.cache_write_1h,
        usage.reasoning,
        usage.prompt_audio,
        usage.completion_audio,
    )


def cost(usage: Usage, price: Price) -> int:
    """USD × 1e9, rounded half up."""
    atto = sum(tokens * rate for tokens, rate in zip(buckets(usage), price.atto, strict=True))
    return (atto + 10**9 // 2) // 10**9


def find(provider: str, model: str, usage: Usage, at: datetime) -> Price | None:
    """LiteLLM's price of `model` for this usage at this time, or None if none is known for the tokens it used."""
    known = _known(provider, model)
    if known is None:
        return None
    threshold = max((limit for limit in known.thresholds if usage.prompt > limit), default=0)
    tier = usage.tier if usage.tier in known.tiers else ""
    price = _price(known.provider, known.model, threshold, tier, usage.extras, _off_peak(known.windows, at))
    unpriced = price is None or any(
        tokens and bucket not in price.rates for tokens, bucket in zip(buckets(usage), BUCKETS, strict=True)
    )
    return None if unpriced else price


def own(organization_id: UUID, provider: str, model: str, rates: Mapping[str, float]) -> Price:
    """The price that an organisation has set itself: one for every length, tier and hour."""
    id = own_price_id(organization_id, provider, model, rates)
    complete = whole(rates)
    return Price(id, provider, model, OWN, {name: float(rate) for name, rate in complete.items()}, atto(complete))


class _Known(msgspec.Struct, frozen=True):
    """What of a model's entry decides which of its rates apply."""

    provider: str
    model: str
    thresholds: frozenset[int]
    tiers: frozenset[str]
    windows: tuple[Mapping[str, Any], ...]


@functools.lru_cache(maxsize=4096)
def _known(provider: str, model: str) -> _Known | None:
    if provider == "demo":
        # A demo model has the price of the one that it imitates.
        model = model.removeprefix("demo/")
        provider = next(iter(catalogue.providers_of(model)), provider)
    entry = catalogue.entry(model, provider)
    if entry is None:
        return None
    limits = {int(found.group(1)) * 1000 for name in entry if (found := _THRESHOLD.search(name))}
    limits |= {int(tier["range"][0]) for tier in entry.get("tiered_pricing", ()) if "range" in tier}
    suffixes = {name.removeprefix("input_cost_per_token_") for name in entry if "input_cost_per_token_" in name}
    tiers = frozenset(suffixes | {tier for tier, suffix in _SUFFIXES.items() if suffix in suffixes})
    return _Known(
        provider, model, frozenset(limits), tiers, tuple(entry.get("off_peak_pricing", {}).get("windows", ()))
    )


@functools.lru_cache(maxsize=4096)
def _price(
    provider: str, model: str, threshold: int, tier: str, extras: tuple[str, ...], off_peak: bool
) -> Price | None:
    entry = catalogue.entry(model, provider)
    if entry is None:
        return None
    entry = _at_length(entry, threshold) | (dict(entry["off_peak_pricing"]) if off_peak else {})
    suffix = f"_{_SUFFIXES.get(tier, tier)}" if tier else ""
    factor, applied = _factor(entry, extras)
    rates = {bucket: rate * factor for bucket, rate in catalogue.rates(entry, suffix).items()}
    if not rates:
        return None
    source = f"litellm {catalogue.release()}"
    marks = (f"above {threshold // 1000}k" if threshold else "", tier, *applied)
    id = " ".join(filter(None, (source, f"{provider}/{model}", *marks, "off-peak" if off_peak else "")))
    return Price(id, provider, model, source, {name: float(rate) for name, rate in rates.items()}, atto(rates))


def _at_length(entry: Mapping[str, Any], threshold: int) -> dict[str, Any]:
    """The entry as it stands beyond `threshold`: the whole request is billed at those rates."""
    rates = dict(entry)
    for tier in entry.get("tiered_pricing", ()):
        if "range" in tier and int(tier["range"][0]) == threshold:
            rates |= tier
    if threshold:
        mark = f"_above_{threshold // 1000}k_tokens"
        rates |= {name.replace(mark, ""): rate for name, rate in entry.items() if mark in name}
    return rates


def _off_peak(windows: tuple[Mapping[str, Any], ...], at: datetime) -> bool:
    if not windows:
        return False
    at = at.astimezone(UTC)
    return any(
        at.isoweekday() in window["weekdays"]
        and any(_within(at.time(), hours) for hours in _listed(window["hours_utc"]))
        for window in windows
    )


def _listed(hours: str | list[str]) -> list[str]:
    return [hours] if isinstance(hours, str) else hours


def _within(now: time, hours: str) -> bool:
    """Whether `now` is in ``HH:MM-HH:MM``; an end of 00:00 is midnight."""
    start, _, end = hours.partition("-")
    return time.fromisoformat(start) <= now and (end == "00:00" or now < time.fromisoformat(end))


def _factor(entry: Mapping[str, Any], extras: tuple[str, ...]) -> tuple[Decimal, list[str]]:
    """What the region and the speed multiply the rates by, and which of them do."""
    known = entry.get("provider_specific_entry", {})
    applied = [extra for extra in extras if isinstance(known.get(extra), int | float)]
    factor = Decimal(1)
    for extra in applied:
        factor *= Decimal(repr(known[extra]))
    return factor, applied
