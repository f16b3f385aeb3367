"""Prices that organisations set themselves: applied to what comes, and, where they ask for it, to what has come.

One worker at a time carries a re-pricing out, a day after the other; one that is killed is begun again by whichever
worker sees first that nobody works on it any more.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from clickhouse_connect.driver.client import Client

from ingest import pricing
from ingest.pricing import Price
from ingest.quiet import OnceAMinute
from metadata import prices
from metadata.prices import Progress
from metadata.store import MetadataUnavailable, Store
from warehouse import repricing
from warehouse.errors import QueryFailed, WarehouseError
from warehouse.repricing import NewPrice

READ_EVERY_S = 5.0
LOOK_EVERY_S = 2.0

log = logging.getLogger("ingest.repricing")
log.addFilter(OnceAMinute())


class OwnPrices:
    """Every organisation's own prices, read from the metadata database at most every READ_EVERY_S."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read_at = float("-inf")
        self._found: dict[UUID, dict[tuple[str, str], Price]] | None = None

    def refresh(self) -> None:
        """Raises `MetadataUnavailable` where they have never been read; else the last ones stand."""
        if time.monotonic() - self._read_at < READ_EVERY_S:
            return
        try:
            found = prices.prices_by_organisation(self._store)
        except MetadataUnavailable as error:
            if self._found is None:
                raise
            log.warning("prices stay as they were: %s", error)
            return
        self._read_at = time.monotonic()
        self._found = {
            owner: {(own.provider, own.model): pricing.own(owner, own.provider, own.model, own.rates) for own in owns}
            for owner, owns in found.items()
        }

    def of(self, organization_id: UUID) -> Mapping[tuple[str, str], Price]:
        """By provider and model."""
        return (self._found or {}).get(organization_id, {})


class Repricer:
    """A thread that carries re-pricings out until `stop`. While a day is changed, `alone` keeps others from inserting:
    its rollups are made anew."""

    def __init__(
        self, client: Callable[[], Client], store: Store, alone: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._client, self._store, self._alone = client, store, alone
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="repricing", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Ends after the day under way, or within `timeout_s` in the middle of it: it is done again then."""
        self._stop.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            try:
                while not self._stop.is_set() and (taken := self._take()):
                    self._carry_out(taken)
            except (WarehouseError, MetadataUnavailable, OSError) as error:
                log.warning("the re-pricing waits: %s", error)

    def _take(self) -> Progress | None:
        # By then every worker knows the price, and writes no row any more that lacks it.
        settled = timedelta(seconds=READ_EVERY_S + 1)
        return prices.take_repricing(self._store, datetime.now(UTC) - settled)

    def _carry_out(self, taken: Progress) -> None:
        own = prices.price(self._store, taken.organization_id, taken.provider, taken.model)
        if own is None:
            return prices.finish_repricing(self._store, taken.id, error="The price was removed.")
        price = pricing.own(taken.organization_id, own.provider, own.model, own.rates)
        try:
            ended = self._all_days(taken, _new_price(taken, price))
        except QueryFailed as error:
            log.error("the re-pricing of %s/%s failed: %s", taken.provider, taken.model, error)
            refused = f"ClickHouse refused it: {error.name or error.code}"
            return prices.finish_repricing(self._store, taken.id, error=refused)
        if ended:
            prices.finish_repricing(self._store, taken.id)
        else:
            prices.release_repricing(self._store, taken.id)

    def _all_days(self, taken: Progress, new: NewPrice) -> bool:
        """True if nothing is left to be done; False if this worker ends. One that is cancelled is left as it is."""
        client = self._client()
        repricing.record(client, new)
        todo, rows = repricing.days(client, new), taken.rows
        for done, day in enumerate(todo):
            going_on = prices.report_repricing(self._store, taken.id, days_done=done, days_total=len(todo), rows=rows)
            if not going_on:
                return True
            if self._stop.is_set():
                return False
            with self._alone():
                rows += repricing.reprice(client, new, day)
        prices.report_repricing(self._store, taken.id, days_done=len(todo), days_total=len(todo), rows=rows)
        return True


def _new_price(taken: Progress, price: Price) -> NewPrice:
    return NewPrice(
        taken.organization_id, price.provider, price.model, price.id, price.source, dict(price.rates), price.atto,
        taken.everything,
    )  # fmt: skip
