"""Databases of their own, for what an organisation of its own does not keep apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from clickhouse_connect.driver.client import Client

from settings import Settings
from warehouse.client import connect


@contextmanager
def database(server: str) -> Iterator[tuple[str, Client]]:
    """The address of a new database on the ClickHouse of that address, without any table, and a client of it."""
    name = f"test_{uuid4().hex}"
    url = server.rsplit("/", 1)[0] + f"/{name}"
    home = connect(Settings(clickhouse_url=server))
    home.command(f"CREATE DATABASE {name}")
    client = connect(Settings(clickhouse_url=url))
    try:
        yield url, client
    finally:
        client.close()
        home.command(f"DROP DATABASE {name}")
        home.close()
