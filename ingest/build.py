"""Exchange -> Row: everything that a fact says, worked out from the bytes that went over the wire. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec

from ingest import pricing
from ingest.bodies import as_text, decoded
from ingest.pricing import Price
from ingest.properties import properties_of
from ingest.record import STATUS_CANCELLED, STATUS_THREAT, STATUS_TIMEOUT, Exchange
from ingest.usage import Reading, Usage, read
from ingest.usage.estimate import estimate
from ingest.usage.normal import UNREADABLE, text
from warehouse.row import NIL_UUID, Row

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_MESSAGE = 4000
NO_PRICES: Mapping[tuple[str, str], Price] = MappingProxyType({})

_MODEL_IN_PATH = re.compile(r"/(?:models|deployments|engines|model)/([^/:]+)")
_ERROR_TYPES = {STATUS_TIMEOUT: "timeout", STATUS_CANCELLED: "cancelled", STATUS_THREAT: "threat"}


class RequestBody(msgspec.Struct):
    """The members of a request that count."""

    model: Any = None
    type: Any = msgspec.field(default=None, name="_type")
    tool_name: Any = msgspec.field(default=None, name="toolName")
    name: Any = None

    @property
    def event(self) -> str:
        """What stands for the model where no model was called: `tool:<name>`, `vector_db`, `data:<name>`, `agent`."""
        match self.type:
            case "tool":
                return f"tool:{text(self.tool_name)}"
            case "vector_db":
                return "vector_db"
            case "data":
                return f"data:{text(self.name)}"
            case "llm":
                return ""
        return text(self.type)


class Used(msgspec.Struct, frozen=True):
    """What an exchange used and what that costs (USD × 1e9)."""

    usage: Usage
    price: Price | None
    status: str
    cost: int = 0
    saved_cost: int = 0


def row(
    exchange: Exchange,
    organization_id: UUID,
    names: Mapping[str, str],
    ingested_at: datetime,
    own: Mapping[tuple[str, str], Price] = NO_PRICES,
) -> tuple[Row, Price | None]:
    """The fact of an exchange and the price that was applied. `names`: kept property spellings by folded name; `own`:
    the organisation's own prices by provider and model, which go before LiteLLM's."""
    request_headers, response_headers = dict(exchange.request_headers), dict(exchange.response_headers)
    request = decoded(exchange.request_body, request_headers.get("content-encoding", ""))
    response = decoded(exchange.response_body, response_headers.get("content-encoding", ""))
    content_type = response_headers.get("content-type", "")
    is_events = content_type.startswith("text/event-stream")
    asked = _asked(request)
    reading = read(response, is_stream=is_events, truncated=exchange.truncated)
    override = exchange.helicone.get("helicone-model-override", "")
    asked_for = _request_model(exchange, asked) or asked.event or _model_in_path(exchange.path)
    model = override or reading.model or asked_for
    started = EPOCH + timedelta(microseconds=exchange.received_at)
    usage = _usage(exchange, reading, request, response, is_events, model)
    used = _used(exchange, usage, own.get((exchange.provider, model)), model, started)
    error_type, error_message = _error(exchange, reading)
    fact = Row(
        organization_id=organization_id,
        request_created_at=started,
        response_created_at=started + timedelta(microseconds=exchange.duration),
        response_id=reading.response_id,
        model=model,
        # Where nothing names it, too: so that by it failures are counted among the successes of the same model.
        request_model=asked_for or model,
        response_model=reading.model,
        model_override=override,
        span_kind=exchange.span_kind or text(asked.type) or "llm",
        properties={names[name.casefold()]: value for name, value in properties_of(exchange).items()},
        error_type=error_type,
        error_message=error_message[:LONGEST_MESSAGE],
        request_headers=request_headers,
        response_headers=response_headers,
        request_body="" if _omits(exchange, "request") else as_text(request, request_headers.get("content-type", "")),
        response_body="" if _omits(exchange, "response") else as_text(response, content_type),
        size_bytes=len(request) + len(response),
        ingested_at=ingested_at,
        **_as_sent(exchange),
        **_of_caller(exchange.helicone),
        **_of_usage(used),
    )
    return fact, used.price


def _omits(exchange: Exchange, side: str) -> bool:
    """Whether the caller wants this body left out of the row; it was read for its usage all the same."""
    return exchange.helicone.get(f"helicone-omit-{side}", "").lower() == "true"


def _as_sent(exchange: Exchange) -> dict[str, Any]:
    """The columns that the gateway itself knew."""
    return {
        "request_id": exchange.request_id,
        "status": exchange.status,
        "provider": exchange.provider,
        "target_url": exchange.target_url,
        "request_path": exchange.path,
        "trace_id": exchange.trace_id,
        "span_id": exchange.span_id,
        "parent_span_id": exchange.parent_span_id,
        "latency": _ms(exchange.duration),
        "time_to_first_token": None if exchange.first_token is None else _ms(exchange.first_token),
        "gateway_overhead_us": exchange.overhead,
        "cache_reference_id": exchange.cache_reference_id or NIL_UUID,
        "saved_latency": exchange.saved_latency,
        "country_code": exchange.country_code,
        "request_referrer": exchange.referrer,
        "is_stream": exchange.is_stream,
    }


def _of_caller(helicone: Mapping[str, str]) -> dict[str, Any]:
    """The columns that the caller's Helicone headers fill."""
    session_id = helicone.get("helicone-session-id", "")
    return {
        "user_id": helicone.get("helicone-user-id", ""),
        "session_id": session_id,
        "session_name": helicone.get("helicone-session-name", ""),
        "session_path": "/" + helicone.get("helicone-session-path", "").lstrip("/") if session_id else "",
        "cache_enabled": helicone.get("helicone-cache-enabled", "").lower() == "true",
        "prompt_id": helicone.get("helicone-prompt-id", ""),
        "prompt_version": helicone.get("helicone-prompt-version", ""),
    }


def _of_usage(used: Used) -> dict[str, Any]:
    usage = used.usage
    return {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "prompt_cache_read_tokens": usage.cache_read,
        "prompt_cache_write_tokens": usage.cache_write,
        "prompt_cache_write_1h_tokens": usage.cache_write_1h,
        "reasoning_tokens": usage.reasoning,
        "prompt_audio_tokens": usage.prompt_audio,
        "completion_audio_tokens": usage.completion_audio,
        "usage_source": usage.source if usage else "",
        "cost": used.cost,
        "cost_status": used.status,
        "price_id": used.price.id if used.price else "",
        "saved_cost": used.saved_cost,
    }


def _usage(
    exchange: Exchange, reading: Reading, request: bytes, response: bytes, is_events: bool, model: str
) -> Usage | None:
    """What the provider counted; where it did not, or the stream broke off before it could, an estimate."""
    answered = 200 <= exchange.status < 300 or exchange.status in (STATUS_CANCELLED, STATUS_TIMEOUT)
    if not answered or (reading.usage is not None and reading.final):
        return reading.usage
    counted = reading.usage
    return estimate(request, response, is_stream=is_events, model=model, counted=counted) or counted


def _used(exchange: Exchange, usage: Usage | None, own: Price | None, model: str, at: datetime) -> Used:
    if not usage:
        return Used(Usage(), None, "cached" if exchange.cache_reference_id else "none")
    price = own or pricing.find(exchange.provider, model, usage, at)
    cost = pricing.cost(usage, price) if price else 0
    if exchange.cache_reference_id:
        # The tokens were used, and are counted, where the stored response was made.
        return Used(Usage(), price, "cached", 0, cost)
    if usage.declared_usd is not None:
        return Used(usage, None, "provider", round(usage.declared_usd * 1e9))
    return Used(usage, price, "priced" if price else "unpriced", cost)


def _asked(request: bytes) -> RequestBody:
    try:
        return _request_decoder.decode(request)
    except UNREADABLE:
        return RequestBody()


_request_decoder = msgspec.json.Decoder(RequestBody)


def _request_model(exchange: Exchange, asked: RequestBody) -> str:
    """The model that the caller asked for, without what told the AI gateway which provider to take."""
    model = text(asked.model)
    if exchange.referrer == "ai-gateway":
        model = model.removeprefix(f"{exchange.provider}/").removesuffix(f"/{exchange.provider}")
    return model


def _model_in_path(path: str) -> str:
    found = _MODEL_IN_PATH.search(path)
    return found.group(1) if found else ""


def _error(exchange: Exchange, reading: Reading) -> tuple[str, str]:
    """Type and message: the provider's own words, else ours. A stream that fails half-way has both with status 200."""
    if 200 <= exchange.status < 400:
        return (reading.error_type, reading.error_message or exchange.error) if reading.error_type else ("", "")
    kind = reading.error_type or _ERROR_TYPES.get(exchange.status) or f"http_{exchange.status}"
    return kind, reading.error_message or exchange.error


def _ms(microseconds: int) -> int:
    return max(0, (microseconds + 500) // 1000)
