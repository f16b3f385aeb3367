"""Every error of the API as ``{"data": null, "error": "<sentence>"}`` with its status.

ApiError                  a handler's own refusal, with its status
HqlError                  HQL's refusal, with its status; `detail` has its code and place
FilterError          400  the filter; the sentence names the part at fault
RequestValidationError 400  the body or a parameter; the sentence names the field
WarehouseUnavailable 503, QueryTimeout 504, QueryFailed 500: without ClickHouse's words, which go to the log
MetadataUnavailable  503
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from hql.errors import HqlError, TooMany, Unavailable
from metadata.store import MetadataUnavailable
from warehouse.errors import QueryFailed, QueryTimeout, WarehouseUnavailable
from warehouse.filters import FilterError

log = logging.getLogger("api")

Handler = Callable[[Request, Exception], Awaitable[Response]]


class ApiError(Exception):
    """A refusal: `message` says what is wrong and what to do."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def install(app: FastAPI) -> None:
    """Make `app` answer all of them in the API's one shape."""
    handlers: dict[type[Exception], Callable[[Exception], Response]] = {
        ApiError: lambda error: (
            failure(error.status, error.message) if isinstance(error, ApiError) else _internal(error)
        ),
        HqlError: _hql,
        FilterError: lambda error: failure(400, str(error)),
        RequestValidationError: _invalid,
        HTTPException: _http,
        QueryTimeout: lambda error: failure(
            504, "the query took too long; ask for a shorter time range or a narrower filter"
        ),
        WarehouseUnavailable: lambda error: failure(503, "the warehouse does not answer now; try again"),
        MetadataUnavailable: lambda error: failure(503, "the metadata database does not answer now; try again"),
        QueryFailed: _internal,
        Exception: _internal,
    }
    for kind, render in handlers.items():
        app.add_exception_handler(kind, _handler(render))


def failure(status: int, message: str) -> JSONResponse:
    headers = {"Retry-After": "1"} if status == 503 else None
    return JSONResponse({"data": None, "error": message}, status, headers)


def sentence(error: RequestValidationError) -> str:
    """The first thing wrong with a request, by the name of its field."""
    first = error.errors()[0]
    loc = [str(part) for part in first["loc"][1:]]
    if first["type"] == "json_invalid":
        return f"the body is not JSON: {first['ctx']['error']} at character {loc[-1]}"
    if first["type"] in ("model_attributes_type", "dict_type") and not loc:
        return "the body must be a JSON object, sent with Content-Type: application/json"
    if first["type"] == "missing":
        return f"{'.'.join(loc) or 'the body'} is missing"
    problem = _problem(first)
    if loc[-1:] == ["[key]"]:
        loc, problem = loc[:-2], f"a name {problem}"
    return f"{'.'.join(loc) or 'the body'}: {problem}"


PROBLEMS = {
    "extra_forbidden": "unknown field",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "string_unicode": "is not valid Unicode",
}


def _problem(error: Mapping[str, Any]) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    message = str(error["msg"]).replace("Input should be", "must be")
    return PROBLEMS.get(error["type"], message[:1].lower() + message[1:])


def _handler(render: Callable[[Exception], Response]) -> Handler:
    async def handle(_: Request, error: Exception) -> Response:
        return render(error)

    return handle


def _invalid(error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return failure(400, sentence(error))


def _hql(error: Exception) -> Response:
    assert isinstance(error, HqlError)
    at = error.at
    detail = {"code": error.code, "line": at.line if at else None, "column": at.column if at else None}
    headers = {"Retry-After": "1"} if isinstance(error, Unavailable) else None
    if isinstance(error, TooMany):
        headers = {"Retry-After": str(error.retry_after_s)}
    return JSONResponse({"data": None, "error": str(error), "detail": detail}, error.status, headers)


def _http(error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentences = {
        400: "the body cannot be read: it is not UTF-8, or nested too deeply",
        404: "no such path; /docs lists them",
        405: "this path does not take that method; see /docs",
    }
    return failure(error.status_code, sentences.get(error.status_code, str(error.detail)))


def _internal(error: Exception) -> Response:
    """Something of ours: the caller gets a number to find it by in the log."""
    number = uuid4().hex[:8]
    log.error("error %s", number, exc_info=error)
    return failure(500, f"an internal error; the server's log has it under {number}")
