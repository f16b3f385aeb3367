"""What is said of a score's shift, and which other period a link asks for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from ui.scores import dates, words
from warehouse.intervals import Sample
from warehouse.scores import FEEDBACK, Key
from warehouse.shift import Shift

PERIOD = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))
NUMBER, YES = Key("helpfulness"), Key("kind-hcone-bool", True)


def shift(key: Key, first: Sample, second: Sample, **more: object) -> Shift:
    return Shift(key, first, second, pl.DataFrame(), **{"periods": ((PERIOD,), (PERIOD,)), **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (
            shift(NUMBER, Sample(210, 0.75, 0.01), Sample(340, 0.8, 0.01)),
            "helpfulness rose by 0.050, 95 % interval +0.033 to +0.067, n = 210 and 340.",
        ),
        (
            shift(YES, Sample(80, 56 / 80, 0), Sample(70, 28 / 70, 0)),
            "kind fell by 30 points, 95 % interval −44 to −14 points, n = 80 and 70.",
        ),
        (
            shift(NUMBER, Sample(20, 0.75, 0.01), Sample(20, 0.76, 0.01), periods=(), names=("a", "b")),
            "No difference can be told: helpfulness after is 0.010 higher, 95 % interval −0.054 to +0.074, "
            "n = 20 and 20.",
        ),
        (
            shift(NUMBER, Sample(90, 5, 1), Sample(90, 4, 1), periods=(), names=("a", "b")),
            "helpfulness is 1.00 lower after than before, 95 % interval −1.29 to −0.71, n = 90 and 90.",
        ),
        (
            shift(NUMBER, Sample(9, 1, 1), Sample(340, 9, 1)),
            "Too few to tell (n = 9 and 340): either side needs 10 answers of helpfulness.",
        ),
        (
            shift(Key(FEEDBACK, True), Sample(0, 0, 0), Sample(5, 1, 0)),
            "There is nothing to compare: no answers of Feedback before.",
        ),
        (
            shift(NUMBER, Sample(10, 1, 0), Sample(10, 2, 0)),
            "helpfulness does not vary: 1 before, 2 after (n = 10 and 10).",
        ),
    ],
)
def test_a_shift_is_told_in_a_sentence(of: Shift, said: str) -> None:
    assert words.verdict(of, "before", "after") == said


def test_a_change_of_shape_is_only_told_where_the_means_do_not() -> None:
    same, other = Sample(90, 5, 1), Sample(90, 4, 1)
    assert "differ all the same (p = 0.010)" in words.shape(shift(NUMBER, same, same, distance=0.3, p=0.01))
    assert words.shape(shift(NUMBER, same, other, distance=0.3, p=0.01)) == ""
    assert words.shape(shift(NUMBER, same, same, distance=0.1, p=0.2)) == ""


def test_values_are_written_in_three_digits() -> None:
    said = [words.plain(value) for value in (0.83802, -0.0123, 5, 12_345, None)]
    assert said == ["0.838", "−0.0123", "5", "12.3k", "–"]
    assert [words.yes_no(key, 0) for key in (NUMBER, YES, Key(FEEDBACK, True))] == ["0", "no", "thumbs down"]


def test_days_of_a_zone_are_a_period_of_the_url() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    since, until = dates.written((date(2026, 3, 29), date(2026, 3, 28)), berlin)
    assert (since, until) == ("2026-03-27T23:00:00Z", "2026-03-29T22:00:00Z")  # the 29th has 23 hours
    found = dates.read(since, until)
    assert found is not None
    assert dates.label(found, berlin) == "28 Mar 2026 – 29 Mar 2026"


@pytest.mark.parametrize("ends", [("", ""), ("halves", "2026-01-01T00:00:00Z"), ("2026-01-02T00:00:00Z",) * 2,
                                  ("2026-01-03", "2026-01-02"),
                                  ("0001-01-01T00:00:00Z", "2026-01-03T00:00:00Z"),
                                  ("2026-01-02", "9999-12-31T23:59:59-12:00")])  # fmt: skip
def test_anything_else_is_no_period(ends: tuple[str, str]) -> None:
    assert dates.read(*ends) is None
