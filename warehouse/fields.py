"""What a filter can ask of a request: the fields, their types and operators, as data.

`FIELDS` are the fields of ``request_response_rmt``; the dashboard's filter bar is built from them. `TABLES` adds the
older tables that Helicone's clients still name, each leading to the column that answers it; `REFUSED` says why
the few that remain cannot be answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "texts", "uuid", "number", "time", "boolean", "properties", "scores", "property_key"]

NUMERIC = ("equals", "not-equals", "gte", "lte", "gt", "lt")
TEXTUAL = ("equals", "not-equals", "like", "ilike", "contains", "not-contains")

OPERATORS: Mapping[Kind, tuple[str, ...]] = {
    "text": TEXTUAL,
    "texts": TEXTUAL,
    "uuid": TEXTUAL,
    "number": NUMERIC,
    "time": ("equals", "gte", "lte", "gt", "lt"),
    "boolean": ("equals",),
    "properties": TEXTUAL,
    "scores": (*NUMERIC, *TEXTUAL[2:]),
    "property_key": ("equals",),
}


@dataclass(frozen=True)
class Field:
    """Something to filter by. `properties` and `scores` take a name first: ``{"Environment": {"equals": "x"}}``."""

    name: str
    label: str
    kind: Kind
    sql: str = ""
    """The expression compared; the field's own name where empty."""
    unit: str = ""
    scale: int = 1
    """What a number is multiplied by to be in the column's unit."""
    folded: bool = False
    """Values are kept in lower case and compare without case."""
    indexed: bool = False
    """The column has a text index."""
    within: str = "{condition}"
    """What the condition stands in, for fields that are not of the row itself."""

    @property
    def expression(self) -> str:
        return self.sql or self.name

    @property
    def column(self) -> str:
        """The column that is read."""
        return self.expression if self.expression.isidentifier() and self.within == "{condition}" else self.name

    @property
    def is_map(self) -> bool:
        return self.kind in ("properties", "scores")

    @property
    def operators(self) -> tuple[str, ...]:
        return OPERATORS[self.kind]


NANO = 10**9

_COLUMNS = (
    Field("request_id", "Request id", "uuid"),
    Field("request_created_at", "Time", "time"),
    Field("response_created_at", "Response time", "time"),
    Field("model", "Model", "text"),
    Field("request_model", "Requested model", "text"),
    Field("response_model", "Response's model", "text"),
    Field("model_override", "Model override", "text"),
    Field("provider", "Provider", "text", folded=True),
    Field("status", "Status", "number"),
    Field("error_type", "Error type", "text"),
    Field("error_message", "Error message", "text"),
    Field("user_id", "User", "text"),
    Field("session_id", "Session", "text"),
    Field("session_name", "Session name", "text"),
    Field("session_path", "Session path", "text"),
    Field("properties", "Property", "properties"),
    Field("search_properties", "Property", "properties", "properties"),
    Field("property_key", "Has property", "property_key", "properties"),
    Field("scores", "Score", "scores"),
    Field("scores_column", "All scores", "text", "toJSONString(scores)"),
    Field("feedback", "Feedback", "boolean"),
    Field("helicone-score-feedback", "Feedback", "boolean", "feedback"),
    Field("latency", "Latency", "number", unit="ms"),
    Field("time_to_first_token", "Time to first token", "number", unit="ms"),
    Field("gateway_overhead_us", "Gateway overhead", "number", unit="µs"),
    Field("cost", "Cost", "number", unit="USD", scale=NANO),
    Field("cost_status", "Cost status", "text"),
    Field("saved_cost", "Saved cost", "number", unit="USD", scale=NANO),
    Field("total_tokens", "Total tokens", "number"),
    Field("prompt_tokens", "Prompt tokens", "number"),
    Field("completion_tokens", "Completion tokens", "number"),
    Field("prompt_cache_read_tokens", "Cache read tokens", "number"),
    Field("prompt_cache_write_tokens", "Cache write tokens", "number"),
    Field("reasoning_tokens", "Reasoning tokens", "number"),
    Field("prompt_audio_tokens", "Prompt audio tokens", "number"),
    Field("completion_audio_tokens", "Completion audio tokens", "number"),
    Field("usage_source", "Usage source", "text"),
    Field("request_body", "Request body", "text", indexed=True),
    Field("response_body", "Response body", "text", indexed=True),
    Field("size_bytes", "Size", "number", unit="bytes"),
    Field("request_path", "Path", "text"),
    Field("target_url", "Target URL", "text"),
    Field("response_id", "Response id", "text"),
    Field("is_stream", "Streamed", "boolean"),
    Field("cached", "Cached", "boolean", "is_cached"),
    Field("cache_enabled", "Cache enabled", "boolean"),
    Field("cache_reference_id", "Cache reference", "uuid"),
    Field("prompt_id", "Prompt", "text"),
    Field("prompt_version", "Prompt version", "text"),
    Field("trace_id", "Trace", "text"),
    Field("span_id", "Span", "text"),
    Field("parent_span_id", "Parent span", "text"),
    Field("span_kind", "Span kind", "text"),
    Field("country_code", "Country", "text"),
    Field("request_referrer", "Referrer", "text"),
    Field("is_passthrough_billing", "Passthrough billing", "boolean"),
    Field("threat", "Threat", "boolean"),
    Field("assets", "Assets", "texts"),
)

FIELDS: Mapping[str, Field] = {field.name: field for field in _COLUMNS}


def _as(**columns: str) -> dict[str, Field]:
    """Older names -> the fields that answer them."""
    return {name: FIELDS[column] for name, column in columns.items()}


_SESSIONS = (
    "session_id IN (SELECT session_id FROM request_response_rmt "
    "WHERE session_id != '' GROUP BY session_id HAVING {condition})"
)
_RATED = "request_id IN (SELECT request_id FROM feedback WHERE {condition})"


def _session(label: str, kind: Kind, sql: str, scale: int = 1) -> Field:
    """A figure of the request's whole session."""
    return Field("session_id", label, kind, sql, scale=scale, within=_SESSIONS)


TABLES: Mapping[str, Mapping[str, Field]] = {
    "request_response_rmt": FIELDS,
    "request": _as(
        id="request_id", created_at="request_created_at", user_id="user_id", model="request_model",
        modelOverride="model_override", path="request_path", prompt="request_body", prompt_id="prompt_id",
        country_code="country_code",
    ),
    "response": _as(
        body_model="response_model", model="response_model", body_tokens="total_tokens",
        body_completion="response_body", status="status",
    ),
    "feedback": {
        **_as(rating="feedback", response_id="response_id"),
        "created_at": Field("feedback", "Rated at", "time", "created_at", within=_RATED),
    },
    "sessions_request_response_rmt": {
        **_as(session_session_id="session_id", session_session_name="session_name"),
        "session_total_cost": _session("Session's cost", "number", "sum(cost)", NANO),
        "session_total_tokens": _session("Session's tokens", "number", "sum(prompt_tokens + completion_tokens)"),
        "session_prompt_tokens": _session("Session's prompt tokens", "number", "sum(prompt_tokens)"),
        "session_completion_tokens": _session("Session's completion tokens", "number", "sum(completion_tokens)"),
        "session_total_requests": _session("Session's requests", "number", "count()"),
        "session_created_at": _session("Session's begin", "time", "min(request_created_at)"),
        "session_latest_request_created_at": _session("Session's last request", "time", "max(request_created_at)"),
    },
}  # fmt: skip

_NO_JOBS = "jobs and their nodes are not recorded; sessions (session_id, session_path) took their place"
_OWN_DATA = "a key sees the requests of its own organisation and no others"

REFUSED: Mapping[tuple[str, str], str] = {
    ("request_response_rmt", "organization_id"): _OWN_DATA,
    ("request_response_rmt", "node_id"): _NO_JOBS,
    ("request_response_rmt", "job_id"): _NO_JOBS,
    ("request", "org_id"): _OWN_DATA,
    ("request", "node_id"): _NO_JOBS,
    ("request", "auth_hash"): "keys are never recorded",
    ("feedback", "id"): "feedback has no id of its own; a request has one rating, feedback.rating",
    ("sessions_request_response_rmt", "session_tag"): "sessions have no tags",
}
