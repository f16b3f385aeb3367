"""The metadata database on SQLite: first start, keys, sign-in links, spellings, and what happens when it is away."""

from __future__ import annotations

import multiprocessing
import sqlite3
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from ingest.properties import LONGEST_NAME
from metadata import models
from metadata import store as metadata
from metadata.keys import hashed, new_key
from metadata.store import MetadataUnavailable, Store
from settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    metadata.migrate(settings)
    store = metadata.connect(settings)
    yield store
    store.close()


def test_the_migrations_make_the_tables_that_the_models_declare(store: Store, settings: Settings) -> None:
    engine = sa.create_engine(settings.metadata_url)
    there = {
        table: {column["name"] for column in sa.inspect(engine).get_columns(table)}
        for table in sa.inspect(engine).get_table_names()
        if table != "alembic_version"
    }
    engine.dispose()
    assert there == {name: set(table.columns.keys()) for name, table in models.Base.metadata.tables.items()}


def test_migrating_twice_changes_nothing(store: Store, settings: Settings) -> None:
    organisation, _ = metadata.bootstrap(store, settings)
    metadata.migrate(settings)
    assert [found.id for found in store.organisations()] == [organisation.id]


def test_the_first_start_makes_one_organisation_and_one_key_that_later_starts_keep(
    store: Store, settings: Settings
) -> None:
    organisation, key = metadata.bootstrap(store, settings)
    again, same_key = metadata.bootstrap(store, settings)
    assert (again.id, same_key) == (organisation.id, key)
    assert store.organisation_of_key(hashed(key)) == organisation.id


def _start(settings: Settings) -> tuple[UUID, str]:
    store = metadata.connect(settings)
    organisation, key = metadata.bootstrap(store, settings)
    store.close()
    return organisation.id, key


def test_processes_that_start_first_at_once_make_one_organisation_and_one_key(store: Store, settings: Settings) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        started = set(pool.map(_start, [settings] * 8, chunksize=1))
    ((organisation, key),) = started
    assert [found.id for found in store.organisations()] == [organisation]
    assert store.organisation_of_key(hashed(key)) == organisation


def test_a_first_key_that_was_revoked_stays_so_and_stops_no_start(store: Store, settings: Settings) -> None:
    _, key = metadata.bootstrap(store, settings)
    engine = sa.create_engine(settings.metadata_url)
    with engine.begin() as connection:
        connection.execute(sa.update(models.ApiKey).values(revoked_at=models.now()))
    engine.dispose()
    assert metadata.bootstrap(store, settings)[1] == key
    assert store.organisation_of_key(hashed(key)) is None


def test_a_given_bootstrap_key_is_taken(store: Store, tmp_path: Path) -> None:
    key = new_key()
    organisation, taken = metadata.bootstrap(store, Settings(data_dir=tmp_path, bootstrap_api_key=key))
    assert (taken, store.organisation_of_key(hashed(key))) == (key, organisation.id)


def test_a_key_is_kept_hashed(store: Store, settings: Settings) -> None:
    key = store.create_key(store.create_organisation("Acme").id, "laptop")
    stored = b"".join(path.read_bytes() for path in settings.data_dir.glob("metadata.db*"))
    assert key.encode() not in stored
    assert hashed(key).encode() in stored


def test_an_unknown_key_belongs_to_nobody(store: Store) -> None:
    assert store.organisation_of_key(hashed("sk-helicone-nobody")) is None


def test_a_sign_in_link_works_once(store: Store) -> None:
    organisation = store.create_organisation("Acme")
    token = store.create_sign_in(organisation.id)
    secret = store.open_session(token)
    assert secret is not None
    assert store.open_session(token) is None
    found = store.organisation_of_session(secret)
    assert found is not None and found.id == organisation.id


def test_a_sign_in_link_expires(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    token = store.create_sign_in(store.create_organisation("Acme").id)
    later = models.now() + metadata.SIGN_IN_LINK_LIFETIME + timedelta(seconds=1)
    monkeypatch.setattr(metadata, "now", lambda: later)
    assert store.open_session(token) is None


def test_a_closed_session_is_over(store: Store) -> None:
    secret = store.open_session(store.create_sign_in(store.create_organisation("Acme").id))
    assert secret is not None
    store.close_session(secret)
    assert store.organisation_of_session(secret) is None


def test_the_first_spelling_of_a_property_is_kept(store: Store) -> None:
    organisation = store.create_organisation("Acme")
    store.keep_property_names(organisation.id, ["Environment", "app"])
    assert store.keep_property_names(organisation.id, ["ENVIRONMENT", "App"]) == {
        "environment": "Environment",
        "app": "app",
    }


def test_a_name_that_the_database_refuses_is_its_own_spelling(store: Store, settings: Settings) -> None:
    engine = sa.create_engine(settings.metadata_url)
    sa.event.listen(engine, "connect", lambda found, _: found.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1000))
    limited, organisation, poison = Store(engine), uuid4(), "P" * 2000
    assert limited.keep_property_names(organisation, ["App", poison, "Team"]) == {
        "app": "App",
        poison.casefold(): poison,
        "team": "Team",
    }
    assert limited.property_names(organisation) == {"app": "App", "team": "Team"}
    limited.close()


def test_the_longest_name_fits_however_much_it_grows_when_folded(store: Store) -> None:
    grown = [chr(code).casefold() for code in range(sys.maxunicode + 1)]
    assert max(map(len, grown)) * LONGEST_NAME <= models.PropertyName.folded.type.length


def test_spellings_of_one_organisation_are_not_another_s(store: Store) -> None:
    store.keep_property_names(store.create_organisation("Acme").id, ["Environment"])
    assert store.property_names(uuid4()) == {}


def test_a_database_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "missing")
    store = metadata.connect(settings)
    with pytest.raises(MetadataUnavailable):
        store.organisations()
    with pytest.raises(MetadataUnavailable):
        metadata.migrate(settings)
