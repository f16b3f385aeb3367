"""Server-sent events out of bytes that may be cut anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"


class Event(NamedTuple):
    """One event: its type (empty where the stream names none) and its data, lines joined by a newline."""

    type: bytes
    data: bytes


class SSEDecoder:
    """Decodes a stream piece by piece: `feed` each, then `flush`. Any cutting of the bytes gives the same events."""

    def __init__(self) -> None:
        self._tail = b""
        self._at_start = True
        self._type = b""
        self._data: list[bytes] = []

    def feed(self, data: bytes) -> list[Event]:
        """The events that `data` completes."""
        data = self._tail + data
        if self._at_start:
            if len(data) < len(_BOM) and _BOM.startswith(data):
                self._tail = data
                return []
            self._at_start, data = False, data.removeprefix(_BOM)
        # A CR that ends the piece may be the first half of a CRLF.
        held = data[-1:] if data.endswith(b"\r") else b""
        lines = _LINE_END.split(data[: len(data) - len(held)])
        self._tail = lines.pop() + held
        return [event for line in lines if (event := self._line(line))]

    def flush(self) -> list[Event]:
        """What is left at the stream's end; providers do not always close their last event."""
        lines = [*_LINE_END.split(self._tail), b""]
        self._tail = b""
        return [event for line in lines if (event := self._line(line))]

    def _line(self, line: bytes) -> Event | None:
        if not line:
            event = Event(self._type, b"\n".join(self._data)) if self._data else None
            self._type, self._data = b"", []
            return event
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
        elif name == b"event":
            self._type = value.removeprefix(b" ")
        return None


def payloads(body: bytes) -> Iterator[bytes]:
    """The data of every event of a whole body; as `events` gives it, but faster for the forms that providers send."""
    # A block is decoded as if a stream began with it: a mark that only the first may have is looked at as a whole.
    if b"\r" in body or _BOM in body:
        yield from (event.data for event in events(body))
        return
    for block in body.split(b"\n\n"):
        data = block.partition(b"\n")[2] if block.startswith(b"event: ") else block
        if data.startswith(b"data: ") and b"\n" not in data:
            yield data[6:]
        else:
            yield from (event.data for event in events(block))


def events(body: bytes) -> list[Event]:
    """Every event of a whole body."""
    decoder = SSEDecoder()
    return decoder.feed(body) + decoder.flush()
