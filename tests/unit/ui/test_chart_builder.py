"""Charts of any result: what is guessed first, what is drawn, and what is said when it cannot be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hql.library import LIBRARY
from ui import theme
from ui.chart_builder import KINDS, Chart, ChartError, figure, from_text, guess, to_text
from ui.chart_points import MOST_BARS, MOST_POINTS
from ui.units import BYTES, MILLISECONDS, NANO_USD, PLAIN, SECONDS, SHARE, USD, Unit, is_additive, unit_of

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
DAYS = [date(2026, 7, day) for day in range(1, 11)]
NAMES = st.text(min_size=1)


def many(columns: dict[str, list[Any]]) -> pl.DataFrame:
    """Every combination of the columns' values, with `requests` of 1, 2, 3, …"""
    frame = pl.DataFrame({"": [0]})
    for name, values in columns.items():
        frame = frame.join(pl.DataFrame({name: values}), how="cross")
    return frame.drop("").with_columns(requests=pl.int_range(1, pl.len() + 1))


def drawn(frame: pl.DataFrame, chart: Chart) -> dict[str, Any]:
    found: dict[str, Any] = figure(frame, chart, BERLIN).to_plotly_json()
    return found


@given(st.sampled_from(KINDS), NAMES, st.lists(NAMES, max_size=3), st.text())
def test_a_chart_is_what_its_text_says(kind: str, x: str, y: list[str], series: str) -> None:
    chart = Chart(kind, x, tuple(y), series)
    assert from_text(to_text(chart)) == chart


def test_the_text_of_a_chart_can_be_read() -> None:
    assert to_text(Chart("bar", "day", ("cost_usd",), "model")) == "bar:day:cost_usd:model"
    assert to_text(Chart("histogram", "sum(cost)", ())) == "histogram:sum(cost)"


@pytest.mark.parametrize("text", ["", "pie:a:b", "bar", "bar::y", "bar:a:b:c:d"])
def test_text_that_is_no_chart_is_refused(text: str) -> None:
    with pytest.raises(ChartError, match="is no chart"):
        from_text(text)


EVENTS = pl.DataFrame({"at": [NOON + timedelta(seconds=7 * n) for n in range(50)], "latency": range(50)})


@pytest.mark.parametrize(
    "frame, expected",
    [
        (many({"day": DAYS, "model": ["a", "b"]}), "line:day:requests:model"),
        (many({"day": DAYS}).with_columns(errors=pl.lit(1) + pl.col("requests"), cost=pl.col("requests") * 2),
         "line:day:requests,errors"),
        (many({"hour": [NOON + timedelta(hours=n) for n in range(5)]}), "line:hour:requests"),
        (EVENTS, "scatter:at:latency"),
        (EVENTS.with_columns(model=pl.lit("m") + (pl.col("latency") % 3).cast(pl.String)), "scatter:at:latency:model"),
        (EVENTS.sort("latency", descending=True).with_columns(session_id=pl.format("s-{}", "latency")),
         "bar:session_id:latency"),
        (many({"model": ["a", "b", "c"]}), "bar:model:requests"),
        (many({"model": ["a", "b", "c"]}).with_columns(cost_usd=-0.5 * pl.col("requests")), "bar:model:cost_usd"),
        (many({"status": [200, 429, 500]}), "bar:status:requests"),
        (many({"hour": list(range(24))}), "bar:hour:requests"),
        (many({"weekday": list(range(7)), "hour": list(range(24))}), "heatmap:hour:requests:weekday"),
        (many({"model": ["a", "b"], "outcome": ["ok", "error"]}), "bar:model:requests:outcome"),
        (pl.DataFrame({"latency": [5, 3, 3, 9]}), "histogram:latency"),
        (pl.DataFrame({"model": list("aabb"), "latency": [5, 3, 3, 9]}), "histogram:latency::model"),
        (pl.DataFrame({"prompt_tokens": [5, 3, 3, 9], "cost": [1, 5, 2, 3]}), "scatter:prompt_tokens:cost"),
        (pl.DataFrame({"top_percent": [1, 2, 3], "cost_share": [0.5, 0.7, 0.8]}), "line:top_percent:cost_share"),
    ],
)  # fmt: skip
def test_the_first_guess_is_what_one_would_choose(frame: pl.DataFrame, expected: str) -> None:
    chart = guess(frame)
    assert chart is not None and to_text(chart) == expected
    assert figure(frame, chart, BERLIN).data


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame(),
        pl.DataFrame({"requests": [5]}),
        pl.DataFrame({"model": ["a"], "requests": [5]}),
        pl.DataFrame({"model": ["a", "b"], "body": ["x", "y"]}),
        pl.DataFrame({"tags": [[1], [2]], "request_id": ["x", "y"]}),
        pl.DataFrame({"at": [NOON, NOON], "requests": [None, None]}),
    ],
)
def test_where_a_table_says_it_all_there_is_no_guess(frame: pl.DataFrame) -> None:
    assert guess(frame) is None


def test_a_line_has_gaps_times_of_the_viewer_and_dollars() -> None:
    frame = pl.DataFrame(
        {"at": [NOON, NOON - timedelta(hours=1), NOON + timedelta(hours=1)], "cost": [1_500_000_000, None, 2_000_000]}
    )
    (line,) = drawn(frame, Chart("line", "at", ("cost",)))["data"]
    assert [at.hour for at in line["x"]] == [13, 14, 15]
    assert list(line["y"]) == [None, 1.5, pytest.approx(0.002)]
    assert list(line["customdata"]) == ["–", "$1.50", "$0.0020"]


def test_an_axis_has_a_unit_only_where_all_its_values_do() -> None:
    frame = pl.DataFrame({"day": DAYS[:2], "p50_ms": [1, 2], "p95_ms": [3, 4], "requests": [5, 6]})
    assert drawn(frame, Chart("line", "day", ("p50_ms", "p95_ms")))["layout"]["yaxis"]["ticksuffix"] == " ms"
    assert drawn(frame, Chart("line", "day", ("p50_ms", "requests")))["layout"]["yaxis"]["ticksuffix"] == ""


def test_bars_along_text_lie_in_the_order_given_and_are_few() -> None:
    frame = pl.DataFrame({"model": [f"m{n}" for n in range(40)], "requests": range(40)})
    found = drawn(frame, Chart("bar", "model", ("requests",)))
    (bars,) = found["data"]
    assert (bars["orientation"], list(bars["y"])) == ("h", [f"m{n}" for n in range(MOST_BARS)])
    assert found["layout"]["yaxis"]["autorange"] == "reversed"
    assert found["layout"]["annotations"][0]["text"] == "first 30 of 40"


def test_counts_are_stacked_and_percentiles_stand_side_by_side() -> None:
    frame = many({"day": DAYS, "model": ["a", "b"]}).with_columns(p95_ms=pl.col("requests"))
    assert drawn(frame, Chart("bar", "day", ("requests",), "model"))["layout"]["barmode"] == "stack"
    assert drawn(frame, Chart("bar", "day", ("p95_ms",), "model"))["layout"]["barmode"] == "group"
    assert drawn(frame, Chart("bar", "day", ("requests", "p95_ms")))["layout"]["barmode"] == "group"
    areas = drawn(frame, Chart("area", "day", ("requests",), "model"))["data"]
    assert {area.get("stackgroup") for area in areas} == {"all"}


@pytest.mark.parametrize("value, last, amount", [("requests", "8 others", 36), ("p95", "8 others, mean", 4.5)])
def test_beyond_twelve_series_the_smallest_are_drawn_together(value: str, last: str, amount: float) -> None:
    rows = [(day, f"m{size:02}", size) for day in DAYS for size in range(1, 21)]
    frame = pl.DataFrame(rows, schema=["day", "model", value], orient="row")
    lines = drawn(frame, Chart("line", "day", (value,), "model"))["data"]
    assert [line["name"] for line in lines] == [*(f"m{size:02}" for size in range(20, 8, -1)), last]
    assert set(lines[-1]["y"]) == {amount} and lines[-1]["line"]["color"] == theme.LAG
    assert len({(line["line"]["color"], line["line"]["dash"]) for line in lines}) == 13


def test_too_many_points_are_thinned_and_it_is_said() -> None:
    frame = pl.DataFrame({"n": range(20_000), "value": range(20_000)})
    found = drawn(frame, Chart("line", "n", ("value",)))
    (line,) = found["data"]
    assert len(line["x"]) == MOST_POINTS and list(line["x"]) == sorted(line["x"])
    assert found["layout"]["annotations"][0]["text"] == "5,000 of 20,000 points, taken at random"


def test_a_histogram_counts_every_value_in_round_bins() -> None:
    frame = pl.DataFrame({"latency": range(100_000)})
    (bars,) = drawn(frame, Chart("histogram", "latency", ()))["data"]
    assert sum(bars["y"]) == 100_000
    assert bars["customdata"][0] == "0 ms – 5 s: 5,000"
    few = pl.DataFrame({"steps": [1, 1, 2, None]})
    (bars,) = drawn(few, Chart("histogram", "steps", ()))["data"]
    assert (list(bars["x"]), list(bars["y"])) == ([1, 2], [2, 1])


def test_a_heatmap_sorts_numbers_and_leaves_out_what_is_not_there() -> None:
    frame = pl.DataFrame({"hour": [10, 9, 10], "model": ["a", "b", "b"], "cost": [2_000_000_000, 0, None]})
    (cells,) = drawn(frame, Chart("heatmap", "hour", ("cost",), "model"))["data"]
    assert (list(cells["x"]), list(cells["y"])) == (["9", "10"], ["a", "b"])
    assert [list(row) for row in cells["z"]] == [[None, 2.0], [0.0, None]]
    assert cells["customdata"][0][1] == "10 · a: $2.00"


def test_labels_are_cut_and_told_apart_and_no_markup() -> None:
    names = ["<b>x</b>", "gpt-4o-" + "very-" * 10 + "long-1", "gpt-4o-" + "very-" * 10 + "long-2", "1.0", "", None]
    frame = pl.DataFrame({"model": names, "requests": range(6), "one": ["s"] * 6})
    found = drawn(frame, Chart("bar", "model", ("requests",)))
    axis = found["layout"]["yaxis"]
    assert axis["type"] == "category"
    cut = [f"gpt-4o-very-very-…ery-long-{n}" for n in (1, 2)]
    assert list(axis["ticktext"]) == ["&lt;b&gt;x&lt;/b&gt;", *cut, "1.0", "(empty)", "(none)"]
    assert list(axis["tickvals"]) == list(found["data"][0]["y"])
    series = drawn(frame, Chart("bar", "one", ("requests",), "model"))["data"]
    assert "&lt;b&gt;x&lt;/b&gt;" in [bar["name"] for bar in series]


def test_numbers_that_are_none_are_gaps() -> None:
    frame = pl.DataFrame({"n": [1, 2, 3], "rate": [0.5, float("nan"), float("inf")]})
    assert list(drawn(frame, Chart("line", "n", ("rate",)))["data"][0]["y"]) == [0.5, None, None]


COLUMNS = pl.DataFrame(
    {"t": ["a", "b"], "n": [1, 2], "l": [[1], [2]], "v": [None, None]}, schema_overrides={"v": pl.Int64}
)


def test_a_result_without_rows_is_said_to_be_one() -> None:
    with pytest.raises(ChartError, match="no rows"):
        figure(COLUMNS.clear(), Chart("bar", "t", ("n",)), BERLIN)


@pytest.mark.parametrize(
    "chart, said",
    [
        (Chart("pie", "t", ("n",)), "There is no chart called 'pie'"),
        (Chart("bar", "x", ("n",)), "The result has no column 'x'"),
        (Chart("bar", "t", ()), "Choose a column of numbers"),
        (Chart("bar", "n", ("t",)), "t holds no numbers"),
        (Chart("histogram", "t", ()), "t holds no numbers"),
        (Chart("scatter", "t", ("n",)), "t holds text"),
        (Chart("line", "l", ("n",)), "l holds lists"),
        (Chart("line", "t", ("v",)), "v has no values"),
        (Chart("heatmap", "t", ("n",)), "choose its rows"),
        (Chart("line", "t", ("n", "n"), "t"), "leave one of them out"),
        (Chart("line", "t", ("n",) * 13), "choose 12 at most"),
    ],
)
def test_columns_that_do_not_fit_are_named_in_a_sentence(chart: Chart, said: str) -> None:
    with pytest.raises(ChartError, match=said) as caught:
        figure(COLUMNS, chart, BERLIN)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "name, values, unit",
    [
        ("cost", [1], NANO_USD),
        ("sum(cost)", [1], NANO_USD),
        ("cost_usd", [0.5], USD),
        ("cost_per_request_usd", [0.5], USD),
        ("avg(cost)", [0.5], PLAIN),
        ("uniq(cost_status)", [1], PLAIN),
        ("count(cost)", [1], PLAIN),
        ("latency", [812], MILLISECONDS),
        ("p95_ms", [812.5], MILLISECONDS),
        ("quantile(0.5)(time_to_first_token)", [812.5], MILLISECONDS),
        ("saved_waiting_s", [1.5], SECONDS),
        ("median_tokens_per_s", [1.5], PLAIN),
        ("error_rate", [0.0, 1.0], SHARE),
        ("error_rate", [12.0], PLAIN),
        ("cost_share", [0.2], SHARE),
        ("size_bytes", [5], BYTES),
        ("requests", [5], PLAIN),
    ],
)
def test_a_column_says_by_its_name_what_it_measures(name: str, values: list[float], unit: Unit) -> None:
    assert unit_of(pl.Series(name, values)) == unit


def test_what_adds_up_is_told_from_what_does_not() -> None:
    assert [is_additive(name) for name in ("requests", "cost_usd", "sum(cost)", "count()")] == [True] * 4
    assert [is_additive(name) for name in ("p95_ms", "error_rate", "avg(latency)", "quantile(0.9)(cost)")] == [
        False
    ] * 4


@pytest.mark.parametrize("ready", [ready for ready in LIBRARY if ready.chart], ids=lambda ready: ready.slug)
def test_charts_of_the_library_are_charts(ready: Any) -> None:
    assert ready.chart.kind in KINDS and from_text(to_text(ready.chart)) == ready.chart
