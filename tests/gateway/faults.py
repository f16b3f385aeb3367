"""A provider that does everything a real one may: a raw socket server, so that every byte and its timing is chosen."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import brotli
import zstandard

TEXT = b'{"id": "chatcmpl-1", "model": "gpt-4o", "choices": []}' * 50
BINARY = bytes(range(256)) * 64
EVENTS = b'data: {"n": 1}\n\ndata: {"n": 2}\n\ndata: [DONE]\n\n'
JSON = b"content-type: application/json\r\n"
SSE = b"content-type: text/event-stream\r\n"
ENCODERS = {"gzip": gzip.compress, "br": brotli.compress, "zstd": zstandard.ZstdCompressor().compress}


@dataclass
class FaultProvider:
    """Answers by the path's first segment; keeps every request it got."""

    url: str = ""
    requests: list[bytes] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)

    @classmethod
    @contextlib.contextmanager
    def running(cls) -> Iterator[FaultProvider]:
        """The provider on a free port, served by a thread."""
        provider, loop, ready = cls(), asyncio.new_event_loop(), threading.Event()
        stop = asyncio.Event()

        async def serve() -> None:
            server = await asyncio.start_server(provider.connected, "127.0.0.1", 0)
            provider.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            ready.set()
            await stop.wait()
            server.close()

        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
        thread.start()
        ready.wait()
        try:
            yield provider
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()
            loop.close()

    @property
    def last(self) -> bytes:
        return self.requests[-1]

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.lower().split(b"\r\n")
            length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
            self.requests.append(head + await reader.readexactly(length))
            path = head.split(b" ", 2)[1].split(b"?")[0].decode()
            async for data in self.answer(path.split("/")[1], reader):
                writer.write(data)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            self.hung_up.set()
        finally:
            writer.close()

    async def answer(self, name: str, reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
        if name in ENCODERS:
            yield whole(ENCODERS[name](TEXT), JSON + b"content-encoding: " + name.encode() + b"\r\n")
        elif name.startswith("status-"):
            yield whole(b'{"error": {"message": "no"}}', JSON + b"retry-after: 7\r\n", name[7:].encode())
        elif name == "silent":
            await self.until_hung_up(reader)
        elif name in PLAIN:
            yield PLAIN[name]
        else:
            async for data in self.streamed(name, reader):
                yield data

    async def streamed(self, name: str, reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
        head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n" + SSE
        encoding = name.removeprefix("sse-")
        if encoding in ENCODERS:
            yield head + b"content-encoding: " + encoding.encode() + b"\r\n\r\n" + chunk(ENCODERS[encoding](EVENTS))
            yield b"0\r\n\r\n"
            return
        yield head + b"\r\n" + chunk(EVENTS[:10])
        if name == "stalls":
            await self.until_hung_up(reader)
        elif name == "aborts":
            await asyncio.sleep(0.02)
            return
        elif name == "lingers":
            yield chunk(EVENTS[10:])
            await self.until_hung_up(reader)
        else:
            for at in range(10, len(EVENTS), 3):
                await asyncio.sleep(0.001)
                yield chunk(EVENTS[at : at + 3])
            yield b"0\r\n\r\n"

    async def until_hung_up(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(reader.read(), 5)
            self.hung_up.set()


def whole(body: bytes, headers: bytes = JSON, status: bytes = b"200") -> bytes:
    return b"HTTP/1.1 %s X\r\ncontent-length: %d\r\n%s\r\n%s" % (status, len(body), headers, body)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


PLAIN = {
    "binary": whole(BINARY, b"content-type: audio/mpeg\r\n"),
    "chunked": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n" + JSON + b"\r\n" + chunk(TEXT) + b"0\r\n\r\n",
    "until-close": b"HTTP/1.1 200 OK\r\nconnection: close\r\n" + JSON + b"\r\n" + TEXT,
    "redirect": whole(b"", b"location: https://elsewhere.example/\r\n", b"307"),
    "cookies": whole(b"{}", JSON + b"set-cookie: a=1\r\nSet-Cookie: b=2\r\nx-upstream: yes\r\n"),
    "hop": whole(b"{}", JSON + b"connection: x-private, close\r\nx-private: 1\r\nkeep-alive: timeout=5\r\n"),
    "not-modified": b"HTTP/1.1 304 Not Modified\r\netag: 1\r\ncontent-length: 99\r\n\r\n",
    "no-content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "head": b"HTTP/1.1 200 OK\r\ncontent-length: 1234\r\n" + JSON + b"\r\n",
    "short": b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n" + JSON + b"\r\n{",
    "nonsense": b"hello, I am not HTTP\r\n\r\n",
    "huge": whole(b"x" * 5_000_000),
}
