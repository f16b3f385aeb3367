"""Two tenants in one warehouse, and for each what the engine answers over its rows alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from hql.guard import guard
from hql.run import Runner
from settings import Settings
from tests.hql.oracle import Answer, Oracle, fill
from tests.hql.seeding import Tenant, seed, tenants

Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def both(warehouse: Client) -> tuple[Tenant, Tenant]:
    """The small tenant and the large one, with all their data."""
    now = datetime.now(UTC)
    both = tenants()
    for tenant in both:
        seed(warehouse, tenant, now)
    return both


@pytest.fixture(scope="session")
def oracles(warehouse: Client, warehouse_server: str, both: tuple[Tenant, Tenant]) -> Iterator[dict[str, Oracle]]:
    """Tenant's word -> its oracle."""
    oracles = {}
    for tenant in both:
        database = f"only_{tenant.word}_{tenant.organization_id.hex}"
        fill(warehouse, database, tenant)
        oracles[tenant.word] = Oracle(warehouse_server, database)
    yield oracles
    for oracle in oracles.values():
        oracle.close()
        warehouse.command(f"DROP DATABASE {oracle.database}")


@pytest.fixture(scope="session")
def runner(
    warehouse_server: str,
    reader_url: str,
    both: tuple[Tenant, Tenant],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Runner]:
    directory = tmp_path_factory.mktemp("hql")
    settings = Settings(data_dir=directory, clickhouse_url=warehouse_server, clickhouse_reader_url=reader_url)
    runner = Runner(settings)
    yield runner
    runner.close()


@pytest.fixture(scope="session")
def ask(runner: Runner) -> Ask:
    """The one way in: ``ask(sql, tenant, parameters)`` through the guard."""

    def ask(sql: str, tenant: Tenant, parameters: dict[str, Any] | None = None) -> Answer:
        result = runner.execute(guard(sql, tenant.organization_id, parameters))
        return Answer(tuple((column.name, column.type) for column in result.columns), list(result))

    return ask
