"""The models page: LiteLLM's map to search, those in use first, and some models side by side."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import polars as pl
import streamlit as st

from metadata import prices
from metadata.store import MetadataUnavailable
from ui import cached, session
from ui.frame import Context, guarded
from ui.models import comparison, listing
from ui.state import View
from warehouse import catalogue, metrics

USED = View("30d")
"""What counts as in use."""
SHOWN = (
    "name", "provider", "mode", "requests", "cost", "input", "cache_read", "cache_write", "output", "max_input_tokens",
    "max_output_tokens", "abilities", "deprecation_date",
)  # fmt: skip
MONEY = {"input": "Input", "cache_read": "Cache read", "cache_write": "Cache write", "output": "Output"}


def draw(context: Context) -> None:
    breakdown = _breakdown(context)
    frame = listing.table(breakdown, _own(context))
    used = int(frame["requests"].is_not_null().sum())
    st.html(
        f'<p class="hg-sub">{frame.height:,} models of LiteLLM {catalogue.release()}, prices in US dollars a million '
        f"tokens. {used} of them were called in the last 30 days and come first. "
        'Prices of your own and models without a price: <a href="/cost#prices">Cost</a>.</p>'
    )
    chosen = _controls(frame)
    if chosen.is_empty():
        st.html('<div class="hg-none">No model is called so. Try fewer words, or another provider.</div>')
    else:
        _table(chosen)
    comparison.draw(frame, listing.typical(breakdown), _compared())


def _controls(frame: pl.DataFrame) -> pl.DataFrame:
    search, provider, mode, use = st.columns([2.2, 1.6, 1.4, 1], vertical_alignment="bottom")
    words = search.text_input(
        "Search", placeholder="claude vision", key="search", bind="query-params", help="Names and abilities"
    )
    providers = frame["provider"].unique().sort().to_list()
    of = provider.multiselect("Provider", providers, key="provider", bind="query-params")
    modes = mode.multiselect("Mode", frame["mode"].unique().sort().to_list(), key="mode", bind="query-params")
    only_used = use.toggle("In use", key="used", bind="query-params", help="Only models called in the last 30 days")
    found = listing.found(frame, words or "", of, modes)
    return found.filter(pl.col("requests").is_not_null()) if only_used else found


def _table(frame: pl.DataFrame) -> None:
    st.dataframe(
        frame.with_columns(
            cost=pl.col("cost") / 1e9,
            name=pl.when("own").then(pl.col("name") + " (own price)").otherwise("name"),
        ).select(SHOWN),
        column_config=_config(),
        hide_index=True,
        height=520 if frame.height > 13 else "content",
        key="models table",
        placeholder="",
        on_select=_choose(frame),
        selection_mode="multi-row",
        alt="Models with their prices and limits",
    )
    st.caption("Select up to four rows to see them side by side.")


def _config() -> dict[str, Any]:
    def money(label: str) -> Any:
        return st.column_config.NumberColumn(label, format="$%.4g", alignment="right")

    def count(label: str) -> Any:
        return st.column_config.NumberColumn(label, format="localized", alignment="right")

    return {
        "name": st.column_config.TextColumn("Model", width=260, pinned=True),
        "provider": "Provider",
        "mode": "Mode",
        "requests": count("Requests"),
        "cost": st.column_config.NumberColumn("Cost", format="$%.4g", alignment="right"),
        **{bucket: money(label) for bucket, label in MONEY.items()},
        "max_input_tokens": count("Context"),
        "max_output_tokens": count("Longest output"),
        "abilities": st.column_config.TextColumn("Can", width=240),
        "deprecation_date": "Ends",
    }


def _choose(frame: pl.DataFrame) -> Any:
    names = frame["name"].to_list()

    def chosen() -> None:
        rows = st.session_state["models table"].selection.rows
        picked = [names[row] for row in rows if row < len(names)][: comparison.MOST]
        if picked:
            st.query_params["compare"] = picked
        else:
            st.query_params.pop("compare", None)

    return chosen


def _compared() -> list[str]:
    return st.query_params.get_all("compare")[: comparison.MOST]


def _breakdown(context: Context) -> pl.DataFrame:
    """What was called in the last 30 days; without the warehouse, nothing."""
    with guarded("What you use"):
        found = cached.ask(context.organization_id, USED.query()[1:], context.zone_name, metrics.breakdown)
        assert isinstance(found.value, pl.DataFrame)
        return found.value
    return _NOTHING


def _own(context: Context) -> list[prices.OwnPrice]:
    try:
        return prices.prices(session.store(), UUID(context.organization_id))
    except MetadataUnavailable:
        return []


_NOTHING = pl.DataFrame(
    schema={
        "provider": pl.String, "model": pl.String,
        **dict.fromkeys(("requests", "cached", "cost", "prompt_tokens", "prompt_cache_read_tokens",
                         "completion_tokens"), pl.UInt64),
    }
)  # fmt: skip
