"""What the dashboard gives as CSV: the requests of a view, the data behind a panel, the pipeline's last day."""

from __future__ import annotations

import functools
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from metadata.store import MetadataUnavailable, Store
from settings import Settings
from ui import registry
from ui.requests.table import Order
from ui.session import organisation_of
from ui.state import ALL, View, values, zone_of
from warehouse import client as warehouse
from warehouse import metrics, pipeline, requests
from warehouse.client import Reader
from warehouse.conditions import Condition, FilterError
from warehouse.errors import WarehouseError
from warehouse.timerange import TimeRange

log = logging.getLogger("dashboard")

DANGEROUS = r"^[=+\-@\t\r]"
"""What a spreadsheet would take for a formula."""

Pieces = Callable[[Request, Reader, TimeRange, Condition], Iterator[bytes]]

_client = functools.cache(functools.partial(warehouse.connect, query_timeout_s=600))


def routes(settings: Settings, store: Store) -> list[Route]:
    given = {"requests.csv": _requests, "panel.csv": _panel, "pipeline.csv": _pipeline}
    return [
        Route(
            f"/download/{name}", functools.partial(_download, name=name, pieces=pieces, settings=settings, store=store)
        )
        for name, pieces in given.items()
    ]


def _requests(request: Request, reader: Reader, within: TimeRange, condition: Condition) -> Iterator[bytes]:
    """The requests of the view in the URL as the table sorts them (`sort`); `columns` (comma-separated) picks and
    orders what is given of each."""
    columns = values(request.query_params.get("columns", "")) or requests.COLUMNS
    order = Order.parse(request.query_params.get("sort", ""))
    asked = requests.both(requests.between(within.start, within.end), condition)
    return requests.export(reader, asked, columns, sort=order.column, descending=order.descending)


def _panel(request: Request, reader: Reader, within: TimeRange, condition: Condition) -> Iterator[bytes]:
    """The answer of the panel `panel`; an option of it is a parameter ``o.<name>``."""
    parameters = request.query_params
    options = {name[2:]: value for name, value in parameters.items() if name.startswith("o.")}
    panel = registry.panel(parameters.get("panel", ""), options)
    yield as_csv(panel.table(panel.question(reader, within, condition, **dict(panel.options))))


def _pipeline(request: Request, reader: Reader, within: TimeRange, condition: Condition) -> Iterator[bytes]:
    """How ingestion did in the last day, of the whole installation."""
    yield as_csv(pipeline.history(reader))


def as_csv(table: pl.DataFrame) -> bytes:
    """A table as CSV, times in UTC; text that a spreadsheet would run as a formula is preceded by an apostrophe."""
    texts = pl.col(pl.String)
    plain = table.select(
        pl.col(name).cast(pl.List(pl.String)).list.join(" ") if table[name].dtype.is_nested() else pl.col(name)
        for name in table.columns
    )
    defused = pl.when(texts.str.contains(DANGEROUS)).then("'" + texts).otherwise(texts).name.keep()
    return plain.with_columns(defused).write_csv().encode()


async def _download(request: Request, name: str, pieces: Pieces, settings: Settings, store: Store) -> Response:
    try:
        organisation = await run_in_threadpool(organisation_of, request.cookies, settings, store)
        if organisation is None:
            return PlainTextResponse("Sign in first: the link is in the terminal that runs Heliograph.", 401)
        body = await run_in_threadpool(_asked, request, pieces, settings, store, organisation.id)
        first = await run_in_threadpool(next, body, b"")
    except (FilterError, KeyError, ValueError) as error:
        return PlainTextResponse(f"This link asks for what there is not: {error}", 400)
    except (WarehouseError, MetadataUnavailable) as error:
        log.error("download: %s", error)
        return PlainTextResponse("The warehouse does not answer now; try again in a moment.", 503)
    name = f"{request.query_params.get('panel', '')}.csv" if name == "panel.csv" else name
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(_body(first, body), media_type="text/csv; charset=utf-8", headers=headers)


def _asked(
    request: Request, pieces: Pieces, settings: Settings, store: Store, organization_id: UUID
) -> Iterator[bytes]:
    view = View.parse(request.query_params.multi_items())
    condition = view.condition(store.property_names(organization_id))
    reader = Reader(_client(settings), organization_id)
    first = metrics.first_request(reader) if view.preset == ALL else None
    within = view.range(zone_of(request.query_params.get("zone")) or ZoneInfo("UTC"), first=first)
    return pieces(request, reader, within, condition)


async def _body(first: bytes, rest: Iterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in iterate_in_threadpool(rest):
        yield piece
