"""What the gateway answers when it cannot answer with the provider's words, in the shape the caller's SDK expects."""

from __future__ import annotations

from enum import Enum
from uuid import UUID

import msgspec


class Dialect(Enum):
    """Whose error shape a caller understands."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"


class GatewayError(Exception):
    """An answer of our own. `message` says what is wrong and what to do; `code` is stable.

    `recorded_status` is what the record says where that is not the HTTP status: a timeout is -1.
    """

    def __init__(self, status: int, code: str, message: str, *, recorded_status: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.recorded_status = status if recorded_status is None else recorded_status


class Unauthorized(GatewayError):
    """The request belongs to no organisation, so it is not recorded."""

    def __init__(self, message: str) -> None:
        super().__init__(401, "invalid_api_key", message)


OPENAI_TYPES = {500: "api_error", 502: "api_error", 503: "api_error", 504: "api_error"}
ANTHROPIC_TYPES = {
    401: "authentication_error",
    404: "not_found_error",
    413: "request_too_large",
    500: "api_error",
    502: "api_error",
    503: "overloaded_error",
    504: "timeout_error",
}


def body(error: GatewayError, dialect: Dialect, request_id: UUID) -> bytes:
    """The JSON of an error, as OpenAI or Anthropic write it."""
    if dialect is Dialect.ANTHROPIC:
        kind = ANTHROPIC_TYPES.get(error.status, "invalid_request_error")
        inner = {"type": kind, "message": error.message}
        return msgspec.json.encode({"type": "error", "error": inner, "request_id": str(request_id)})
    kind = OPENAI_TYPES.get(error.status, "invalid_request_error")
    return msgspec.json.encode({"error": {"message": error.message, "type": kind, "param": None, "code": error.code}})
