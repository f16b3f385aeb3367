"""Scores, feedback and properties: what is taken, what is refused, and that it reaches the row."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.api.conftest import KEY, Api

DONE = {"data": None, "error": None}


def chat(client: httpx.Client, request_id: str, **headers: str) -> httpx.Response:
    body = {"model": "demo/gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]}
    return client.post("/v1/chat/completions", json=body, headers={"Helicone-Request-Id": request_id, **headers})


def test_what_comes_before_the_request_is_on_its_row(client: httpx.Client, arrived: Callable[..., Any]) -> None:
    name = f"ticket {uuid4()}/1"
    assert client.post(f"/v1/request/{name}/score", json={"scores": {"accuracy": 0.25, "ok": True}}).json() == DONE
    assert client.post(f"/v1/request/{name}/feedback", json={"rating": False}).json() == DONE
    assert client.put(f"/v1/request/{name}/property", json={"key": "Team", "value": "blue"}).json() == DONE
    assert chat(client, name).status_code == 200
    row = arrived(name, lambda row: row["scores"] and "Team" in row["properties"] and row["feedback_rating"] is False)
    assert row["scores"] == {"accuracy": 0.25, "ok": 1}
    assert row["properties"] == {"Helicone-Request-Id": name, "Team": "blue"}


def test_what_comes_after_the_request_replaces_what_came_before(
    client: httpx.Client, arrived: Callable[..., Any]
) -> None:
    name = str(uuid4())
    assert chat(client, name, **{"Helicone-Property-Stage": "dev"}).headers["helicone-id"] == name
    client.post(f"/v1/request/{name}/score", json={"scores": {"accuracy": 1, "other": -2.5e-3}})
    client.post(f"/v1/request/{name}/score", json={"scores": {"accuracy": 2}})
    client.put(f"/v1/request/{name}/property", json={"stage": "prod", "Extra": ""})
    row = arrived(name, lambda row: row["scores"].get("accuracy") == 2 and "Extra" in row["properties"])
    assert row["scores"] == {"accuracy": 2, "other": -0.0025}
    assert row["properties"] == {"Stage": "prod", "Extra": ""}


def test_the_older_way_to_rate_a_request(client: httpx.Client, arrived: Callable[..., Any]) -> None:
    name = str(uuid4())
    chat(client, name)
    assert client.post("/v1/feedback", json={"helicone-id": name, "rating": True}).json() == DONE
    assert arrived(name, lambda row: row["feedback_rating"] is not None)["feedback_rating"] is True


def test_another_organisations_label_does_not_reach_the_row(
    client: httpx.Client, other_client: httpx.Client, arrived: Callable[..., Any]
) -> None:
    name = str(uuid4())
    chat(client, name)
    assert other_client.post(f"/v1/request/{name}/score", json={"scores": {"stolen": 1}}).json() == DONE
    client.post(f"/v1/request/{name}/score", json={"scores": {"mine": 1}})
    assert arrived(name, lambda row: row["scores"])["scores"] == {"mine": 1}
    assert other_client.get(f"/v1/request/{name}").status_code == 404


REFUSED = [
    ("score", '{"scores": {"a": "high"}}', "scores.a: must be a finite number, true or false"),
    ("score", '{"scores": {"a": null}}', "scores.a: must be a finite number, true or false"),
    ("score", '{"scores": {"a": NaN}}', "scores.a: must be a finite number, true or false"),
    ("score", '{"scores": {"a": 1e999}}', "scores.a: must be a finite number, true or false"),
    ("score", f'{{"scores": {{"a": 1{"0" * 400}}}}}', "scores.a: must be a finite number, true or false"),
    ("score", '{"scores": {"a": [1]}}', "scores.a: must be a finite number, true or false"),
    ("score", '{"scores": {}}', "scores: must not be empty"),
    ("score", "{}", "scores is missing"),
    ("score", '{"scores": {"a": 1}, "rating": true}', "rating: unknown field"),
    ("score", '{"scores": {"a": 1}', "the body is not JSON: Expecting ',' delimiter at character 19"),
    ("score", "[]", "the body must be a JSON object, sent with Content-Type: application/json"),
    ("score", "", "the body is missing"),
    ("score", "[" * 100_000, "the body cannot be read: it is not UTF-8, or nested too deeply"),
    ("score", '{"scores": {"\\ud800": 1}}', "scores: a name is not valid Unicode"),
    ("property", '{"key": "a", "value": "\\ud800"}', "value: is not valid Unicode"),
    ("feedback", '{"rating": "true"}', "rating: must be true or false"),
    ("feedback", '{"rating": 1}', "rating: must be true or false"),
    ("property", '{"key": "a", "value": 5}', "value: must be text"),
    ("property", '{"key": "", "value": "x"}', "key: must not be empty"),
    ("property", '{"key": "a\\u0000", "value": "x"}', "the body: must not contain control characters"),
    ("property", '{"a\\u0085": "x"}', "the body: a name must not contain control characters"),
    ("property", f'{{"key": "{"k" * 256}", "value": "x"}}', "the body: the key should have at most 255 characters"),
    ("score", '{"scores": {"a\\n": 1}}', "scores: a name must not contain control characters"),
    ("property", "{}", "the body: must not be empty"),
]


@pytest.mark.parametrize(("path", "body", "message"), REFUSED, ids=[f"{p}-{b[:30]}" for p, b, _ in REFUSED])
def test_a_bad_label_is_refused_by_the_name_of_its_field(
    client: httpx.Client, path: str, body: str, message: str
) -> None:
    method = "PUT" if path == "property" else "POST"
    headers = {"Content-Type": "application/json"}
    answer = client.request(method, f"/v1/request/x/{path}", content=body, headers=headers)
    assert (answer.status_code, answer.json()) == (400, {"data": None, "error": message})


def test_a_body_that_is_too_long_is_refused(api: Api, client: httpx.Client) -> None:
    body = json.dumps({"scores": {"a" * 1_000_000: 1}})
    answer = client.post("/v1/request/x/score", content=body)
    assert (answer.status_code, answer.json()["error"]) == (413, "the body is longer than 1 MB")


def test_a_chunked_body_that_is_too_long_is_refused(client: httpx.Client) -> None:
    answer = client.post("/v1/request/x/score", content=(b" " * 100_000 for _ in range(11)))
    assert (answer.status_code, answer.json()["error"]) == (413, "the body is longer than 1 MB")


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "no API key: send it as Authorization: Bearer sk-helicone-…"),
        ({"Authorization": "Bearer"}, "no API key: send it as Authorization: Bearer sk-helicone-…"),
        ({"Authorization": f"Bearer {KEY}x"}, "this API key belongs to no organisation, or was revoked"),
        ({"Authorization": KEY.upper()}, "this API key belongs to no organisation, or was revoked"),
    ],
)
def test_without_a_good_key_nothing_is_taken(api: Api, headers: dict[str, str], message: str) -> None:
    answer = httpx.post(f"{api.url}/v1/request/x/feedback", json={"rating": True}, headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"data": None, "error": message})


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": KEY},
        {"AUTHORIZATION": f"bearer {KEY}"},
        {"Helicone-Auth": f"Bearer {KEY}"},
        {"helicone-auth": KEY},
    ],
)
def test_a_key_is_taken_in_every_form(api: Api, headers: dict[str, str]) -> None:
    answer = httpx.post(f"{api.url}/v1/request/{UUID(int=5)}/feedback", json={"rating": True}, headers=headers)
    assert (answer.status_code, answer.json()) == (200, DONE)
