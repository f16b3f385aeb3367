"""What the handlers work with: one `Context` a process, made by `api/app.py`."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from clickhouse_connect.driver.client import Client
from fastapi import Depends, Request

from hql.run import Runner
from ingest.gateway.app import Gateway
from ingest.spool import SpoolWriter
from metadata.downloads import Downloads
from metadata.keyring import KeyRing
from metadata.quota import Quota
from metadata.saved_queries import SavedQueries
from metadata.store import Store
from settings import Settings
from warehouse.client import Reader, connect
from warehouse.errors import WarehouseUnavailable

PAUSE_S = 1.0
"""How long the warehouse is left alone after it did not answer: handlers must not queue up to find that out again."""
QUERIES_AT_ONCE = 64
"""More wait their turn."""


class Warehouse:
    """The warehouse's client, connected when it is first needed: the port serves while the warehouse is away."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._away_until = 0.0

    def client(self) -> Client:
        """Raises `WarehouseUnavailable`."""
        with self._lock:
            if self._client is None:
                if time.monotonic() < self._away_until:
                    raise WarehouseUnavailable("the warehouse did not answer a moment ago")
                self._client = self._connected()
            return self._client

    def _connected(self) -> Client:
        try:
            return connect(self._settings)
        except WarehouseUnavailable:
            self._away_until = time.monotonic() + PAUSE_S
            raise

    def reader(self, organization_id: UUID) -> Reader:
        """Raises `WarehouseUnavailable`."""
        return Reader(self.client(), organization_id)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()


class Hql:
    """What asking in HQL takes: the runner, what the metadata database keeps for it, and threads to wait in."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.runner = Runner(settings)
        self.queries = SavedQueries(store)
        self.downloads = Downloads(store, settings)
        self.quota = Quota(store)
        # Neither the loop's own threads nor the other handlers': a slow query must not stop what does not need it.
        self.threads = ThreadPoolExecutor(max_workers=QUERIES_AT_ONCE, thread_name_prefix="hql")

    def close(self) -> None:
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.runner.close()


@dataclass(frozen=True)
class Context:
    settings: Settings
    store: Store
    keys: KeyRing
    spool: SpoolWriter
    gateway: Gateway
    warehouse: Warehouse
    hql: Hql


def of(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


Here = Annotated[Context, Depends(of)]
"""The process's context, as a handler's argument."""
