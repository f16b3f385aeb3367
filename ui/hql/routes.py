"""What the editor asks of the dashboard's process beside Streamlit, and the download of a run's result.

Everything is of the organisation that the browser is signed in to, and goes through the guard like every other query.
The scripts, ours and those of Ace (installed with the package django-ace), are served from here too.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from hql import limits
from hql.catalog import TABLES
from hql.errors import HqlError, NotFound, TooMany, Unavailable
from hql.export import FORMATS
from metadata.quota import Quota
from metadata.store import MetadataUnavailable, Store
from settings import Settings
from ui.hql import downloads, examine, running
from ui.hql.engine import engine
from ui.session import organisation_of
from warehouse.errors import WarehouseError

log = logging.getLogger("dashboard")

LONGEST_BODY = 1_000_000

Answer = Callable[["Here", dict[str, Any]], Any]


@dataclass(frozen=True)
class Here:
    """Who asks, and what is asked with."""

    settings: Settings
    store: Store
    organization_id: UUID


def routes(settings: Settings, store: Store) -> list[BaseRoute]:
    answers: tuple[tuple[str, str, Answer], ...] = (
        ("/hql/words", "GET", words),
        ("/hql/sample", "GET", sample),
        ("/hql/check", "POST", check),
    )
    return [
        *(
            Route(path, functools.partial(_answered, answer=answer, settings=settings, store=store), methods=[method])
            for path, method, answer in answers
        ),
        Route("/download/hql", functools.partial(download, settings=settings, store=store)),
        Mount("/assets/hql", Scripts(directory=Path(__file__).parent / "assets")),
        Mount("/assets/ace", Scripts(directory=_ace())),
    ]


class Scripts(StaticFiles):
    """Files of which the browser asks each time whether they have changed: an update takes effect at a reload."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def words(here: Here, _: dict[str, Any]) -> dict[str, Any]:
    """Everything that completion offers: tables with their columns, functions, property names."""
    try:
        known = [asdict(function) for function in engine(here.settings).functions]
    except WarehouseError:
        known = []
    properties = here.store.property_names(here.organization_id).values()
    return {
        "tables": [
            {"name": table.name, "comment": table.comment, "columns": [asdict(column) for column in table.columns]}
            for table in TABLES.values()
        ],
        "functions": known,
        "keys": {"properties": sorted(properties)},
    }


def sample(here: Here, asked: dict[str, Any]) -> dict[str, Any]:
    """The most frequent values of a column, or of a key of a map."""
    query = examine.sample(here.organization_id, *(str(asked.get(name, "")) for name in ("table", "column", "key")))
    limits.take(Quota(here.store), here.settings, here.organization_id, "query")
    with contextlib.closing(engine(here.settings).runner.execute(query)) as result:
        return {"values": [{"value": str(value), "count": count} for value, count in result]}


def check(here: Here, asked: dict[str, Any]) -> dict[str, Any]:
    """What is wrong with a query and where, or how many rows it would read. Its scalar subqueries are run for that."""
    given = asked.get("parameters")
    limits.take(Quota(here.store), here.settings, here.organization_id, "check")
    try:
        rows = examine.estimate(
            engine(here.settings).runner,
            here.organization_id,
            str(asked.get("text", "")),
            given if isinstance(given, dict) else {},
        )
    except HqlError as error:
        return {"error": examine.problem(error)}
    return {"error": None, "rows": rows}


async def download(request: Request, settings: Settings, store: Store) -> Response:
    """The kept result of the run named in the URL, as a file in the `format` that is named there."""
    asked = request.query_params
    format = asked.get("format", "csv")
    try:
        pieces = await run_in_threadpool(_pieces, request, settings, store, asked.get("run", ""), format)
    except HqlError as error:
        waits = {"Retry-After": str(error.retry_after_s)} if isinstance(error, TooMany) else {}
        return PlainTextResponse(error.message, error.status, headers=waits)
    except MetadataUnavailable as error:
        log.error("download: %s", error)
        return PlainTextResponse("The dashboard's database does not answer; try again in a moment.", 503)
    kind = FORMATS[format]
    name = f"hql-{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}.{kind.extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingResponse(iterate_in_threadpool(pieces), media_type=kind.media_type, headers=headers)


def _pieces(request: Request, settings: Settings, store: Store, run_id: str, format: str) -> Iterator[bytes]:
    organisation = organisation_of(request.cookies, settings, store)
    if organisation is None:
        raise SignedOut()
    run = running.find(run_id, organisation.id)
    if run is None or run.result is None or format not in FORMATS:
        raise NotFound("This result is kept no longer: run the query again.", "HQL_RESULT_NOT_FOUND")
    limits.take(Quota(store), settings, organisation.id, "download")
    return downloads.pieces(run.result, format)


class SignedOut(HqlError):
    status = 401

    def __init__(self) -> None:
        super().__init__("HQL_SIGNED_OUT", "Sign in first: the link is in the terminal that runs Heliograph.")


async def _answered(request: Request, answer: Answer, settings: Settings, store: Store) -> Response:
    """`answer` as JSON; what goes wrong as its sentence."""
    try:
        asked = await _asked(request)
        return JSONResponse(await run_in_threadpool(_answer, request, answer, settings, store, asked))
    except HqlError as error:
        return JSONResponse({"error": examine.problem(error)}, error.status)
    except MetadataUnavailable as error:
        log.error("hql: %s", error)
        return JSONResponse({"error": examine.problem(Unavailable("The dashboard's database does not answer."))}, 503)


def _answer(request: Request, answer: Answer, settings: Settings, store: Store, asked: dict[str, Any]) -> Any:
    organisation = organisation_of(request.cookies, settings, store)
    if organisation is None:
        raise SignedOut()
    return answer(Here(settings, store, organisation.id), asked)


async def _asked(request: Request) -> dict[str, Any]:
    """What is asked: the URL's parameters, or a body of JSON."""
    if request.method != "POST":
        return dict(request.query_params)
    # Only our own page may ask: a form of another page on this host can send neither this type nor this header.
    is_json = request.headers.get("content-type", "").partition(";")[0].strip() == "application/json"
    if not is_json or request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise HqlError("HQL_INVALID_REQUEST", "The body must be JSON, sent by the dashboard.")
    body = b""
    async for piece in _limited(request.stream()):
        body += piece
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise HqlError("HQL_INVALID_REQUEST", "The body must be a JSON object.")
    return asked


async def _limited(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    length = 0
    async for piece in pieces:
        length += len(piece)
        if length > LONGEST_BODY:
            raise HqlError("HQL_QUERY_TOO_LONG", "The query is too long.")
        yield piece


def _ace() -> Path:
    """Where Ace's files lie. The package is found and not imported: it would want Django set up."""
    found = importlib.util.find_spec("django_ace")
    assert found and found.submodule_search_locations, "django-ace is not installed"
    return Path(found.submodule_search_locations[0]) / "static" / "django_ace" / "ace"
