"""How the answers of the cost page are drawn. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import charts, parts, tables, theme
from ui import format as fmt
from ui.cost import dimensions
from ui.panel import Drawn, Seen
from ui.parts import Bar
from ui.tables import Cell
from warehouse import costs
from warehouse.costs import DECLARED, ROUNDING, Bill, Stacked
from warehouse.prices import BUCKETS, Price

OTHERS = "all others"
FEW, TALLER = 3, 96
PART_NAMES = {**theme.BUCKETS, DECLARED: "declared by the provider", ROUNDING: "rounding"}
MOST_PRICES = 15
"""Prices whose arithmetic is shown."""


def dollars(value: Any) -> str:
    return fmt.usd(float(value or 0) * 1e9)


def stacked(found: Stacked, seen: Seen) -> Drawn:
    """Cost over time by a dimension; those without a value stand apart, so that the bars are the whole cost."""
    order = found.values.group_by("value").agg(pl.col("cost").sum()).sort("cost", descending=True)
    names = [name for name in order.filter(pl.col("cost") > 0)["value"] if name is not None]
    axis = pl.DataFrame({"at": list(seen.time_range.edges)})
    bars = {
        name or "empty": (_spread(axis, found.values.filter(pl.col("value") == name)), colour)
        for name, colour in _colours(names, found.of, theme.SERIES).items()
    }
    others = _spread(axis, found.values.filter(pl.col("value").is_null()))
    rest = _spread(axis, found.rest)
    if others.sum():
        bars[OTHERS] = (others, theme.SERIES[-1])
    if rest.sum():
        bars[dimensions.without(found.of)] = (rest, theme.NOTHING)
    if not bars:
        return parts.nothing("No request of this view has cost anything that is known.")
    figure = charts.bars(axis, seen.zone, {escape(name): bar for name, bar in bars.items()}, dollars, prefix="$")
    # A legend of many long names takes several lines, and the bars need their height all the same.
    return figure.update_layout(height=charts.HEIGHT + (TALLER if len(bars) > FEW else 0))


def _colours(names: Sequence[str], dimension: str, of: Sequence[str]) -> dict[str, str]:
    """A colour each, as many as there are; a provider's is its own on every page."""
    return {
        name: theme.provider_colour(name) if dimension == "provider" else colour
        for name, colour in zip(names, of, strict=False)
    }


def flat(found: Stacked) -> pl.DataFrame:
    """The same as rows, for CSV."""
    rest = found.rest.select("at", value=pl.lit(dimensions.without(found.of)), cost=pl.col("cost").cast(pl.Int64))
    values = found.values.with_columns(pl.col("value").fill_null(OTHERS), pl.col("cost").cast(pl.Int64))
    return pl.concat([values, rest.filter(pl.col("cost") != 0).with_columns(pl.col("at").cast(values["at"].dtype))])


def kinds(bill: Bill, seen: Seen) -> Drawn:
    """Cost over time by kind of token."""
    found, axis = costs.parts(bill), pl.DataFrame({"at": list(seen.time_range.edges)})
    bars = {}
    for part in (*BUCKETS, DECLARED):
        values = _spread(axis, found.filter(pl.col("part") == part).with_columns(pl.col("cost")))
        if values.sum():
            bars[PART_NAMES[part]] = (values, theme.TOKENS.get(PART_NAMES[part], theme.NOTHING))
    if not bars:
        return parts.nothing("No request of this view has cost anything that is known.")
    return charts.bars(axis, seen.zone, bars, dollars, prefix="$")


def sums(bill: Bill, seen: Seen) -> Drawn:
    """The same as a sum: tokens, their mean rate, cost, down to the total."""
    found = costs.parts(bill).group_by("part").agg(pl.col("tokens", "cost").sum())
    rows = []
    for part in (*BUCKETS, DECLARED, ROUNDING):
        of = found.filter(pl.col("part") == part)
        tokens, cost = (int(of["tokens"].sum()), float(of["cost"].sum())) if len(of) else (0, 0.0)
        if tokens or (part not in BUCKETS and abs(cost) >= 0.5):
            mean = f"${cost / tokens / 1000:.4g}" if tokens else ""
            rows.append((PART_NAMES[part], f"{tokens:,}" if tokens else "", mean, fmt.usd_exact(cost)))
    total = int(bill.lines["cost"].sum()) if len(bill.lines) else 0
    rows.append(("Total", "", "", fmt.usd_exact(total)))
    return parts.table(("Kind of token", "Tokens", "USD a million", "Cost"), rows, numeric=3, summed=True)


def saved(bill: Bill, seen: Seen) -> Drawn:
    """What both caches saved over time."""
    found = costs.savings(bill)
    axis = pl.DataFrame({"at": list(seen.time_range.edges)})
    prompt = _spread(axis, found.select("at", cost=pl.col("read") - pl.col("written")))
    gateway = _spread(axis, found.select("at", cost="gateway"))
    if not ((prompt != 0).any() or (gateway != 0).any()):
        return parts.nothing(
            "No cache has saved anything here: neither a provider's prompt cache nor the gateway's own."
        )
    bars = {"prompt cache": (prompt, theme.TOKENS["cached input"]), "gateway's cache": (gateway, theme.COST)}
    return charts.bars(axis, seen.zone, bars, dollars, prefix="$")


def listed(frame: pl.DataFrame, seen: Seen) -> Drawn:
    by = str((seen.options or {})["by"])
    if frame.is_empty():
        return parts.nothing(f"No request of this view has a {dimensions.label(by).lower()}.")
    highest = frame["cost"].max() or 1
    lines = [
        Bar(
            row["value"] or "empty",
            (fmt.number(row["requests"]), fmt.money(row["cost"], row["unpriced"])),
            row["cost"] / highest,
            seen.link(*dimensions.clauses(by, row["value"])),
        )
        for row in frame.iter_rows(named=True)
    ]
    return parts.bars((dimensions.label(by), "Requests", "Cost"), lines)


def crossed(frame: pl.DataFrame, seen: Seen) -> Drawn:
    """A table of cells, the dearer the darker."""
    across, down = (str((seen.options or {})[name]) for name in ("columns", "rows"))
    if frame.is_empty():
        return parts.nothing(f"No request has both: {dimensions.label(down)} and {dimensions.label(across)}.")
    columns, rows = _order(frame, "column"), _order(frame, "row")
    cells = {(row["row"], row["column"]): row for row in frame.iter_rows(named=True)}
    highest = frame["cost"].max() or 1
    heads = "".join(f'<th class="n" title="{escape(_named(one))}">{escape(_named(one))}</th>' for one in columns)
    lines = []
    for name in rows:
        tds = "".join(_cell(cells.get((name, one)), down, across, highest, seen) for one in columns)
        whole = frame.filter(pl.col("row").eq_missing(pl.lit(name, pl.String)))
        total = fmt.money(int(whole["cost"].sum()), int(whole["unpriced"].sum()))
        lines.append(f'<tr><th scope="row">{escape(_named(name))}</th>{tds}<td class="n dim">{total}</td></tr>')
    head = f'<tr><th>{escape(dimensions.label(down))}</th>{heads}<th class="n">Total</th></tr>'
    table = f'<table class="hg-table"><thead>{head}</thead><tbody>{"".join(lines)}</tbody></table>'
    return f'<div class="hg-wide">{table}</div>'


def _cell(cell: Mapping[str, Any] | None, down: str, across: str, highest: Any, seen: Seen) -> str:
    if cell is None:
        return '<td class="n dim"></td>'
    text = escape(fmt.money(cell["cost"], cell["unpriced"]))
    title = f"{cell['requests']:,} requests"
    if cell["row"] is not None and cell["column"] is not None:
        to = seen.link(*dimensions.clauses(down, cell["row"]), *dimensions.clauses(across, cell["column"]))
        text = f'<a href="{escape(to)}">{text}</a>'
    return f'<td class="n" style="background:{theme.shade(cell["cost"] / highest)}" title="{title}">{text}</td>'


def tree(frame: pl.DataFrame, seen: Seen) -> Drawn:
    """Rectangles as large as the cost: of the dimension with fewer values, the other's within them."""
    priced = frame.filter(pl.col("cost") > 0)
    if priced.is_empty():
        return parts.nothing("No request that has both has cost anything that is known.")
    outer = str((seen.options or {})["rows"])
    if priced["row"].n_unique() > priced["column"].n_unique():
        priced = priced.rename({"row": "column", "column": "row"})
        outer = str((seen.options or {})["columns"])
    rows = _order(priced, "row")
    named = [name for name in rows if name is not None]
    colours = _colours(named, outer, theme.MANY)
    sums = {name: priced.filter(pl.col("row").eq_missing(pl.lit(name, pl.String)))["cost"].sum() for name in rows}
    ids = [f"r{place}" for place in range(len(rows))]
    labels, parents, values = [escape(_named(name)) for name in rows], [""] * len(rows), list(sums.values())
    shades = [colours.get(name or "", theme.SERIES[-1]) for name in rows]
    for place, cell in enumerate(priced.iter_rows(named=True)):
        ids.append(f"c{place}")
        labels.append(escape(_named(cell["column"])))
        parents.append(f"r{rows.index(cell['row'])}")
        values.append(cell["cost"])
        shades.append(colours.get(cell["row"], theme.SERIES[-1]))
    trace = go.Treemap(
        ids=ids, labels=labels, parents=parents, values=values, branchvalues="total", marker={"colors": shades},
        customdata=[fmt.usd(float(value)) for value in values], tiling={"pad": 2},
        texttemplate="%{label}<br>%{customdata}",
        hovertemplate="%{label}<br>%{customdata}, %{percentRoot:.1%}<extra></extra>", pathbar={"visible": False},
    )  # fmt: skip
    layout = {"height": 330, "margin": {"l": 0, "r": 0, "t": 4, "b": 0}, "uniformtext": {"minsize": 10, "mode": "hide"}}
    return go.Figure(trace, layout)


def arithmetic(bill: Bill, seen: Seen) -> Drawn:
    """Every price that was applied, with its tokens: the lines add up to the cost."""
    found = costs.by_price(bill)
    if found.is_empty():
        return parts.nothing("No request of this view was priced from its tokens.")
    items = [_item(row, bill.prices.get(row["price_id"])) for row in found.head(MOST_PRICES).iter_rows(named=True)]
    more = len(found) - MOST_PRICES
    note = f'<p class="hg-sub">{more} more prices; narrow the view to see them.</p>' if more > 0 else ""
    return f'<div class="hg-sums">{"".join(items)}</div>{note}'


def _item(row: Mapping[str, Any], price: Price | None) -> str:
    rates = price.rates if price else {}
    lines, cost = [], 0.0
    for name in BUCKETS:
        if tokens := row[name]:
            amount = tokens * rates.get(name, 0.0) * 1e9
            cost += amount
            lines.append(
                (theme.BUCKETS[name], f"{tokens:,}", f"${rates.get(name, 0.0) * 1e6:g}", fmt.usd_exact(amount))
            )
    if abs(row["cost"] - cost) >= 0.05:
        lines.append(("rounding of each request", "", "", fmt.usd_exact(row["cost"] - cost)))
    lines.append(("Total", "", "", fmt.usd_exact(row["cost"])))
    table = parts.table(("Kind of token", "Tokens", "USD a million", "Cost"), lines, numeric=3, summed=True)
    dated = f", first applied {fmt.moment(price.recorded_at)} UTC" if price and price.recorded_at else ""
    source = f"Price {row['price_id']}; source: {price.source if price else 'not known any more'}{dated}"
    name = f"{row['provider']}/{row['model']}"
    if row["price_id"].endswith(("off-peak", "batch", "flex", "priority")) or " above " in row["price_id"]:
        name += f" · {row['price_id'].partition(name)[2].strip()}"
    return (
        f"<details><summary><span>{escape(name)}</span><span>{fmt.number(row['requests'])} requests</span>"
        f'<b>{fmt.usd(row["cost"])}</b></summary>{table}<p class="hg-sub">{escape(source)}</p></details>'
    )


def unpriced(frame: pl.DataFrame, seen: Seen) -> Drawn:
    found = frame.filter(pl.col("cost_status") == "unpriced")
    if found.is_empty():
        return parts.nothing("Every request of this view that used tokens has a price.")
    rows: list[tuple[str | Cell, ...]] = []
    for row in found.iter_rows(named=True):
        to = seen.link(*dimensions.clauses("model", row["model"]), *dimensions.clauses("cost_status", "unpriced"))
        tokens = sum(row[name] for name in BUCKETS)
        # The rollup knows the hour.
        when = [fmt.moment(row[name].astimezone(seen.zone)) for name in ("first_seen", "last_seen")]
        name = Cell(f"{row['provider']}/{row['model']}", href=to)
        rows.append((name, fmt.number(row["requests"]), fmt.number(tokens), *when))
    return tables.table(("Model", "Requests", "Tokens", "First seen", "Last seen"), rows, numeric=4)


def elsewhere(frame: pl.DataFrame, seen: Seen) -> Drawn:
    on = str((seen.options or {})["on"])
    if frame.is_empty():
        return parts.nothing("No request of this view has used tokens.")
    rows: list[tuple[str, ...]] = []
    for row in frame.head(20).iter_rows(named=True):
        known = row["unpriced"] < row["requests"]
        rows.append(
            (
                f"{row['provider']}/{row['model']}", fmt.number(row["requests"]),
                fmt.money(row["cost"], row["unpriced"]), fmt.usd(row["there"]),
                _difference(row["cost"], row["there"]) if known and not row["unpriced"] else fmt.NOTHING,
            )
        )  # fmt: skip
    priced = frame.filter(pl.col("unpriced") == 0)
    cost, there = float(priced["cost"].sum()), float(priced["there"].sum())
    unpriced, everything = int(frame["unpriced"].sum()), float(frame["there"].sum())
    whole = (fmt.money(int(frame["cost"].sum()), unpriced), fmt.usd(everything))
    rows.append(("Total", fmt.number(float(frame["requests"].sum())), *whole, _difference(cost, there)))
    heads = ("Used", "Requests", "Cost", f"On {on}", "Difference")
    return f'<div class="hg-wide">{parts.table(heads, rows, numeric=4, summed=True)}</div>'


def _difference(cost: float, there: float) -> str:
    change = fmt.change(there, cost)
    sign = "+" if there > cost else "−" if there < cost else ""
    return f"{sign}{fmt.usd(abs(there - cost))}" + (f" ({change})" if change else "")


def _spread(axis: pl.DataFrame, found: pl.DataFrame) -> pl.Series:
    """USD of every bar of time."""
    amounts = found.group_by("at").agg(pl.col("cost").sum().cast(pl.Float64) / 1e9)
    joined = axis.join(
        amounts.with_columns(pl.col("at").cast(axis["at"].dtype)), on="at", how="left", maintain_order="left"
    )
    return joined["cost"].fill_null(0.0)


def _order(frame: pl.DataFrame, of: str) -> list[str | None]:
    """The values by cost, all others last."""
    found = frame.group_by(of).agg(pl.col("cost", "requests").sum()).sort("cost", "requests", of, descending=True)
    return sorted(found[of].to_list(), key=lambda name: name is None)


def _named(value: str | None) -> str:
    return OTHERS if value is None else value or "empty"
