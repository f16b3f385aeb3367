"""A provider for trying things out: OpenAI's and Anthropic's wire formats, answers made up from a hash of the request.

``python -m demo.provider [--port N] [--delay SECONDS]``. Needs no key, reaches nothing, listens on loopback only.
The same request gets the same answer, and every text says that it comes from here.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import uvicorn

import settings
from demo import replies
from demo.messages import message_events, message_reply
from demo.replies import Json, event
from demo.responses import response_events, response_reply
from demo.wording import seed_of, text_of

Answer = Json | Iterable[bytes]
PATHS = ("chat/completions", "completions", "embeddings", "responses", "images/generations", "messages")
STREAM_HEADERS = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-cache")]


class DemoProvider:
    """The ASGI application. `delay`: seconds before an answer's first byte; a tenth of it between a stream's events."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = await _body(receive)
        try:
            status, answered = _answer(scope["method"], scope["path"], body)
        except (msgspec.DecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
            status, answered = (
                400,
                _error(scope["path"], "invalid_request_error", f"Cannot read the request: {error!r}"),
            )
        if scope["method"] == "POST":
            await asyncio.sleep(self.delay)
        if isinstance(answered, dict):
            await _send_json(send, status, answered)
        else:
            await self._send_events(send, answered)

    async def _send_events(self, send: Any, events: Iterable[bytes]) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS})
        for data in events:
            await send({"type": "http.response.body", "body": data, "more_body": True})
            await asyncio.sleep(self.delay / 10)
        await send({"type": "http.response.body", "body": b""})


def _answer(method: str, path: str, body: bytes) -> tuple[int, Answer]:
    name = path.removeprefix("/").removeprefix("v1/")
    if method == "GET" and name == "models":
        return 200, replies.models_reply()
    if method != "POST" or name not in PATHS:
        return 404, _error(path, "not_found_error", f"The demo provider has no {method} {path}.")
    asked = msgspec.json.decode(body)
    model = str(asked.get("model") or "gpt-image-1").removeprefix("demo/")
    return 200, _reply(name, model, asked, seed_of(asked))


def _reply(name: str, model: str, asked: Json, seed: int) -> Answer:
    now, streams = int(time.time()), bool(asked.get("stream"))
    usage = bool((asked.get("stream_options") or {}).get("include_usage"))
    if name == "chat/completions":
        reply = replies.chat_reply(model, asked["messages"], seed=seed, created=now, options=asked)
        return _chunks(replies.chat_chunks(reply, include_usage=usage)) if streams else reply
    if name == "completions":
        reply = replies.completion_reply(model, asked["prompt"], seed=seed, created=now, options=asked)
        return _chunks(replies.completion_chunks(reply, include_usage=usage)) if streams else reply
    if name == "embeddings":
        wanted, as_base64 = asked.get("dimensions") or 0, asked.get("encoding_format") == "base64"
        return replies.embedding_reply(model, asked["input"], dimensions=wanted, as_base64=as_base64)
    if name == "images/generations":
        return replies.image_reply(text_of(asked["prompt"]), seed=seed, created=now)
    if name == "responses":
        reply = response_reply(model, asked.get("input", ""), seed=seed, created=now, options=asked)
        return _named(response_events(reply)) if streams else reply
    reply = message_reply(model, asked["messages"], seed=seed, options=asked)
    return _named(message_events(reply)) if streams else reply


def _chunks(chunks: Iterable[Json]) -> Iterator[bytes]:
    yield from (event(chunk) for chunk in chunks)
    yield replies.DONE


def _named(events: Iterable[Json]) -> Iterator[bytes]:
    return (event(data, data["type"]) for data in events)


def _error(path: str, kind: str, message: str) -> Json:
    if path.endswith("/messages"):
        return {"type": "error", "error": {"type": kind, "message": message}, "request_id": None}
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}


async def _body(receive: Any) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _send_json(send: Any, status: int, body: Json) -> None:
    data = msgspec.json.encode(body)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(data))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})


def main() -> None:
    parser = argparse.ArgumentParser(description="A made-up provider, for trying things out.")
    parser.add_argument("--port", type=int, default=settings.load().demo_port)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before the first byte of an answer")
    given = parser.parse_args()
    uvicorn.run(
        DemoProvider(given.delay), port=given.port, lifespan="off", access_log=False, log_level="warning",
        server_header=False, timeout_keep_alive=75,
    )  # fmt: skip


if __name__ == "__main__":
    main()
