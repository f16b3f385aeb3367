"""One request on its way through the gateway: what is known of it so far, and the record it becomes."""

from __future__ import annotations

import random
import time
from typing import Any
from uuid import UUID

from ingest.gateway.errors import Dialect
from ingest.gateway.headers import RequestHead, recordable, recordable_query
from ingest.gateway.protocol import SPELLINGS
from ingest.gateway.providers import Upstream
from ingest.record import Exchange
from ingest.request_id import request_id

_random = random.Random()
"""Seeded by the system once; `uuid4` asks it anew for every id, which costs more than the id."""


class Call:
    """The state of one request. Belongs to the task that serves it. `keep`: bytes of the response kept."""

    __slots__ = (
        "_observed", "_observed_bytes", "_received_at", "_started", "answered", "asked_at", "body", "dialect", "error",
        "first_byte_at", "head", "hung_up", "is_stream", "keep", "key_hash", "method", "organization_id", "path",
        "property_names", "provider", "query", "recorded", "referrer", "request_id", "response_headers", "secrets",
        "target_url", "truncated", "upload",
    )  # fmt: skip

    def __init__(self, scope: dict[str, Any], keep: int) -> None:
        self._started = time.perf_counter_ns()
        self._received_at = time.time_ns() // 1000
        self.method: str = scope["method"]
        self.query: str = scope["query_string"].decode("latin-1")
        self.property_names: dict[str, str] = scope.get(SPELLINGS) or {}
        self.path: str = scope["path"]
        self.head = RequestHead()
        self.dialect = Dialect.OPENAI
        self.request_id = UUID(int=_random.getrandbits(128), version=4)
        self.organization_id: UUID | None = None
        self.key_hash = self.provider = self.referrer = self.target_url = self.error = ""
        self.secrets: set[str] = set()
        self.body = b""
        self.upload = self.asked_at = self.first_byte_at = 0
        self.response_headers: list[tuple[str, str]] = []
        self.answered = self.is_stream = self.truncated = self.hung_up = self.recorded = False
        self.keep = keep
        self._observed: list[bytes] = []
        self._observed_bytes = 0

    def read_head(self, head: RequestHead) -> None:
        """Take the headers over: who the request says it is, and what must not be written down."""
        self.head = head
        if given := head.helicone.get("helicone-request-id"):
            self.request_id = request_id(given)

    def goes_to(self, upstream: Upstream, url: str, path: str) -> None:
        """Note where the request is sent. `url` without the query."""
        self.provider = upstream.name
        self.path = path
        if upstream.key:
            self.secrets.add(upstream.key)
        query = recordable_query(self.query, self.secrets) if self.query else ""
        self.target_url = f"{url}?{query}" if query else url

    def asked(self) -> None:
        """The provider is being asked now."""
        self.asked_at = time.perf_counter_ns()

    def observe(self, chunk: bytes) -> None:
        """Keep a copy of a piece of the response, up to the limit."""
        if not self.first_byte_at:
            self.first_byte_at = time.perf_counter_ns()
        room = self.keep - self._observed_bytes
        if len(chunk) > room:
            self.truncated = True
            chunk = chunk[:room]
        self._observed.append(chunk)
        self._observed_bytes += len(chunk)

    @property
    def overhead(self) -> int:
        """Microseconds of ours before the provider was asked; 0 if it never was."""
        return max(0, self.asked_at - self._started - self.upload) // 1000 if self.asked_at else 0

    def record(self, status: int) -> Exchange:
        """The record, as things stand now."""
        helicone = self.head.helicone
        streamed = self.is_stream and self.first_byte_at
        return Exchange(
            request_id=self.request_id,
            organization_id=self.organization_id,
            key_hash=self.key_hash,
            provider=self.provider,
            method=self.method,
            target_url=self.target_url,
            path=self.path,
            status=status,
            received_at=self._received_at,
            duration=(time.perf_counter_ns() - self._started) // 1000,
            first_token=(self.first_byte_at - self._started) // 1000 if streamed else None,
            overhead=self.overhead,
            is_stream=self.is_stream,
            referrer=self.referrer,
            request_headers=recordable(self.head.forwarded, self.secrets),
            response_headers=recordable(self.response_headers, self.secrets),
            helicone=dict(recordable(helicone.items(), self.secrets)) if helicone else {},
            property_names=self.property_names,
            request_body=self.body,
            response_body=b"".join(self._observed),
            truncated=self.truncated,
            error=self.error,
        )
