"""The chart that a result is shown as first, from its columns' types, names and number of values. Pure."""

from __future__ import annotations

import re

import polars as pl

from hql.library import Chart
from ui.units import unit_of

FEW = 12
"""Values of a column that can be told apart as series."""
SIDE = 60
"""Values along a heatmap's side."""

_KEY = re.compile(
    r"(.*_)?(id|status|version|minute|hour|day|weekday|week|month|year|cohort|later|steps?)|to[A-Z]\w+\(.*"
)
"""Whole numbers of such names say where, not how much."""


def guess(frame: pl.DataFrame) -> Chart | None:
    """A chart worth a first look, or None where the table says it all. A list in order of a number is a ranking."""
    names = [name for name in frame.columns if not frame[name].dtype.is_nested() and frame[name].n_unique() > 1]
    times = [name for name in names if frame[name].dtype.is_temporal()]
    measures = [name for name in names if frame[name].dtype.is_numeric() and not _is_key(frame[name])]
    keys = [name for name in names if name not in measures and name not in times]
    if not measures:
        return None
    ranked = next((name for name in measures if frame[name].is_sorted(descending=True)), "")
    if times and not (ranked and keys and not _is_bucketed(frame[times[0]])):
        return _over_time(frame, times[0], keys, measures)
    return _by_key(frame, keys, ranked or measures[0]) if keys else _of_numbers(frame, measures)


def _over_time(frame: pl.DataFrame, time: str, keys: list[str], measures: list[str]) -> Chart:
    """Buckets as lines, single events as points."""
    few = next((key for key in keys if frame[key].n_unique() <= FEW), "")
    if not _is_bucketed(frame[time]):
        return Chart("scatter", time, (measures[0],), few)
    if keys:
        return Chart("line", time, (measures[0],), few or keys[0])
    unit = unit_of(frame[measures[0]])
    return Chart("line", time, tuple(name for name in measures if unit_of(frame[name]) == unit)[:4])


def _by_key(frame: pl.DataFrame, keys: list[str], measure: str) -> Chart:
    """Bars where each key has one value, a heatmap where each pair has; a histogram of what is not summed up yet."""
    first, *more = keys
    if frame[first].n_unique() == frame.height:
        return Chart("bar", first, (measure,))
    second = next((key for key in more if not frame.select(first, key).is_duplicated().any()), "")
    if not second:
        return Chart("histogram", measure, (), first if frame[first].n_unique() <= FEW else "")
    across, down = frame[second].n_unique(), frame[first].n_unique()
    if 2 < across <= SIDE and 2 < down <= SIDE and frame.height * 4 >= across * down:
        return Chart("heatmap", second, (measure,), first)
    return Chart("bar", first, (measure,), second)


def _of_numbers(frame: pl.DataFrame, measures: list[str]) -> Chart | None:
    if frame.height < 3:
        return None
    if len(measures) == 1:
        return Chart("histogram", measures[0], ())
    x, y = measures[:2]
    in_steps = frame[x].dtype.is_integer() and frame[x].n_unique() == frame.height and frame[x].is_sorted()
    return Chart("line" if in_steps else "scatter", x, (y,))


def _is_key(column: pl.Series) -> bool:
    return column.dtype.is_integer() and bool(_KEY.fullmatch(column.name)) and "_per_" not in column.name


def _is_bucketed(times: pl.Series) -> bool:
    """Whether all times are whole minutes, as toStartOf… makes them."""
    return times.dtype == pl.Date or bool((times.dt.truncate("1m") == times).all())
