"""Insert rows so that a batch has its effect once, however often it is sent, and one bad row spoils no other.

Rows go as JSON: of the formats that ClickHouse takes, the cheapest to make here (9 µs a row of 4 kB; Native by the
driver 44) and no dearer to read there. The text indexes are left to the merges, which halves an insert's cost; parts
that have none yet are searched without them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
import zstandard
from clickhouse_connect.driver.client import Client

from settings import Settings
from warehouse.client import connect, translated
from warehouse.errors import NO_ROW_AT_FAULT, QueryFailed, WarehouseUnavailable
from warehouse.migrate import is_complete

FORMAT = "JSONCompactEachRow"
INSERT_SETTINGS = {
    "async_insert": 0,
    "deduplicate_blocks_in_dependent_materialized_views": 1,
    "date_time_input_format": "best_effort",
    "exclude_materialize_skip_indexes_on_insert": "idx_request_body,idx_response_body",
    # A batch is one block, and so one token, whatever its partitions.
    "max_partitions_per_insert_block": 0,
    "input_format_parallel_parsing": 0,
}


class Item(NamedTuple):
    """A row and the number of the record in its batch that it was made of."""

    number: int
    row: Sequence[Any]


@dataclass(frozen=True)
class Rejected:
    """A record whose row the warehouse does not take, and what it said."""

    number: int
    error: str


class Writer:
    """Inserts into the warehouse that the settings name; connects when first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: Client | None = None
        self._encoder = msgspec.json.Encoder()
        near = urlsplit(settings.warehouse_url).hostname in ("127.0.0.1", "localhost", "::1")
        # zstd takes longer than loopback.
        self._compressor = None if near else zstandard.ZstdCompressor(level=1)

    @property
    def client(self) -> Client:
        """Raises `WarehouseUnavailable`."""
        if self._client is None:
            client = connect(self._settings)
            if not is_complete(client):
                raise WarehouseUnavailable("the warehouse's schema is not complete yet")
            self._client = client
        return self._client

    def write(
        self,
        table: str,
        columns: Sequence[str],
        items: Sequence[Item],
        *,
        batch: str,
        size: int,
        refused: Collection[int] = (),
    ) -> list[Rejected]:
        """Insert the rows of a batch of `size` records; returns those the warehouse does not take.

        A refused insert is halved, by the records' numbers so that a part has the same token whenever it is tried,
        until the bad rows are alone. `refused` numbers the records, absent from `items`, whose rows the table refused
        before. Raises `WarehouseUnavailable` when the same call may succeed later.
        """
        return self._write(table, columns, items, batch, refused, 0, size)

    def _write(
        self,
        table: str,
        columns: Sequence[str],
        items: Sequence[Item],
        batch: str,
        refused: Collection[int],
        low: int,
        high: int,
    ) -> list[Rejected]:
        if not items:
            return []
        # A part with a row refused before went in by its halves then: whole, under a token of its own, it would again.
        if not any(low <= number < high for number in refused):
            try:
                self.send(table, columns, [item.row for item in items], token=f"{batch}/{table}/{low}-{high}")
                return []
            except QueryFailed as error:
                if high - low <= 1:
                    return [Rejected(items[0].number, str(error))]
        middle = (low + high) // 2
        lower = [item for item in items if item.number < middle]
        upper = [item for item in items if item.number >= middle]
        return self._write(table, columns, lower, batch, refused, low, middle) + self._write(
            table, columns, upper, batch, refused, middle, high
        )

    def send(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, token: str) -> None:
        """One insert. Raises `WarehouseUnavailable`, or `QueryFailed` where a row is at fault."""
        data = self._encoder.encode_lines(rows)
        if self._compressor:
            data = self._compressor.compress(data)
        settings = {**INSERT_SETTINGS, "insert_deduplication_token": token}
        compression = "zstd" if self._compressor else None
        try:
            with translated():
                self.client.raw_insert(table, columns, data, settings, fmt=FORMAT, compression=compression)
        except QueryFailed as error:
            if error.code in NO_ROW_AT_FAULT:
                raise WarehouseUnavailable(f"the warehouse is not ready for rows: {error}") from error
            raise
