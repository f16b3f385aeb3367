"""The key ring: what it asks of the database, and what it answers while that is away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine, update

from metadata import keyring
from metadata.keyring import KeyRing
from metadata.models import ApiKey, now
from metadata.store import MetadataUnavailable, Store, migrate
from settings import Settings


class Database(Store):
    """The real thing on SQLite, which counts what it is asked and can be taken away or held up."""

    asked = 0
    away = False
    gate: threading.Event

    def organisation_of_key(self, key_hash: str) -> UUID | None:
        self.asked += 1
        self.gate.wait(5)
        if self.away:
            raise MetadataUnavailable("away")
        return super().organisation_of_key(key_hash)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    settings = Settings(data_dir=tmp_path)
    migrate(settings)
    database = Database(create_engine(settings.metadata_url))
    database.gate = threading.Event()
    database.gate.set()
    yield database
    database.close()


@pytest.fixture
def organisation(database: Database) -> UUID:
    made = database.create_organisation("Ours")
    database.create_key(made.id, "key", "good")
    return made.id


@pytest.fixture
def ring(database: Database, organisation: UUID) -> Iterator[KeyRing]:
    ring = KeyRing(database)
    yield ring
    ring.close()


async def test_an_answer_is_kept(ring: KeyRing, database: Database, organisation: UUID) -> None:
    assert [await ring.organisation("good") for _ in range(3)] == [organisation] * 3
    assert [await ring.organisation("bad") for _ in range(3)] == [None] * 3
    assert database.asked == 2


async def test_many_requests_with_one_new_key_ask_once(ring: KeyRing, database: Database, organisation: UUID) -> None:
    answers = await asyncio.gather(*(ring.organisation("good") for _ in range(20)))
    assert (set(answers), database.asked) == ({organisation}, 1)


async def test_a_revoked_key_stops_when_the_answer_is_old(
    ring: KeyRing, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "FRESH_S", 0.0)
    await ring.organisation("good")
    with database._sessions() as session:
        session.execute(update(ApiKey).values(revoked_at=now()))
        session.commit()
    assert await ring.organisation("good") is None


async def test_an_old_answer_serves_while_the_database_is_away(
    ring: KeyRing, database: Database, organisation: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "FRESH_S", 0.0)
    await ring.organisation("good")
    database.away = True
    assert [await ring.organisation("good") for _ in range(5)] == [organisation] * 5
    assert database.asked == 2, "a database that is away is not asked by every request"


async def test_without_any_answer_it_says_so(ring: KeyRing, database: Database) -> None:
    database.away = True
    with pytest.raises(MetadataUnavailable):
        await ring.organisation("good")


async def test_a_hanging_database_does_not_hold_requests_up(
    ring: KeyRing, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "PATIENCE_S", 0.01)
    database.gate.clear()
    with pytest.raises(MetadataUnavailable):
        await ring.organisation("good")
    database.gate.set()


async def test_tried_keys_do_not_fill_the_memory(
    ring: KeyRing, organisation: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "MAX_UNKNOWN", 10)
    await ring.organisation("good")
    for number in range(25):
        await ring.organisation(f"bad {number}")
    assert len(ring._entries) <= 12
    assert await ring.organisation("good") == organisation
