"""Answers as files: CSV, JSON Lines, Parquet and Arrow, in pieces and in constant memory.

`export` asks the engine; `of_result` and the pure `csv_of` and `jsonl_of` write what has been kept. Arrow is the file
format, not the stream's, because that is what ``pandas.read_feather`` and ``polars.read_ipc`` open without more ado.
The engine's Parquet and Arrow are exact in what a kept result is not: Decimals, and UUIDs as Arrow's type of that name,
which Polars shows as bytes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from hql.frames import inner, is_number, text, unique
from hql.results import Column, Result

if TYPE_CHECKING:
    from hql.guard import GuardedQuery
    from hql.run import Runner

PIECE = 1 << 17
"""Characters of CSV or JSON Lines that are written at once."""

FORMULA = re.compile(r"[\s\"'\0\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
"""Text that a spreadsheet would take for a formula, after OWASP's page on CSV injection; some programs pass over
white space and quotes before it."""

TEXTS = ("String", "FixedString", "Enum")
HARMLESS = ("UUID", "Date", "IPv")
"""Types written as texts that are no formula."""


@dataclass(frozen=True)
class Format:
    """A kind of file; `engine` is ClickHouse's name of it, empty for those of `WRITERS`."""

    engine: str
    media_type: str
    extension: str


FORMATS = {
    "csv": Format("", "text/csv; charset=utf-8", "csv"),
    "parquet": Format("Parquet", "application/vnd.apache.parquet", "parquet"),
    "jsonl": Format("", "application/x-ndjson", "jsonl"),
    "arrow": Format("Arrow", "application/vnd.apache.arrow.file", "arrow"),
}


class Export(Iterator[bytes]):
    """The pieces of a file. Closing it, begun or not, closes their source, and so ends the engine's query."""

    def __init__(self, pieces: Iterator[bytes], source: object) -> None:
        self._pieces = pieces
        self._source = source

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        close = getattr(self._source, "close", None)
        if close:
            close()


def export(runner: Runner, query: GuardedQuery, format: str, *, query_id: str = "") -> Export:
    """The answer to a query in one of `FORMATS`. Raises `HqlError`, before the first piece if it can be known then."""
    if engine := FORMATS[format].engine:
        pieces = runner.stream(query, engine, query_id=query_id)
        return Export(pieces, pieces)
    rows = runner.rows(query, query_id=query_id)
    return Export(WRITERS[format](rows.columns, rows), rows)


def of_result(result: Result, format: str) -> Iterator[bytes]:
    """A kept result in one of `FORMATS`, without asking the engine again. Parquet and Arrow are made in memory."""
    if write := WRITERS.get(format):
        yield from write(result.columns, result)
        return
    frame, file = result.frame(), io.BytesIO()
    frame.write_parquet(file) if format == "parquet" else frame.write_ipc(file)
    yield file.getvalue()


def csv_of(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """CSV after RFC 4180 with a header. Null is empty, objects and arrays are JSON, formulas are text (`defused`)."""
    buffer = io.StringIO(newline="")
    write = csv.writer(buffer).writerow
    write([defused(column.name) for column in columns])
    bases = [inner(column.type)[0] for column in columns]
    texts = [at for at, base in enumerate(bases) if base.startswith(TEXTS)]
    others = [at for at, base in enumerate(bases) if not base.startswith((*TEXTS, *HARMLESS)) and not is_number(base)]
    for row in rows:
        cells = list(row)
        for at in texts:
            cell = cells[at]
            if cell and not cell[0].isalnum():
                cells[at] = defused(cell)
        for at in others:
            cell = cells[at]
            cells[at] = defused(cell) if isinstance(cell, str) else text(cell)
        write(cells)
        if buffer.tell() >= PIECE:
            yield _taken(buffer)
    if buffer.tell():
        yield _taken(buffer)


def jsonl_of(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A JSON object a line. NaN and infinity, which JSON has no number for, are null."""
    encoder, names, piece = msgspec.json.Encoder(), unique(columns), bytearray()
    for row in rows:
        piece += encoder.encode(dict(zip(names, row, strict=True))) + b"\n"
        if len(piece) >= PIECE:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


WRITERS = {"csv": csv_of, "jsonl": jsonl_of}
"""What we write ourselves. ClickHouse's JSONEachRow would be faster, but it tells of a failure in the file itself."""


def defused(cell: str) -> str:
    """Text that no spreadsheet runs: an apostrophe before what would be a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def _taken(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return piece
