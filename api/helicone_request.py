"""A row as Helicone's API shows a request (`HeliconeRequest`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from typing_extensions import TypedDict

COLUMNS = (
    "request_id", "request_created_at", "response_created_at", "response_id", "status", "request_model",
    "response_model", "model", "model_override", "provider", "target_url", "request_path", "user_id", "properties",
    "scores", "feedback", "prompt_tokens", "completion_tokens", "total_tokens", "prompt_cache_read_tokens",
    "prompt_cache_write_tokens", "reasoning_tokens", "prompt_audio_tokens", "completion_audio_tokens", "latency",
    "time_to_first_token", "cost_usd", "cost_status", "cache_enabled", "cache_reference_id", "prompt_id",
    "prompt_version", "country_code", "request_referrer", "assets", "ingested_at", "size_bytes",
)  # fmt: skip
"""What `shaped` reads, the bodies apart."""


class HeliconeRequest(TypedDict):
    """One request. Times are ISO 8601 in UTC; `delay_ms` and `time_to_first_token` are milliseconds; costs are USD,
    null where the model has no known price. Bodies are JSON where they are JSON, else text; null where left out."""

    request_id: str
    request_created_at: str
    request_path: str
    request_body: Any
    request_user_id: str | None
    request_properties: dict[str, str] | None
    request_model: str | None
    model_override: str | None
    helicone_user: str | None
    response_id: str | None
    response_created_at: str | None
    response_status: int
    response_body: Any
    response_model: str | None
    model: str
    provider: str
    target_url: str
    delay_ms: int | None
    time_to_first_token: int | None
    total_tokens: int | None
    prompt_tokens: int | None
    prompt_cache_write_tokens: int | None
    prompt_cache_read_tokens: int | None
    completion_tokens: int | None
    reasoning_tokens: int | None
    prompt_audio_tokens: int | None
    completion_audio_tokens: int | None
    cost: float | None
    costUSD: float | None
    prompt_id: str | None
    prompt_version: str | None
    feedback_created_at: str | None
    feedback_id: str | None
    feedback_rating: bool | None
    signed_body_url: str | None
    llmSchema: None
    country_code: str | None
    asset_ids: list[str] | None
    asset_urls: dict[str, str] | None
    scores: dict[str, float] | None
    properties: dict[str, str]
    assets: list[str]
    cache_reference_id: str | None
    cache_enabled: bool
    updated_at: str
    request_referrer: str | None
    ai_gateway_body_mapping: str | None
    storage_location: str


_SAME = (
    "time_to_first_token", "total_tokens", "prompt_tokens", "prompt_cache_write_tokens", "prompt_cache_read_tokens",
    "completion_tokens", "reasoning_tokens", "prompt_audio_tokens", "completion_audio_tokens", "model", "provider",
    "target_url", "request_path", "assets", "cache_enabled",
)  # fmt: skip
_OR_NULL = (
    "request_model", "response_model", "model_override", "response_id", "prompt_id", "prompt_version", "country_code",
    "request_referrer",
)  # fmt: skip


def shaped(row: Mapping[str, Any]) -> dict[str, Any]:
    """`row` (with `COLUMNS`, and both bodies unless they are left out) as a `HeliconeRequest`, for msgspec."""
    cost = None if row["cost_status"] == "unpriced" else row["cost_usd"]
    properties, scores = _map(row["properties"]), _map(row["scores"])
    return {
        **{name: row[name] for name in _SAME},
        **{name: row[name] or None for name in _OR_NULL},
        "request_id": str(row["request_id"]),
        "request_created_at": iso(row["request_created_at"]),
        "request_body": body(row.get("request_body")),
        "request_user_id": row["user_id"] or None,
        "request_properties": properties,
        "properties": properties,
        "helicone_user": None,
        "response_created_at": iso(row["response_created_at"]),
        "response_status": row["status"],
        "response_body": body(row.get("response_body")),
        "delay_ms": row["latency"],
        "cost": cost,
        "costUSD": cost,
        "feedback_created_at": None,
        "feedback_id": None,
        "feedback_rating": row["feedback"],
        "signed_body_url": None,
        "llmSchema": None,
        "asset_ids": row["assets"],
        "asset_urls": {},
        "scores": scores,
        "cache_reference_id": str(row["cache_reference_id"]),
        "updated_at": iso(row["ingested_at"]),
        "ai_gateway_body_mapping": None,
        "storage_location": "clickhouse",
    }


def body(text: str | None) -> Any:
    """A body to embed in JSON: as it is where it is JSON itself, else as a string; null for none."""
    if not text:
        return None
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
    return msgspec.Raw(text.encode())


def iso(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _map(value: Mapping[str, Any] | str) -> Any:
    """Read models give maps as JSON text in frames, as dicts in rows."""
    return msgspec.Raw(value.encode()) if isinstance(value, str) else value
