"""Fixtures that several parts of the tests share."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from clickhouse_connect.driver.client import Client

from bench.stack import free_port, module, process
from settings import Settings
from tests.stack import Stack, environment, running
from warehouse.client import connect
from warehouse.migrate import migrate

GIVEN = os.environ.get("CLICKHOUSE_URL", "")
"""A server to hold the tests marked `server` against; with CLICKHOUSE_READER_URL, and the accounts of
deploy/clickhouse/hql.xml. They run against the embedded warehouse otherwise."""


@dataclass(frozen=True)
class Warehouse:
    """A running embedded warehouse: its settings and its process."""

    settings: Settings
    process: subprocess.Popen[bytes]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A whole running installation with the demo provider, started by run.py; it holds no data at first."""
    with running(environment(tmp_path_factory.mktemp("stack") / "data")) as stack:
        yield stack


@pytest.fixture(scope="session")
def embedded_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """An embedded warehouse of its own, without any table of ours."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), warehouse_port=free_port())
    env = {
        "HELIOGRAPH_DATA_DIR": str(settings.data_dir),
        "HELIOGRAPH_WAREHOUSE_PORT": str(settings.warehouse_port),
    }
    ready = f"http://127.0.0.1:{settings.warehouse_port}/ping"
    with process(module("warehouse.embedded"), ready=ready, env=env) as child:
        yield Warehouse(settings, child)


@pytest.fixture(scope="session")
def warehouse_server(request: pytest.FixtureRequest) -> str:
    """The address of a real ClickHouse, with credentials and the database `heliograph`: the embedded one unless a
    server is given (see `GIVEN`)."""
    return GIVEN or request.getfixturevalue("embedded_warehouse").settings.warehouse_url


@pytest.fixture(scope="session")
def reader_url(request: pytest.FixtureRequest) -> str:
    """The address of the account that HQL reads with there."""
    given = os.environ.get("CLICKHOUSE_READER_URL", "") if GIVEN else ""
    return given or request.getfixturevalue("embedded_warehouse").settings.warehouse_reader_url


@pytest.fixture(scope="session")
def warehouse(warehouse_server: str) -> Iterator[Client]:
    """A client of a database that has the schema. Tests keep apart by organisations of their own."""
    settings = Settings(clickhouse_url=warehouse_server)
    client = connect(settings)
    migrate(client, settings)
    yield client
    client.close()
