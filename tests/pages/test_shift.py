"""Did it shift: what a link says is compared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.pages.conftest import Dashboard, text
from ui.scores import shift
from ui.url import KEPT


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


def test_nothing_is_told_where_there_is_nothing_before(scored: Dashboard) -> None:
    app = scored.open("scores", range="24h", score="good")
    assert not app.exception
    assert "There is nothing to compare: no answers of good in the period before." in text(app)


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
