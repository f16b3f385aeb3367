"""A worker's settings, metadata database and organisation, over the shared warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from clickhouse_connect.driver.client import Client

from metadata import store as metadata
from metadata.store import Store
from settings import Settings


@pytest.fixture
def config(tmp_path: Path, warehouse: Client, warehouse_server: str) -> Settings:
    return Settings(data_dir=tmp_path, clickhouse_url=warehouse_server, batch_seconds=0.0)


@pytest.fixture
def store(config: Settings) -> Iterator[Store]:
    metadata.migrate(config)
    store = metadata.connect(config)
    yield store
    store.close()


@pytest.fixture
def org(store: Store) -> UUID:
    return store.create_organisation("One").id
