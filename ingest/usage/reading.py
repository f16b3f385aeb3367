"""Read a response, whole or as a stream's events, in OpenAI's, Anthropic's or Gemini's format, whoever speaks it.

A body that is not streamed is read as a stream of one chunk. Only the few members that count are decoded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from ingest.usage import anthropic, google, openai
from ingest.usage.normal import UNREADABLE, Usage, part, text
from ingest.usage.sse import payloads


class Chunk(msgspec.Struct, rename={"usage_metadata": "usageMetadata", "model_version": "modelVersion"}):
    """The members of a response, of one of its events, or of the response inside such an event."""

    id: Any = None
    type: Any = None
    object: Any = None
    model: Any = None
    usage: Any = None
    error: Any = None
    service_tier: Any = None
    x_groq: Any = None
    message: Any = None
    response: Any = None
    detail: Any = None
    usage_metadata: Any = None
    model_version: Any = None


class Reading(msgspec.Struct):
    """What a response says of itself."""

    response_id: str = ""
    model: str = ""
    usage: Usage | None = None
    final: bool = True
    """False where a stream broke off before it said how much it had used in all."""
    error_type: str = ""
    error_message: str = ""


def read(body: bytes, *, is_stream: bool, truncated: bool = False) -> Reading:
    """Read a response's decoded body. What cannot be read is left empty; nothing is raised."""
    reader = _Reader()
    for number, data in enumerate(chunks(body, is_stream=is_stream)):
        if number and not _TELLS_MORE.search(data) and (reader.is_known or not _TELLS_WHAT.search(data)):
            continue
        if (chunk := _decoded(data)) is not None:
            reader.take(chunk)
        elif truncated and not is_stream:
            reader.take(_salvaged(data))
    return reader.reading()


def chunks(body: bytes, *, is_stream: bool) -> Iterable[bytes]:
    """The JSON texts of a body: itself, or the data of its events."""
    if not is_stream:
        return (body,)
    return (data for data in payloads(body) if data.startswith(b"{"))


class _Reader:
    def __init__(self) -> None:
        self._id = self._model = self._tier = self._kind = ""
        self._counts: dict[str, Any] = {}
        self._final = True
        self._error: Any = None

    @property
    def is_known(self) -> bool:
        """Whether the response has said what it is; most of what follows in a stream is its text."""
        return bool(self._id and self._model)

    def take(self, chunk: Chunk) -> None:
        kind = text(chunk.type)
        for inner in (chunk.message, chunk.response):
            if isinstance(inner, dict):
                self._note(_chunk_of(inner), text(inner.get("type")) or kind)
        self._note(chunk, kind)
        if kind == "message_start":
            self._final = False
        elif kind == "message_delta" and chunk.usage:
            self._final = True
        self._error = self._error or chunk.error or chunk.detail or _plain_message(chunk)

    def _note(self, chunk: Chunk, kind: str) -> None:
        self._id = self._id or text(chunk.id)
        self._model = text(chunk.model) or text(chunk.model_version) or self._model
        self._tier = text(chunk.service_tier) or self._tier
        counts = _mapping(chunk.usage) or _mapping(chunk.usage_metadata) or part(_mapping(chunk.x_groq), "usage")
        if counts:
            self._kind = kind or self._kind
            self._counts.update((name, value) for name, value in counts.items() if value is not None)
        if isinstance(chunk.error, dict):
            self._error = chunk.error

    def reading(self) -> Reading:
        kind, message = _error(self._error)
        usage = None
        if anthropic.is_anthropic(self._counts, self._kind):
            usage = anthropic.usage(self._counts)
        elif "promptTokenCount" in self._counts:
            usage = google.usage(self._counts)
        elif self._counts:
            usage = openai.usage(self._counts, self._tier)
        return Reading(self._id, self._model, usage, self._final, kind, message)


_decoder = msgspec.json.Decoder(Chunk)
_TELLS_WHAT = re.compile(rb'"(?:id|model|modelVersion)"')
_TELLS_MORE = re.compile(rb'"(?:usage|usageMetadata|error)"\s*:\s*["{\[]')


def _decoded(data: bytes) -> Chunk | None:
    try:
        return _decoder.decode(data)
    except UNREADABLE:
        return None


def _chunk_of(inner: dict[str, Any]) -> Chunk:
    return Chunk(**{name: inner[name] for name in Chunk.__struct_fields__ if name in inner})


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _plain_message(chunk: Chunk) -> Any:
    """`{"message": "…"}` without anything that an answer has is how many servers say that they failed."""
    return chunk.message if isinstance(chunk.message, str) and not (chunk.id or chunk.model) else None


def _error(error: Any) -> tuple[str, str]:
    """Type and message of a provider's error object, or of what it says instead of one."""
    if not isinstance(error, dict):
        return "", text(error) or (msgspec.json.encode(error).decode() if error else "")
    # A code is more telling than OpenAI's type ("requests"); Google's codes are numbers, its status is the name.
    kind = text(error.get("code")) or text(error.get("status")) or text(error.get("type"))
    return kind, text(error.get("message"))


_MEMBER = {name: re.compile(rb'"%b"\s*:\s*("(?:[^"\\]|\\.)*")' % name.encode()) for name in ("id", "model")}
_USAGE = re.compile(rb'"usage"\s*:\s*(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})')


def _salvaged(data: bytes) -> Chunk:
    """What can be made out in a JSON text whose end is missing."""
    chunk = Chunk()
    for name, pattern in (*_MEMBER.items(), ("usage", _USAGE)):
        if found := pattern.search(data):
            try:
                setattr(chunk, name, msgspec.json.decode(found.group(1)))
            except UNREADABLE:
                continue
    return chunk
