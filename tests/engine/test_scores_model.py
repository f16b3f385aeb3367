"""The read model of scores: exact figures, two tenants, booleans as rates, nothing of what has no score."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from clickhouse_connect.driver.client import Client

from warehouse import correlation, scores, shift
from warehouse.client import Reader, insert
from warehouse.conditions import EVERYTHING
from warehouse.row import Row
from warehouse.scores import FEEDBACK
from warehouse.timerange import custom

START = datetime(2026, 3, 2, tzinfo=UTC)
WHOLE = custom(START, START + timedelta(hours=4), UTC)
ALPHA, BETA = uuid4(), uuid4()


def row(owner: UUID, minutes: int, **values: Any) -> Row:
    at = START + timedelta(minutes=minutes)
    return Row(owner, uuid4(), at, at, ingested_at=at, status=200, **values)


@pytest.fixture(scope="module")
def alpha(warehouse: Client) -> Iterator[Reader]:
    rows = [
        row(ALPHA, 5, scores={"good": 0.5, "yes": 1.0}, feedback=True, model="a", latency=100, prompt_id="p",
            prompt_version="1", properties={"App": "x"}),
        row(ALPHA, 10, scores={"good": 0.7, "yes": 0.0}, feedback=False, model="a", latency=200, prompt_id="p",
            prompt_version="2", properties={"App": ""}),
        row(ALPHA, 70, scores={"good": 0.9, "yes": 1.0}, model="b", latency=300),
        row(ALPHA, 80, scores={"old-hcone-bool": 1.0}, model="b"),
        row(ALPHA, 90, model="b"),
        row(BETA, 5, scores={"good": 1.0}, feedback=True, model="a", latency=9),
    ]  # fmt: skip
    insert(warehouse, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    given = [(ALPHA, rows[0].request_id, "yes", 1.0, True, START), (BETA, rows[5].request_id, "good", 1.0, True, START)]
    columns = ("organization_id", "request_id", "name", "value", "is_boolean", "created_at")
    insert(warehouse, "scores", columns, given, token=str(uuid4()))
    yield Reader(warehouse, ALPHA)


def test_every_score_with_its_kind_and_figures(alpha: Reader) -> None:
    found = scores.overview(alpha, WHOLE)
    assert found.select("name", "is_boolean", "count", "least", "most").rows() == [
        ("good", False, 3, 0.5, 0.9),
        ("yes", True, 3, 0, 1),
        (FEEDBACK, True, 2, 0, 1),
        ("old-hcone-bool", True, 1, 1, 1),
    ]
    assert found["mean"].to_list() == pytest.approx([0.7, 2 / 3, 0.5, 1])
    assert found["share"].to_list() == pytest.approx([3 / 5, 3 / 5, 2 / 5, 1 / 5])


def test_another_tenants_booleans_make_no_rate_of_ours(alpha: Reader, warehouse: Client) -> None:
    theirs = scores.overview(Reader(warehouse, BETA), WHOLE)
    assert set(theirs.select("name", "is_boolean", "count").rows()) == {(FEEDBACK, True, 1), ("good", True, 1)}


def test_a_score_over_time_leaves_gaps(alpha: Reader) -> None:
    found = scores.trend(alpha, WHOLE, EVERYTHING, score="good")
    assert found.rows["mean"].null_count() == len(WHOLE.edges) - 3
    assert found.rows["count"].sum() == 3
    assert found.rows.drop_nulls("mean").select("least", "most").rows() == [(0.5, 0.5), (0.7, 0.7), (0.9, 0.9)]
    rates = scores.trend(alpha, WHOLE, EVERYTHING, score="yes")
    assert rates.key.is_boolean
    assert rates.rows["mean"].drop_nulls().to_list() == [1, 0, 1]


def test_a_distribution_counts_every_answer(alpha: Reader, warehouse: Client) -> None:
    few = scores.distribution(alpha, WHOLE, EVERYTHING, score="good").rows
    assert few.rows() == [(0.5, 0.5, 1), (0.7, 0.7, 1), (0.9, 0.9, 1)]
    owner = uuid4()
    rows = [row(owner, number, scores={"s": number / 100}) for number in range(101)]
    insert(warehouse, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    many = scores.distribution(Reader(warehouse, owner), WHOLE, EVERYTHING, score="s").rows
    assert many["count"].sum() == 101
    assert 5 <= many.height <= scores.MOST_BARS + 2
    assert (many["low"].min(), (many["high"] > many["low"]).all()) == (0, True)


@pytest.mark.parametrize(
    ("dimension", "expected"),
    [
        ("model", [("a", 2), ("b", 1)]),
        ("prompt_version", [("p 1", 1), ("p 2", 1)]),
        ("properties.App", [("", 1), ("x", 1)]),
        ("properties.Other", []),
    ],
)
def test_by_a_dimension_only_what_has_it(alpha: Reader, dimension: str, expected: list[tuple[str, int]]) -> None:
    found = scores.by(alpha, WHOLE, EVERYTHING, score="good", by=dimension)
    assert found.rows.select("value", "count").rows() == expected


def test_examples_come_from_either_end(alpha: Reader) -> None:
    lowest = scores.examples(alpha, WHOLE, EVERYTHING, score="good", order="lowest")
    highest = scores.examples(alpha, WHOLE, EVERYTHING, score="good", order="highest")
    assert lowest.rows["value"].to_list() == [0.5, 0.7, 0.9]
    assert highest.rows["value"].to_list() == [0.9, 0.7, 0.5]


def test_pairs_are_of_requests_that_have_both(alpha: Reader) -> None:
    found = correlation.together(alpha, WHOLE, EVERYTHING, score="good", other="latency")
    assert (found.count, found.pearson, found.spearman) == (3, pytest.approx(1), pytest.approx(1))
    table = correlation.together(alpha, WHOLE, EVERYTHING, score="yes", other=f"scores.{FEEDBACK}")
    assert (table.count, table.table, table.phi) == (2, (1, 0, 0, 1), 1)
    alone = correlation.together(alpha, WHOLE, EVERYTHING, score="old-hcone-bool", other="latency")
    assert (alone.count, alone.pearson) == (1, None)


def test_two_values_and_two_periods_are_told_apart(warehouse: Client) -> None:
    owner = uuid4()
    rows = [
        *(row(owner, n, scores={"s": 0.5 + n / 100}, model="a") for n in range(20)),
        *(row(owner, 120 + n, scores={"s": 0.7 + n / 100}, model="b") for n in range(20)),
    ]
    insert(warehouse, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    reader = Reader(warehouse, owner)
    models = shift.between(reader, WHOLE, EVERYTHING, score="s", by="model", first="a", second="b")
    halves = shift.periods(reader, WHOLE, EVERYTHING, score="s", since=shift.HALVES)
    for found in (models, halves):
        assert (found.first.count, found.second.count) == (20, 20)
        assert found.difference is not None
        assert found.difference.value == pytest.approx(0.2)
        assert found.difference.low is not None and 0 < found.difference.low < 0.2
        assert found.distance == pytest.approx(1)
    later = custom(START + timedelta(hours=2), START + timedelta(hours=4), UTC)
    before = shift.periods(reader, later, EVERYTHING, score="s")
    assert (before.first.count, before.second.count) == (20, 20)


def test_requests_without_a_version_are_none_of_the_two_that_differ(alpha: Reader) -> None:
    found = shift.between(alpha, WHOLE, EVERYTHING, score="good", by="prompt_version")
    assert (found.names, found.first.mean, found.second.mean) == (("p 1", "p 2"), 0.5, 0.7)
    alone = shift.between(alpha, WHOLE, EVERYTHING, score="good", by="properties.App")
    assert (alone.names, alone.first.count, alone.second.count) == (("x", ""), 1, 0)


def test_a_score_of_true_false_and_other_numbers_is_a_number(warehouse: Client) -> None:
    owner = uuid4()
    columns = ("organization_id", "request_id", "name", "value", "is_boolean", "created_at")
    given = [(owner, uuid4(), "mixed", 1.0, True, START), (owner, uuid4(), "mixed", 0.4, False, START),
             (owner, uuid4(), "whole", 1.0, True, START), (owner, uuid4(), "whole", 0.0, False, START)]  # fmt: skip
    insert(warehouse, "scores", columns, given, token=str(uuid4()))
    found = [scores.key_of(Reader(warehouse, owner), name).is_boolean for name in ("mixed", "whole", "never")]
    assert found == [False, True, False]
