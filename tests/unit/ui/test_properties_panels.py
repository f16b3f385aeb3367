"""How the panels of properties are drawn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import plotly.graph_objects as go
import polars as pl
import pytest
from streamlit.elements.lib.streamlit_plotly_theme import GRAY_90

from ui.panel import Seen
from ui.properties import tables
from ui.properties.panels import MOST_WRITTEN, PANELS
from ui.state import View
from warehouse.conditions import EVERYTHING
from warehouse.properties import EXACT
from warehouse.timerange import custom

START = datetime(2026, 3, 1, tzinfo=UTC)
CROSS = next(panel for panel in PANELS if panel.name == "properties-cross").having(key="App", by="Plan")


@pytest.mark.parametrize(("across", "written"), [(2, True), (MOST_WRITTEN + 1, False)])
def test_the_figures_of_a_heatmap_have_the_colour_of_the_themes_texts(across: int, written: bool) -> None:
    """Plotly drew a heatmap's own texts in dark grey, which nobody could read on the dark theme."""
    figures = {"requests": 1, "errors": 0, "unpriced": 0, "cost": 2_000_000_000, "latency": 100}
    rows = [{"value": "chat", "by": f"plan-{n}", **figures} for n in range(across)]
    seen = Seen(View(), custom(START, START + timedelta(hours=1)), EVERYTHING, UTC, options=dict(CROSS.options))
    drawn = CROSS.draw(pl.DataFrame(rows), seen)
    assert isinstance(drawn, go.Figure)
    heatmap, *texts = drawn.data
    assert heatmap.texttemplate is None and heatmap.opacity < 0.7
    assert [(trace.mode, list(trace.text), trace.textfont.color) for trace in texts] == (
        [("text", ["$2.00"] * across, GRAY_90)] if written else []
    )


def test_distinct_values_that_are_not_all_counted_say_so() -> None:
    assert [tables.distinct(count) for count in (0, EXACT, EXACT + 1000)] == ["0", "65k", "≈ 66k"]
