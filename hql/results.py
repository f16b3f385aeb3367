"""What a query answered: kept on disk to be paged through, or passed on row by row.

Both read JSONCompactEachRowWithProgress as the engine sends it. A row is not decoded until someone looks at it: kept
are its bytes, one JSON array a line. Integers stay exact, whatever their size; Decimals are read as floats; `nan` and
`inf`, which JSON cannot write as numbers, are floats again.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
import threading
import time
import weakref
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import msgspec
import polars as pl

from hql import frames
from hql.errors import LimitReached
from hql.frames import Column as Column

BLOCK = 1 << 20
SIZE_LIMIT = 2_000_000_000
"""Bytes that one kept result may take of a disk that the spool needs as well; it is truncated there."""

ROW_LIMIT = 64_000_000
"""Bytes of one row as JSON; it is in memory several times over while it is read."""
COLUMN_LIMIT = 2_000
_LONG_ROW = (
    f"A row of the result is longer than {ROW_LIMIT // 1_000_000} MB: select less of it, as in left(x, 1000000)."
)

_ROW = b'{"row":'
_DENORMAL = re.compile(rb'"-?(?:nan|inf)"')
_rows = msgspec.json.Decoder(list[Any])


class EngineFailure(Exception):
    """The engine's own words for why it stopped: to be translated, never shown."""


@dataclass(frozen=True)
class Progress:
    """How far a query is; `rows_total` is the engine's estimate of what it has to read."""

    rows_read: int = 0
    bytes_read: int = 0
    rows_total: int = 0
    elapsed_ms: int = 0


class Answer:
    """The engine's lines as they arrive in pieces. Its columns are known when it is made; closing it closes `pieces`.

    Raises `failure(text)` where the engine reports an exception or the answer ends too early.
    """

    def __init__(
        self,
        pieces: Iterable[bytes],
        *,
        on_progress: Callable[[Progress], None] | None = None,
        failure: Callable[[str], Exception] = EngineFailure,
    ) -> None:
        self.columns: tuple[Column, ...] = ()
        self.progress = Progress()
        self._pieces = pieces
        self._on_progress = on_progress
        self._failure = failure
        self._batches = self._split()
        with contextlib.ExitStack() as on_error:
            on_error.callback(self.close)
            self._first = self._until_columns()
            on_error.pop_all()

    def rows(self) -> Iterator[list[bytes]]:
        """Rows as JSON arrays, as many at a time as came together."""
        if self._first:
            yield self._first
        for batch in self._batches:
            if rows := self._read(batch):
                yield rows

    def close(self) -> None:
        close = getattr(self._pieces, "close", None)
        if close:
            close()

    def _until_columns(self) -> list[bytes]:
        for batch in self._batches:
            rows = self._read(batch)
            if self.columns:
                return rows
        raise self._failure("the answer ended before its columns")

    def _split(self) -> Iterator[list[bytes]]:
        held: list[bytes] = []
        size = 0
        for piece in self._pieces:
            if b"\n" not in piece:
                held.append(piece)
                size += len(piece)
                if size > ROW_LIMIT:
                    raise LimitReached("HQL_RESULT_LIMIT_EXCEEDED", _LONG_ROW)
                continue
            *lines, rest = b"".join([*held, piece]).split(b"\n")
            held, size = [rest], len(rest)
            yield lines
        if rest := b"".join(held):
            raise self._failure("the answer ended within a row" if rest.startswith(_ROW) else _text(rest))

    def _read(self, batch: list[bytes]) -> list[bytes]:
        rows = [line[len(_ROW) : -1] for line in batch if line.startswith(_ROW)]
        if len(rows) < len(batch):
            for line in batch:
                if line and not line.startswith(_ROW):
                    self._note(line)
        return rows

    def _note(self, line: bytes) -> None:
        """Take in what is not a row; totals, extremes and statistics are passed over."""
        try:
            event = json.loads(_text(line))
        except ValueError:
            raise self._failure(_text(line)) from None
        if "exception" in event:
            raise self._failure(event["exception"])
        if "meta" in event and len(event["meta"]) > COLUMN_LIMIT:
            raise LimitReached("HQL_RESULT_LIMIT_EXCEEDED", f"The result has more than {COLUMN_LIMIT:,} columns.")
        if "meta" in event:
            self.columns = tuple(Column(column["name"], column["type"]) for column in event["meta"])
        if "progress" in event:
            self.progress = _progress(event["progress"])
            if self._on_progress:
                self._on_progress(self.progress)


@dataclass(eq=False)
class Result:
    """A kept answer, for any number of threads. Its file has no name and goes with the last one who holds it.

    `size` is the bytes of its rows as JSON; `elapsed_ms` is from the start of reading to the last row's arrival.
    """

    columns: tuple[Column, ...]
    truncated: bool
    elapsed_ms: int
    rows_read: int
    bytes_read: int
    _file: IO[bytes] = field(repr=False)
    _offsets: array[int] = field(repr=False)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._floats = frames.floats(self.columns)
        self._close = weakref.finalize(self, self._file.close)

    @property
    def row_count(self) -> int:
        return len(self._offsets) - 1

    @property
    def size(self) -> int:
        return self._offsets[-1]

    def page(self, start: int, count: int) -> list[list[Any]]:
        """Up to `count` rows from the `start`-th on. Raises `ValueError` once it is closed."""
        start = min(max(start, 0), self.row_count)
        stop = min(start + max(count, 0), self.row_count)
        return _decoded(self._bytes(self._offsets[start], self._offsets[stop]), self._floats)

    def __iter__(self) -> Iterator[list[Any]]:
        for rows in self._blocks(self.row_count):
            yield from rows

    def frame(self, limit: int | None = None) -> pl.DataFrame:
        """The first `limit` rows with the columns' types (hql/frames.py)."""
        return frames.frame(self.columns, self._blocks(self.row_count if limit is None else limit))

    def close(self) -> None:
        with self._lock:
            self._close()

    def _blocks(self, rows: int) -> Iterator[list[list[Any]]]:
        """The first rows, about 1 MB of them at a time."""
        start, end = 0, min(rows, self.row_count)
        while start < end:
            within = bisect_right(self._offsets, self._offsets[start] + BLOCK) - 1
            stop = min(max(within, start + 1), end)
            yield self.page(start, stop - start)
            start = stop

    def _bytes(self, start: int, stop: int) -> bytes:
        # The lock keeps a descriptor from being closed, and given to another organisation's file, while it is read.
        parts = []
        with self._lock:
            while start < stop:
                parts.append(os.pread(self._file.fileno(), stop - start, start))
                start += len(parts[-1])
        return b"".join(parts)


class RowStream(Iterator[list[Any]]):
    """An answer passed on row by row, `row_limit` at most, in constant memory. Closing it ends the engine's query."""

    def __init__(
        self, pieces: Iterable[bytes], *, row_limit: int, failure: Callable[[str], Exception] = EngineFailure
    ) -> None:
        self._answer = Answer(pieces, failure=failure)
        self.columns = self._answer.columns
        self.truncated = False
        self._rows = self._read(row_limit)

    def __next__(self) -> list[Any]:
        return next(self._rows)

    def close(self) -> None:
        self._answer.close()

    def _read(self, left: int) -> Iterator[list[Any]]:
        floats = frames.floats(self.columns)
        for lines in self._answer.rows():
            self.truncated = self.truncated or len(lines) > left
            yield from _decoded(b"\n".join(lines[:left]), floats)
            left -= min(left, len(lines))


def keep(
    pieces: Iterable[bytes],
    directory: Path,
    *,
    row_limit: int,
    on_progress: Callable[[Progress], None] | None = None,
    failure: Callable[[str], Exception] = EngineFailure,
    size_limit: int = SIZE_LIMIT,
) -> Result:
    """Read an answer to its end into a file in `directory`; it is truncated if there is more than the limits allow."""
    started = time.monotonic()
    answer = Answer(pieces, on_progress=on_progress, failure=failure)
    with contextlib.closing(answer), contextlib.ExitStack() as on_error:
        directory.mkdir(parents=True, exist_ok=True)
        file = on_error.enter_context(tempfile.TemporaryFile(dir=directory))
        offsets, truncated = _write(answer, file, row_limit, size_limit)
        on_error.pop_all()
    progress = answer.progress
    elapsed_ms = max(progress.elapsed_ms, round((time.monotonic() - started) * 1000))
    return Result(answer.columns, truncated, elapsed_ms, progress.rows_read, progress.bytes_read, file, offsets)


def _write(answer: Answer, file: IO[bytes], row_limit: int, size_limit: int) -> tuple[array[int], bool]:
    offsets, truncated = array("Q", [0]), False
    for rows in answer.rows():
        if offsets[-1] >= size_limit:
            truncated = True
            break
        room = row_limit + 1 - len(offsets)
        truncated = truncated or len(rows) > room
        for row in rows[:room]:
            offsets.append(offsets[-1] + len(row) + 1)
        file.writelines(row + b"\n" for row in rows[:room])
    file.flush()
    return offsets, truncated


def _decoded(lines: bytes, floats: tuple[int, ...]) -> list[list[Any]]:
    try:
        rows = _rows.decode_lines(lines)
    except ValueError:  # bytes that are no UTF-8, which ClickHouse's strings may hold
        rows = [json.loads(_text(line)) for line in lines.split(b"\n") if line]
    if floats and _DENORMAL.search(lines):
        for row in rows:
            for at in floats:
                row[at] = float(row[at]) if isinstance(row[at], str) else row[at]
    return rows


def _progress(event: dict[str, Any]) -> Progress:
    names = ("read_rows", "read_bytes", "total_rows_to_read", "elapsed_ns")
    rows_read, bytes_read, rows_total, elapsed_ns = (int(event.get(name, 0)) for name in names)
    return Progress(rows_read, bytes_read, rows_total, elapsed_ns // 1_000_000)


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace")
