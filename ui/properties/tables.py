"""The page's tables: the properties, the values of one, what a user and a session of each cost, two crossed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import polars as pl

from ui import format as fmt
from ui import parts, tables, theme
from ui.panel import Drawn, Seen
from ui.state import Clause
from ui.tables import Cell
from warehouse.properties import EXACT

EMPTY, OTHERS = "(empty)", "all others"
LONGEST = 60

MEASURES = (("cost", "Cost"), ("requests", "Requests"), ("error_rate", "Error rate"), ("latency", "Latency"))
SORTS = {"requests": "Requests", "cost": "Cost", "latency": "Latency", "errors": "Errors"}


def keys(found: pl.DataFrame, seen: Seen, *, hidden: Collection[str] = ()) -> Drawn:
    """The properties, each a link to its own page."""
    shown = [row for row in found.iter_rows(named=True) if row["name"] not in hidden]
    if not shown:
        return parts.nothing(
            "Every property of this view is hidden."
            if len(found)
            else "No request of this view has a property (header Helicone-Property-<Name>)."
        )
    rows = [
        (
            Cell(row["name"], "/properties" + seen.view.query(key=row["name"])),
            distinct(row["values"]),
            fmt.number(row["requests"]),
            Cell(fmt.percent(row["share"]), share=row["share"]),
            fmt.money(row["cost"], row["unpriced"]),
        )
        for row in shown
    ]
    return tables.table(("Property", "Values", "Requests", "Of all requests", "Cost"), rows, numeric=4)


def values(found: pl.DataFrame, seen: Seen) -> Drawn:
    """The values of a property; a click leads to their requests."""
    if found.is_empty():
        return _none(seen)
    most = float(found["cost"].max() or 0) or 1  # type: ignore[arg-type]
    rows = [
        (
            _value(row["value"], requests_of(seen, (key(seen), row["value"]))),
            fmt.number(row["requests"]),
            fmt.percent(row["share"]),
            Cell(fmt.money(row["cost"], row["unpriced"]), share=row["cost"] / most, colour=theme.COST),
            fmt.usd(ratio(row["cost"], row["priced"])),
            fmt.number(ratio(row["prompt_tokens"], row["priced"] + row["unpriced"])),
            fmt.number(ratio(row["completion_tokens"], row["priced"] + row["unpriced"])),
            fmt.duration(ratio(row["latency"], row["requests"])),
            fmt.percent(ratio(row["errors"], row["requests"])),
        )
        for row in found.iter_rows(named=True)
    ]
    labels = ("Value", "Requests", "Share", "Cost", "Cost each", "Input", "Output", "Latency", "Errors")
    return tables.table([_head(label, seen) for label in labels], rows, numeric=8)


def values_sub(found: pl.DataFrame, seen: Seen) -> str:
    order = SORTS.get(str(_option(seen, "order")), "Requests").lower()
    count = int(found["of"][0]) if len(found) else 0
    shown = f"the {len(found)} with the most {order} of {fmt.number(count)}" if count > len(found) else f"by {order}"
    return f"{shown}; cost and tokens are means of the requests that used any, latency a mean of all"


def units(found: pl.DataFrame, seen: Seen) -> Drawn:
    """What a user and a session come to."""
    if found.is_empty():
        return _none(seen)
    rows = [
        (
            _value(row["value"], requests_of(seen, (key(seen), row["value"]))),
            fmt.money(row["cost"], row["unpriced"]),
            distinct(row["users"]),
            _each(row, "user_cost", "users"),
            distinct(row["sessions"]),
            _each(row, "session_cost", "sessions"),
            fmt.number(ratio(row["session_tokens"], row["sessions"])),
        )
        for row in found.iter_rows(named=True)
    ]
    heads = ("Value", "Cost", "Users", "Cost a user", "Sessions", "Cost a session", "Tokens a session")
    return tables.table(heads, rows, numeric=6)


def crossed(found: pl.DataFrame, seen: Seen) -> Drawn:
    """One property down, the other across; a click leads to the requests that have both values."""
    if found.is_empty() or key(seen) == str(_option(seen, "by")):
        return parts.nothing("No request of this view has both properties, or they are the same one.")
    by, measure = str(_option(seen, "by")), str(_option(seen, "measure"))
    across = order(found, "by", measure)
    cells = {(row["value"], row["by"]): row for row in found.iter_rows(named=True)}
    rows: list[list[str | Cell]] = []
    for value in order(found, "value", measure):
        line: list[str | Cell] = [_value(value, requests_of(seen, (key(seen), value)))]
        for other in across:
            row = cells.get((value, other))
            line.append(
                Cell(shown(measure, row), requests_of(seen, (key(seen), value), (by, other))) if row else fmt.NOTHING
            )
        rows.append([*line, Cell(shown(measure, _summed(found.filter(pl.col("value").eq_missing(value)))), dim=True)])
    columns = [Cell(named(one)[:24], title=named(one)) for one in across]
    heads: list[str | Cell] = [f"{key(seen)} \\ {by}", *columns, "together"]
    return tables.table(heads, rows, numeric=len(across) + 1)


def order(found: pl.DataFrame, side: str, measure: str) -> list[str | None]:
    """The values of one side, most first, all others last."""
    rank = "cost" if measure == "cost" else "requests"
    sums = found.group_by(side).agg(pl.col(rank).sum()).sort([rank, side], descending=[True, False])
    known: list[str | None] = sums[side].drop_nulls().to_list()
    return [*known, None] if sums[side].null_count() else known


def amount(measure: str, row: Mapping[str, Any]) -> float | None:
    """The measure of a row of `warehouse.properties.cross`: USD, a share, ms or a count; None where it is unknown."""
    match measure:
        case "cost":
            return None if row["unpriced"] and not row["cost"] else row["cost"] / 1e9
        case "error_rate":
            return ratio(row["errors"], row["requests"])
        case "latency":
            return ratio(row["latency"], row["requests"])
    return float(row["requests"])


def shown(measure: str, row: Mapping[str, Any]) -> str:
    """The same in words."""
    match measure:
        case "cost":
            return fmt.money(row["cost"], row["unpriced"])
        case "error_rate":
            return fmt.percent(amount(measure, row))
        case "latency":
            return fmt.duration(amount(measure, row))
    return fmt.number(row["requests"])


def distinct(count: int) -> str:
    """How many values, users or sessions; ≈ where they are not counted one by one."""
    return f"≈ {fmt.number(count)}" if count > EXACT else fmt.number(count)


def ratio(part: float, whole: float | None) -> float | None:
    return part / whole if whole else None


def named(value: str | None) -> str:
    """A value as it is read; of a long one its beginning."""
    if value is None:
        return OTHERS
    return (value if len(value) <= LONGEST else value[: LONGEST - 1] + "…") or EMPTY


def key(seen: Seen) -> str:
    return str(_option(seen, "key"))


def requests_of(seen: Seen, *pairs: tuple[str, str | None]) -> str:
    """The requests of the view that have these properties; none where one stands for all others."""
    if any(value is None for _, value in pairs):
        return ""
    view = seen.view
    for name, value in pairs:
        view = view.with_clause(Clause("properties", "equals", value or "", name))
    return "/requests" + view.query()


def _value(value: str | None, href: str) -> Cell:
    return Cell(named(value), href, title=value or "", dim=not value)


def _each(row: Mapping[str, Any], part: str, whole: str) -> str:
    each = ratio(row[part], row[whole])
    if each is None:
        return fmt.NOTHING
    return fmt.money(round(each), row["unpriced"])


def _summed(found: pl.DataFrame) -> dict[str, Any]:
    return {name: found[name].sum() for name in ("requests", "errors", "unpriced", "cost", "latency")}


def _head(label: str, seen: Seen) -> Cell:
    """A head that sorts, where the table can be sorted by it."""
    sort = next((name for name, of in SORTS.items() if of == label), "")
    if not sort:
        return Cell(label)
    now = sort == _option(seen, "order")
    href = "/properties" + seen.view.query(**{**seen.kept, "key": key(seen), "sort": sort})
    return Cell(f"{label} ▾" if now else label, href, title=f"Most {label.lower()} first")


def _option(seen: Seen, name: str) -> Any:
    return (seen.options or {}).get(name, "")


def _none(seen: Seen) -> str:
    searched = _option(seen, "containing")
    if searched:
        return parts.nothing(f"No value of {key(seen)} contains “{searched}” in this view.")
    return parts.nothing(f"No request of this view has the property {key(seen)}.")
