"""Drawing of what compares: two periods or values of a dimension, and a score with something else. Pure."""

from __future__ import annotations

from html import escape
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import charts, parts, tables, theme
from ui import format as fmt
from ui.panel import Drawn, Seen
from ui.scores import words
from ui.scores.drawing import MARGIN, histogram
from ui.tables import Cell
from warehouse.correlation import Together
from warehouse.intervals import Sample
from warehouse.scores import Key, interval
from warehouse.shift import Shift

MOST_POINTS = 400
"""Of a scatter; more are shown by how many there are in each cell."""
CELLS = 24


def sides(shift: Shift, seen: Seen) -> tuple[str, str]:
    """What the sides are called in a table."""
    if not shift.periods:
        return shift.names[0] or "first", shift.names[1] or "second"
    if shift.halved:
        return "first half", "second half"
    return ("other period" if _since(seen) else "period before"), "this range"


def _since(seen: Seen) -> str:
    """What was asked for as the other period."""
    return str((seen.options or {}).get("since", ""))


def verdict(shift: Shift, seen: Seen) -> Drawn:
    """The sentence, and the figures it is made of."""
    if not (shift.periods or all(shift.names)):
        apart = words.dimension(str((seen.options or {})["by"]))
        return parts.nothing(f"No two values of {apart.lower()} have answers of {words.label(shift.key.name)} here.")
    said = words.chosen(shift, _since(seen))
    if shift.cut and not shift.periods[0]:
        return parts.nothing(said)
    names = sides(shift, seen)
    article = "in the " if shift.periods else "with "
    first, second = (f"{'in ' if name == 'this range' else article}{name}" for name in names)
    told = " ".join(filter(None, [said, words.verdict(shift, first, second), words.shape(shift)]))
    return f'<p class="hg-verdict">{escape(told)}</p>' + _table(shift, names, seen) + _figures(shift)


def _table(shift: Shift, names: tuple[str, str], seen: Seen) -> str:
    key, samples = shift.key, (shift.first, shift.second)
    rows = [
        (
            Cell(name, dot=colour, title=_dates(shift, side, seen)),
            words.amount(of.mean if of.count else None, key.is_boolean),
            _interval(of, key),
            fmt.number(of.count),
            f"{of.yes:,}" if key.is_boolean else _least_most(shift, side),
        )
        for side, (name, of, colour) in enumerate(zip(names, samples, COLOURS, strict=True))
    ]
    mean, last = ("Rate", words.yes_no(key, 1).capitalize()) if key.is_boolean else ("Mean", "Lowest to highest")
    return tables.table(("", mean, "95 % interval", "Answers", last), rows, numeric=4)


def _interval(of: Sample, key: Key) -> str:
    found = interval(of, key.is_boolean)
    return words.between(*found, key.is_boolean) if found else fmt.NOTHING


def _least_most(shift: Shift, side: int) -> str:
    found = shift.ranges[side]
    if found is None:
        return fmt.NOTHING
    low, high = (words.plain(value) for value in found)
    return low if low == high else f"{low} to {high}"


def _figures(shift: Shift) -> str:
    if shift.distance is None or shift.p is None:
        return ""
    return '<div style="height:.7rem"></div>' + parts.facts(
        [
            ("Kolmogorov-Smirnov distance", f"{shift.distance:.3f} (p {words.p(shift.p)})"),
            ("Wasserstein distance", words.plain(shift.apart)),
        ]
    )


def _dates(shift: Shift, side: int, seen: Seen) -> str:
    if not shift.periods:
        return ""
    stretches = (" – ".join(fmt.moment(at.astimezone(seen.zone)) for at in of) for of in shift.periods[side])
    return " plus ".join(stretches)


def verdict_sub(shift: Shift, seen: Seen) -> str:
    if shift.periods:
        return ", and ".join(filter(None, (_dates(shift, side, seen) for side in (0, 1))))
    return f"by {words.dimension(str((seen.options or {})['by'])).lower()}, in this range"


COLOURS = (theme.BEFORE, theme.SCORE)


def overlaid(shift: Shift, seen: Seen) -> Drawn:
    """Both distributions, each as shares of its own answers."""
    if not (shift.first.count and shift.second.count):
        return parts.nothing(
            f"There are not two distributions of {words.label(shift.key.name)} to lay over each other."
        )
    bars: dict[str, tuple[pl.Series, str, list[str]]] = {}
    for side, name, colour in zip(("first", "second"), sides(shift, seen), COLOURS, strict=True):
        counts = shift.bars[side]
        shares = counts * 100 / counts.sum()
        said = [f"{share:.1f} % ({n:,})" for share, n in zip(shares, counts, strict=True)]
        bars[name if name not in bars else f"{name} "] = (shares, colour, said)
    return histogram(shift.key, shift.bars, bars, suffix=" %")


def shift_rows(shift: Shift) -> pl.DataFrame:
    """The answer as a table: either side, and what lies between."""
    difference = shift.difference
    between = {
        "difference": difference.value if difference else None,
        "low": difference.low if difference else None,
        "high": difference.high if difference else None,
        "ks_distance": shift.distance, "ks_p": shift.p, "wasserstein": shift.apart,
    }  # fmt: skip
    rows: list[dict[str, Any]] = [
        {
            "side": shift.names[index] or side, "count": of.count, "mean": of.mean if of.count else None,
            "deviation": of.variance**0.5 if of.count > 1 else None,
            "least": held[0] if held else None, "most": held[1] if held else None, **(between if index else {}),
        }
        for index, (side, of) in enumerate((("first", shift.first), ("second", shift.second)))
        for held in (shift.ranges[index],)
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def together(found: Together, seen: Seen) -> Drawn:
    """Two booleans: a table. A boolean and a number: the number's quartiles for either. Two numbers: points, or where
    there are many, how many there are in each cell."""
    if not found.count:
        return parts.nothing(f"No request of this view has both {words.label(found.key.name)} and {_named(found)}.")
    if found.table:
        return _four(found, found.table)
    of_other = isinstance(found.other, Key) and found.other.is_boolean
    if found.key.is_boolean or of_other:
        return _quartiles(found, turned=of_other)
    return _points(found) if len(found.sample) <= MOST_POINTS else _cells(found)


def together_sub(found: Together, seen: Seen) -> str:
    if found.pearson is None:
        return f"n = {found.count:,}; one of them never varies" if found.count else _named(found)
    if found.table:
        return f"n = {found.count:,}, phi {_r(found.pearson)}{_within(found)}"
    ranked = f", Spearman {_r(found.spearman)}" if found.spearman is not None else ""
    of = f" (of {len(found.sample):,} at random)" if len(found.sample) < found.count else ""
    return f"n = {found.count:,}, Pearson {_r(found.pearson)}{_within(found)}{ranked}{of}"


def together_rows(found: Together) -> pl.DataFrame:
    return pl.DataFrame(
        {"count": [found.count], "pearson": [found.pearson], "spearman": [found.spearman], "phi": [found.phi]}
    )


def _named(found: Together) -> str:
    return words.label(found.other.name) if isinstance(found.other, Key) else words.LABELS[found.other].lower()


def _r(value: float | None) -> str:
    return fmt.NOTHING if value is None else f"{value:.2f}".replace("-", "−")


def _within(found: Together) -> str:
    return f" ({_r(found.interval[0])} to {_r(found.interval[1])})" if found.interval else ""


def _four(found: Together, table: tuple[int, int, int, int]) -> str:
    both, first, second, neither = table
    assert isinstance(found.other, Key)
    label, whole = words.label(found.other.name), sum(table)

    def cells(*counts: int) -> list[Cell]:
        shares = [Cell(f"{n:,} ({fmt.percent(n / whole)})", share=n / whole) for n in counts]
        return [*shares, Cell(f"{sum(counts):,}", dim=True)]

    name, (yes, no) = words.label(found.key.name), (words.yes_no(found.key, value) for value in (1, 0))
    up, down = (words.yes_no(found.other, value) for value in (1, 0))
    rows: list[list[str | Cell]] = [
        [f"{name}: {yes}", *cells(both, first)],
        [f"{name}: {no}", *cells(second, neither)],
        [Cell("together", dim=True), *(Cell(f"{n:,}", dim=True) for n in (both + second, first + neither, whole))],
    ]
    return tables.table(("", f"{label}: {up}", f"{label}: {down}", "together"), rows, numeric=3)


def _quartiles(found: Together, *, turned: bool) -> go.Figure:
    boolean = found.other if turned else found.key
    assert isinstance(boolean, Key)
    which, value = ("y", "x") if turned else ("x", "y")
    boxes: list[dict[str, Any]] = []
    for answer, colour in ((0, theme.BEFORE), (1, theme.SCORE)):
        of = found.sample.filter(pl.col(which) == answer)[value]
        if len(of):
            edges = [float(of.quantile(q, "linear") or 0) for q in (0.05, 0.25, 0.5, 0.75, 0.95)]
            boxes.append(
                {
                    "type": "box", "name": f"{words.yes_no(boolean, answer)} (n = {len(of):,})", "y": [answer],
                    "orientation": "h", "lowerfence": edges[:1], "q1": edges[1:2], "median": edges[2:3],
                    "q3": edges[3:4], "upperfence": edges[4:], "marker": {"color": colour},
                }
            )  # fmt: skip
    figure = _plane(found, boxes)
    labels = {str(box["y"][0]): box["name"] for box in boxes}
    named = words.label(found.key.name) if turned else _named(found).capitalize()
    return figure.update_layout(
        height=charts.HEIGHT, xaxis={"title": named, **_axis(found.key.name if turned else found.other)},
        yaxis={"tickvals": [int(at) for at in labels], "ticktext": list(labels.values()), "title": None,
               "showgrid": False, "zeroline": False},
    )  # fmt: skip


def _points(found: Together) -> go.Figure:
    said = [f"{words.plain(x)}, {_value(found, y)}" for x, y in found.sample.iter_rows()]
    trace = {
        "type": "scatter", "mode": "markers", "x": found.sample["x"].to_list(), "y": found.sample["y"].to_list(),
        "marker": {"size": 6, "color": theme.SCORE, "opacity": 0.55}, "customdata": said,
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
    return _plane(found, [trace])


def _cells(found: Together) -> go.Figure:
    """How many of each cell, of the ones between the first and the last percent."""
    edges = []
    for side in ("x", "y"):
        low, high = (float(found.sample[side].quantile(q, "nearest") or 0) for q in (0.01, 0.99))
        edges.append((low, (high - low) / CELLS or 1.0))
    (x0, dx), (y0, dy) = edges
    cell = [((pl.col(side) - first) / size).floor().clip(0, CELLS - 1).cast(pl.Int32).alias(side)
            for side, (first, size) in zip(("x", "y"), edges, strict=True)]  # fmt: skip
    counts = found.sample.select(cell).group_by("x", "y").len()
    grid: list[list[int | None]] = [[None] * CELLS for _ in range(CELLS)]
    for x, y, n in counts.iter_rows():
        grid[y][x] = n
    trace = {
        "type": "heatmap", "z": grid, "x0": x0 + dx / 2, "dx": dx, "y0": y0 + dy / 2, "dy": dy, "showscale": False,
        "colorscale": theme.SCALE, "hovertemplate": "%{x:.3g}, %{y:.3g}: %{z:,}<extra></extra>",
    }  # fmt: skip
    return _plane(found, [trace])


def _plane(found: Together, traces: list[dict[str, Any]]) -> go.Figure:
    layout = {
        "height": charts.HEIGHT + 40, "margin": MARGIN, "dragmode": False, "showlegend": False, "hovermode": "closest",
        "xaxis": {"fixedrange": True, "automargin": True, "title": escape(words.label(found.key.name)),
                  "zeroline": False},
        "yaxis": {
            "fixedrange": True, "automargin": True, "title": escape(_named(found).capitalize()), "zeroline": False,
            **_axis(found.other),
        },
    }  # fmt: skip
    return go.Figure(data=traces, layout=layout)


def _axis(of: Key | str) -> dict[str, str]:
    if of in ("latency", "time_to_first_token"):
        return {"ticksuffix": " ms"}
    return {"tickprefix": "$", "exponentformat": "none"} if of == "cost" else {}


def _value(found: Together, value: float) -> str:
    return words.plain(value) if isinstance(found.other, Key) else words.measured(found.other, value)
