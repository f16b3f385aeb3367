"""A provider that costs next to nothing: a bare asyncio protocol with fixed answers.

``python -m bench.upstream PORT``. A body with ``"stream": true`` gets 20 events, the first after 5 ms.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import cast

import uvloop

TEXT = "The quick brown fox jumps over the lazy dog. " * 80
ANSWER = json.dumps(
    {
        "id": "chatcmpl-bench",
        "object": "chat.completion",
        "created": 1700000000,
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 800, "total_tokens": 1700},
    }
).encode()
WHOLE = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(ANSWER), ANSWER)
STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
FIRST_EVENT_S = 0.005
EVENT_GAP_S = 0.002


def event(delta: dict[str, str]) -> bytes:
    """One chunk of a chat completion's event stream, HTTP chunk framing included."""
    choice = {"index": 0, "delta": delta, "finish_reason": None}
    body = {"id": "chatcmpl-bench", "object": "chat.completion.chunk", "model": "gpt-4o-mini", "choices": [choice]}
    data = b"data: " + json.dumps(body).encode() + b"\n\n"
    return b"%x\r\n%s\r\n" % (len(data), data)


EVENT = event({"content": "word "})
END = b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"


class Provider(asyncio.Protocol):
    """Answers each request of a keep-alive connection; reads bodies by content-length or chunks, whole."""

    def __init__(self) -> None:
        self.buffer = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one by shape only

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.request_end()) > 0:
            request, self.buffer = self.buffer[:end], self.buffer[end:]
            if b'"stream": true' in request or b'"stream":true' in request:
                asyncio.get_running_loop().create_task(self.stream())
            else:
                self.transport.write(WHOLE)

    def request_end(self) -> int:
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return 0
        headers = self.buffer[:head].lower()
        if (at := headers.find(b"content-length:")) >= 0:
            end = head + 4 + int(headers[at + 15 :].split(b"\r\n", 1)[0])
            return end if len(self.buffer) >= end else 0
        if b"transfer-encoding: chunked" in headers:
            last = self.buffer.find(b"0\r\n\r\n", head)
            return last + 5 if last > 0 else 0
        return head + 4

    async def stream(self) -> None:
        await asyncio.sleep(FIRST_EVENT_S)
        self.transport.write(STREAM_HEAD + EVENT)
        for _ in range(19):
            await asyncio.sleep(EVENT_GAP_S)
            self.transport.write(EVENT)
        self.transport.write(END)


async def serve(port: int) -> None:
    """Serve until the process is ended."""
    server = await asyncio.get_running_loop().create_server(Provider, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
