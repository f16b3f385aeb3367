"""Dead letters: kept once, and put back into the spool once."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from ingest import deadletter
from ingest.deadletter import Fault
from ingest.record import Exchange
from ingest.spool import SpoolReader, directories
from settings import Settings


def records(count: int, body: bytes = b"") -> list[Exchange]:
    return [
        Exchange(request_id=uuid4(), status=200, received_at=1, duration=1, response_body=body) for _ in range(count)
    ]


def kept(settings: Settings, count: int, body: bytes = b"") -> Path:
    faults = {number: Fault("bad", "scores") for number in range(count)}
    deadletter.keep(settings, "batch", faults, records(count, body))
    return deadletter.directory(settings) / "batch.jsonl"


def test_why_a_record_is_dead_is_remembered(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    kept(settings, 1)
    assert deadletter.kept(settings, "batch") == {0: Fault("bad", "scores")}


def test_what_a_full_spool_does_not_take_stays_dead(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, spool_limit_mb=1)
    path = kept(settings, 4, bytes(600_000))
    with pytest.raises(OSError, match="2 records are kept"):
        deadletter.replay(settings)
    assert [letter.index for letter in deadletter.letters(path)] == [2, 3]
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    reader = SpoolReader.claim(directories(settings.spool_dir)[0])
    assert reader is not None
    batch = reader.next(max_records=10, max_bytes=10**9)
    assert batch is not None and len(batch.records) == 2
    reader.close()


def test_a_replay_that_was_killed_is_not_made_again(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    path = kept(settings, 1)
    path.rename(path.with_suffix(".replayed"))
    assert deadletter.replay(settings) == 0
