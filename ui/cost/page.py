"""The page: where the money goes, by two dimensions, by kind of token; prices of one's own; what if."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace

import polars as pl
import streamlit as st

from metadata.store import MetadataUnavailable
from ui import asking, cached, empty, filters, grid, parts
from ui import format as fmt
from ui.cached import Answer
from ui.cost import dimensions, panels, pricing
from ui.frame import Context, guarded
from ui.panel import Panel
from ui.parts import Tile
from ui.url import go_to, kept
from warehouse import catalogue, costs, elsewhere, metrics
from warehouse.costs import Bill
from warehouse.prices import BUCKETS

_PANELS = {one.name: one for one in panels.PANELS}
AWAY = "The metadata database does not answer: prices cannot be read or set now."


def draw(context: Context) -> None:
    series, bill, used = (asking.begin(context, one) for one in (metrics.series, costs.bill, costs.models))
    with guarded():
        totals = metrics.totals(series.result().value)
        if not totals.requests:
            return empty.no_matches(lambda: filters.clear(context.view), filtered=bool(context.view.clauses))
    with guarded("Figures"):
        st.html(parts.tiles(_tiles(totals, bill.result().value)))
    _explore(context, bill, used)
    try:
        pricing.draw(context, used)
    except MetadataUnavailable:
        st.html(parts.nothing(AWAY))
    _what_if(context)


def _tiles(totals: metrics.Totals, bill: Bill) -> list[Tile]:
    saved = costs.savings(bill)
    prompt = float(saved["read"].sum()) - float(saved["written"].sum()) if len(saved) else 0.0
    gateway = float(saved["gateway"].sum()) if len(saved) else 0.0
    # Of what has a price alone: tool calls, failures and unpriced requests make no model look cheaper.
    priced = bill.lines.filter(pl.col("cost_status").is_in(["priced", "provider"]))
    cost, paid = int(priced["cost"].sum()), int(priced["requests"].sum())
    tokens = int(priced.select(pl.sum_horizontal(BUCKETS).sum()).item() or 0)
    return [
        Tile("Cost", fmt.money(totals.cost, totals.unpriced), f"{fmt.number(totals.unpriced)} unpriced requests"),
        Tile("A request", fmt.usd(cost / paid) if paid else fmt.NOTHING, f"of {fmt.number(paid)} with a price"),
        Tile("A million tokens", fmt.usd(cost / tokens * 1e6) if tokens else fmt.NOTHING, "all kinds, priced ones"),
        Tile("Saved by prompt caches", fmt.usd(prompt), "at providers, net of writing them"),
        Tile("Saved by the gateway's cache", fmt.usd(gateway), f"{fmt.number(totals.cached)} hits"),
    ]  # fmt: skip


def _explore(context: Context, bill: Future[Answer], used: Future[Answer]) -> None:
    labels = dimensions.labels(
        n for n in cached.property_names(context.organization_id).values() if not n.lower().startswith("helicone-")
    )
    given = kept()
    by = given.get("cost.by", "model")
    down, across = given.get("cost.rows", "model"), given.get("cost.columns", "provider")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        by = _select(context, "By", "cost.by", labels, by)
        down = _select(context, "Rows", "cost.rows", labels, down)
        others = {name: label for name, label in labels.items() if name != down}
        across = _select(context, "Columns", "cost.columns", others, across)
    crossed = {"rows": down, "columns": across}
    rows: list[tuple[int, list[Panel]]] = [
        (2, [_PANELS["cost-over-time"].having(by=by), _PANELS["cost-ranked"].having(by=by)]),
        (2, [_PANELS["cost-crossed"].having(**crossed), _PANELS["cost-tree"].having(**crossed)]),
        (2, [_PANELS["cost-kinds"], _PANELS["cost-sums"]]),
        (2, [_PANELS["cost-saved"], _PANELS["cost-prices"]]),
        (1, [_PANELS["cost-unpriced"]]),
    ]
    asked = asking.of_panels(
        context, [one for _, row in rows for one in row], begun={costs.bill: bill, costs.models: used}
    )
    grid.draw_rows(context, rows, key="cost", asked=asked)


def _select(context: Context, label: str, name: str, labels: dict[str, str], now: str) -> str:
    """A dimension to choose, which goes into the URL."""
    now = now if now in labels else next(iter(labels))
    widget = f"{name} {now}"

    def choose() -> None:
        go_to(context.view, **{name: st.session_state[widget]})

    st.selectbox(
        label, list(labels), index=list(labels).index(now), format_func=labels.__getitem__, key=widget, width=190,
        on_change=choose,
    )  # fmt: skip
    return now


def _what_if(context: Context) -> None:
    """The same tokens at another model's price."""
    options = _priced()
    now = kept().get("cost.on", elsewhere.ON)
    now = now if now in options else elsewhere.ON
    widget = f"cost.on {now}"

    def choose() -> None:
        go_to(context.view, **{"cost.on": st.session_state[widget]})

    st.selectbox(
        "What would it have cost on", options, index=options.index(now), key=widget, width=420, on_change=choose
    )
    grid.draw(context, [replace(_PANELS["cost-elsewhere"]).having(on=now)], columns=1, key="elsewhere")
    st.caption(
        "The same tokens at the other model's ordinary price. Tokenizers differ, so another model would have counted "
        "some per cent more or fewer; where it has no price for cached input, that is counted as plain input."
    )


@st.cache_resource
def _priced() -> list[str]:
    """Every ``provider/model`` of the map that has a price for input and output."""
    names = []
    for name, entry in catalogue.catalogue().items():
        provider = catalogue.owner(entry)
        model = catalogue.bare(name, provider)
        if {"input", "output"} <= set(catalogue.rates(entry)) and catalogue.entry(model, provider) is not None:
            names.append(f"{provider}/{model}")
    return sorted(set(names))
