"""Reading requests over the API: shape, filters, order, pages, and whose they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from clickhouse_connect.driver.client import Client

from api.routers import requests as router
from tests.api.conftest import Api
from warehouse.client import insert
from warehouse.row import COLUMNS, Row

START = datetime(2026, 3, 1, tzinfo=UTC)
BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "big": 12345678901234567890}

FULL: dict[str, Any] = {
    "response_id": "chatcmpl-1", "status": 200, "model": "gpt-4o", "request_model": "gpt-4o",
    "response_model": "gpt-4o-2024-08-06", "provider": "openai", "target_url": "https://api.openai.com/v1/x",
    "request_path": "/v1/x", "user_id": "ann", "properties": {"Environment": "production"}, "scores": {"accuracy": 0.5},
    "feedback": True, "prompt_tokens": 10, "completion_tokens": 5, "prompt_cache_read_tokens": 4,
    "prompt_cache_write_tokens": 3, "reasoning_tokens": 2, "prompt_audio_tokens": 1, "completion_audio_tokens": 1,
    "latency": 900, "time_to_first_token": 100, "cost": 2_500_000, "cost_status": "priced", "cache_enabled": True,
    "prompt_id": "p", "prompt_version": "v", "country_code": "US", "request_referrer": "ai-gateway", "assets": ("a1",),
    "request_body": json.dumps(BODY), "response_body": "data: not JSON\n\n", "size_bytes": 100,
}  # fmt: skip

SHAPE = {
    "request_id": str(UUID(int=1)), "request_created_at": "2026-03-01T00:01:00.000Z", "request_path": "/v1/x",
    "request_body": BODY, "request_user_id": "ann", "request_properties": {"Environment": "production"},
    "properties": {"Environment": "production"}, "request_model": "gpt-4o", "model_override": None,
    "helicone_user": None, "response_id": "chatcmpl-1", "response_created_at": "2026-03-01T00:01:01.000Z",
    "response_status": 200, "response_body": "data: not JSON\n\n", "response_model": "gpt-4o-2024-08-06",
    "model": "gpt-4o", "provider": "openai", "target_url": "https://api.openai.com/v1/x", "delay_ms": 900,
    "time_to_first_token": 100, "total_tokens": 15, "prompt_tokens": 10, "completion_tokens": 5,
    "prompt_cache_read_tokens": 4, "prompt_cache_write_tokens": 3, "reasoning_tokens": 2, "prompt_audio_tokens": 1,
    "completion_audio_tokens": 1, "cost": 0.0025, "costUSD": 0.0025, "prompt_id": "p", "prompt_version": "v",
    "feedback_created_at": None, "feedback_id": None, "feedback_rating": True, "signed_body_url": None,
    "llmSchema": None, "country_code": "US", "asset_ids": ["a1"], "asset_urls": {}, "assets": ["a1"],
    "scores": {"accuracy": 0.5}, "cache_reference_id": str(UUID(int=0)), "cache_enabled": True,
    "updated_at": "2026-03-01T00:01:00.000Z", "request_referrer": "ai-gateway", "ai_gateway_body_mapping": None,
    "storage_location": "clickhouse",
}  # fmt: skip


def row(number: int, organization_id: UUID, **values: Any) -> Row:
    at = START + timedelta(minutes=number)
    return Row(organization_id, UUID(int=number), at, at + timedelta(seconds=1), ingested_at=at, **values)


@pytest.fixture(scope="module")
def seeded(api: Api, warehouse: Client) -> Iterator[httpx.Client]:
    """Twelve requests of an organisation of their own; the first is `FULL`."""
    store = api.port.rest.state.context.store
    mine = store.create_organisation("Seeded").id
    store.keep_property_names(mine, ["Environment"])
    rows = [row(1, mine, **FULL)]
    rows += [row(n, mine, cost=n, cost_status="unpriced", user_id=f"u{n % 2}", latency=100 - n) for n in range(2, 12)]
    rows += [row(12, mine, cache_reference_id=UUID(int=1), properties={"Environment": "a"}, size_bytes=9)]
    insert(warehouse, "request_response_rmt", COLUMNS, rows, token=str(uuid4()))
    with api.client(store.create_key(mine, "seeded")) as client:
        yield client


def query(client: httpx.Client, path: str = "query-clickhouse", **body: Any) -> list[int]:
    answer = client.post(f"/v1/request/{path}", json={"filter": "all", "limit": 100} | body)
    assert (answer.status_code, answer.json()["error"]) == (200, None)
    return [UUID(one["request_id"]).int for one in answer.json()["data"]]


def leaf(field: str, operator: str, value: object) -> dict[str, Any]:
    return {"request_response_rmt": {field: {operator: value}}}


def test_a_request_has_the_documented_shape(seeded: httpx.Client) -> None:
    answer = seeded.get(f"/v1/request/{UUID(int=1)}", params={"includeBody": True})
    assert answer.json() == {"data": SHAPE, "error": None}


def test_a_request_comes_without_bodies_unless_asked(seeded: httpx.Client) -> None:
    answer = seeded.get(f"/v1/request/{UUID(int=1)}").json()["data"]
    assert answer == SHAPE | {"request_body": None, "response_body": None}


def test_a_page_has_the_same_shape_with_bodies(seeded: httpx.Client) -> None:
    answer = seeded.post("/v1/request/query-clickhouse", json={"filter": leaf("user_id", "equals", "ann")})
    assert answer.json() == {"data": [SHAPE], "error": None}


def test_a_page_comes_without_bodies_where_they_are_not_wanted(seeded: httpx.Client) -> None:
    wanted = {"filter": leaf("user_id", "equals", "ann"), "includeBody": False}
    answer = seeded.post("/v1/request/query-clickhouse", json=wanted)
    assert answer.json()["data"] == [SHAPE | {"request_body": None, "response_body": None}]


def test_a_request_without_a_price_costs_null_and_not_nothing(seeded: httpx.Client) -> None:
    answer = seeded.get(f"/v1/request/{UUID(int=2)}").json()["data"]
    assert (answer["cost"], answer["costUSD"]) == (None, None)


def test_ten_requests_are_a_page_where_no_limit_is_given(seeded: httpx.Client) -> None:
    answer = seeded.post("/v1/request/query-clickhouse", json={"filter": {}})
    assert [UUID(one["request_id"]).int for one in answer.json()["data"]] == [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]


def test_pages_follow_one_another(seeded: httpx.Client) -> None:
    assert query(seeded, limit=5, offset=5) == [7, 6, 5, 4, 3]
    assert query(seeded, offset=12) == []


def test_the_documented_example_finds_everything(seeded: httpx.Client) -> None:
    example = {"filter": {}, "isCached": False, "limit": 10, "offset": 0, "sort": {"created_at": "desc"}}
    assert len(query(seeded, **example, isScored=False, isPartOfExperiment=False)) == 10


SORTS: list[tuple[dict[str, Any], list[int]]] = [
    ({"created_at": "asc"}, [1, 2, 3]),
    ({"cache_created_at": "desc"}, [12, 11, 10]),
    ({"last_active": "asc"}, [1, 2, 3]),
    ({"latency": "desc"}, [1, 2, 3]),
    ({"latency": "asc"}, [12, 11, 10]),
    ({"total_tokens": "desc"}, [1, 12, 11]),
    ({"completion_tokens": "desc"}, [1, 12, 11]),
    ({"prompt_tokens": "desc"}, [1, 12, 11]),
    ({"user_id": "asc"}, [12, 1, 10]),
    ({"body_model": "desc"}, [1, 12, 11]),
    ({"is_cached": "desc"}, [12, 11, 10]),
    ({"request_prompt": "desc"}, [1, 12, 11]),
    ({"response_text": "desc"}, [1, 12, 11]),
    ({"properties": {"environment": "asc"}}, [12, 1, 11]),
    ({"cost": "desc"}, [1, 11, 10]),
    ({"time_to_first_token": "asc"}, [1, 12, 11]),
]


@pytest.mark.parametrize(("sort", "first"), SORTS, ids=str)
def test_every_documented_sort_key_sorts(seeded: httpx.Client, sort: dict[str, Any], first: list[int]) -> None:
    assert query(seeded, sort=sort, limit=3) == first


def test_a_random_order_has_every_request(seeded: httpx.Client) -> None:
    assert sorted(query(seeded, sort={"random": True})) == list(range(1, 13))


def test_flags_narrow_the_filter(seeded: httpx.Client) -> None:
    assert query(seeded, isCached=True) == [12]
    assert query(seeded, isScored=True) == [1]
    assert query(seeded, isScored=True, filter=leaf("status", "equals", 500)) == []


def test_a_propertys_name_compares_without_case(seeded: httpx.Client) -> None:
    wanted = {"request_response_rmt": {"properties": {"ENVIRONMENT": {"equals": "production"}}}}
    assert query(seeded, filter=wanted) == [1]


def test_the_older_path_takes_the_older_leaves(seeded: httpx.Client) -> None:
    assert query(seeded, "query", filter={"request": {"user_id": {"equals": "ann"}}}) == [1]
    assert query(seeded, "query", filter={"properties": {"Environment": {"equals": "a"}}}) == [12]


def test_requests_are_found_by_their_ids(seeded: httpx.Client) -> None:
    answer = seeded.post("/v1/request/query-ids", json={"requestIds": [str(UUID(int=n)) for n in (3, 1, 99)] + ["x"]})
    assert [UUID(one["request_id"]).int for one in answer.json()["data"]] == [3, 1]


def test_a_page_of_long_bodies_arrives_whole(seeded: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(router, "BODIES_AT_ONCE", 50)
    monkeypatch.setattr(router, "ROWS_AT_ONCE", 2)
    answer = seeded.post("/v1/request/query-clickhouse", json={"limit": 100, "sort": {"created_at": "asc"}})
    assert [one["request_body"] for one in answer.json()["data"]] == [BODY, *[None] * 11]


def test_another_organisation_sees_none_of_it(seeded: httpx.Client, other_client: httpx.Client) -> None:
    answer = other_client.get(f"/v1/request/{UUID(int=1)}")
    message = f"no request {UUID(int=1)}; one just made appears within seconds"
    assert (answer.status_code, answer.json()) == (404, {"data": None, "error": message})
    assert query(other_client) == []


NO_INPUTS = "the inputs of prompts are not recorded apart from the request's body"
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"filter": leaf("modle", "equals", "x")}, "filter.request_response_rmt.modle: unknown field, did you mean model?"),
    ({"filter": 5}, 'filter: must be a leaf, a branch or "all", not int'),
    ({"limit": 0}, "limit: must be greater than or equal to 1"),
    ({"limit": 1001}, "limit: must be less than or equal to 1000"),
    ({"limit": "10"}, "limit: must be a valid integer"),
    ({"offset": -1}, "offset: must be greater than or equal to 0"),
    ({"filters": {}}, "filters: unknown field"),
    ({"is_cached": True}, "is_cached: unknown field"),
    ({"sort": {"created_at": "down"}}, "sort.created_at: must be 'asc' or 'desc'"),
    ({"sort": {"size": "asc"}}, "sort.size: unknown field"),
    ({"sort": {"cost": "asc", "latency": "asc"}}, "sort: one key, not several (latency, cost)"),
    ({"sort": {"properties": {}}}, "sort.properties: must name one property"),
    ({"sort": {"properties": {"": "asc"}}}, "sort.properties: a name must not be empty"),
    ({"sort": {"values": {"x": "asc"}}}, f"sort.values: {NO_INPUTS}"),
    ({"isPartOfExperiment": True}, "isPartOfExperiment: there are no experiments"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "message"), REFUSED, ids=[str(body)[:60] for body, _ in REFUSED])
def test_a_bad_query_is_refused_by_the_name_of_its_field(
    seeded: httpx.Client, body: dict[str, Any], message: str
) -> None:
    answer = seeded.post("/v1/request/query-clickhouse", json=body)
    assert (answer.status_code, answer.json()) == (400, {"data": None, "error": message})


@pytest.mark.parametrize("value", ["'; DROP TABLE request_response_rmt; --", "{x:String}", "\\", "%", "\0", "😀"])
def test_a_hostile_value_is_only_text(seeded: httpx.Client, value: str) -> None:
    assert query(seeded, filter=leaf("user_id", "equals", value)) == []
