"""Did it shift: what a link says is compared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from clickhouse_connect.driver.client import Client

from hql.guard import guard
from hql.run import Runner
from tests.conftest import Warehouse
from tests.pages.conftest import Dashboard, run, text
from ui.panel import Seen
from ui.scores import panels, shift
from ui.state import View
from ui.url import KEPT
from warehouse.client import Reader


@pytest.fixture
def scored(dashboard: Dashboard) -> Dashboard:
    """A score that rises from half of its hour to the next, and differs by model and by provider."""
    now = datetime.now(UTC)
    for n in range(36):
        dashboard.record(
            at=now - timedelta(minutes=50 - n), model="abc"[n % 3], provider="openai" if n < 18 else "anthropic",
            scores={"good": (n >= 18) * 0.5 + n % 5 / 100},
        )  # fmt: skip
    return dashboard


def test_a_link_chooses_what_is_compared(scored: Dashboard) -> None:
    choices = {"scores-shift.since": "halves", "scores-between.by": "provider"}
    apps = [scored.open("scores", range="1h", score="good", show=part, **choices) for part in ("course", "values")]
    assert not any(app.exception for app in apps)
    said = "".join(map(text, apps))
    assert "first half" in said and "period before" not in said
    assert "good is 0.5" in said and "with openai than with anthropic" in said


def test_without_answers_before_the_halves_are_compared_and_it_says_so(scored: Dashboard) -> None:
    said = text(scored.open("scores", range="1h", score="good"))
    assert "The period before has no answers of good: the halves of this range are compared instead." in said
    assert "first half" in said and "nothing to compare" not in said
    said = text(scored.open("scores", range="24h", score="good"))
    assert "There is nothing to compare: no answers of good in the first half." in said


@pytest.mark.parametrize(
    ("since", "until", "said", "answers"),
    [
        ("", "", "the halves of this range are compared instead", {"first": 18, "second": 18}),
        ("halves", "", "good rose", {"first": 18, "second": 18}),
        (-60, 30, "overlaps this range and was cut", {"first": 12, "second": 24}),
        (20, 30, "lies inside this range", {"second": 24}),
    ],
)
def test_periods_that_share_time_share_no_answers_in_panel_and_hql(
    warehouse: Client, embedded_warehouse: Warehouse, since: str | int, until: str | int, said: str,
    answers: dict[str, int],
) -> None:  # fmt: skip
    """Of another period that overlapped the range answers were left out, and its dates still had them."""
    start, organisation = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=9), uuid4()
    first = 12 if isinstance(since, int) else 0
    dashboard = Dashboard(organisation, warehouse, run)
    for n in range(36):
        dashboard.record(at=start + timedelta(minutes=n), scores={"good": (n >= 18) * 0.5 + n % 5 / 100})
    view = View("", start + timedelta(minutes=first), start + timedelta(minutes=36))
    ends = {
        name: f"{start + timedelta(minutes=at):%Y-%m-%dT%H:%M:%SZ}" if isinstance(at, int) else at
        for name, at in (("since", since), ("until", until))
    }
    panel = panels.of(panels.SHIFT, "good", **ends)
    seen = Seen(view, view.range(UTC), view.condition({}), UTC, options=dict(panel.options))
    found = panel.question(Reader(warehouse, organisation), seen.time_range, seen.condition, **dict(panel.options))
    assert said in str(panel.draw(found, seen))
    assert (found.first.count, found.second.count) == (answers.get("first", 0), answers["second"])
    runner = Runner(embedded_warehouse.settings)
    rows = runner.execute(guard(panel.as_hql(seen), organisation, {})).page(0, 2)
    runner.close()
    assert {row[0]: row[1] for row in rows} == answers


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("", "", ("a", "b")), ("c", "", ("c", "b")), ("", "b", ("a", "b")), ("c", "c", ("c", "b")),
        ("a", "c", ("a", "c")), ("gone", "c", ("b", "c")),
    ],
)  # fmt: skip
def test_two_values_are_always_compared(first: str, second: str, expected: tuple[str, str]) -> None:
    assert shift.pair(["b", "a", "c"], first, second) == expected
    assert shift.pair(["b"], first, second) is None


def test_the_choices_stay_when_range_or_filters_change() -> None:
    assert {"scores-shift.since", "scores-between.by", "scores-between.first", "scores-between.second"} <= set(KEPT)
