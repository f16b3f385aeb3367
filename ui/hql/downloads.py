"""A kept result as a file, without running its query again, in constant memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hql import export, frames
from hql.results import Result

LABELS = {"csv": "CSV", "parquet": "Parquet", "jsonl": "JSON Lines", "arrow": "Arrow"}
BATCH_BYTES = 4_000_000
MOST_ROWS = 10_000


def pieces(result: Result, format: str) -> Iterator[bytes]:
    """The file in one of `export.FORMATS`, piece by piece."""
    if format in ("csv", "jsonl"):
        yield from export.of_result(result, format)
        return
    sink = _Sink()
    schema = frames.frame(result.columns, []).to_arrow().schema
    with pq.ParquetWriter(sink, schema) if format == "parquet" else pa.ipc.new_file(sink, schema) as writer:
        for start in range(0, result.row_count, step := _rows(result)):
            rows = result.page(start, step)
            writer.write_table(frames.frame(result.columns, [rows]).to_arrow().cast(schema))
            yield sink.taken()
    yield sink.taken()


def _rows(result: Result) -> int:
    """As many rows as are some megabytes together."""
    each = max(result.size // max(result.row_count, 1), 1)
    return min(max(BATCH_BYTES // each, 1), MOST_ROWS)


class _Sink(io.RawIOBase):
    """What is written to it can be taken away at any time; nobody seeks."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()
        self._written = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._written

    def write(self, data: Any) -> int:
        self._held += data
        self._written += len(data)
        return len(data)

    def taken(self) -> bytes:
        held, self._held = bytes(self._held), bytearray()
        return held
