"""Some models beside each other: prices, limits, abilities, and what a typical request of the organisation costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from ui import format as fmt
from ui import parts, theme
from ui.models.listing import ABILITIES, Typical
from warehouse.prices import BUCKETS

MOST = 4


def draw(frame: pl.DataFrame, typical: Typical | None, names: Sequence[str]) -> None:
    """The models called `names`, in that order; nothing where there is none."""
    models = [row for name in names for row in frame.filter(pl.col("name") == name).iter_rows(named=True)]
    if not models:
        return
    with st.container(border=True):
        sub = "US dollars a million tokens"
        if typical:
            sub += (
                f"; your mean request of the last 30 days has {fmt.number(typical.prompt)} input tokens "
                f"({fmt.number(typical.cached)} of them cached) and {fmt.number(typical.completion)} of output"
            )
        st.html(parts.panel("Side by side", sub) + f'<div class="hg-wide">{_table(models, typical)}</div>')


def _table(models: Sequence[dict[str, Any]], typical: Typical | None) -> str:
    heads = ("", *(model["name"] for model in models))
    rows = [("Provider", *(model["provider"] for model in models))]
    for bucket in BUCKETS:
        if any(model[bucket] is not None for model in models):
            rows.append((theme.BUCKETS[bucket].capitalize(), *(_dollars(model[bucket]) for model in models)))
    rows.append(("Context", *(_tokens(model["max_input_tokens"]) for model in models)))
    rows.append(("Longest output", *(_tokens(model["max_output_tokens"]) for model in models)))
    for ability in ABILITIES.values():
        has = [ability in model["abilities"].split(", ") for model in models]
        if any(has):
            rows.append((ability.capitalize() if ability.islower() else ability, *("yes" if h else "–" for h in has)))
    rows.append(("Ends", *(model["deprecation_date"] or fmt.NOTHING for model in models)))
    if typical:
        costs = [typical.cost(model) for model in models]
        rows.append(("Your mean request", *(_request(cost) for cost in costs)))
        rows.append(("A million of them", *(fmt.usd(None if cost is None else cost * 1e6) for cost in costs)))
    return parts.table(heads, rows, numeric=len(models))


def _dollars(rate: float | None) -> str:
    return fmt.NOTHING if rate is None else f"${rate:,.4g}"


def _tokens(count: int | None) -> str:
    return fmt.NOTHING if count is None else f"{count:,}"


def _request(cost: float | None) -> str:
    return "price unknown" if cost is None else fmt.usd(cost)
