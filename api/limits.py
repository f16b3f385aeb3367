"""The largest body the API takes."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import failure


class BodyLimit:
    """Answers 413 to a body of more than `limit_bytes`, before it is read where its length is declared."""

    def __init__(self, app: ASGIApp, limit_bytes: int) -> None:
        self.app = app
        self.limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if declared.isdigit() and int(declared) > self.limit_bytes:
            return await self._refuse(scope, receive, send)
        await self.app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self.limit_bytes:
                raise HTTPException(413, self._sentence())
            return message

        return counted

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        await failure(413, self._sentence())(scope, receive, send)

    def _sentence(self) -> str:
        return f"the body is longer than {self.limit_bytes // 1_000_000} MB"
