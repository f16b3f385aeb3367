"""The read model of requests: pages of them, one of them, their number, all of them as CSV.

Frames carry UUIDs and maps (as JSON) as text. A column is one of `COLUMNS`, or an entry of a map:
``properties.<name>``, ``scores.<name>``, null where the request has none.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import UnionType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints
from uuid import UUID

from warehouse import conditions
from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.filters import between, both
from warehouse.row import Row

if TYPE_CHECKING:
    import polars as pl

__all__ = ["BODIES", "COLUMNS", "among", "between", "bodies", "both", "count", "export", "find", "get"]

BODIES = ("request_body", "response_body")
KEY = ("request_created_at", "request_id")
"""What the rows of an organisation are ordered by, and found again by."""

_ALIASES = {"total_tokens": int, "cost_usd": float, "provider_total_cost": int, "is_cached": bool}
_TYPES: dict[str, Any] = {**get_type_hints(Row), **_ALIASES}
COLUMNS = tuple(name for name in _TYPES if name != "organization_id")
_MAPS = ("properties", "scores")

SORTED_BYTES = 500_000_000
"""Of an export that are sorted in memory; beyond it sorts on disk. By time it reads the rows as they lie."""

RANDOM = "random"
"""Sorts a page anew at each call."""


def find(
    reader: Reader,
    condition: Condition = EVERYTHING,
    *,
    columns: Sequence[str],
    sort: str = "request_created_at",
    descending: bool = True,
    limit: int = 50,
    offset: int = 0,
) -> pl.DataFrame:
    """One page of the requests that meet `condition`, columns as asked.

    Bodies are read for the page's rows alone. `sort` is a column or `RANDOM`; nulls come last, equals newest first.
    Raises `KeyError` for an unknown column, and what `warehouse/errors.py` lists.
    """
    light = [name for name in columns if name not in BODIES]
    keyed = list(dict.fromkeys([*light, *KEY])) if len(light) < len(columns) else light
    select, parameters = _selected(keyed)
    order, order_parameters = _order(sort, descending)
    sql = f"""
        SELECT {select} FROM request_response_rmt WHERE {condition.sql}
        ORDER BY {order} LIMIT {{page_limit:UInt64}} OFFSET {{page_offset:UInt64}}"""
    page = {"page_limit": limit, "page_offset": offset}
    frame = reader.frame(sql, condition.parameters | parameters | order_parameters | page)
    frame = frame.rename(dict(zip(frame.columns, keyed, strict=True)))
    if keyed is not light:
        frame = frame.join(bodies(reader, frame), on=KEY, how="left", maintain_order="left")
    return frame.select(columns)


def count(reader: Reader, condition: Condition = EVERYTHING) -> int:
    """How many requests meet `condition`."""
    sql = f"SELECT count() FROM request_response_rmt WHERE {condition.sql}"
    return int(reader.frame(sql, condition.parameters).item())


def get(reader: Reader, request_id: UUID) -> dict[str, Any] | None:
    """The request with all its `COLUMNS` in Python's own types; the latest if the id was used twice."""
    sql = f"""
        SELECT {", ".join(COLUMNS)} FROM request_response_rmt WHERE request_id = {{wanted:UUID}}
        ORDER BY request_created_at DESC LIMIT 1"""
    for row in reader.rows(sql, {"wanted": str(request_id)}):
        return {name: v.replace(tzinfo=UTC) if isinstance(v, datetime) else v for name, v in row.items()}
    return None


def among(request_ids: Iterable[UUID]) -> Condition:
    """The requests with these ids."""
    ids = conditions.bound("Array(UUID)", [str(request_id) for request_id in request_ids])
    return Condition(f"request_id IN {ids.sql}", ids.parameters, frozenset({"request_id"}))


def bodies(reader: Reader, page: pl.DataFrame) -> pl.DataFrame:
    """Both bodies of the rows of `page`, beside their `KEY`. Parameters travel in the URL: some hundred rows a call."""
    return for_page(reader, page, BODIES)


def for_page(
    reader: Reader, page: pl.DataFrame, expressions: Sequence[str], parameters: Mapping[str, Any] | None = None
) -> pl.DataFrame:
    """SQL `expressions` (named by ``AS``) of the rows of `page`, beside their `KEY`, one row a key."""
    sql = f"""
        SELECT request_created_at, toString(r.request_id) AS request_id, {", ".join(expressions)}
        FROM request_response_rmt AS r
        WHERE request_created_at IN {{page_times:Array(DateTime64(3, 'UTC'))}}
            AND r.request_id IN {{page_ids:Array(UUID)}}
        LIMIT 1 BY r.request_created_at, r.request_id"""
    times = [_text(at) for at in page["request_created_at"].unique()]
    keys = {"page_times": times, "page_ids": page["request_id"].unique().to_list()}
    return reader.frame(sql, keys | dict(parameters or {}))


def export(
    reader: Reader,
    condition: Condition = EVERYTHING,
    columns: Sequence[str] = COLUMNS,
    *,
    sort: str = "request_created_at",
    descending: bool = True,
) -> Iterator[bytes]:
    """All requests that meet `condition` as CSV with a header, in the order of `find`, in constant memory.

    Text that a spreadsheet would run as a formula is preceded by an apostrophe.
    """
    select, parameters = _selected(columns, defused=True)
    order, order_parameters = _order(sort, descending)
    sql = f"""
        SELECT {select} FROM request_response_rmt WHERE {condition.sql} ORDER BY {order}
        SETTINGS format_csv_null_representation = '', max_bytes_before_external_sort = {SORTED_BYTES}"""
    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow(columns)
    pieces = reader.stream(sql, condition.parameters | parameters | order_parameters, fmt="CSV")
    # The first piece is read before the header goes out, so that an error is an error and not a short file.
    first = next(pieces, b"")
    yield header.getvalue().encode() + first
    yield from pieces


def _selected(columns: Sequence[str], *, defused: bool = False) -> tuple[str, dict[str, Any]]:
    """The SELECT list under names that hide no column of the table (`WHERE` would see them), and its parameters."""
    parameters: dict[str, Any] = {}
    parts = []
    for index, name in enumerate(columns):
        expression, more = column(name)
        kind = _type(name)
        if kind is UUID:
            expression = f"toString({expression})"
        elif kind is dict:
            expression = f"toJSONString({expression})"
        elif kind is str and defused:
            dangerous = rf"substring({expression}, 1, 1) IN ('=', '+', '-', '@', '\t', '\r')"
            expression = f"if({dangerous}, concat('''', {expression}), {expression})"
        parts.append(f"{expression} AS column_{index}")
        parameters |= more
    return ", ".join(parts), parameters


def column(name: str) -> tuple[str, dict[str, Any]]:
    """The expression of a column or a map's entry, and its parameters. Raises `KeyError`."""
    if name in COLUMNS:
        return name, {}
    table, _, key = name.partition(".")
    if table not in _MAPS or not key:
        raise KeyError(name)
    bound = conditions.bound("String", key)
    return f"if(mapContains({table}, {bound.sql}), {table}[{bound.sql}], NULL)", bound.parameters


def _type(name: str) -> type:
    """The Python type of a column, NULL left out; dict for maps."""
    if "." in name:
        return str if name.startswith("properties.") else float
    declared = _TYPES[name]
    if isinstance(declared, UnionType):
        declared = next(kind for kind in get_args(declared) if kind is not type(None))
    kind: type = get_origin(declared) or declared
    return kind


def _order(sort: str, descending: bool) -> tuple[str, dict[str, Any]]:
    direction = "DESC" if descending else "ASC"
    if sort == "request_created_at":
        return f"request_created_at {direction}, request_id {direction}", {}
    if sort == RANDOM:
        return "rand()", {}
    expression, parameters = column(sort)
    return f"{expression} {direction} NULLS LAST, request_created_at DESC, request_id DESC", parameters


def _text(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")
