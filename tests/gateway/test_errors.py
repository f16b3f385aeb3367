"""Every answer of the gateway's own: its status, its shape, what it tells the caller to do, and its record."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anthropic
import httpx
import openai
import pytest

from ingest.record import STATUS_CANCELLED
from metadata.keys import hashed
from metadata.store import Store, connect
from settings import Settings
from tests.gateway.conftest import CALLER_KEY, KEY, Running

AUTH = {"authorization": f"Bearer {KEY}"}
CHAT: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}
DOWN = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def away() -> Iterator[Store]:
    """A metadata database that cannot be opened."""
    store = connect(Settings(data_dir=Path("/nonexistent")))
    yield store
    store.close()


def ask(http: httpx.Client, model: str, api: str = "chat/completions") -> httpx.Response:
    return http.post(f"/v1/{api}", json=CHAT | {"model": model}, headers=AUTH)


@pytest.mark.parametrize(
    "path, headers, hint",
    [
        ("/v1/chat/completions", {}, "Authorization: Bearer"),
        ("/v1/chat/completions", {"authorization": "Bearer sk-nobody"}, "No organisation has this key"),
        ("/v1/gateway/oai/v1/models", {"authorization": f"Bearer {CALLER_KEY}"}, "Helicone-Auth"),
        ("/v1/gateway/oai/v1/models", {"helicone-auth": "Bearer sk-nobody"}, "No organisation has this key"),
    ],
)
def test_without_a_good_key_nothing_is_forwarded_or_recorded(
    http: httpx.Client, gateway: Running, path: str, headers: dict[str, str], hint: str
) -> None:
    answer = http.post(path, json=CHAT, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"] == answer.json()["error"] | {"code": "invalid_api_key", "param": None}
    assert hint in answer.json()["error"]["message"]
    assert gateway.nothing_new()


@pytest.mark.parametrize("value", [KEY, f"Bearer {KEY}", f"bearer  {KEY}"])
def test_keys_are_taken_with_or_without_bearer(http: httpx.Client, gateway: Running, value: str) -> None:
    for name in ("Authorization", "Helicone-Auth", "HELICONE-AUTH"):
        assert http.post("/v1/chat/completions", json=CHAT, headers={name: value}).status_code == 200
        gateway.last()


def test_the_openai_sdk_raises_its_own_errors(gateway: Running) -> None:
    with openai.OpenAI(base_url=f"{gateway.url}/v1", api_key="sk-nobody", max_retries=0) as client:
        with pytest.raises(openai.AuthenticationError, match="No organisation has this key"):
            client.chat.completions.create(**CHAT)
        with pytest.raises(openai.AuthenticationError):
            client.chat.completions.create(**CHAT, stream=True)


def test_the_anthropic_sdk_raises_its_own_errors(gateway: Running, claude: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.NotFoundError) as caught:
        claude.messages.create(model="clawde-haiku-4-5", max_tokens=9, messages=CHAT["messages"])
    assert caught.value.body["type"] == "error"
    assert caught.value.body["error"]["type"] == "not_found_error"
    assert caught.value.body["request_id"] == str(gateway.last().request_id)


NOT_JSON = [
    b"", b"{", b"[]", b'{"model": 3}', b'{"model": "gpt-4o"} x', b"\xff", b'{"model": "\xff"}',
    b'{"mod\\u0065l": "gpt-4o/openai", "user": "\xff"}', b'{"model": "gpt-4o", "user": ' + b"[" * 20_000,
]  # fmt: skip


@pytest.mark.parametrize("body", NOT_JSON, ids=[str(body[:40]) for body in NOT_JSON])
def test_a_body_that_is_not_json_is_a_bad_request(http: httpx.Client, gateway: Running, body: bytes) -> None:
    answer = http.post("/v1/chat/completions", content=body, headers=AUTH)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_json")
    record = gateway.last()
    assert (record.status, record.request_body, record.response_body) == (400, body, answer.content)


def test_a_body_without_a_model_is_a_bad_request(http: httpx.Client, gateway: Running) -> None:
    answer = http.post("/v1/chat/completions", json={"messages": []}, headers=AUTH)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "missing_model")
    assert gateway.last().error.startswith("The body names no model")


@pytest.mark.parametrize(
    "model, api, status, said",
    [
        ("gpt-4o-mimi", "chat/completions", 404, "gpt-4o-mini"),
        ("gpt-4o/opennai", "chat/completions", 404, "gpt-4o/openai"),
        ("claude-haiku-4-5", "chat/completions", 400, "Call /v1/messages instead"),
        ("gpt-4o", "messages", 400, "/v1/chat/completions"),
        ("mistral-large-latest", "chat/completions", 400, "MISTRAL_API_KEY"),
        ("demo/gpt-4o", "chat/completions", 404, "HELIOGRAPH_DEMO"),
        ("gpt-4o/openai,claude-haiku-4-5/anthropic", "chat/completions", 400, "Name one model"),
        ("m" * 1000, "chat/completions", 404, "1000 characters"),
    ],
)
def test_a_model_that_cannot_be_served_says_what_to_do(
    http: httpx.Client, gateway: Running, model: str, api: str, status: int, said: str
) -> None:
    answer = ask(http, model, api)
    assert answer.status_code == status
    assert said in answer.json()["error"]["message"]
    assert gateway.last().status == status


def test_a_pinned_unknown_model_is_the_providers_to_judge(http: httpx.Client, gateway: Running) -> None:
    assert ask(http, "gpt-99/openai").json()["model"] == "gpt-99"
    assert gateway.last().status == 200
    assert ask(http, "openai/gpt-99").json()["model"] == "gpt-99"
    assert gateway.last().status == 200


def test_an_unknown_provider_is_not_found_with_the_nearest(http: httpx.Client, gateway: Running) -> None:
    answer = http.get("/v1/gateway/antropic/v1/messages", headers={"helicone-auth": KEY})
    assert answer.status_code == 404
    assert "anthropic" in answer.json()["error"]["message"]
    assert gateway.last().status == 404


def test_other_methods_are_refused_on_the_ai_gateway(http: httpx.Client, gateway: Running) -> None:
    answer = http.get("/v1/chat/completions", headers=AUTH)
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")
    assert gateway.last().status == 405


def test_bodies_over_the_limit_are_refused(start: Any) -> None:
    with start(body_limit_mb=1) as running, httpx.Client(base_url=running.url, headers=AUTH) as client:
        told = client.post("/v1/chat/completions", content=b"x" * 20_000_000)
        untold = client.post("/v1/messages", content=iter([b"x" * 600_000] * 2), headers={"x-api-key": KEY})
        assert (told.status_code, told.json()["error"]["code"]) == (413, "request_too_large")
        assert (untold.status_code, untold.json()["error"]["type"]) == (413, "request_too_large")
        assert [running.next().status for _ in range(2)] == [413, 413]


def test_a_provider_that_is_down_is_told_in_the_callers_shape(start: Any) -> None:
    with start({"OPENAI_API_BASE": DOWN, "ANTHROPIC_API_BASE": DOWN}) as running:
        with httpx.Client(base_url=running.url) as client:
            openai_like = client.post("/v1/chat/completions", json=CHAT, headers=AUTH)
            claude_like = client.post("/v1/messages", json=CHAT | {"model": "claude-haiku-4-5"}, headers=AUTH)
        assert (openai_like.status_code, openai_like.json()["error"]["type"]) == (502, "api_error")
        assert (claude_like.status_code, claude_like.json()["error"]["type"]) == (502, "api_error")
        assert [running.next().status for _ in range(2)] == [502, 502]


def test_with_the_metadata_database_away_proxies_go_on(start: Any, away: Store) -> None:
    with start(keys=away) as running, httpx.Client(base_url=running.url) as client:
        headers = {"helicone-auth": KEY, "authorization": f"Bearer {CALLER_KEY}"}
        assert client.post("/v1/gateway/oai/v1/chat/completions", json=CHAT, headers=headers).status_code == 200
        record = running.last()
        assert (record.organization_id, record.key_hash) == (None, hashed(KEY))


def test_with_the_metadata_database_away_unknown_keys_wait(start: Any, away: Store) -> None:
    with start(keys=away) as running, httpx.Client(base_url=running.url) as client:
        answer = client.post("/v1/chat/completions", json=CHAT, headers=AUTH)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "metadata_unavailable")
        assert (running.last().status, running.records[-1].key_hash) == (503, hashed(KEY))


def test_a_client_that_goes_away_while_it_sends_is_recorded(gateway: Running) -> None:
    host, port = gateway.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: {KEY}\r\ncontent-length: 100\r\n\r\n"
        connection.sendall(head.encode() + b'{"model"')
    record = gateway.next()
    assert (record.status, record.request_body) == (STATUS_CANCELLED, b'{"model"')


IN_PATH = f"/v1/gateway/oai/{KEY}/v1/chat/completions"
ENDED_EARLY = [
    (IN_PATH, {}, b"x" * 1_100_000, 413),
    (IN_PATH, {"helicone-target-url": "https://elsewhere.example"}, b"{}", 400),
    (IN_PATH.replace("oai", "oia"), {}, b"{}", 404),
    (f"/v1/gateway/{KEY}/oia/{KEY}/v1/chat/completions", {}, b"{}", 404),
]


@pytest.mark.parametrize("path, headers, body, status", ENDED_EARLY)
def test_a_key_in_the_path_is_not_recorded_however_early_the_request_ends(
    start: Any, path: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    with start(body_limit_mb=1) as running:
        assert httpx.post(running.url + path, content=body, headers=headers).status_code == status
        record = running.last()
    assert (record.status, record.path) == (status, "/v1/chat/completions")
    assert KEY not in repr(record)


def test_a_key_in_the_path_is_not_recorded_when_the_client_goes_away(gateway: Running) -> None:
    host, port = gateway.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"POST {IN_PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{{".encode())
    record = gateway.next()
    assert (record.status, record.path) == (STATUS_CANCELLED, "/v1/chat/completions")
    assert KEY not in repr(record)


def test_a_bad_key_in_the_path_is_not_logged(
    http: httpx.Client, gateway: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="ingest.gateway.app")
    assert http.post("/v1/gateway/oai/sk-helicone-nobody/v1/models").status_code == 401
    assert [record.message.partition(": ")[0] for record in caplog.records] == ["401 on /v1/models"]


def test_a_failure_of_our_own_is_an_answer_too(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with start() as running, httpx.Client(base_url=running.url) as client:
        monkeypatch.setattr(running.gateway, "_to_model", None)
        answer = client.post("/v1/chat/completions", json=CHAT, headers=AUTH)
        assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal_error")
        assert running.last().status == 500


def test_models_are_listed_for_the_providers_with_a_key(http: httpx.Client, gateway: Running) -> None:
    listed = {model["id"]: model["owned_by"] for model in http.get("/v1/models").json()["data"]}
    assert listed["gpt-4o"] == "openai"
    assert listed["claude-haiku-4-5"] == "anthropic"
    assert "mistral" not in listed.values()
    assert gateway.nothing_new()


def test_demo_models_work_where_the_demo_is_on(start: Any, demo_url: str) -> None:
    with start(demo=True, demo_port=int(demo_url.rsplit(":", 1)[1])) as running:
        with openai.OpenAI(base_url=running.url, api_key=KEY) as client:
            assert client.chat.completions.create(**CHAT | {"model": "demo/gpt-4o-mini"}).model == "gpt-4o-mini"
            assert "demo/gpt-4o-mini" in [model.id for model in client.models.list()]
        record = running.last()
        assert (record.provider, record.referrer) == ("demo", "ai-gateway")
