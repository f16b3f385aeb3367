"""HQL over REST: run a query, download its result, keep queries."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from api import schemas, schemas_hql
from api.ahead import Ahead
from api.auth import Organisation, api_key
from api.context import Context, Here, Hql
from api.errors import ApiError
from api.helicone_request import iso
from api.running import Pieces, new_id, running
from api.schemas_hql import HqlFailure, QueryId
from hql import frames, limits, saved
from hql.catalog import TABLES
from hql.export import FORMATS, export
from hql.guard import guard
from hql.results import Result
from metadata.downloads import Expired, Forged
from metadata.keys import hashed
from metadata.models import Download, QueryRun, SavedQuery, now

REFUSALS: dict[int | str, dict[str, Any]] = {status: {"model": HqlFailure} for status in (400, 429, 503)}
MISSING: dict[int | str, dict[str, Any]] = {404: {"model": HqlFailure}}
TAKEN: dict[int | str, dict[str, Any]] = {409: {"model": HqlFailure}}

router = APIRouter(prefix="/v1/helicone-sql", tags=["HeliconeSql"], responses=REFUSALS)

PIECE = 1 << 16
"""Bytes of rows that are sent at once."""

EXECUTION = schemas.Envelope[schemas_hql.Execution]
SCHEMA = schemas.Envelope[list[schemas_hql.SchemaTable]]
QUERY = schemas.Envelope[schemas_hql.SavedQuery]
QUERIES = schemas.Envelope[list[schemas_hql.SavedQuery]]
WITH_RUNS = schemas.Envelope[schemas_hql.SavedQueryWithRuns]
DELETED = schemas.Envelope[schemas_hql.Deleted]


@router.post("/execute", response_model=EXECUTION, summary="Run a query")
async def execute(body: schemas_hql.Execute, request: Request, organisation: Organisation, here: Here) -> Response:
    """The query's rows, up to 300,000, within 30 seconds. It is stopped when its client goes away."""
    query_id = new_id()

    def work() -> Result:
        query = guard(body.sql or "", organisation, body.parameters, row_limit=body.max_rows)
        limits.take(here.hql.quota, here.settings, organisation, "query")
        return here.hql.runner.execute(query, query_id=query_id)

    return _answer(here.hql, await running(here.hql, request, query_id, work))


@router.get("/schema", summary="List the tables and columns that a query may name")
async def schema(_: Organisation) -> SCHEMA:
    """With types and comments, as ClickHouse's DESCRIBE has them."""
    tables = [
        schemas_hql.SchemaTable(
            table_name=table.name,
            comment=table.comment,
            columns=[
                schemas_hql.SchemaColumn(name=column.name, type=column.type, comment=column.comment)
                for column in table.columns
            ],
        )
        for table in TABLES.values()
    ]
    return SCHEMA(data=tables)


@router.post("/download", summary="Get an address that downloads a query's result")
async def download(
    body: schemas_hql.Download, request: Request, organisation: Organisation, here: Here
) -> schemas.Envelope[str]:
    """The address is signed, needs no key, and is good for an hour. The query runs when it is fetched; fetching it
    again counts as another download."""

    def work() -> str:
        query = guard(body.sql or "", organisation, body.parameters)
        limits.take(here.hql.quota, here.settings, organisation, "download")
        here.hql.runner.check(query)
        return here.hql.downloads.create(organisation, query.text, body.parameters, body.format)

    return schemas.Envelope(data=await running(here.hql, request, new_id(), work))


@router.get(
    "/download/{downloadId}",
    summary="Download a result",
    response_class=Response,
    responses={status: {"model": schemas.Failure} for status in (403, 410)},
)
async def fetch(
    request: Request,
    here: Here,
    download_id: Annotated[str, Path(alias="downloadId", description="Part of the address")],
    expires: Annotated[str, Query(description="Part of the address")] = "",
    signature: Annotated[str, Query(description="Part of the address")] = "",
) -> Response:
    """CSV, Parquet, JSON Lines or Arrow, as it was asked for, streamed. Needs no key: the address is signed."""
    query_id = new_id()

    def work() -> tuple[str, bytes, Ahead]:
        try:
            wanted = here.hql.downloads.open(download_id, expires, signature)
        except Forged:
            raise ApiError(403, "this address is not one of ours, or was changed") from None
        except Expired:
            raise ApiError(410, "this download has expired; ask for a new one") from None
        return wanted.format, *_begun(here, wanted, query_id)

    format, first, pieces = await running(here.hql, request, query_id, work)
    kind = FORMATS[format]
    headers = {
        "Content-Disposition": f'attachment; filename="hql-export-{now():%Y-%m-%dT%H-%M-%SZ}.{kind.extension}"',
        "Cache-Control": "private, no-store",
    }
    return Pieces(here.hql, first, pieces, query_id=query_id, media_type=kind.media_type, headers=headers)


@router.get("/saved-queries", summary="List the saved queries")
def saved_queries(
    organisation: Organisation,
    here: Here,
    search: Annotated[str, Query(description="Words to look for in name, description and SQL")] = "",
) -> QUERIES:
    """The organisation's, by name."""
    return QUERIES(data=[_shown(query) for query in here.hql.queries.find(organisation, search)])


@router.post("/saved-query", status_code=201, summary="Save a query", responses=TAKEN)
def create(body: schemas_hql.NewQuery, request: Request, organisation: Organisation, here: Here) -> QUERIES:
    """It need not run yet. As in the original, `data` is an array of one."""
    owner = here.store.key_name(hashed(api_key(request.headers)))
    made = saved.create(
        here.hql.queries,
        organisation,
        name=body.name or "",
        sql=body.sql or "",
        description=body.description,
        owner=owner,
        parameters=[one.model_dump() for one in body.parameters],
    )
    return QUERIES(data=[_shown(made)])


@router.post("/saved-queries/bulk-delete", summary="Delete saved queries")
def bulk_delete(body: schemas_hql.QueryIds, organisation: Organisation, here: Here) -> DELETED:
    """How many of them there were; ids that are nobody's are passed over."""
    deleted = here.hql.queries.delete_many(organisation, body.ids)
    return DELETED(data=schemas_hql.Deleted(deleted=deleted))


@router.get("/saved-query/{queryId}", summary="Get a saved query", responses=MISSING)
def get(query_id: QueryId, organisation: Organisation, here: Here) -> WITH_RUNS:
    """With its latest runs, latest first."""
    query = saved.get(here.hql.queries, organisation, saved.id_of(query_id))
    runs = [_run(run) for run in here.hql.queries.runs(organisation, query.id)]
    return WITH_RUNS(data=schemas_hql.SavedQueryWithRuns(**_shown(query).model_dump(), runs=runs))


@router.put("/saved-query/{queryId}", summary="Change a saved query", responses=MISSING | TAKEN)
def put(query_id: QueryId, body: schemas_hql.ChangedQuery, organisation: Organisation, here: Here) -> QUERY:
    """What is left out stays as it is."""
    parameters = None if body.parameters is None else [one.model_dump() for one in body.parameters]
    changed = saved.update(
        here.hql.queries,
        organisation,
        saved.id_of(query_id),
        name=body.name,
        sql=body.sql,
        description=body.description,
        parameters=parameters,
    )
    return QUERY(data=_shown(changed))


@router.delete("/saved-query/{queryId}", summary="Delete a saved query", responses=MISSING)
def delete(query_id: QueryId, organisation: Organisation, here: Here) -> schemas.Envelope[None]:
    """Its runs are forgotten with it."""
    saved.delete(here.hql.queries, organisation, saved.id_of(query_id))
    return schemas.Envelope(data=None)


@router.post("/saved-query/{queryId}/execute", response_model=EXECUTION, summary="Run a saved query", responses=MISSING)
async def execute_saved(
    query_id: QueryId, body: schemas_hql.ExecuteSaved, request: Request, organisation: Organisation, here: Here
) -> Response:
    """Parameters that are left out take their defaults. The run is kept with the query."""
    run_id = new_id()

    def work() -> Result:
        wanted = saved.get(here.hql.queries, organisation, saved.id_of(query_id))
        query = guard(wanted.sql, organisation, saved.values(wanted, body.parameters), row_limit=body.max_rows)
        limits.take(here.hql.quota, here.settings, organisation, "query")
        return saved.run(here.hql.queries, wanted, lambda: here.hql.runner.execute(query, query_id=run_id))

    return _answer(here.hql, await running(here.hql, request, run_id, work))


def _begun(here: Context, wanted: Download, query_id: str) -> tuple[bytes, Ahead]:
    """A download's first piece and the others. What can be refused is refused here, before the answer begins."""
    query = guard(wanted.sql, wanted.organisation_id, wanted.parameters)
    if not here.hql.downloads.first_use(wanted.id):
        limits.take(here.hql.quota, here.settings, wanted.organisation_id, "download")
    source = export(here.hql.runner, query, wanted.format, query_id=query_id)
    pieces = Ahead(source, here.settings.data_dir / "hql", partial(here.hql.runner.cancel, query_id))
    try:
        return next(pieces, b""), pieces
    except BaseException:
        pieces.close()
        raise


def _answer(hql: Hql, result: Result) -> Response:
    pieces = _envelope(result)
    return Pieces(hql, next(pieces), pieces)


def _envelope(result: Result) -> Generator[bytes, None, None]:
    """The result in the API's shape, some rows at a time: they need not fit in memory. Closes it in the end."""
    names = frames.unique(result.columns)
    encode = msgspec.json.Encoder().encode
    piece, size = bytearray(), 2
    try:
        yield b'{"data":{"rows":['
        for number, row in enumerate(result):
            line = encode(dict(zip(names, row, strict=True)))
            size += len(line) + bool(number)
            piece += (b"," if number else b"") + line
            if len(piece) >= PIECE:
                yield bytes(piece)
                piece.clear()
        rest = {
            "elapsedMilliseconds": result.elapsed_ms,
            "size": size,
            "rowCount": result.row_count,
            "truncated": result.truncated,
            "columns": [
                {"name": name, "type": column.type} for name, column in zip(names, result.columns, strict=True)
            ],
            "rowsRead": result.rows_read,
            "bytesRead": result.bytes_read,
        }
        yield bytes(piece) + b"]," + encode(rest)[1:] + b',"error":null}'
    finally:
        result.close()


def _shown(query: SavedQuery) -> schemas_hql.SavedQuery:
    return schemas_hql.SavedQuery(
        id=str(query.id),
        organization_id=str(query.organisation_id),
        name=query.name,
        sql=query.sql,
        description=query.description,
        owner=query.owner,
        parameters=[schemas_hql.Parameter(**one) for one in query.parameters],
        created_at=iso(query.created_at),
        updated_at=iso(query.updated_at),
        last_run_at=iso(query.last_run_at) if query.last_run_at else None,
    )


def _run(run: QueryRun) -> schemas_hql.Run:
    return schemas_hql.Run(
        started_at=iso(run.started_at),
        duration_ms=run.duration_ms,
        rows=run.rows,
        rows_read=run.rows_read,
        bytes_read=run.bytes_read,
        error=run.error,
    )
