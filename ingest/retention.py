"""The thread that deletes, once an hour, what organisations have said they keep no longer (metadata/preferences.py).

Several workers may do it at once: deleting again finds nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from clickhouse_connect.driver.client import Client

from ingest.quiet import OnceAMinute
from metadata.preferences import retentions
from metadata.store import MetadataUnavailable, Store
from warehouse.errors import WarehouseError
from warehouse.retention import cutoff, delete

FIRST_AFTER_S = 60.0
EVERY_S = 3600.0

log = logging.getLogger("ingest.retention")
log.addFilter(OnceAMinute())


class Retention:
    """Deletes now and then until `stop`."""

    def __init__(self, client: Callable[[], Client], store: Store) -> None:
        self._client = client
        self._store = store
        self._stop = threading.Event()
        # A daemon: a DELETE under way goes on in the warehouse and need not be waited for.
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        pause = FIRST_AFTER_S
        while not self._stop.wait(pause):
            pause = EVERY_S
            try:
                expire(self._client(), self._store)
            except (WarehouseError, MetadataUnavailable) as error:
                log.warning("old requests stay for another hour: %s", error)


def expire(client: Client, store: Store, now: datetime | None = None) -> int:
    """Delete what is too old as of `now`, of every organisation; returns how many requests it was.

    Raises `WarehouseUnavailable`, `QueryFailed` and `MetadataUnavailable`.
    """
    deleted = 0
    for organization_id, days in retentions(store).items():
        count = delete(client, organization_id, cutoff(days, now))
        if count:
            log.info("deleted %d requests older than %d days of organisation %s", count, days, organization_id)
        deleted += count
    return deleted
