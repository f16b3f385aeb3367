"""The floor: the same stack (uvicorn, uvloop, httptools, aiohttp) that forwards bytes and does nothing else.

``python -m bench.passthrough PORT UPSTREAM_URL``
"""

from __future__ import annotations

import sys
from typing import Any

import aiohttp
import uvicorn
from yarl import URL

DROPPED = {b"host", b"content-length", b"transfer-encoding", b"connection"}


class PassThrough:
    """A bare ASGI application."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.client: aiohttp.ClientSession | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        if self.client is None:
            connector = aiohttp.TCPConnector(limit=0)
            self.client = aiohttp.ClientSession(connector=connector, auto_decompress=False)
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in scope["headers"] if k not in DROPPED]
        url = URL(self.upstream + scope["raw_path"].decode(), encoded=True)
        async with self.client.request(scope["method"], url, data=body, headers=headers) as answer:
            kept = [(k.lower(), v) for k, v in answer.raw_headers if k.lower() not in DROPPED - {b"content-length"}]
            await send({"type": "http.response.start", "status": answer.status, "headers": kept})
            async for chunk in answer.content.iter_any():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    app = PassThrough(sys.argv[2])
    uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False, log_level="warning")
