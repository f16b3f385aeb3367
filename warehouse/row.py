"""One row of `request_response_rmt`: the declared type whose fields stand in the table's column order.

`tests/engine/test_schema.py` holds it against ``DESCRIBE TABLE``.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

NIL_UUID = UUID(int=0)
"""No cache reference: the provider answered."""


_NO_TEXTS: dict[str, str] = {}
_NO_NUMBERS: dict[str, float] = {}


class Row(NamedTuple):
    """A fact as it is inserted. Times are aware UTC, `cost` and `saved_cost` USD × 1e9, latencies ms."""

    organization_id: UUID
    request_id: UUID
    request_created_at: datetime
    response_created_at: datetime
    response_id: str = ""
    status: int = 200
    model: str = ""
    request_model: str = ""
    response_model: str = ""
    model_override: str = ""
    provider: str = ""
    target_url: str = ""
    request_path: str = ""
    user_id: str = ""
    session_id: str = ""
    session_name: str = ""
    session_path: str = ""
    trace_id: str = ""
    span_id: str = ""
    parent_span_id: str = ""
    span_kind: str = "llm"
    properties: dict[str, str] = _NO_TEXTS
    scores: dict[str, float] = _NO_NUMBERS
    feedback: bool | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_cache_read_tokens: int = 0
    prompt_cache_write_tokens: int = 0
    prompt_cache_write_1h_tokens: int = 0
    reasoning_tokens: int = 0
    prompt_audio_tokens: int = 0
    completion_audio_tokens: int = 0
    usage_source: str = ""
    latency: int = 0
    time_to_first_token: int | None = None
    gateway_overhead_us: int = 0
    cost: int = 0
    cost_status: str = "none"
    price_id: str = ""
    cache_enabled: bool = False
    cache_reference_id: UUID = NIL_UUID
    saved_cost: int = 0
    saved_latency: int = 0
    prompt_id: str = ""
    prompt_version: str = ""
    country_code: str = ""
    request_referrer: str = ""
    is_passthrough_billing: bool = False
    is_stream: bool = False
    threat: bool | None = None
    assets: tuple[str, ...] = ()
    error_type: str = ""
    error_message: str = ""
    request_headers: dict[str, str] = _NO_TEXTS
    response_headers: dict[str, str] = _NO_TEXTS
    request_body: str = ""
    response_body: str = ""
    size_bytes: int = 0
    ingested_at: datetime | None = None


COLUMNS: tuple[str, ...] = Row._fields
