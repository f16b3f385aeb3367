"""What the dashboard says of a request is in its tables and in its fact at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from clickhouse_connect.driver.client import Client

from warehouse import requests
from warehouse.annotations import fold, say
from warehouse.client import Reader, insert
from warehouse.row import COLUMNS, Row
from warehouse.scored import TABLE

AT = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def request_of(warehouse: Client) -> tuple[UUID, UUID]:
    """A request that has a score and a property, and one of the same id of another organisation."""
    mine, theirs, request_id = uuid4(), uuid4(), uuid4()
    values: dict[str, Any] = {"ingested_at": AT, "scores": {"old": 0.5}, "properties": {"Environment": "prod"}}
    rows = [Row(owner, request_id, AT, AT, **values) for owner in (mine, theirs)]
    insert(warehouse, "request_response_rmt", COLUMNS, rows, token=str(uuid4()))
    return mine, request_id


def fact(warehouse: Client, organization_id: UUID, request_id: UUID) -> tuple[Any, ...]:
    found = requests.get(Reader(warehouse, organization_id), request_id)
    assert found is not None
    return found["scores"], found["feedback"], found["properties"], found["session_id"]


def test_all_that_is_said_is_there_at_once(warehouse: Client, request_of: tuple[UUID, UUID]) -> None:
    said = {"Environment": "staging", "Helicone-Session-Id": "s1"}
    assert say(warehouse, *request_of, scores={"accuracy": 0.25, "right": True}, feedback=False, properties=said)
    assert fact(warehouse, *request_of) == ({"old": 0.5, "accuracy": 0.25, "right": 1.0}, False, said, "s1")
    kept = warehouse.query(
        "SELECT name, value, is_boolean FROM scores WHERE organization_id = {org:UUID} ORDER BY name",
        {"org": str(request_of[0])},
    ).result_rows
    assert kept == [("accuracy", 0.25, False), ("right", 1.0, True)]


def scored_of(warehouse: Client, organization_id: UUID, request_id: UUID) -> list[tuple[Any, ...]]:
    """What the table of scored requests shows of one."""
    return list(
        warehouse.query(
            f"SELECT scores, feedback, properties, session_id FROM {TABLE} FINAL "
            "WHERE organization_id = {org:UUID} AND request_id = {id:UUID}",
            {"org": str(organization_id), "id": str(request_id)},
        ).result_rows
    )


def test_what_was_scored_is_shown_as_its_fact_is(warehouse: Client, request_of: tuple[UUID, UUID]) -> None:
    assert scored_of(warehouse, *request_of) == [fact(warehouse, *request_of)]
    for rating in (False, True):
        say(warehouse, *request_of, scores={"old": 0.75}, feedback=rating, properties={"Helicone-Session-Id": "s2"})
        assert scored_of(warehouse, *request_of) == [fact(warehouse, *request_of)]


def test_what_was_cut_short_is_made_good_when_it_is_folded_again(
    warehouse: Client, request_of: tuple[UUID, UUID]
) -> None:
    say(warehouse, *request_of, feedback=True)
    warehouse.command(f"DELETE FROM {TABLE} WHERE request_id = '{request_of[1]}'")
    assert fold(warehouse, [request_of]) == []
    assert scored_of(warehouse, *request_of) == [fact(warehouse, *request_of)]


def test_the_last_word_counts_and_says_nothing_of_others(warehouse: Client, request_of: tuple[UUID, UUID]) -> None:
    for rating in (True, False, True):
        say(warehouse, *request_of, feedback=rating)
    say(warehouse, *request_of, scores={"old": 1.0})
    assert fact(warehouse, *request_of) == ({"old": 1.0}, True, {"Environment": "prod"}, "")
    others = warehouse.query(
        "SELECT scores, feedback FROM request_response_rmt "
        "WHERE request_id = {id:UUID} AND organization_id != {org:UUID}",
        {"id": str(request_of[1]), "org": str(request_of[0])},
    ).result_rows
    assert others == [({"old": 0.5}, None)]


def test_a_request_that_is_not_there_is_told(warehouse: Client) -> None:
    assert not say(warehouse, uuid4(), uuid4(), feedback=True)


def test_a_score_that_is_no_number_is_refused(warehouse: Client, request_of: tuple[UUID, UUID]) -> None:
    with pytest.raises(ValueError, match="finite"):
        say(warehouse, *request_of, scores={"x": float("nan")})
