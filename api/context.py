"""What the handlers work with: one `Context` a process, made by `api/app.py`."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from clickhouse_connect.driver.client import Client
from fastapi import Depends, Request

from ingest.gateway.app import Gateway
from ingest.spool import SpoolWriter
from metadata.keyring import KeyRing
from metadata.store import Store
from settings import Settings
from warehouse.client import Reader, connect
from warehouse.errors import WarehouseUnavailable

PAUSE_S = 1.0
"""How long the warehouse is left alone after it did not answer: handlers must not queue up to find that out again."""


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


@dataclass(frozen=True)
class Context:
    settings: Settings
    store: Store
    keys: KeyRing
    spool: SpoolWriter
    gateway: Gateway
    warehouse: Warehouse


def of(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


Here = Annotated[Context, Depends(of)]
"""The process's context, as a handler's argument."""
