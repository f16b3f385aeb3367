"""Queries that a client waits for: run in threads of their own, stopped in the engine when the client goes away."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Protocol, TypeVar
from uuid import uuid4

from fastapi import Request, Response
from starlette.types import Receive, Scope, Send

from api.context import Hql
from hql.errors import Cancelled, HqlError, Unavailable

log = logging.getLogger("api")

T = TypeVar("T")

POLL_S = 0.25
"""How soon it is seen that a client has gone."""


def new_id() -> str:
    """The id of a query that is to run, by which it can be stopped."""
    return f"api-{uuid4()}"


async def running(hql: Hql, request: Request, query_id: str, work: Callable[[], T]) -> T:
    """What `work` returns, whose query has the id `query_id`. Raises what `work` raises."""
    gone = asyncio.create_task(_gone(request.receive))
    try:
        return await _done(hql.threads.submit(work), gone, partial(hql.runner.cancel, query_id))
    finally:
        gone.cancel()


class Closable(Protocol):
    def __next__(self) -> bytes: ...
    def close(self) -> None: ...


def _nothing() -> None:
    pass


class Pieces(Response):
    """Sends `first` and what `pieces` gives, read in a thread, and closes it in the end.

    When the client goes away, the query that the pieces come from is stopped. A failure amid them breaks the connection
    off, so that nobody takes what has arrived for the whole.
    """

    def __init__(
        self,
        hql: Hql,
        first: bytes,
        pieces: Closable,
        *,
        query_id: str = "",
        media_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status_code = 200
        self.media_type = media_type
        self.background = None
        self.init_headers(headers)
        self._threads = hql.threads
        self._first = first
        self._pieces = pieces
        self._cancel = partial(hql.runner.cancel, query_id) if query_id else _nothing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gone = asyncio.create_task(_gone(receive))
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            piece: bytes | None = self._first
            while piece is not None:
                if gone.done():
                    raise Cancelled
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await _done(self._threads.submit(next, self._pieces, None), gone, self._cancel)
            await send({"type": "http.response.body"})
        except HqlError as error:
            # Returning without the last byte makes the server close the connection.
            log.info("an answer was broken off: %s", error)
        finally:
            gone.cancel()
            # What a thread still reads when the process ends cannot be closed, and ends with its query.
            with contextlib.suppress(ValueError):
                await asyncio.to_thread(self._pieces.close)


async def _done(task: Future[T], gone: asyncio.Task[None], cancel: Callable[[], None]) -> T:
    """What a thread's task returns. Raises what it raises, and `Cancelled` if the client went before it began."""
    waiting = asyncio.wrap_future(task)
    try:
        while not (await asyncio.wait({waiting}, timeout=POLL_S))[0]:
            # Again and again: the engine may not have begun yet when it is first told.
            if gone.done() and not task.cancel():
                await asyncio.to_thread(cancel)
    except asyncio.CancelledError:
        if not task.cancel():
            threading.Thread(target=cancel, daemon=True).start()
        raise Unavailable("The server is stopping; try again in a moment.") from None
    if waiting.cancelled():
        raise Cancelled
    return waiting.result()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
