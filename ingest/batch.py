"""A spool batch made ready for the warehouse: the rows of each table, and the records that cannot become rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ingest import annotations as said
from ingest.build import row
from ingest.pricing import Price
from ingest.properties import PropertyNames, properties_of
from ingest.record import Exchange, Property, Record
from ingest.repricing import OwnPrices
from ingest.writer import Item
from metadata.store import Store
from warehouse.row import COLUMNS

FACTS = said.FACTS
TABLES = {FACTS: COLUMNS, **said.COLUMNS}


class Prepared:
    """Items by table, prices by id, and the errors of records that cannot be built, by record number."""

    def __init__(self) -> None:
        self.items: dict[str, list[Item]] = {table: [] for table in TABLES}
        self.prices: dict[str, Price] = {}
        self.errors: dict[int, str] = {}
        self.said_of: list[said.Key] = []

    def rows_of(self, table: str) -> list[Sequence[Any]]:
        return [item.row for item in self.items[table]]


class Preparer:
    """Makes batches ready. The same batch gives the same rows, but for the time they were made."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._names = PropertyNames(store)
        self._own_prices = OwnPrices(store)

    def prepare(self, records: Sequence[Record], dead: Iterable[int] = ()) -> Prepared:
        """Raises `MetadataUnavailable` when a key or a property name cannot be looked up now."""
        prepared = Prepared()
        left_out = set(dead)
        owners = self._owners(records)
        self._settle(records, owners)
        self._own_prices.refresh()
        now = datetime.now(UTC)
        for index, record in enumerate(records):
            if index in left_out:
                continue
            try:
                self._add(prepared, index, record, owners[index], now)
            except Exception as error:
                prepared.errors[index] = f"{type(error).__name__}: {error}"
        return prepared

    def _add(self, prepared: Prepared, index: int, record: Record, owner: UUID | None, now: datetime) -> None:
        if owner is None:
            raise LookupError("no organisation has the key that the request was sent with")
        names = self._names.settle(owner, ())
        if isinstance(record, Exchange):
            fact, price = row(record, owner, names, now, self._own_prices.of(owner))
            if price:
                prepared.prices[price.id] = price
            prepared.items[FACTS].append(Item(index, fact))
            return
        table = said.table_of(record)
        prepared.items[table] += [Item(index, values) for values in said.rows(record, names)]
        prepared.said_of.append((record.organization_id, record.request_id))

    def _owners(self, records: Sequence[Record]) -> list[UUID | None]:
        """The organisation of each record; where the gateway could not look the key up, it is looked up now."""
        looked_up: dict[str, UUID | None] = {}
        owners: list[UUID | None] = []
        for record in records:
            owner = record.organization_id
            if owner is None and isinstance(record, Exchange):
                key = record.key_hash
                if key not in looked_up:
                    looked_up[key] = self._store.organisation_of_key(key)
                owner = looked_up[key]
            owners.append(owner)
        return owners

    def _settle(self, records: Sequence[Record], owners: Sequence[UUID | None]) -> None:
        """Settle the spelling of every property name of the batch before any row is made."""
        sent: dict[UUID, dict[str, None]] = defaultdict(dict)
        for record, owner in zip(records, owners, strict=True):
            if owner is None:
                continue
            if isinstance(record, Exchange):
                sent[owner].update(dict.fromkeys(properties_of(record)))
            elif isinstance(record, Property):
                sent[owner][record.name] = None
        for owner, names in sent.items():
            self._names.settle(owner, names)
