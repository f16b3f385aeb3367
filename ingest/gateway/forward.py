"""The way to a provider and back: bytes unchanged, a copy observed, one record before the last byte leaves."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from ingest.gateway.errors import GatewayError
from ingest.gateway.exchange import Call
from ingest.gateway.headers import Headers, decoded, read_response
from ingest.gateway.sse import StreamEnd
from ingest.record import STATUS_CANCELLED, STATUS_TIMEOUT
from settings import Settings

STREAMS = ("text/event-stream", "application/x-ndjson", "application/vnd.amazon.eventstream")
IN_ONE_WRITE = 1 << 20
"""Larger request bodies go out in pieces, so that one upload does not hold up the others."""
STOPPED = "The gateway was stopped before the response was complete."
HEADER_BYTES = 64 * 1024
WATCH_AFTER_S = 0.02
"""A task a request is a twentieth of its cost here; who hangs up sooner than this is seen this late."""

Record = Callable[[Call, int], None]


@dataclass(slots=True)
class Request:
    """What a provider is sent."""

    url: URL
    headers: Headers
    body: bytes


class BrokenOff(Exception):
    """A response ended before its end, and the client has to be told by closing the connection."""


class Forwarder:
    """Sends calls to providers. `record` writes a call down; it is told once, whatever happens."""

    def __init__(self, settings: Settings, record: Record) -> None:
        self._record = record
        self._session = aiohttp.ClientSession(
            # Unlimited: how many run at once is the clients' affair and the providers'.
            connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=60),
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=settings.connect_timeout_s, sock_read=settings.upstream_timeout_s
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            max_line_size=HEADER_BYTES,
            max_field_size=HEADER_BYTES,
        )

    async def close(self) -> None:
        await self._session.close()

    async def __call__(self, call: Call, request: Request, receive: Any, send: Any) -> None:
        """Send `request` and pass the response on; a client that hangs up ends the call quietly.

        Raises GatewayError if the provider gave no response, BrokenOff if it stopped in the middle of one.
        """
        task = asyncio.current_task()
        assert task is not None
        watcher = Watcher(receive, call, task)
        try:
            await self._exchange(call, request, send)
        except asyncio.CancelledError:
            task.uncancel()
            self._fail(call, STATUS_CANCELLED, "The client hung up." if call.hung_up else STOPPED)
            if not call.hung_up:
                raise BrokenOff(STOPPED) from None
        finally:
            watcher.cancel()

    async def _exchange(self, call: Call, request: Request, send: Any) -> None:
        body: Any = request.body or None
        if len(request.body) > IN_ONE_WRITE:
            body = io.BytesIO(request.body)
        call.asked()
        try:
            async with self._session.request(
                call.method, request.url, data=body, headers=request.headers, allow_redirects=False
            ) as answer:
                await self._relay(call, answer, send)
        except TimeoutError as error:
            text = "The provider was silent for too long. Try again, or raise HELIOGRAPH_UPSTREAM_TIMEOUT_S."
            answer_504 = GatewayError(504, "upstream_timeout", text, recorded_status=STATUS_TIMEOUT)
            self._broken(call, answer_504, error)
        except (aiohttp.ClientError, OSError) as error:
            text = f"{call.provider} cannot be reached or broke off ({type(error).__name__}). Try again in a moment."
            self._broken(call, GatewayError(502, "upstream_unreachable", text), error)

    async def _relay(self, call: Call, answer: aiohttp.ClientResponse, send: Any) -> None:
        status = answer.status
        headers = read_response(answer.raw_headers)
        call.response_headers = [(name.decode("latin-1"), decoded(value)) for name, value in headers]
        length = answer.content_length
        bodiless = call.method == "HEAD" or status in (204, 304) or length == 0
        if status in (204, 304):
            # Such a length speaks of a body that does not come; servers wait for it all the same.
            headers = [header for header in headers if header[0] != b"content-length"]
        headers.append((b"helicone-id", str(call.request_id).encode()))
        if bodiless:
            self._record(call, status)
        call.answered = True
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if bodiless:
            await send({"type": "http.response.body", "body": b""})
        elif answer.content_type in STREAMS:
            await self._stream(call, answer, send)
        else:
            await self._pass(call, answer, length, send)

    async def _pass(self, call: Call, answer: aiohttp.ClientResponse, length: int | None, send: Any) -> None:
        left = -1 if length is None else length
        async for chunk in answer.content.iter_any():
            call.observe(chunk)
            left -= len(chunk)
            if left == 0:
                self._record(call, answer.status)
                await send({"type": "http.response.body", "body": chunk})
                return
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        self._record(call, answer.status)
        await send({"type": "http.response.body", "body": b""})

    async def _stream(self, call: Call, answer: aiohttp.ClientResponse, send: Any) -> None:
        call.is_stream = True
        end = StreamEnd(answer.headers.get("content-encoding", ""))
        async for chunk in answer.content.iter_any():
            call.observe(chunk)
            if not call.recorded and end.feed(chunk):
                self._record(call, answer.status)
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        self._record(call, answer.status)
        await send({"type": "http.response.body", "body": b""})

    def _broken(self, call: Call, answer: GatewayError, cause: Exception) -> None:
        if not call.answered:
            raise answer from cause
        self._fail(call, answer.recorded_status, answer.message)
        raise BrokenOff(answer.message) from cause

    def _fail(self, call: Call, status: int, error: str) -> None:
        if not call.recorded:
            call.error = error
            self._record(call, status)


class Watcher:
    """Stops `task` when the client hangs up. Begins after a moment, since most of what is faster needs no watching."""

    def __init__(self, receive: Any, call: Call, task: asyncio.Task[None]) -> None:
        self._watching: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._start = self._loop.call_later(WATCH_AFTER_S, self._begin, receive, call, task)

    def cancel(self) -> None:
        self._start.cancel()
        if self._watching is not None:
            self._watching.cancel()

    def _begin(self, receive: Any, call: Call, task: asyncio.Task[None]) -> None:
        self._watching = self._loop.create_task(_watch(receive, call, task))


async def _watch(receive: Any, call: Call, task: asyncio.Task[None]) -> None:
    """Stop `task` when the client hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass
    call.hung_up = True
    task.cancel()
