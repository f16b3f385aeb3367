"""What the spool carries: one record an exchange with a provider, or one thing said of a request later.

Records hold bytes as they went over the wire; reading them (usage, prices, text) is the worker's business.
Credentials never get this far: the gateway takes them out before it makes a record.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

STATUS_TIMEOUT = -1
STATUS_CANCELLED = -3
STATUS_THREAT = -4


class Exchange(msgspec.Struct, tag="exchange", kw_only=True, omit_defaults=True):
    """One request and its response. Microseconds: `received_at` since the Unix epoch, the others as durations."""

    request_id: UUID
    organization_id: UUID | None = None
    """None where the key could not be checked in time; the worker resolves `key_hash` then."""
    key_hash: str = ""
    provider: str = ""
    method: str = "POST"
    target_url: str = ""
    path: str = ""
    """The provider's own path, without query."""
    status: int
    """What the client got, or one of STATUS_*."""
    received_at: int
    duration: int
    first_token: int | None = None
    """From arrival to the response body's first byte; streamed responses only."""
    overhead: int = 0
    """From arrival to the moment the provider was asked, the client's own upload left out."""
    is_stream: bool = False
    referrer: str = ""
    """`ai-gateway` where the gateway chose the provider."""
    request_headers: list[tuple[str, str]] = []
    response_headers: list[tuple[str, str]] = []
    """Names in lower case; the body's content-encoding is among them."""
    helicone: dict[str, str] = {}
    """The caller's `Helicone-*` headers, names in lower case as the transport gives them, without credentials."""
    property_names: dict[str, str] = {}
    """Spellings where the transport shows them: lower-case property name -> as sent."""
    request_body: bytes = b""
    response_body: bytes = b""
    truncated: bool = False
    """The response was longer than what is kept."""
    error: str = ""
    """What went wrong on our side or on the way, when no provider said it in a body."""
    cache_reference_id: UUID | None = None
    """The request whose stored response was served."""
    saved_latency: int = 0
    """ms"""
    country_code: str = ""
    trace_id: str = ""
    span_id: str = ""
    parent_span_id: str = ""
    span_kind: str = ""


class Score(msgspec.Struct, tag="score", kw_only=True):
    """Scores of a request; the request may not have its row yet. `created_at` in microseconds since the epoch."""

    organization_id: UUID
    request_id: UUID
    created_at: int
    scores: dict[str, bool | float]


class Feedback(msgspec.Struct, tag="feedback", kw_only=True):
    """A rating of a request: True is good."""

    organization_id: UUID
    request_id: UUID
    created_at: int
    rating: bool


class Property(msgspec.Struct, tag="property", kw_only=True):
    """A property of a request, set or changed after the fact."""

    organization_id: UUID
    request_id: UUID
    created_at: int
    name: str
    value: str


Annotation = Score | Feedback | Property
Record = Exchange | Score | Feedback | Property

encoder = msgspec.msgpack.Encoder()
decoder: msgspec.msgpack.Decoder[Record] = msgspec.msgpack.Decoder(Record)
