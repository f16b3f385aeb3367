"""The read model of scores: exact figures, two tenants, booleans as rates, nothing of what has no score."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from clickhouse_connect.driver.client import Client

from warehouse import score_reads as scores
from warehouse.client import Reader, insert
from warehouse.conditions import EVERYTHING
from warehouse.ratings import RATING
from warehouse.row import Row
from warehouse.timerange import TimeRange, custom

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
        row(BETA, 5, scores={"good": 0.1}, feedback=True, model="a", latency=9),
    ]  # fmt: skip
    insert(warehouse, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    given = [(ALPHA, rows[0].request_id, "yes", 1.0, True, START), (BETA, rows[5].request_id, "good", 0.1, True, START)]
    columns = ("organization_id", "request_id", "name", "value", "is_boolean", "created_at")
    insert(warehouse, "scores", columns, given, token=str(uuid4()))
    yield Reader(warehouse, ALPHA)


def test_every_key_with_its_kind_and_figures(alpha: Reader) -> None:
    found = scores.keys(alpha, WHOLE).drop("shape")
    assert found.select("name", "is_rate", "answers", "lowest", "highest").rows() == [
        ("good", False, 3, 0.5, 0.9),
        ("yes", True, 3, 0, 1),
        (RATING, True, 2, 0, 1),
        ("old-hcone-bool", True, 1, 1, 1),
    ]
    assert found["mean"].to_list() == pytest.approx([0.7, 2 / 3, 0.5, 1])
    assert found["variance"].to_list()[:3] == pytest.approx([0.04, 1 / 3, 0.5])
    assert found["variance"][3] is None


def test_another_tenants_booleans_make_no_rate_of_ours(alpha: Reader, warehouse: Client) -> None:
    theirs = scores.keys(Reader(warehouse, BETA), WHOLE)
    assert theirs.select("name", "is_rate", "answers").rows() == [(RATING, True, 1), ("good", True, 1)]


def test_a_score_over_time_leaves_gaps(alpha: Reader) -> None:
    assert scores.trend(alpha, WHOLE, EVERYTHING, score="good")["mean"].null_count() == len(WHOLE.edges) - 3
    rates = scores.trend(alpha, WHOLE, EVERYTHING, score="yes")
    assert rates["is_rate"].all()
    assert rates["mean"].drop_nulls().to_list() == [1, 0, 1]


def test_a_distribution_shows_each_value_while_there_are_few(alpha: Reader) -> None:
    found = scores.spread(alpha, WHOLE, EVERYTHING, score="good")
    assert (found.is_rate, found.width) == (False, 0)
    assert found.bins.rows() == [(0.5, 1), (0.7, 1), (0.9, 1)]
    assert scores.spread(alpha, WHOLE, EVERYTHING, score=RATING).bins.rows() == [(0, 1), (1, 1)]
    assert scores.spread(alpha, WHOLE, EVERYTHING, score="nobody").bins.is_empty()


def test_many_values_fall_into_bins_that_count_them_all(warehouse: Client) -> None:
    owner = uuid4()
    rows = [row(owner, number, scores={"s": number / 100}) for number in range(101)]
    insert(warehouse, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    found = scores.spread(Reader(warehouse, owner), WHOLE, EVERYTHING, score="s")
    assert found.width == pytest.approx(0.025)
    assert (found.bins.height, found.bins["answers"].sum()) == (scores.BINS, 101)


@pytest.mark.parametrize(
    ("dimension", "expected"),
    [
        ("model", [("a", 2), ("b", 1)]),
        ("prompt_version", [("p 1", 1), ("p 2", 1)]),
        ("properties.App", [("x", 1)]),
        ("properties.Other", []),
    ],
)
def test_by_a_dimension_only_what_has_it(alpha: Reader, dimension: str, expected: list[tuple[str, int]]) -> None:
    found = scores.by(alpha, WHOLE, EVERYTHING, score="good", dimension=dimension)
    assert found.select("value", "answers").rows() == expected


def test_examples_come_from_either_end(alpha: Reader) -> None:
    lowest = scores.examples(alpha, WHOLE, EVERYTHING, score="good", end="lowest")
    highest = scores.examples(alpha, WHOLE, EVERYTHING, score="good", end="highest")
    assert lowest["value"].to_list() == [0.5, 0.7, 0.9]
    assert highest["value"].to_list() == [0.9, 0.7, 0.5]


def test_pairs_are_of_requests_that_have_both(alpha: Reader) -> None:
    found = scores.pair(alpha, WHOLE, EVERYTHING, score="good", other="latency")
    assert (found.n, found.points.height) == (3, 3)
    assert (found.pearson, found.spearman) == (pytest.approx(1), pytest.approx(1))
    assert scores.pair(alpha, WHOLE, EVERYTHING, score="good", other="scores.yes").pearson == pytest.approx(0)
    assert scores.pair(alpha, WHOLE, EVERYTHING, score="good", other=RATING).n == 2
    alone = scores.pair(alpha, WHOLE, EVERYTHING, score="old-hcone-bool", other="latency")
    assert (alone.n, alone.pearson) == (1, None)


def test_a_range_that_ends_sooner_sees_less(alpha: Reader) -> None:
    hour = TimeRange(START, START + timedelta(hours=1), timedelta(minutes=15))
    assert scores.keys(alpha, hour).filter(name="good")["answers"].to_list() == [2]
