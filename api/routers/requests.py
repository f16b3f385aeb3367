"""Reading requests: one by id, or a page by a filter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from api import schemas
from api.auth import Organisation
from api.context import Here
from api.errors import ApiError
from api.helicone_request import COLUMNS, HeliconeRequest, shaped
from api.schemas import RequestId
from ingest.request_id import request_id as uuid_of
from warehouse import requests
from warehouse.client import Reader
from warehouse.filters import Condition, FilterError, both, compile_filter

if TYPE_CHECKING:
    import polars as pl

router = APIRouter(prefix="/v1/request", tags=["Request"])

BODIES_AT_ONCE = 16_000_000
"""Bytes of bodies held in memory while a page is sent; a single row may have more."""
ROWS_AT_ONCE = 200

SORTS = {
    "created_at": "request_created_at",
    "cache_created_at": "request_created_at",
    "last_active": "request_created_at",
    "body_model": "model",
    "request_prompt": "request_body",
    "response_text": "response_body",
}
"""Sort keys that are not the column's own name."""

ONE = schemas.Envelope[HeliconeRequest]
PAGE = schemas.Envelope[list[HeliconeRequest]]


@router.get("/{request_id:path}", response_model=ONE, summary="Get a request")
def get_request(
    request_id: RequestId,
    organisation: Organisation,
    here: Here,
    include_body: Annotated[bool, Query(alias="includeBody", description="Both bodies as well")] = False,
) -> Response:
    """The request with this id: the `Helicone-Id`, or the `Helicone-Request-Id` that was sent, whatever its form."""
    row = requests.get(here.warehouse.reader(organisation), uuid_of(request_id))
    if row is None:
        raise ApiError(404, f"no request {request_id[:100]}; one just made appears within seconds")
    if not include_body:
        row = {name: value for name, value in row.items() if name not in requests.BODIES}
    return _json({"data": shaped(row), "error": None})


@router.post("/query-clickhouse", response_model=PAGE, summary="Get requests")
def query_clickhouse(query: schemas.Query, organisation: Organisation, here: Here) -> Response:
    """The requests that meet a filter, a page at a time: raise `offset` by `limit` for the next."""
    property_names = here.store.property_names(organisation)
    condition = _condition(query, property_names)
    sort, descending = _sort(query.sort, property_names)
    reader = here.warehouse.reader(organisation)
    page = requests.find(
        reader, condition, columns=COLUMNS, sort=sort, descending=descending, limit=query.limit, offset=query.offset
    )
    return _page(reader, page, with_bodies=query.include_body)


@router.post("/query", response_model=PAGE, summary="Get requests (older filters)")
def query(query: schemas.Query, organisation: Organisation, here: Here) -> Response:
    """The same as query-clickhouse; both take the older leaves (`request`, `response`, `properties`, `feedback`)."""
    return query_clickhouse(query, organisation, here)


@router.post("/query-ids", response_model=PAGE, summary="Get requests by their ids")
def query_ids(ids: schemas.Ids, organisation: Organisation, here: Here) -> Response:
    """The requests with these ids, newest first; ids that are nobody's are left out."""
    reader = here.warehouse.reader(organisation)
    wanted = requests.among(dict.fromkeys(uuid_of(text) for text in ids.request_ids))
    return _page(reader, requests.find(reader, wanted, columns=COLUMNS, limit=1000), with_bodies=True)


def _condition(query: schemas.Query, property_names: dict[str, str]) -> Condition:
    if query.is_part_of_experiment:
        raise ApiError(400, "isPartOfExperiment: there are no experiments")
    parts = [compile_filter(query.filter, property_names=property_names)]
    if query.is_cached:
        parts.append(_leaf("cached", "equals", True))
    if query.is_scored:
        parts.append(_leaf("scores_column", "not-equals", "{}"))
    return both(*parts)


def _leaf(field: str, operator: str, value: object) -> Condition:
    return compile_filter({"request_response_rmt": {field: {operator: value}}})


def _sort(sort: schemas.Sort, property_names: dict[str, str]) -> tuple[str, bool]:
    """The read model's sort and whether it descends. Raises `FilterError` where several or none can be meant."""
    given: dict[str, Any] = sort.model_dump(exclude_none=True)
    if len(given) > 1:
        raise FilterError(f"sort: one key, not several ({', '.join(given)})")
    if not given:
        return "request_created_at", True
    name, direction = next(iter(given.items()))
    if name == "random":
        return requests.RANDOM, True
    if name == "values":
        raise FilterError("sort.values: the inputs of prompts are not recorded apart from the request's body")
    if name == "properties":
        if len(direction) != 1:
            raise FilterError("sort.properties: must name one property")
        key, direction = next(iter(direction.items()))
        name = f"properties.{property_names.get(key.casefold(), key)}"
    return SORTS.get(name, name), direction == "desc"


def _page(reader: Reader, page: pl.DataFrame, *, with_bodies: bool) -> Response:
    if not with_bodies:
        return _json({"data": [shaped(row) for row in page.iter_rows(named=True)], "error": None})
    return StreamingResponse(_streamed(reader, page), media_type="application/json")


def _streamed(reader: Reader, page: pl.DataFrame) -> Iterator[bytes]:
    """The page in the envelope, its bodies read a part at a time: a thousand long ones need not fit in memory."""
    separator = b'{"data":['
    for part in _parts(page):
        for row in part.join(requests.bodies(reader, part), on=requests.KEY, how="left").iter_rows(named=True):
            yield separator + msgspec.json.encode(shaped(row))
            separator = b","
    yield (b'{"data":[' if page.is_empty() else b"") + b'],"error":null}'


def _parts(page: pl.DataFrame) -> Iterator[pl.DataFrame]:
    start = size = 0
    for index, more in enumerate(page["size_bytes"]):
        if index > start and (size + more > BODIES_AT_ONCE or index - start >= ROWS_AT_ONCE):
            yield page[start:index]
            start, size = index, 0
        size += more
    if start < len(page):
        yield page[start:]


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
