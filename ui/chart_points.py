"""What a chart shows of a result: its points, bars or cells, few enough to be drawn and told apart. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

import polars as pl

from hql.library import Chart
from ui import format as fmt
from ui.units import is_additive

MOST_SERIES = 12
"""Those beyond are drawn together, as others."""
MOST_POINTS = 5_000
MOST_BARS = 30
MOST_CELLS = (200, 60)
BINS = 40


@dataclass(frozen=True)
class Points:
    """`frame` has the columns x, y and series; `series` names them in their order, `notes` say what is left out."""

    frame: pl.DataFrame
    series: tuple[str, ...]
    notes: tuple[str, ...] = ()
    width: float = 0
    """Of a histogram's bins; 0 where each value has its own."""

    def of(self, number: int) -> pl.DataFrame:
        return self.frame.filter(pl.col("series") == self.series[number])


@dataclass(frozen=True)
class Cells:
    """A heatmap: z[row][column], None where there is nothing."""

    x: list[Any]
    rows: list[Any]
    z: list[list[float | None]]
    notes: tuple[str, ...] = ()


def points(frame: pl.DataFrame, chart: Chart, zone: tzinfo) -> Points:
    """The points of a line, bar, area or scatter chart: in the order given along text, sorted along all else."""
    x = along(frame[chart.x], zone)
    series = labels(frame[chart.series], zone) if chart.series else None
    parts = [
        pl.DataFrame({"x": x, "y": _finite(frame[name])}).with_columns(
            series=pl.lit(name) if series is None else series
        )
        for name in chart.y
    ]
    rows = pl.concat(parts).drop_nulls("x")
    additive = all(is_additive(name) for name in chart.y)
    rows, names = _fewer_series(rows, list(chart.y) if series is None else _largest(rows), mean=not additive)
    if chart.kind in ("bar", "area") or (len(names) > MOST_SERIES and chart.kind == "line"):
        rows = _one_a_place(rows, additive=additive)
    notes = []
    if x.dtype != pl.String:
        rows = rows.sort("x", maintain_order=True)
    elif chart.kind == "bar" and len(shown := rows["x"].unique(maintain_order=True)) > MOST_BARS:
        rows = rows.filter(pl.col("x").is_in(shown.head(MOST_BARS).to_list()))
        notes.append(f"first {MOST_BARS} of {len(shown):,}")
    if rows.height > MOST_POINTS:
        notes.append(f"{MOST_POINTS:,} of {rows.height:,} points, taken at random")
        rows = rows.with_row_index().sample(MOST_POINTS, seed=0).sort("index").drop("index")
    return Points(rows, tuple(names), tuple(notes))


def bins(frame: pl.DataFrame, chart: Chart, zone: tzinfo) -> Points:
    """A histogram: how many values lie in each bin, all of them counted; x is the bin's middle."""
    series = labels(frame[chart.series], zone) if chart.series else pl.Series([chart.x] * frame.height, dtype=pl.String)
    rows = pl.DataFrame({"x": _finite(frame[chart.x]), "series": series}).drop_nulls("x")
    width = 0.0
    if not frame[chart.x].dtype.is_integer() or rows["x"].n_unique() > BINS:
        width = _round_step(rows["x"])
        rows = rows.with_columns(x=((pl.col("x") / width).floor() + 0.5) * width)
    rows = rows.group_by("x", "series").agg(y=pl.len().cast(pl.Float64)).sort("x")
    rows, names = _fewer_series(rows, _largest(rows), mean=False)
    return Points(_one_a_place(rows, additive=True), tuple(names), width=width)


def cells(frame: pl.DataFrame, chart: Chart, zone: tzinfo) -> Cells:
    """A heatmap's cells; what falls in the same one is added up, or averaged where adding makes no sense."""
    name = chart.y[0]
    columns = {"x": along(frame[chart.x], zone), "series": along(frame[chart.series], zone), "y": _finite(frame[name])}
    found = _one_a_place(pl.DataFrame(columns).drop_nulls(["x", "series"]), additive=is_additive(name))
    notes, sides = [], []
    for side, most in zip(("x", "series"), MOST_CELLS, strict=True):
        values = found[side].unique(maintain_order=True)
        values = values if values.dtype == pl.String else values.sort()
        if len(values) > most:
            notes.append(f"first {most} of {len(values):,} {'columns' if side == 'x' else 'rows'}")
        sides.append(values.head(most).to_list())
    value = {(x, row): y for x, row, y in found.select("x", "series", "y").iter_rows()}
    z = [[value.get((x, row)) for x in sides[0]] for row in sides[1]]
    return Cells(sides[0], sides[1], z, tuple(notes))


def along(column: pl.Series, zone: tzinfo) -> pl.Series:
    """A column as an axis takes it: times of the viewer's zone, without a zone; numbers; or labels."""
    if isinstance(column.dtype, pl.Datetime):
        if column.dtype.time_zone is None:
            return column
        moments = [None if at is None else at.astimezone(zone).replace(tzinfo=None) for at in column]
        return pl.Series(column.name, moments, pl.Datetime("us"))
    if column.dtype == pl.Date:
        return column
    return _finite(column) if column.dtype.is_numeric() else labels(column, zone)


def labels(column: pl.Series, zone: tzinfo) -> pl.Series:
    """Values as the names of bars and series."""
    if isinstance(column.dtype, pl.Datetime):
        texts: list[str | None] = [None if at is None else _moment(at) for at in along(column, zone)]
    else:
        texts = column.cast(pl.String).to_list()
    named = ["(none)" if text is None else text or "(empty)" for text in texts]
    return pl.Series(column.name, named, pl.String)


def _moment(at: datetime) -> str:
    return fmt.moment(at, seconds=bool(at.second))


def _finite(column: pl.Series) -> pl.Series:
    values = column.cast(pl.Float64)
    return values.set(~values.is_finite(), None)


def _largest(rows: pl.DataFrame) -> list[str]:
    sizes = rows.group_by("series", maintain_order=True).agg(pl.col("y").abs().sum())
    names: list[str] = sizes.sort("y", descending=True, maintain_order=True)["series"].to_list()
    return names


def _fewer_series(rows: pl.DataFrame, names: list[str], *, mean: bool) -> tuple[pl.DataFrame, list[str]]:
    if len(names) <= MOST_SERIES:
        return rows, names
    rest = names[MOST_SERIES:]
    others = f"{len(rest)} others{', mean' if mean else ''}"
    series = pl.when(pl.col("series").is_in(rest)).then(pl.lit(others)).otherwise(pl.col("series"))
    return rows.with_columns(series=series), [*names[:MOST_SERIES], others]


def _one_a_place(rows: pl.DataFrame, *, additive: bool) -> pl.DataFrame:
    y = pl.col("y")
    total = pl.when(y.count() > 0).then(y.sum()) if additive else y.mean()
    return rows.group_by("x", "series", maintain_order=True).agg(y=total)


def _round_step(values: pl.Series) -> float:
    """A width of bins that reads well: 1, 2 or 5 times a power of ten."""
    low, high = values.min(), values.max()
    assert isinstance(low, float | None) and isinstance(high, float | None)
    wanted = ((high or 0) - (low or 0)) / BINS
    if wanted <= 0:
        return 1.0
    power = 10 ** math.floor(math.log10(wanted))
    return float(next(step for step in (1, 2, 5, 10) if step * power >= wanted * 0.999) * power)
