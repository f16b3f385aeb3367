"""The view in the URL, time ranges, and numbers as people read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import format as fmt
from ui.filters import sentence
from ui.state import ANY_OF, EARLIEST, LATEST, Clause, View, several, values, words
from warehouse import timerange
from warehouse.conditions import FilterError
from warehouse.prices import Price, explain

NOW = datetime(2026, 11, 3, 12, 34, 56, tzinfo=UTC)
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]

CLAUSES = st.builds(
    Clause, st.sampled_from(["model", "properties"]), st.sampled_from(["equals", "contains"]), st.text(), st.text()
)


@given(st.lists(CLAUSES, max_size=3), st.sampled_from(["15m", "24h", "all"]))
def test_a_view_is_what_its_url_says(clauses: list[Clause], preset: str) -> None:
    view = View(preset, clauses=tuple(clauses))
    assert View.parse(view.parameters()) == view


def test_a_custom_range_is_kept_to_the_second() -> None:
    view = View("", NOW - timedelta(hours=3), NOW)
    assert view.query() == "?from=2026-11-03T09%3A34%3A56Z&to=2026-11-03T12%3A34%3A56Z"
    assert View.parse(view.parameters()) == view


@pytest.mark.parametrize("pairs", [[("range", "3y")], [("from", "yesterday"), ("to", "x")], []])
def test_a_range_that_cannot_be_read_is_the_default(pairs: list[tuple[str, str]]) -> None:
    assert View.parse(pairs) == View("24h")


@pytest.mark.parametrize(
    "clause, tree",
    [
        (Clause("cost", "gt", "0.5"), {"request_response_rmt": {"cost": {"gt": 0.5}}}),
        (Clause("status", "equals", "429"), {"request_response_rmt": {"status": {"equals": 429}}}),
        (Clause("cached", "equals", "true"), {"request_response_rmt": {"cached": {"equals": True}}}),
        (
            Clause("properties", "equals", "a:b", "App"),
            {"request_response_rmt": {"properties": {"App": {"equals": "a:b"}}}},
        ),
    ],
)
def test_a_filter_becomes_a_leaf_with_a_value_of_its_kind(clause: Clause, tree: dict[str, Any]) -> None:
    assert clause.tree() == tree


def leaf(field: str, **condition: Any) -> dict[str, Any]:
    return {"request_response_rmt": {field: condition}}


def test_one_of_several_values_is_a_choice_between_leaves() -> None:
    clause = Clause("status", ANY_OF, several(["429", "500"]))
    assert clause.tree() == {"left": leaf("status", equals=429), "operator": "or", "right": leaf("status", equals=500)}
    assert Clause.parse(str(clause)) == clause


@given(st.lists(st.text(min_size=1), max_size=4))
def test_several_values_are_what_they_were(given: list[str]) -> None:
    assert values(several(given)) == given


@pytest.mark.parametrize(
    "search, found",
    [
        ("refund  parcel refund", ["refund", "parcel"]),
        ('say "thank you" now', ["say", "thank you", "now"]),
        ('un"closed', ["un", "closed"]),
        (' " " ', [" "]),
        ("", []),
    ],
)
def test_a_search_is_for_words_and_quoted_phrases(search: str, found: list[str]) -> None:
    assert words(search) == found


def test_a_number_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(FilterError, match="Latency: 'slow' is not a number"):
        Clause("latency", "gt", "slow").tree()


@pytest.mark.parametrize(
    "text",
    ["text:not-contains:refund", "text:equals:refund", "outcome:not-equals:failed", "outcome:any-of:failed,succeeded",
     "outcome:equals:foo", "is_stream:equals:True", "alike.body:contains:abc"],
)  # fmt: skip
def test_what_a_filter_cannot_say_is_refused_and_not_taken_for_something_else(text: str) -> None:
    with pytest.raises(FilterError):
        Clause.parse(text).tree()


@pytest.mark.parametrize(
    "first, last, start, end",
    [
        # Days are drawn around their midnight: those whose midnight lies between belong to the stretch.
        ("01T13:00", "03T05:00", "02", "04"),
        ("02T00:00", "02T00:00", "02", "03"),
        ("02T01:00", "02T22:00", "02", "03"),
        ("05T01:00", "09T00:00", "05", "06"),
        ("00T01:00", "01T01:00", "01", "02"),
    ],
)
def test_a_stretch_that_is_dragged_over_has_whole_bars(first: str, last: str, start: str, end: str) -> None:
    def at(text: str) -> datetime:
        day, _, time = text.partition("T")
        return datetime(2026, 2, 28, tzinfo=UTC) + timedelta(days=int(day), hours=int(time[:2] or 0))

    within = replace(timerange.custom(at("01"), at("06")), step=timedelta(days=1))
    assert within.buckets(at(first), at(last)) == (at(start), at(end))


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "Pacific/Kiritimati"])
@pytest.mark.parametrize(
    "start, end", [("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"), ("1900-01-01", "1969-06-01")]
)
def test_a_time_range_stays_within_the_century(start: str, end: str, zone: str) -> None:
    within = View.parse([("from", start), ("to", end)]).range(ZoneInfo(zone))
    assert EARLIEST <= within.start < within.end <= LATEST
    assert len(within.edges) < 2000


@pytest.mark.parametrize(
    "clause, said",
    [
        (Clause("model", "equals", "gpt-4o"), "Model is gpt-4o"),
        (Clause("latency", "gte", "500"), "Latency ≥ 500 ms"),
        (Clause("properties", "not-equals", "prod", "Environment"), "Environment is not prod"),
        (Clause("text", "contains", "refund"), "Text of the bodies contains refund"),
        (Clause("outcome", "equals", "failed"), "Outcome is failed"),
        (Clause("model", ANY_OF, "gpt-4o,gpt-5,a%2Cb"), "Model is gpt-4o, gpt-5 or a,b"),
        (Clause("alike", "equals", "0123", "instructions"), "System prompt is that of one request"),
    ],
)
def test_filters_read_like_sentences(clause: Clause, said: str) -> None:
    assert sentence(clause) == said


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("preset", timerange.PRESETS)
def test_buckets_lie_one_after_another_through_the_range(preset: str, zone: str) -> None:
    found = timerange.recent(preset, NOW, ZoneInfo(zone))
    edges = found.edges
    assert edges[0] == found.start
    assert all(before < after for before, after in pairwise(edges))
    assert len(edges) <= timerange.MOST_BUCKETS + 1
    assert sum(found.widths, timedelta()) == found.end - found.start


@pytest.mark.parametrize("zone", ZONES[:3])
def test_presets_of_a_day_and_more_can_be_answered_by_the_hour(zone: str) -> None:
    assert [timerange.recent(p, NOW, ZoneInfo(zone)).hourly for p in timerange.PRESETS] == [False] * 3 + [True] * 4


def test_days_begin_at_the_viewers_midnight_also_when_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    found = timerange.custom(datetime(2026, 10, 20, tzinfo=berlin), datetime(2026, 11, 1, tzinfo=berlin), berlin)
    days = timerange.TimeRange(found.start, found.end, timedelta(days=1), berlin)
    assert {edge.astimezone(berlin).hour for edge in days.edges} == {0}
    assert sorted(set(days.widths)) == [timedelta(hours=24), timedelta(hours=25)]


def test_an_unfinished_hour_is_not_compared() -> None:
    (start, end), (start_before, end_before) = timerange.recent("24h", NOW).compared
    assert (start, end) == (datetime(2026, 11, 2, 13, tzinfo=UTC), datetime(2026, 11, 3, 12, tzinfo=UTC))
    assert (start - start_before, end - end_before) == (timedelta(days=1), timedelta(days=1))


@pytest.mark.parametrize(
    "shown, expected",
    [
        (fmt.number(0), "0"),
        (fmt.number(9_999), "9,999"),
        (fmt.number(12_345), "12.3k"),
        (fmt.number(4.56e6), "4.56M"),
        (fmt.number(None), "–"),
        (fmt.usd(0), "$0"),
        (fmt.usd(1.5e9), "$1.50"),
        (fmt.usd(12_345e9), "$12.3k"),
        (fmt.usd(700e6), "$0.700"),
        (fmt.usd(123e3), "$0.000123"),
        (fmt.usd(1), "<$0.000001"),
        (fmt.duration(812), "812 ms"),
        (fmt.duration(1_270), "1.27 s"),
        (fmt.duration(125_000), "2 min 5 s"),
        (fmt.unit_of(119_000), ("s", 1000)),
        (fmt.unit_of(125_000), ("min", 60_000)),
        (fmt.unit_of(7_200_000), ("h", 3_600_000)),
        (fmt.percent(0.333), "33.3 %"),
        (fmt.percent(0.0001), "<0.1 %"),
        (fmt.percent(None), "–"),
        (fmt.change(112, 100), "+12 %"),
        (fmt.change(97, 100), "−3 %"),
        (fmt.change(5, 0), ""),
        (fmt.change(41, 10), "×4.1"),
        (fmt.size(2048), "2.05 kB"),
        (fmt.status(-3), "cancelled by client"),
        (fmt.status(429), "429 rate limited"),
        (fmt.status(418), "418"),
        (fmt.span(timedelta(hours=3)), "3 hours"),
        (fmt.span(timedelta(days=1)), "day"),
    ],
)
def test_numbers_carry_their_units(shown: str, expected: str) -> None:
    assert shown == expected


TOKENS = {
    "prompt_tokens": 100, "completion_tokens": 50, "prompt_cache_read_tokens": 20, "prompt_cache_write_tokens": 30,
    "reasoning_tokens": 10, "prompt_audio_tokens": 0, "completion_audio_tokens": 0,
}  # fmt: skip
PRICE = Price("p", "x", "m", "s", {"input": 3e-6, "cache_read": 1e-6, "cache_write": 4e-6, "cache_write_1h": 6e-6,
                                   "output": 15e-6, "reasoning": 15e-6})  # fmt: skip


@pytest.mark.parametrize("for_an_hour", [0, 12, 30])
def test_the_lines_of_a_cost_add_up_to_it(for_an_hour: int) -> None:
    cost = 50 * 3000 + 20 * 1000 + (30 - for_an_hour) * 4000 + for_an_hour * 6000 + 50 * 15000
    lines = explain({**TOKENS, "prompt_cache_write_1h_tokens": for_an_hour}, PRICE)
    assert round(sum(line.cost for line in lines)) == cost
    assert sum(line.tokens for line in lines) == 150
    assert {line.bucket: line.tokens for line in lines}.get("cache_write_1h", 0) == for_an_hour
