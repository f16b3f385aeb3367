"""The chart of a score over time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import plotly.graph_objects as go
import polars as pl

from ui.panel import Seen
from ui.scores import drawing
from ui.state import View
from warehouse.conditions import EVERYTHING
from warehouse.scores import Key, Scored
from warehouse.timerange import custom

START = datetime(2026, 3, 1, tzinfo=UTC)
COLUMNS = ("count", "mean", "low", "high", "least", "most")


def trend(key: Key, *bars: tuple[int, float, float, float, float, float]) -> go.Figure:
    rows = pl.DataFrame(bars, schema=COLUMNS, orient="row")
    at = pl.Series("at", [START + timedelta(hours=n) for n in range(len(bars))])
    seen = Seen(View(), custom(START, START + timedelta(hours=len(bars))), EVERYTHING, UTC)
    figure = drawing.trend(Scored(key, rows.with_columns(at)), seen)
    assert isinstance(figure, go.Figure)
    return figure


def test_few_answers_have_no_band_and_no_band_leaves_the_scores_own_values() -> None:
    """Student's interval for two answers stretched the axis to 1.2, above every answer."""
    figure = trend(
        Key("good"),
        (2, 0.9, -1.0, 2.8, 0.85, 0.95),
        (5, 0.8, 0.5, 1.1, 0.6, 0.99),
        (9, 0.7, 0.6, 0.8, 0.6, 0.9),
    )
    line, band = figure.data
    assert list(line.y) == [0.9, 0.8, 0.7]
    assert [value for value in band.y if value is not None] == [0.99, 0.8, 0.6, 0.6, 0.99]
    assert figure.layout.yaxis.range[1] < 1.05
    assert ["(" in said for said in line.customdata] == [False, True, True]


def test_a_rate_of_yes_alone_keeps_its_interval() -> None:
    [_, band] = trend(Key("kind", True), (6, 1.0, 0.61, 1.0, 1.0, 1.0)).data
    assert [value for value in band.y if value is not None] == [100, 61, 100]
