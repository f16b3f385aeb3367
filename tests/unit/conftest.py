"""The metadata database on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from metadata import store as metadata
from metadata.store import Store
from settings import Settings
from tests import postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    if (programs := postgres.programs()) is None:
        pytest.skip("PostgreSQL's programs are not installed")
    with postgres.running(programs) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def metadata_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty metadata database, brought up to date."""
    url = "" if request.param == "sqlite" else postgres.database(request.getfixturevalue("postgres_server"))
    settings = Settings(data_dir=tmp_path, database_url=url)
    metadata.migrate(settings)
    return settings


@pytest.fixture
def metadata_store(metadata_settings: Settings) -> Iterator[Store]:
    store = metadata.connect(metadata_settings)
    yield store
    store.close()
