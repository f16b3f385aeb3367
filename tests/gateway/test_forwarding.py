"""What goes through unchanged, what is taken out, and what is written down; byte by byte, over raw requests."""

from __future__ import annotations

import gzip
import socket
from http.client import HTTPResponse
from typing import Any
from uuid import UUID

import httpx
import pytest

from ingest.record import STATUS_CANCELLED, STATUS_TIMEOUT
from ingest.request_id import request_id
from tests.gateway.conftest import CALLER_KEY, KEY, SERVER_KEYS, Running
from tests.gateway.faults import BINARY, ENCODERS, EVENTS, TEXT, FaultProvider

AUTH = {"helicone-auth": f"Bearer {KEY}", "authorization": f"Bearer {CALLER_KEY}"}
GROQ = "/v1/gateway/groq"
CHAT = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}


def raw(http: httpx.Client, name: str, method: str = "GET", **options: Any) -> tuple[httpx.Response, bytes]:
    """A response of the faulty provider through the gateway, with its body as it came over the wire."""
    with http.stream(method, f"{GROQ}/{name}", headers=AUTH | options.pop("headers", {}), **options) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize("encoding", ENCODERS)
def test_compressed_bodies_pass_and_are_recorded_as_they_came(http: Any, gateway: Running, encoding: str) -> None:
    answer, body = raw(http, encoding)
    assert body == ENCODERS[encoding](TEXT)
    assert answer.headers["content-encoding"] == encoding
    record = gateway.last()
    assert record.response_body == body
    assert ("content-encoding", encoding) in record.response_headers


@pytest.mark.parametrize("name, expected", [("binary", BINARY), ("chunked", TEXT), ("until-close", TEXT)])
def test_bodies_pass_however_their_end_is_marked(http: Any, gateway: Running, name: str, expected: bytes) -> None:
    assert raw(http, name)[1] == expected
    assert gateway.last().response_body == expected


def test_a_large_upload_arrives_whole(http: Any, gateway: Running, faults: FaultProvider) -> None:
    raw(http, "chunked", "POST", content=b"u" * 3_000_000)
    assert faults.last.endswith(b"u" * 3_000_000)
    assert len(gateway.last().request_body) == 3_000_000


def test_a_compressed_or_chunked_request_is_forwarded_as_it_is(http: Any, gateway: Running, faults: Any) -> None:
    raw(http, "chunked", "POST", content=iter([gzip.compress(b"a"), b"b"]), headers={"content-encoding": "gzip"})
    assert faults.last.endswith(gzip.compress(b"a") + b"b")
    assert b"content-encoding: gzip" in faults.last.lower()
    assert gateway.last().request_body == gzip.compress(b"a") + b"b"


def test_the_provider_sees_the_callers_headers_and_no_others(http: Any, gateway: Running, faults: Any) -> None:
    headers = {"Helicone-User-Id": "u", "X-Mine": "1", "Connection": "close, X-Drop", "X-Drop": "1", "TE": "trailers"}
    raw(http, "no-content", headers=headers)
    lines = sorted(faults.last.lower().rstrip().split(b"\r\n")[1:])
    host = faults.url.removeprefix("http://").encode()
    assert lines == [b"authorization: bearer " + CALLER_KEY.encode(), b"host: " + host, b"x-mine: 1"]
    gateway.last()


def test_header_values_in_utf_8_arrive_as_sent_and_are_recorded_as_text(
    http: Any, gateway: Running, faults: Any
) -> None:
    zurich = "Zürich 東京".encode()
    headers = [(b"x-city", zurich), (b"x-latin", b"caf\xe9"), (b"helicone-user-id", zurich)]
    http.get(f"{GROQ}/no-content", headers=[*((n.encode(), v.encode()) for n, v in AUTH.items()), *headers])
    lines = faults.last.split(b"\r\n")
    assert b"x-city: " + zurich in lines
    assert b"x-latin: " + "café".encode() in lines
    record = gateway.last()
    assert record.helicone["helicone-user-id"] == "Zürich 東京"
    assert ("x-city", "Zürich 東京") in record.request_headers


def test_path_and_query_reach_the_provider_as_they_were_written(http: Any, gateway: Running, faults: Any) -> None:
    http.get(f"{GROQ}/no-content/a%2Fb/%C3%A9?q=a%20b&q=+c&key=secret-in-the-query", headers=AUTH)
    assert faults.last.startswith(b"GET /no-content/a%2Fb/%C3%A9?q=a%20b&q=+c&key=secret-in-the-query HTTP/1.1\r\n")
    assert gateway.last().target_url == f"{faults.url}/no-content/a%2Fb/%C3%A9?q=a%20b&q=+c"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method_passes(http: Any, gateway: Running, faults: FaultProvider, method: str) -> None:
    raw(http, "no-content", method)
    assert faults.last.startswith(method.encode() + b" /no-content ")
    assert (gateway.last().method, gateway.records[-1].status) == (method, 204)


def test_head_keeps_the_length_of_the_body_that_does_not_come(http: Any, gateway: Running) -> None:
    answer, body = raw(http, "head", "HEAD")
    assert (answer.headers["content-length"], body) == ("1234", b"")
    assert gateway.last().status == 200


def test_not_modified_passes(http: Any, gateway: Running) -> None:
    answer, body = raw(http, "not-modified")
    assert (answer.status_code, answer.headers["etag"], body) == (304, "1", b"")
    assert gateway.last().status == 304


def test_redirects_are_the_clients_to_follow(http: Any, gateway: Running) -> None:
    answer, _ = raw(http, "redirect")
    assert (answer.status_code, answer.headers["location"]) == (307, "https://elsewhere.example/")
    assert gateway.last().status == 307


def test_repeated_response_headers_stay_apart(http: Any, gateway: Running) -> None:
    answer, _ = raw(http, "cookies")
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert answer.headers["x-upstream"] == "yes"
    assert [name for name, _ in gateway.last().response_headers] == ["content-length", "content-type", "x-upstream"]


def test_hop_by_hop_response_headers_end_here(http: Any, gateway: Running) -> None:
    answer, _ = raw(http, "hop")
    assert set(answer.headers) == {"content-length", "content-type", "helicone-id"}
    assert gateway.last().status == 200


@pytest.mark.parametrize("status", [400, 401, 429, 500, 529])
def test_the_providers_errors_pass_with_their_body(http: Any, gateway: Running, status: int) -> None:
    answer, body = raw(http, f"status-{status}")
    assert (answer.status_code, answer.headers["retry-after"]) == (status, "7")
    record = gateway.last()
    assert (record.status, record.response_body, record.error) == (status, body, "")


def test_event_streams_pass_in_any_pieces(http: Any, gateway: Running) -> None:
    assert raw(http, "in-pieces")[1] == EVENTS
    record = gateway.last()
    assert (record.response_body, record.is_stream, record.truncated) == (EVENTS, True, False)


@pytest.mark.parametrize("encoding", ["", *ENCODERS])
def test_the_record_is_there_when_the_client_has_seen_the_end(http: Any, gateway: Running, encoding: str) -> None:
    name = f"sse-{encoding}" if encoding else "lingers"
    with http.stream("GET", f"{GROQ}/{name}", headers=AUTH) as answer:
        seen = b""
        for data in answer.iter_bytes():
            seen += data
            if b"[DONE]" in seen:
                assert gateway.last().status == 200
                break
    assert gateway.nothing_new()


def test_an_upstream_that_stays_silent_is_a_timeout(http: Any, gateway: Running, faults: FaultProvider) -> None:
    answer, _ = raw(http, "silent")
    assert answer.status_code == 504
    assert "HELIOGRAPH_UPSTREAM_TIMEOUT_S" in gateway.last().error
    assert gateway.records[-1].status == STATUS_TIMEOUT


def test_a_stream_that_stalls_is_a_timeout_and_breaks_the_connection(http: Any, gateway: Running) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        raw(http, "stalls")
    record = gateway.next()
    assert (record.status, record.response_body) == (STATUS_TIMEOUT, EVENTS[:10])


@pytest.mark.parametrize("name, kept", [("aborts", EVENTS[:10]), ("short", b"{")])
def test_a_response_broken_off_breaks_off_for_the_client_too(
    http: Any, gateway: Running, name: str, kept: bytes
) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        raw(http, name)
    record = gateway.next()
    assert (record.status, record.response_body) == (502, kept)
    assert "broke off" in record.error


def test_a_provider_that_does_not_speak_http_is_a_bad_gateway(http: Any, gateway: Running) -> None:
    assert raw(http, "nonsense")[0].status_code == 502
    assert gateway.last().status == 502


def test_a_provider_that_is_down_is_a_bad_gateway(start: Any) -> None:
    with start({"MISTRAL_API_BASE": "http://127.0.0.1:9/v1"}) as running:
        answer = httpx.get(f"{running.url}/v1/gateway/mistral/v1/models", headers=AUTH)
        assert (answer.status_code, answer.json()["error"]["code"]) == (502, "upstream_unreachable")
        assert running.last().status == 502


def test_a_client_gone_before_the_response_stops_the_provider(http: Any, gateway: Running, faults: Any) -> None:
    faults.hung_up.clear()
    with pytest.raises(httpx.ReadTimeout):
        http.get(f"{GROQ}/silent", headers=AUTH, timeout=0.1)
    assert faults.hung_up.wait(2)
    assert gateway.next().status == STATUS_CANCELLED


@pytest.mark.parametrize(
    "sent, expected",
    [
        ("123e4567-e89b-12d3-a456-426614174000", UUID("123e4567-e89b-12d3-a456-426614174000")),
        ("order 66", request_id("order 66")),
    ],
)
def test_a_chosen_request_id_becomes_a_stable_uuid(http: Any, gateway: Running, sent: str, expected: UUID) -> None:
    answer, _ = raw(http, "no-content", headers={"Helicone-Request-Id": sent})
    record = gateway.last()
    assert answer.headers["helicone-id"] == str(record.request_id) == str(expected)
    assert record.helicone["helicone-request-id"] == sent


def test_no_credential_reaches_the_spool(gateway: Running, http: Any) -> None:
    headers = AUTH | {"cookie": "session=0123456789", "x-api-key": "sk-other-0123456789", "x-copy": f"a {CALLER_KEY}"}
    http.post(f"/v1/gateway/oai/v1/chat/completions?api_key={CALLER_KEY}", json=CHAT, headers=headers)
    http.post("/v1/chat/completions", json=CHAT, headers={"authorization": KEY, "cookie": "session=0123456789"})
    http.post("/v1/messages", json=CHAT | {"model": "claude-haiku-4-5"}, headers={"x-api-key": KEY})
    for _ in range(3):
        assert gateway.next().status == 200
    written = b"".join(path.read_bytes() for path in gateway.spool.directory.glob("*.seg"))
    secrets = [KEY, CALLER_KEY, "session=0123456789", "sk-other-0123456789", *SERVER_KEYS.values()]
    assert [secret for secret in secrets if secret.encode() in written] == []


def test_the_ai_gateway_sends_the_servers_key_and_not_ours(http: Any, gateway: Running, faults: FaultProvider) -> None:
    http.post("/chat/completions", json=CHAT | {"model": "any/groq"}, headers={"authorization": f"Bearer {KEY}"})
    assert b"authorization: bearer sk-server-groq-0123456789\r\n" in faults.last.lower()
    assert KEY.encode() not in faults.last
    assert faults.last.startswith(b"POST /openai/v1/chat/completions HTTP/1.1\r\n")
    assert gateway.next().provider == "groq"


def test_only_the_models_name_is_changed_in_a_body(http: Any, gateway: Running, faults: FaultProvider) -> None:
    body = b'{ "messages":[{"content":"\\"model\\": 1"}], "x": {"model": "no"},\n "model" : "groq/a", "n":1.0 }'
    http.post("/v1/chat/completions", content=body, headers={"authorization": f"Bearer {KEY}"})
    assert faults.last.endswith(body.replace(b'"groq/a"', b'"a"'))
    assert gateway.next().request_body == body


@pytest.mark.parametrize("path", [f"/{KEY}/v1/no-content", f"/v1/{KEY}/no-content"])
def test_a_key_in_the_path_is_taken_out(http: Any, gateway: Running, faults: FaultProvider, path: str) -> None:
    headers = {"host": "groq.localhost:8585", "authorization": f"Bearer {CALLER_KEY}"}
    assert http.get(path, headers=headers).headers["helicone-id"]
    assert faults.last.startswith(b"GET /v1/no-content HTTP/1.1\r\n")
    record = gateway.next()
    assert (record.provider, record.path, KEY in str(record)) == ("groq", "/v1/no-content", False)


def test_host_names_route_as_on_helicones_domains(http: Any, gateway: Running) -> None:
    answer = http.post("/v1/chat/completions", json=CHAT, headers=AUTH | {"host": "oai.localhost:8585"})
    assert answer.status_code == 200
    record = gateway.last()
    assert (record.provider, record.referrer) == ("openai", "")


def test_the_target_header_chooses_a_known_provider(http: Any, gateway: Running, faults: FaultProvider) -> None:
    headers = AUTH | {"host": "gateway.localhost", "helicone-target-url": faults.url}
    assert http.get("/no-content", headers=headers).status_code == 204
    assert gateway.last().provider == "groq"
    refused = http.get("/", headers=headers | {"helicone-target-url": "http://169.254.169.254/"})
    assert (refused.status_code, gateway.last().status) == (400, 400)


def test_the_target_header_is_not_needed_where_the_server_is_called_gateway(http: Any, gateway: Running) -> None:
    headers = {"host": "gateway.example.com", "authorization": KEY}
    assert http.post("/v1/chat/completions", json=CHAT, headers=headers).status_code == 200
    assert gateway.last().referrer == "ai-gateway"


def test_the_servers_own_host_name_is_nobodys_alias(start: Any) -> None:
    with start(public_url="https://mistral.example.com") as running, httpx.Client(base_url=running.url) as client:
        headers = {"host": "mistral.example.com", "authorization": KEY}
        assert client.post("/v1/chat/completions", json=CHAT, headers=headers).status_code == 200
        assert running.last().provider == "openai"


def test_an_offered_upgrade_is_not_taken_and_harms_nothing(gateway: Running) -> None:
    """Java's HTTP client offers h2c on every first request."""
    body = b'{"model": "gpt-4o", "messages": []}'
    head = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\n"
    head += f"http2-settings: AAEAAEAAAAIAAAAA\r\nauthorization: {KEY}\r\ncontent-length: {len(body)}\r\n\r\n"
    host, port = gateway.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        for _ in range(2):
            connection.sendall(head.encode() + body)
            answer = HTTPResponse(connection)
            answer.begin()
            assert (answer.status, len(answer.read()) > 0) == (200, True)
            assert gateway.next().request_body == body


def test_a_stream_cut_by_our_own_stop_is_recorded(start: Any) -> None:
    client = httpx.Client()
    with start(grace_s=0) as running:
        answer = client.send(client.build_request("GET", f"{running.url}{GROQ}/stalls", headers=AUTH), stream=True)
        chunks = answer.iter_raw()
        assert next(chunks) == EVENTS[:10]
    client.close()
    record = running.next()
    assert (record.status, record.error[:23]) == (STATUS_CANCELLED, "The gateway was stopped")


def test_responses_longer_than_the_limit_pass_whole_and_are_cut_in_the_record(start: Any) -> None:
    with start(body_limit_mb=1) as running, httpx.Client() as client:
        assert len(client.get(f"{running.url}{GROQ}/huge", headers=AUTH).content) == 5_000_000
        record = running.last()
    assert (len(record.response_body), record.truncated) == (1_000_000, True)


def test_a_spool_that_takes_nothing_fails_no_request(start: Any) -> None:
    with start(spool_limit=0) as running, httpx.Client() as client:
        assert client.get(f"{running.url}{GROQ}/no-content", headers=AUTH).status_code == 204
        assert (running.spool.queued, running.spool.dropped) == (0, 1)


def test_a_recording_that_fails_fails_no_request(start: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    with start() as running, httpx.Client() as client:
        monkeypatch.setattr(running.spool, "append", None)
        assert client.get(f"{running.url}{GROQ}/chunked", headers=AUTH).content == TEXT
        assert running.gateway.counters.failures == 1


def test_requests_are_counted(start: Any) -> None:
    with start() as running, httpx.Client(base_url=running.url) as client:
        for name in ("chunked", "status-429", "silent"):
            client.get(f"{GROQ}/{name}", headers=AUTH)
        client.get(f"{GROQ}/chunked")
        counters = running.gateway.counters
    assert dict(counters.requests) == {("groq", "2xx"): 1, ("groq", "4xx"): 1, ("groq", "timeout"): 1}
    assert (counters.unauthorized, counters.overhead_count, counters.in_flight) == (1, 3, 0)


def test_it_knows_which_requests_are_its_own(gateway: Running) -> None:
    def handles(path: str, host: str = "127.0.0.1:8585") -> bool:
        scope = {"path": path, "raw_path": path.encode(), "headers": [(b"host", host.encode())]}
        return gateway.gateway.handles(scope)

    assert all(map(handles, ["/v1/chat/completions", "/responses", "/v1/models", "/v1/gateway/oai/v1/files"]))
    assert not any(map(handles, ["/healthz", "/v1/request/query", "/", "/v1/gateway", "/docs"]))
    assert handles("/healthz", "anthropic.localhost")
    assert not handles("/healthz", "api.localhost")
