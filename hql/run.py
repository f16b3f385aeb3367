"""A guarded query's way to the engine and back: `Runner`, one a process.

It signs in as the account that may read the views alone, names the organisation in a header that no text of a query
can set, and shows the query to the second wall (hql/wall.py) before it runs. It takes a `GuardedQuery` and nothing
else. Everything that fails is one of `hql.errors`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from clickhouse_connect.driver.httputil import get_pool_manager

from hql import wall
from hql.errors import HqlError, LimitReached, Unavailable
from hql.guard import GuardedQuery
from hql.results import Progress, Result, RowStream, keep
from hql.scope import ORGANISATION
from hql.translate import code_of, translate
from settings import Settings
from warehouse.client import connect
from warehouse.errors import WarehouseError

log = logging.getLogger("hql")

HEADER = "X-Heliograph-Organization"
"""What the row policies of deploy/clickhouse/hql.xml read."""
FORMAT = "JSONCompactEachRowWithProgress"
PIECE = 1 << 16
MAX_INSPECTED = 2_000
MAX_AT_ONCE = 8
"""Queries that one organisation may have under way in one process; the account has 40 slots for all."""
_TAG = "X-ClickHouse-Exception-Tag"
"""Header with the random word that a body ends with where a query failed after its first byte was sent."""
NOT_SET_UP = (
    "HQL has no account on this ClickHouse server: set CLICKHOUSE_READER_URL; docs/production.md says how to make one."
)


class Runner:
    """Runs guarded queries. Threads may share it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._reader: Client | None = None
        self._control: Client | None = None
        self._inspected: dict[str, None] = {}
        self._slots: dict[UUID, threading.Semaphore] = {}

    def execute(
        self, query: GuardedQuery, *, query_id: str = "", on_progress: Callable[[Progress], None] | None = None
    ) -> Result:
        """Run it and keep the answer on disk, `row_limit` rows of it; `Result.truncated` says if there were more."""
        pieces = self._pieces(query, query.sql, FORMAT, query_id)
        directory = self._settings.data_dir / "hql"
        failure = self._failure(query)
        try:
            return keep(pieces, directory, row_limit=query.row_limit, on_progress=on_progress, failure=failure)
        except OSError as error:
            log.error("a result cannot be kept in %s: %s", directory, error)
            raise Unavailable("The result cannot be kept: the server's disk is full or cannot be written.") from None

    def rows(self, query: GuardedQuery, *, query_id: str = "") -> RowStream:
        """Run it and give its rows one by one, `row_limit` at most, as they come."""
        pieces = self._pieces(query, query.sql, FORMAT, query_id)
        return RowStream(pieces, row_limit=query.row_limit, failure=self._failure(query))

    def stream(self, query: GuardedQuery, format: str, *, query_id: str = "") -> Iterator[bytes]:
        """Run it and give the answer in one of ClickHouse's formats, piece by piece in constant memory."""
        return self._pieces(query, query.exact_sql, format, query_id)

    def check(self, query: GuardedQuery) -> None:
        """Let the engine resolve every name and type. The query is not run, but its scalar subqueries are."""
        for _ in self._pieces(query, f"EXPLAIN QUERY TREE {query.sql}", "Null", ""):
            pass

    def estimate(self, query: GuardedQuery) -> int:
        """How many rows it would read; names and types are resolved on the way, scalar subqueries run."""
        lines = b"".join(self._pieces(query, f"EXPLAIN ESTIMATE {query.sql}", "JSONEachRow", ""))
        return sum(int(json.loads(line)["rows"]) for line in lines.splitlines() if line)

    def cancel(self, query_id: str) -> None:
        """Stop a query by the id that it was started with; of none, nothing happens."""
        with contextlib.suppress(WarehouseError, ClickHouseError):
            self._control_client().command("KILL QUERY WHERE query_id = {id:String} ASYNC", {"id": query_id})

    def close(self) -> None:
        for client in (self._reader, self._control):
            if client is not None:
                client.close()

    def DANGEROUS_unguarded(self, sql: str, organization_id: UUID) -> list[list[Any]]:
        """Hand text to the second wall and the account as if the guard had let it through. For their tests alone."""
        query = GuardedQuery(sql, organization_id, 1_000, sql)
        with contextlib.closing(self.rows(query)) as rows:
            return list(rows)

    def _pieces(self, query: GuardedQuery, sql: str, format: str, query_id: str) -> Iterator[bytes]:
        """The answer's bytes; the query has been accepted by the engine when this returns."""
        self._inspect(query)
        return _Pieces(self._open(query, sql, format, query_id), self._failure(query))

    def _inspect(self, query: GuardedQuery) -> None:
        """Show the query to the second wall: once, for what it reads of a text depends on nothing else."""
        if query.sql in self._inspected:
            return
        answer = self._open(query, f"EXPLAIN QUERY TREE run_passes = 0 {query.sql}", "TSVRaw", "")
        tree = b"".join(_Pieces(answer, self._failure(query))).decode("utf-8", "replace")
        try:
            wall.inspect(tree)
        except HqlError:
            log.warning("the second wall refused a query that the guard had let through: %r", query.text[:1000])
            raise
        with self._lock:
            if len(self._inspected) >= MAX_INSPECTED:
                self._inspected.pop(next(iter(self._inspected)))
            self._inspected[query.sql] = None

    def _open(self, query: GuardedQuery, sql: str, format: str, query_id: str) -> _Body:
        """The body of the engine's answer. An organisation has only so many at once, so that others get theirs."""
        slots = self._slots_of(query.organization_id)
        if not slots.acquire(blocking=False):
            raise LimitReached("HQL_TOO_MANY_QUERIES", f"At most {MAX_AT_ONCE} queries at once: try again in a moment.")
        try:
            return _Body(self._asked(query, sql, format, query_id), slots)
        except BaseException:
            slots.release()
            raise

    def _slots_of(self, organization_id: UUID) -> threading.Semaphore:
        with self._lock:
            return self._slots.setdefault(organization_id, threading.Semaphore(MAX_AT_ONCE))

    def _asked(self, query: GuardedQuery, sql: str, format: str, query_id: str) -> Any:
        parameters = dict(query.parameters)
        if ORGANISATION in sql:
            parameters[ORGANISATION] = str(query.organization_id)
        try:
            return self._reader_client().raw_stream(
                sql,
                parameters or None,
                {"query_id": query_id or f"hql-{uuid4()}"},
                fmt=format,
                transport_settings={HEADER: str(query.organization_id)},
            )
        except ClickHouseError as error:
            code = getattr(error, "code", None) or code_of(str(error))
            raise self._translated(code, str(error), query) from None
        except (OSError, WarehouseError):
            raise Unavailable from None

    def _failure(self, query: GuardedQuery) -> Callable[[str], Exception]:
        return lambda message: self._translated(code_of(message), message, query)

    def _translated(self, code: int, message: str, query: GuardedQuery) -> HqlError:
        if not code:
            log.warning("the engine broke off its answer to %s", query.organization_id)
            return Unavailable("The warehouse broke off its answer; try again.")
        log.info("a query of %s failed with error %d", query.organization_id, code)
        return translate(code, message, query.text, query.tables)

    def _reader_client(self) -> Client:
        with self._lock:
            if self._reader is None:
                self._reader = _connect(self._settings)
            return self._reader

    def _control_client(self) -> Client:
        with self._lock:
            if self._control is None:
                self._control = connect(self._settings)
            return self._control


class _Body:
    """An answer's body and the slot that it takes until it is closed."""

    def __init__(self, body: Any, slots: threading.Semaphore) -> None:
        self.headers = getattr(body, "headers", {})
        self.read = body.read
        self._body = body
        self._release = weakref.finalize(self, slots.release)

    def close(self) -> None:
        self._body.close()
        self._release()


class _Pieces(Iterator[bytes]):
    """A body piece by piece; one that ends in an exception raises it. Closing it hangs up, which ends the query."""

    def __init__(self, body: _Body, failure: Callable[[str], Exception]) -> None:
        self._body = body
        self._failure = failure
        tag = body.headers.get(_TAG, "")
        self._mark = f"\r\n__exception__\r\n{tag}\r\n".encode() if tag else b""
        self._tail = b""

    def __next__(self) -> bytes:
        try:
            piece: bytes = self._body.read(PIECE)
        except Exception as error:
            self.close()
            raise self._failure(str(error)) from None
        if not piece:
            self.close()
            raise StopIteration
        if self._mark and self._mark in (seen := self._tail + piece):
            message = seen.partition(self._mark)[2] + self._body.read()
            self.close()
            raise self._failure(message.decode("utf-8", "replace"))
        self._tail = piece[-len(self._mark) :] if self._mark else b""
        return piece

    def close(self) -> None:
        self._body.close()


def _connect(settings: Settings) -> Client:
    """The reader's client. Raises `Unavailable`.

    The account goes in ClickHouse's own headers and not in `Authorization`: beside those, unlike beside that, no other
    account can be named in the URL.
    """
    if not settings.warehouse_reader_url:
        raise Unavailable(NOT_SET_UP)
    url = urlsplit(settings.warehouse_reader_url)
    account = {"X-ClickHouse-User": unquote(url.username or ""), "X-ClickHouse-Key": unquote(url.password or "")}
    try:
        return clickhouse_connect.get_client(
            host=url.hostname,
            port=url.port or (8443 if url.scheme == "https" else 8123),
            username="",
            database=url.path.strip("/") or "default",
            interface=url.scheme,
            headers=account,
            autogenerate_session_id=False,
            send_receive_timeout=settings.hql_timeout_s + 30,
            connect_timeout=5,
            pool_mgr=get_pool_manager(maxsize=16, num_pools=2),
            client_name="heliograph-hql",
        )
    except (ClickHouseError, OSError) as error:
        log.warning("HQL cannot sign in to the warehouse: %s", error)
        raise Unavailable from None
