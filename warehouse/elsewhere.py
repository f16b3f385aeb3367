"""What the same tokens would cost on another model, at LiteLLM's price of it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from warehouse import catalogue, costs
from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.prices import BUCKETS
from warehouse.timerange import TimeRange

ON = "openai/gpt-4o-mini"


def elsewhere(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, on: str = ON
) -> pl.DataFrame:
    """`provider, model, requests, tokens, cost, unpriced, there` of every model that was used, `there` being what its
    tokens would cost on the model `on` (``provider/model``), USD × 1e9; the dearest first.

    Raises `KeyError` for a model without a price.
    """
    return at_rates(costs.models(reader, time_range, condition), rates(on))


def rates(on: str) -> dict[str, float]:
    """USD a token by bucket of ``provider/model``: its ordinary price, without tiers. Raises `KeyError`."""
    provider, _, model = on.partition("/")
    found = catalogue.rates(catalogue.entry(model, provider) or {})
    if not {"input", "output"} <= set(found):
        raise KeyError(on)
    return {bucket: float(rate) for bucket, rate in found.items()}


def at_rates(used: pl.DataFrame, at: Mapping[str, float]) -> pl.DataFrame:
    """Of `costs.models`. Pure."""
    there = pl.sum_horizontal(pl.col(name) * float(at.get(name, 0)) * 1e9 for name in BUCKETS)
    return (
        used.group_by("provider", "model")
        .agg(
            requests=pl.col("requests").sum(),
            tokens=pl.sum_horizontal(BUCKETS).sum(),
            cost=pl.col("cost").sum(),
            unpriced=pl.col("requests").filter(pl.col("cost_status") == "unpriced").sum(),
            there=there.sum(),
        )
        .sort("there", "provider", "model", descending=[True, False, False])
    )
