from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import brotli
import pytest
import zstandard

from ingest.build import row
from ingest.properties import properties_of
from ingest.record import STATUS_CANCELLED, STATUS_TIMEOUT, Exchange
from tests.unit.ingest.test_usage import ANTHROPIC_START, ANTHROPIC_TEXT, OPENAI_CHAT, OPENAI_STREAM, sse
from warehouse.row import Row

ORG = UUID(int=1)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
RECEIVED = int(NOW.timestamp()) * 1_000_000
BODY = json.dumps(OPENAI_CHAT).encode()
JSON_TYPE = ("content-type", "application/json")
EVENTS_TYPE = ("content-type", "text/event-stream; charset=utf-8")


def fact(**changes: Any) -> Row:
    values: dict[str, Any] = {
        "request_id": UUID(int=2),
        "provider": "openai",
        "status": 200,
        "path": "/v1/chat/completions",
        "received_at": RECEIVED,
        "duration": 1_234_567,
        "request_headers": [JSON_TYPE],
        "response_headers": [JSON_TYPE],
        "request_body": b'{"model": "gpt-4.1", "messages": []}',
        "response_body": BODY,
    }
    exchange = Exchange(**(values | changes))
    names = {name.casefold(): name for name in properties_of(exchange)}
    return row(exchange, ORG, names, NOW)[0]


def test_a_chat_becomes_a_priced_fact() -> None:
    chat = fact()
    assert (chat.model, chat.request_model, chat.response_model) == (
        "gpt-4.1-2025-04-14",
        "gpt-4.1",
        "gpt-4.1-2025-04-14",
    )
    assert (chat.prompt_tokens, chat.completion_tokens, chat.prompt_cache_read_tokens) == (2006, 300, 1920)
    # 86 × 2 + 1920 × 0.5 + 300 × 8 USD a million
    assert (chat.cost, chat.cost_status, chat.usage_source) == (3_532_000, "priced", "provider")
    assert (chat.latency, chat.time_to_first_token) == (1235, None)
    assert chat.response_created_at.isoformat() == "2026-11-23T00:00:01.234567+00:00"


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [("gzip", gzip.compress), ("br", brotli.compress), ("zstd", zstandard.compress), ("identity", bytes)],
)
def test_an_encoded_body_is_read_and_kept_as_text(encoding: str, encode: Any) -> None:
    chat = fact(response_body=encode(BODY), response_headers=[JSON_TYPE, ("content-encoding", encoding)])
    assert (chat.prompt_tokens, chat.response_body) == (2006, BODY.decode())
    assert chat.size_bytes == len(BODY) + len(chat.request_body)


def test_a_body_that_is_not_what_its_header_says_is_kept_as_it_came() -> None:
    assert fact(response_headers=[JSON_TYPE, ("content-encoding", "gzip")]).prompt_tokens == 2006


def test_a_stream_is_kept_as_its_events() -> None:
    body = sse(OPENAI_STREAM)
    stream = fact(response_body=body, response_headers=[EVENTS_TYPE], is_stream=True, first_token=99_600)
    assert (stream.response_body, stream.prompt_tokens) == (body.decode(), 19)
    assert stream.time_to_first_token == 100


def test_a_cancelled_stream_is_estimated_from_what_arrived() -> None:
    cut = fact(
        provider="anthropic", status=STATUS_CANCELLED, response_headers=[EVENTS_TYPE],
        response_body=sse([ANTHROPIC_START, ANTHROPIC_TEXT])[:-14], is_stream=True,
    )  # fmt: skip
    assert (cut.prompt_tokens, cut.completion_tokens, cut.usage_source) == (1025, 2, "estimated")
    assert (cut.status, cut.error_type, cut.cost_status) == (-3, "cancelled", "priced")


def test_a_request_that_was_not_answered_used_nothing() -> None:
    late = fact(status=STATUS_TIMEOUT, response_body=b"", response_headers=[], error="the provider stayed silent")
    assert (late.cost, late.cost_status, late.usage_source) == (0, "none", "")
    assert (late.model, late.error_type, late.error_message) == ("gpt-4.1", "timeout", "the provider stayed silent")


def test_a_cache_hit_costs_nothing_and_says_what_it_saved() -> None:
    hit = fact(cache_reference_id=UUID(int=9), saved_latency=800)
    assert (hit.cost, hit.saved_cost, hit.cost_status, hit.prompt_tokens) == (0, 3_532_000, "cached", 0)
    assert (hit.cache_reference_id, hit.saved_latency) == (UUID(int=9), 800)


def test_a_model_without_a_price_is_unpriced() -> None:
    unknown = fact(response_body=json.dumps(OPENAI_CHAT | {"model": "gpt-99"}).encode())
    assert (unknown.cost, unknown.cost_status, unknown.price_id, unknown.prompt_tokens) == (0, "unpriced", "", 2006)


def test_a_cost_that_the_provider_declares_is_taken() -> None:
    body = {"model": "openai/gpt-4o", "usage": {"prompt_tokens": 5, "completion_tokens": 1, "cost": 0.00014}}
    declared = fact(provider="openrouter", response_body=json.dumps(body).encode())
    assert (declared.cost, declared.cost_status) == (140_000, "provider")


MODELS: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "an override comes first": ({"helicone": {"helicone-model-override": "mine"}}, ("mine", "gpt-4.1")),
    "then the response's": ({}, ("gpt-4.1-2025-04-14", "gpt-4.1")),
    "then the request's": ({"response_body": b"{}"}, ("gpt-4.1", "gpt-4.1")),
    "then the path's": (
        {"response_body": b"", "request_body": b"", "path": "/v1beta/models/gemini-2.5-pro:generateContent"},
        ("gemini-2.5-pro", "gemini-2.5-pro"),
    ),
    "the answer's stands for a request that names none": (
        {"request_body": b"{}", "path": "/v1/custom"},
        ("gpt-4.1-2025-04-14", "gpt-4.1-2025-04-14"),
    ),
    "the provider pinned behind it is left out": (
        {"response_body": b"{}", "request_body": b'{"model": "gpt-4.1/openai"}', "referrer": "ai-gateway"},
        ("gpt-4.1", "gpt-4.1"),
    ),
    "a demo model's prefix is left out": (
        {
            "response_body": b"{}",
            "request_body": b'{"model": "demo/gpt-4o"}',
            "referrer": "ai-gateway",
            "provider": "demo",
        },
        ("gpt-4o", "gpt-4o"),
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_the_model_is_taken_from_the_surest_source(name: str) -> None:
    changes, models = MODELS[name]
    built = fact(**changes)
    assert (built.model, built.request_model) == models


def test_headers_become_columns_and_properties() -> None:
    built = fact(
        helicone={
            "helicone-user-id": "ada",
            "helicone-session-id": "s1",
            "helicone-session-path": "plan/search",
            "helicone-session-name": "Trip",
            "helicone-prompt-id": "greeting",
            "helicone-property-user-tier": "gold",
            "helicone-property-environment": "prod",
            "helicone-request-id": "order 17",
            "helicone-cache-enabled": "true",
        },
        property_names={"environment": "ENVIRONMENT"},
    )
    assert (built.user_id, built.session_id, built.session_path, built.session_name) == (
        "ada",
        "s1",
        "/plan/search",
        "Trip",
    )
    assert (built.prompt_id, built.cache_enabled) == ("greeting", True)
    assert built.properties == {
        "Helicone-Session-Id": "s1",
        "Helicone-Session-Path": "plan/search",
        "Helicone-Session-Name": "Trip",
        "Helicone-Prompt-Id": "greeting",
        "User-Tier": "gold",
        "ENVIRONMENT": "prod",
        "Helicone-Request-Id": "order 17",
    }


def test_a_session_without_a_path_is_at_the_root() -> None:
    assert fact(helicone={"helicone-session-id": "s1"}).session_path == "/"
    assert fact().session_path == ""


def test_a_long_property_name_is_cut() -> None:
    assert list(fact(helicone={"helicone-property-" + "a" * 400: "x"}).properties) == ["A" + "a" * 254]


def test_binary_bodies_are_noted_by_type_and_size() -> None:
    built = fact(response_body=b"\xff\xfb\x90\x00" * 4, response_headers=[("content-type", "audio/mpeg")])
    assert json.loads(built.response_body) == {"_type": "binary", "content_type": "audio/mpeg", "size_bytes": 16}
    assert (built.cost_status, built.size_bytes - len(built.request_body)) == ("none", 16)


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert fact(response_body=b'{"a": "\xff"}').response_body == '{"a": "\ufffd"}'


def test_a_failure_in_the_middle_of_a_stream_is_told() -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    built = fact(response_body=sse([ANTHROPIC_START, error]), response_headers=[EVENTS_TYPE], provider="anthropic")
    assert (built.status, built.error_type, built.error_message) == (200, "overloaded_error", "Overloaded")


def test_a_time_that_no_calendar_has_cannot_be_built() -> None:
    with pytest.raises(OverflowError):
        fact(received_at=2**62)


@pytest.mark.parametrize(
    ("body", "model", "kind"),
    [
        ({"_type": "tool", "toolName": "web_search", "input": {}}, "tool:web_search", "tool"),
        ({"_type": "vector_db", "operation": "search", "text": "boots"}, "vector_db", "vector_db"),
        ({"_type": "data", "name": "orders"}, "data:orders", "data"),
        ({"_type": "agent", "input": "Where is it?"}, "agent", "agent"),
        ({"_type": "llm", "input": "Where is it?"}, "", "llm"),
    ],
)
def test_steps_that_call_no_model_are_named_after_what_they_do(body: dict[str, Any], model: str, kind: str) -> None:
    built = fact(request_body=json.dumps(body).encode(), response_body=b'{"result": 4}')
    assert (built.model, built.span_kind, built.cost_status) == (model, kind, "none")


def test_a_body_to_be_omitted_is_counted_and_left_out() -> None:
    built = fact(helicone={"helicone-omit-request": "true", "helicone-omit-response": "True"})
    assert (built.request_body, built.response_body) == ("", "")
    assert (built.model, built.prompt_tokens, built.cost) == ("gpt-4.1-2025-04-14", 2006, 3_532_000)
