"""Records that could not become rows: kept with the reason, one file a batch, and sent again on demand.

``python -m ingest.deadletter list`` shows them, ``python -m ingest.deadletter replay`` puts every one back into the
spool and removes its file. A file is JSON lines; bodies are base64, as they came over the wire. One that is left as
``*.replayed`` belongs to a replay that was cut short: some of its records are in the spool.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

import settings as configuration
from ingest.record import Record
from ingest.spool import SpoolWriter
from settings import Settings


class Fault(NamedTuple):
    """Why a record was set aside, and the table that refused its row; '' where no row could be made of it."""

    error: str
    table: str = ""


class DeadLetter(msgspec.Struct):
    """One record of a batch (`index`), why it was set aside (a `Fault`), and when (seconds since the epoch)."""

    index: int
    error: str
    at: float
    record: Record
    table: str = ""


def directory(settings: Settings) -> Path:
    return settings.data_dir / "dead"


def keep(settings: Settings, batch: str, faults: Mapping[int, Fault], records: Sequence[Record]) -> None:
    """Write the file of a batch: `faults` by record number. Written again, it is the same file."""
    now = time.time()
    letters = [
        DeadLetter(index, fault.error, now, records[index], fault.table) for index, fault in sorted(faults.items())
    ]
    path = _path(settings, batch)
    path.parent.mkdir(parents=True, exist_ok=True)
    _save(path, letters)


def kept(settings: Settings, batch: str) -> dict[int, Fault]:
    """The faults of a batch that was cut before, by record number: what is dead stays dead until it is replayed."""
    path = _path(settings, batch)
    return {letter.index: Fault(letter.error, letter.table) for letter in letters(path)} if path.exists() else {}


def letters(path: Path) -> Iterator[DeadLetter]:
    with open(path, "rb") as file:
        for line in file:
            yield msgspec.json.decode(line, type=DeadLetter)


def replay(settings: Settings) -> int:
    """Put every dead record back into the spool; returns how many. A file goes when all of it is back."""
    paths = sorted(directory(settings).glob("*.jsonl"))
    if not paths:
        return 0
    writer = SpoolWriter(
        settings.spool_dir,
        limit_bytes=settings.spool_limit_mb * 1_000_000,
        segment_bytes=settings.spool_segment_mb * 1_000_000,
    )
    with contextlib.closing(writer):
        return sum(_replay(path, writer) for path in paths)


def _replay(path: Path, writer: SpoolWriter) -> int:
    # Renamed first: cut short by a kill, a file must not be replayed a second time.
    taken = path.rename(path.with_suffix(".replayed"))
    waiting = list(letters(taken))
    count = 0
    while count < len(waiting) and writer.append(waiting[count].record):
        count += 1
    if count < len(waiting):
        _save(path, waiting[count:])
    taken.unlink()
    if count < len(waiting):
        raise OSError(f"the spool is full: {len(waiting) - count} records are kept in {path}")
    return count


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m ingest.deadletter", description="Records that could not be written."
    )
    parser.add_argument("action", choices=("list", "replay"))
    settings = configuration.load()
    if parser.parse_args().action == "replay":
        print(f"{replay(settings)} records are back in the spool")
        return
    for path in sorted(directory(settings).glob("*.jsonl")):
        for letter in letters(path):
            print(f"{path.name} {letter.index} {letter.record.request_id} {letter.error}")


def _save(path: Path, letters: Sequence[DeadLetter]) -> None:
    draft = path.with_suffix(".draft")
    with open(draft, "wb") as file:
        file.write(msgspec.json.Encoder().encode_lines(letters))
        os.fsync(file.fileno())
    draft.replace(path)


def _path(settings: Settings, batch: str) -> Path:
    return directory(settings) / f"{batch.replace('/', '.')}.jsonl"


if __name__ == "__main__":
    main()
