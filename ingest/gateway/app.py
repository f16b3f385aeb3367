"""The gateway as an ASGI application: who asks, for what, where it goes. Bare ASGI, since every layer costs here."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
from yarl import URL

from ingest.gateway import errors
from ingest.gateway.counters import Counters
from ingest.gateway.errors import GatewayError, Unauthorized
from ingest.gateway.exchange import Call
from ingest.gateway.forward import BrokenOff, Forwarder, Request
from ingest.gateway.headers import CREDENTIALS, Headers, bearer, read_request
from ingest.gateway.listing import models_body
from ingest.gateway.providers import MESSAGES, Upstreams
from ingest.gateway.routing import Route, Router, decode_asked, with_model
from ingest.record import STATUS_CANCELLED
from ingest.spool import SpoolWriter
from metadata.keyring import KeyRing
from metadata.keys import hashed
from metadata.store import MetadataUnavailable
from settings import Settings

log = logging.getLogger(__name__)

SHORTEST_SECRET = 8
"""A shorter one would be found in headers that have nothing to do with it."""
LAST_RECORDS_S = 0.5
ROUTE = "heliograph.route"
"""Key of the ASGI scope."""
ANTHROPIC_VERSION = ("anthropic-version", "2023-06-01")


class HungUp(Exception):
    """The client went away while it was still sending."""


class Gateway:
    """Forwards requests and leaves a record of each in the spool. Belongs to one event loop: `start`, then call."""

    def __init__(
        self, settings: Settings, keys: KeyRing, spool: SpoolWriter, environ: Mapping[str, str] | None = None
    ) -> None:
        self.counters = Counters()
        self._settings = settings
        self._limit = settings.body_limit_mb * 1_000_000
        self._keys = keys
        self._spool = spool
        self._upstreams = Upstreams(settings, os.environ if environ is None else environ)
        self._router = Router(self._upstreams, urlsplit(settings.public_url).netloc)
        self._models = b""
        self._forward: Forwarder

    async def start(self) -> None:
        """Open what needs the event loop, and read what the first request should not have to wait for."""
        self._models = models_body(self._upstreams)
        self._forward = Forwarder(self._settings, self._record)

    async def stop(self) -> None:
        """Close the connections; what the server has just cancelled gets the time to write its records."""
        deadline = time.monotonic() + LAST_RECORDS_S
        while self.counters.in_flight and time.monotonic() < deadline:
            await asyncio.sleep(0.005)
        await self._forward.close()

    def handles(self, scope: MutableMapping[str, Any]) -> bool:
        """Whether an HTTP request is the gateway's; where it goes is noted in the scope for the call."""
        scope[ROUTE] = route = self._router.route(scope)
        return route is not None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not (scope.get(ROUTE) or self.handles(scope)):
            raise ValueError("this request is not the gateway's")
        route: Route = scope[ROUTE]
        call = Call(scope, self._limit)
        call.dialect = route.dialect
        # From the first line on: what ends a request early is recorded, and a path may carry a key.
        call.path = route.path or call.path
        self.counters.in_flight += 1
        try:
            await self._serve(call, route, scope, receive, send)
        except GatewayError as error:
            await self._answer(call, error, send)
        except HungUp:
            call.error = "The client hung up while it was sending its request."
            self._record(call, STATUS_CANCELLED)
        except BrokenOff as error:
            # Returning without the last byte makes the server close the connection: all a client can still be told.
            log.info("%s: %s", call.request_id, error)
        except Exception:
            self.counters.failures += 1
            log.exception("the request %s failed inside the gateway", call.request_id)
            if not call.answered:
                text = "The gateway failed. The request's id, in the header Helicone-Id, is in its log."
                await self._answer(call, GatewayError(500, "internal_error", text), send)
        finally:
            self.counters.in_flight -= 1

    async def _serve(self, call: Call, route: Route, scope: Any, receive: Any, send: Any) -> None:
        if route.lists_models:
            return await self._list_models(call, send)
        call.read_head(read_request(scope["headers"]))
        await self._identify(call, route)
        if route.api and call.method != "POST":
            raise GatewayError(405, "method_not_allowed", f"{call.path} takes POST, not {call.method}.")
        await self._read_body(call, receive)
        request = self._to_model(call, route.api) if route.api else self._to_provider(call, route)
        await self._forward(call, request, receive, send)

    async def _identify(self, call: Call, route: Route) -> None:
        """Whose request this is. Raises Unauthorized, and 503 where it must be known and cannot."""
        key = _key(call, route)
        if not key:
            raise Unauthorized(
                "Send your organisation's key (sk-helicone-…) as Authorization: Bearer <key>."
                if route.api
                else "Send your organisation's key as Helicone-Auth: Bearer <key>, beside the provider's own key."
            )
        found = (key, *map(bearer, call.head.credentials.values()))
        call.secrets.update(secret for secret in found if len(secret) >= SHORTEST_SECRET)
        try:
            call.organization_id = await self._keys.organisation(key)
        except MetadataUnavailable:
            call.key_hash = hashed(key)
            if route.api:
                text = "Your key cannot be checked: the metadata database does not answer. Try again in a moment."
                raise GatewayError(503, "metadata_unavailable", text) from None
            return
        if call.organization_id is None:
            raise Unauthorized("No organisation has this key. Check it, or make a new one in the dashboard's settings.")

    async def _read_body(self, call: Call, receive: Any) -> None:
        if call.head.content_length > self._limit:
            raise self._too_large()
        started = time.perf_counter_ns()
        message = await receive()
        body: bytes | bytearray = message.get("body", b"")
        if message.get("more_body"):
            body = bytearray(body)
        while message["type"] == "http.request" and message.get("more_body"):
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self._limit:
                raise self._too_large()
        call.body = bytes(body)
        call.upload = time.perf_counter_ns() - started
        if message["type"] == "http.disconnect":
            raise HungUp

    def _to_model(self, call: Call, api: str) -> Request:
        """The AI gateway's request: the provider follows from the model, the key is the server's."""
        try:
            model = decode_asked(call.body).model
            choice = self._router.choose(api, model)
            body = call.body if choice.model == model else with_model(call.body, choice.model)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise GatewayError(400, "invalid_json", f"The body is not the JSON this call takes: {error}.") from None
        url = f"{choice.upstream.base}/{api}"
        call.referrer = "ai-gateway"
        call.goes_to(choice.upstream, url, urlsplit(url).path)
        headers = [header for header in call.head.forwarded if header[0] not in CREDENTIALS]
        headers += choice.upstream.credentials()
        if api == MESSAGES and all(name != ANTHROPIC_VERSION[0] for name, _ in headers):
            headers.append(ANTHROPIC_VERSION)
        return Request(_url(url, call.query), headers, body)

    def _to_provider(self, call: Call, route: Route) -> Request:
        """A provider proxy's request: path, query and credentials are the caller's."""
        helicone = call.head.helicone
        target = helicone.get("helicone-target-url") or helicone.get("helicone-openai-api-base") or ""
        upstream = self._router.target(route, target)
        url = upstream.root + route.path
        call.goes_to(upstream, url, route.path)
        ours = _key(call, route)
        headers: Headers = [header for header in call.head.forwarded if ours not in header[1]]
        return Request(_url(url, call.query), headers, call.body)

    async def _list_models(self, call: Call, send: Any) -> None:
        if call.method not in ("GET", "HEAD"):
            raise GatewayError(405, "method_not_allowed", f"{call.path} takes GET, not {call.method}.")
        await _send(send, 200, self._models, [])

    async def _answer(self, call: Call, error: GatewayError, send: Any) -> None:
        """Send an answer of our own, recorded first like any other."""
        data = errors.body(error, call.dialect, call.request_id)
        call.error = error.message
        call.response_headers = [("content-type", "application/json")]
        call.observe(data)
        if isinstance(error, Unauthorized):
            self.counters.unauthorized += 1
            log.info("401 on %s: %s", call.path, error)
        else:
            self._record(call, error.recorded_status)
        await _send(send, error.status, data, [(b"helicone-id", str(call.request_id).encode())])

    def _record(self, call: Call, status: int) -> None:
        """Write a call down, once. Never raises: what fails here must not fail the request."""
        if call.recorded or not (call.organization_id or call.key_hash):
            return
        call.recorded = True
        try:
            self._spool.append(call.record(status))
            self.counters.count(call.provider, status, call.overhead)
        except Exception:
            self.counters.failures += 1
            log.exception("the exchange %s could not be recorded", call.request_id)

    def _too_large(self) -> GatewayError:
        megabytes = self._settings.body_limit_mb
        text = f"The body is larger than {megabytes} MB, the limit that HELIOGRAPH_BODY_LIMIT_MB sets."
        return GatewayError(413, "request_too_large", text)


def _key(call: Call, route: Route) -> str:
    """Our key, wherever the request carries it."""
    if ours := call.head.helicone.get("helicone-auth") or route.key:
        return bearer(ours)
    if not route.api:
        return ""
    credentials = call.head.credentials
    names = ("x-api-key", "authorization") if route.api == MESSAGES else ("authorization", "api-key")
    return next((bearer(credentials[name]) for name in names if credentials.get(name)), "")


def _url(url: str, query: str) -> URL:
    return URL(f"{url}?{query}" if query else url, encoded=True)


async def _send(send: Any, status: int, data: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(data)), *headers]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})
