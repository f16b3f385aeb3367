"""The choice of the two values of a dimension that a score is compared by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ui import asking, parts
from ui.frame import Context
from ui.panel import Panel
from ui.url import kept
from warehouse import scores
from warehouse.errors import WarehouseError

MOST_OFFERED = 8
LONGEST = 32


def sides(context: Context, panel: Panel) -> Panel:
    """The panel, of which `score` and `by` are given, with a choice of `first` and `second` among the values with the
    most answers. Without two values, or an answer of the warehouse, it is the panel as it was."""
    options = dict(panel.options)
    asked = asking.begin(context, scores.by, score=options["score"], by=options["by"])
    try:
        values = [str(value) for value in asked.result().value.rows["value"] if value]
    except WarehouseError:
        return panel  # its own question says so in its place
    chosen = pair(values, *(kept().get(f"{panel.name}.{side}", "") for side in ("first", "second")))
    if not chosen:
        return panel
    first, second = chosen
    offered = tuple((value, parts.cut(value, LONGEST)) for value in values if value in offer(values, chosen))
    choices = (("first", offered), ("second", tuple(one for one in offered if one[0] != first)))
    return replace(panel, choices=(*panel.choices, *choices)).having(first=first, second=second)


def pair(values: Sequence[str], first: str, second: str) -> tuple[str, str] | None:
    """The two that are compared: what is asked for where `values`, most answers first, has it, else the most frequent
    others, in alphabetical order where neither is asked for. None where there are not two. Pure."""
    if len(values) < 2:
        return None
    first, second = (value if value in values else "" for value in (first, second))
    if first == second:
        second = ""
    if not (first or second):
        one, other = sorted(values[:2])
        return one, other
    rest = [value for value in values if value not in (first, second)]
    return first or rest[0], second or rest[0]


def offer(values: Sequence[str], chosen: Sequence[str]) -> set[str]:
    """The most frequent, and what is chosen. Pure."""
    return {*values[:MOST_OFFERED], *chosen}
