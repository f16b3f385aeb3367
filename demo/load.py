"""Load demo traffic through the spool, once for a data directory: ``python -m demo.load [--days 30] [--per-day 3000]``.

The records are written to a spool directory of their own, out of the worker's sight, which is then moved among the
others in one step. The note that says so is written before the move, so that a load which was interrupted anywhere
is finished by the next one and never done twice.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

import msgspec
from tqdm import tqdm

import settings as settings_module
from demo.traffic import DAYS, PER_DAY, records
from ingest.record import Record
from ingest.spool import Cursor, SpoolWriter, segments
from metadata import store as metadata
from settings import Settings


class CannotLoad(Exception):
    """The demo traffic cannot be loaded; the text says why."""


class Load(msgspec.Struct):
    """The note of a load: how many records it has, and the name of their spool directory."""

    records: int
    directory: str


@dataclass(frozen=True)
class Places:
    """Where a load keeps its note, its draft and, once it is visible to the worker, its records."""

    note: Path
    draft: Path
    spool: Path

    @classmethod
    def of(cls, settings: Settings) -> Places:
        return cls(settings.data_dir / "demo" / "loaded.json", settings.data_dir / "demo" / "spool", settings.spool_dir)


def load(settings: Settings, traffic: Iterable[Record]) -> Load:
    """Hand `traffic` to the worker, unless that was done before; returns the note of the load that counts."""
    places = Places.of(settings)
    if not places.note.exists():
        _write(places, traffic, settings)
    note = msgspec.json.decode(places.note.read_bytes(), type=Load)
    draft = places.draft / note.directory
    if draft.exists():
        places.spool.mkdir(parents=True, exist_ok=True)
        draft.rename(places.spool / note.directory)
    return note


def remaining(directory: Path) -> float:
    """The share of a spool directory that the worker has still to write, from 1 to 0."""
    try:
        cursor = msgspec.json.decode((directory / "cursor").read_bytes(), type=Cursor)
        last = max(int(path.stem) for path in segments(directory))
        size = (directory / f"{last:08d}.seg").stat().st_size
    except (OSError, ValueError):
        return float(directory.exists())
    return 1 - (cursor.segment + min(cursor.offset / max(size, 1), 1)) / (last + 1)


def main() -> None:
    """Load into the first organisation and wait, with a progress bar, until the worker has written everything."""
    parser = argparse.ArgumentParser(prog="python -m demo.load", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--days", type=int, default=DAYS, help="how far back it goes, today included")
    parser.add_argument("--per-day", type=int, default=PER_DAY, help="about how many requests a day")
    wanted = parser.parse_args()
    settings = settings_module.load()
    store = metadata.connect(settings)
    metadata.migrate(settings)
    organisation, _ = metadata.bootstrap(store, settings)
    store.close()
    traffic: Iterable[Record] = ()
    if not Places.of(settings).note.exists():
        made = records(organisation.id, datetime.now(UTC), days=wanted.days, per_day=wanted.per_day)
        traffic = tqdm(made, f"Making {wanted.days} days of demo traffic", unit=" records", mininterval=0.5)
    try:
        note = load(settings, traffic)
    except CannotLoad as error:
        sys.exit(str(error))
    _wait(settings.spool_dir / note.directory, note.records)


def _write(places: Places, traffic: Iterable[Record], settings: Settings) -> None:
    rmtree(places.draft, ignore_errors=True)
    places.draft.mkdir(parents=True)
    limits = {"limit_bytes": settings.spool_limit_mb << 20, "segment_bytes": settings.spool_segment_mb << 20}
    writer = SpoolWriter(places.draft, **limits)
    for record in traffic:
        if not writer.append(record):
            raise CannotLoad("The demo traffic does not fit: the disk is full, or HELIOGRAPH_SPOOL_LIMIT_MB too small.")
    writer.close()
    draft = places.note.with_suffix(".draft")
    draft.write_bytes(msgspec.json.encode(Load(writer.queued, writer.directory.name)))
    draft.replace(places.note)


def _wait(directory: Path, count: int) -> None:
    if not directory.exists():
        return
    with tqdm(total=count, desc="Writing it to the warehouse", unit=" records", mininterval=0.5) as bar:
        while (rest := remaining(directory)) > 0:
            bar.update(round(count * (1 - rest)) - bar.n)
            time.sleep(0.2)
        bar.update(count - bar.n)


if __name__ == "__main__":
    main()
