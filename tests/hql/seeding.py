"""Two tenants of different size. Every text of one has its word in it and every number lies in its own range.

Most rows have fixed times in March 2026; the others are relative to now, for queries that ask for the last days, and
stay more than half an hour away from any bound such a query has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from clickhouse_connect.driver.client import Client

from warehouse.client import insert
from warehouse.row import COLUMNS, NIL_UUID, Row

START = datetime(2026, 3, 2, 0, 0, 1, tzinfo=UTC)

TEXTS = (
    "plain words",
    "naïve café, 日本語, ✓ 😀",
    'it\'s "quoted" \\ and `ticked`',
    "two\nlines\tand a tab",
    "=1+1",
    "+SUM(A1:A9)",
    "-2+3",
    "@cmd|' /C calc'!A0",
    "100% of a_b; -- not a comment",
    "a,b;c",
    "NULL",
    "\u202eright to left",
    "<script>alert(1)</script>",
)


@dataclass(frozen=True)
class Tenant:
    """An organisation and what tells its values from another's."""

    organization_id: UUID
    word: str
    fixed: int
    recent: int
    unit: int
    statuses: tuple[int, int, int, int]
    """success, client's error, provider's error, none at all"""
    countries: tuple[str, ...]

    @property
    def size(self) -> int:
        return self.fixed + self.recent

    def request_id(self, number: int) -> UUID:
        return UUID(f"{self.word[0] * 8}-0000-4000-8000-{number:012d}")

    def number(self, value: int) -> int:
        """A small number brought to the tenant's own range."""
        return self.unit + value


def tenants() -> tuple[Tenant, Tenant]:
    """The one who asks and the one who must not be seen, as organisations that nobody else uses."""
    small = Tenant(uuid4(), "alfa", 340, 60, 100, (200, 404, 500, -1), ("DE", "FR", "CH"))
    return small, Tenant(uuid4(), "bravo", 1040, 60, 1_000_000, (201, 429, 503, -3), ("JP", "BR", ""))


def seed(client: Client, tenant: Tenant, now: datetime) -> None:
    """Insert all that the tenant has."""
    facts = list(rows(tenant, now))
    insert(client, "request_response_rmt", COLUMNS, facts, token=str(uuid4()))
    ours = tenant.organization_id
    scores = [
        (ours, fact.request_id, name, value, name.startswith("is_"), fact.response_created_at)
        for fact in facts
        for name, value in fact.scores.items()
    ]
    columns = ["organization_id", "request_id", "name", "value", "is_boolean", "created_at"]
    insert(client, "scores", columns, scores, token=str(uuid4()))
    ratings = [(ours, f.request_id, f.feedback, f.response_created_at) for f in facts if f.feedback is not None]
    insert(client, "feedback", ["organization_id", "request_id", "rating", "created_at"], ratings, token=str(uuid4()))


def rows(tenant: Tenant, now: datetime) -> Iterator[Row]:
    for number in range(tenant.size):
        yield _row(tenant, number, _time(tenant, number, now))


def _time(tenant: Tenant, number: int, now: datetime) -> datetime:
    """Even seconds and odd seconds keep the tenants' times apart, too."""
    odd = timedelta(seconds=len(tenant.word) % 2, milliseconds=number % 7 * 100)
    if number < tenant.fixed:
        return START + timedelta(minutes=number * 77) % timedelta(days=25) + odd
    back = (number - tenant.fixed) * 60 / tenant.recent
    return now.replace(microsecond=0, second=2) - timedelta(hours=0.5 + back * back / 5) + odd


def _row(tenant: Tenant, number: int, at: datetime) -> Row:
    latency = tenant.number(number * 7 % 800)
    return Row(
        organization_id=tenant.organization_id,
        request_id=tenant.request_id(number),
        request_created_at=at,
        response_created_at=at + timedelta(milliseconds=latency),
        latency=latency,
        ingested_at=at + timedelta(seconds=2),
        response_id=f"{tenant.word}-response-{number}",
        **_route(tenant, number),
        **_trace(tenant, number),
        **_labels(tenant, number),
        **_usage(tenant, number),
        **_outcome(tenant, number),
        **_bodies(tenant, number),
    )


def _route(tenant: Tenant, number: int) -> dict[str, Any]:
    provider = ("openai", "anthropic", "google")[number % 3]
    model = f"{tenant.word}-{('gpt-4o', 'claude-3', 'gemini-2', 'gpt-4o-mini')[number % 4]}"
    return {
        "model": model,
        "request_model": model,
        "response_model": f"{model}-2024-08-06",
        "model_override": f"{tenant.word}-override" if number % 97 == 5 else "",
        "provider": f"{tenant.word}-{provider}",
        "target_url": f"https://api.{tenant.word}.example:8443/v1/{provider}?n={number}#top",
        "request_path": f"/v1/{tenant.word}/chat/completions",
        "country_code": tenant.countries[number % 3],
        "request_referrer": f"{tenant.word}-gateway" if number % 2 else "",
        "request_headers": {"x-secret": f"{tenant.word}-header-{number}"},
        "response_headers": {"x-request-id": f"{tenant.word}-{number}"},
    }


def _trace(tenant: Tenant, number: int) -> dict[str, Any]:
    session = number // 7
    if number % 5 == 0:
        return {"trace_id": f"{tenant.word}-trace-{number}"}
    return {
        "user_id": f"{tenant.word}-user-{session % 11}",
        "session_id": f"{tenant.word}-session-{session}",
        "session_name": f"{tenant.word} session {session % 4}",
        "session_path": f"/{tenant.word}" + "/step" * (number % 7),
        "trace_id": f"{tenant.word}-trace-{session}",
        "span_id": f"{tenant.word}-span-{number}",
        "parent_span_id": f"{tenant.word}-span-{number - 1}" if number % 7 else "",
        "span_kind": ("llm", "tool", "vector_db", "data")[number % 4],
    }


def _labels(tenant: Tenant, number: int) -> dict[str, Any]:
    word = tenant.word
    properties = {"env": f"{word}-{('prod', 'staging')[number % 2]}", "plan": f"{word}-plan-{number % 3}", word: "own"}
    if number % 5:
        properties["Helicone-Session-Id"] = f"{word}-session-{number // 7}"
    scores = {"quality": tenant.number(number % 10) / 4, "is_helpful": float(number % 2)} if number % 6 == 0 else {}
    return {
        "properties": properties if number % 11 else {},
        "scores": scores,
        "feedback": (True, False, None, None)[number % 4],
        "prompt_id": f"{word}-prompt-{number % 4}" if number % 3 else "",
        "prompt_version": f"{number % 5}.{word}" if number % 3 else "",
        "threat": (None, False, None, None, True)[number % 5],
        "assets": tuple(f"{word}-asset-{number}-{part}" for part in range(number % 4)),
    }


def _usage(tenant: Tenant, number: int) -> dict[str, Any]:
    cached = number % 9 == 4
    return {
        "prompt_tokens": tenant.number(number % 90),
        "completion_tokens": tenant.number(number * 3 % 70),
        "prompt_cache_read_tokens": tenant.number(number % 20) if number % 4 == 1 else 0,
        "prompt_cache_write_tokens": tenant.number(number % 15) if number % 4 == 2 else 0,
        "prompt_cache_write_1h_tokens": tenant.number(number % 5) if number % 8 == 2 else 0,
        "reasoning_tokens": tenant.number(number % 12) if number % 3 == 2 else 0,
        "prompt_audio_tokens": tenant.number(1) if number % 50 == 1 else 0,
        "completion_audio_tokens": tenant.number(2) if number % 50 == 2 else 0,
        "usage_source": ("provider", "estimated", "")[number % 3],
        "cost": 0 if cached else tenant.number(number * 13 % 700) * 1000,
        "cost_status": "cached" if cached else ("priced", "priced", "unpriced")[number % 3],
        "price_id": "" if cached else f"{tenant.word}-price-{number % 4}",
        "cache_enabled": number % 3 == 1,
        "cache_reference_id": tenant.request_id(number - 1) if cached else NIL_UUID,
        "saved_cost": tenant.number(number) * 1000 if cached else 0,
        "saved_latency": tenant.number(number % 300) if cached else 0,
        "is_passthrough_billing": number % 8 == 0,
        "gateway_overhead_us": tenant.number(number % 40),
    }


def _outcome(tenant: Tenant, number: int) -> dict[str, Any]:
    stream = number % 2 == 0
    success, refused, failed, none = tenant.statuses
    status = {3: refused, 13: refused, 7: failed, 11: none}.get(number % 20, success)
    error = "" if status == success else f"{tenant.word}_error_{abs(status)}"
    return {
        "status": status,
        "is_stream": stream,
        "time_to_first_token": tenant.number(number * 3 % 60) if stream else None,
        "error_type": error,
        "error_message": f"{error}: {TEXTS[number % len(TEXTS)]}" if error else "",
    }


def _bodies(tenant: Tenant, number: int) -> dict[str, Any]:
    text = TEXTS[number % len(TEXTS)]
    asked = {
        "model": f"{tenant.word}-model",
        "messages": [{"role": "user", "content": f"{tenant.word} question {number}: {text}"}],
        "temperature": number % 10 / 10,
    }
    answered = {
        "id": f"{tenant.word}-{number}",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": f"{text} {tenant.word}"}}],
        "usage": {"total": tenant.number(number)},
    }
    request, response = json.dumps(asked, ensure_ascii=False), json.dumps(answered)
    response = f"{text} {tenant.word}" if number % 4 == 3 else response
    return {"request_body": request, "response_body": response, "size_bytes": tenant.number(len(request))}
