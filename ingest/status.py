"""How ingestion is doing: counters that never go backwards, kept in a file a worker beside the spool's directories."""

from __future__ import annotations

import fcntl
import itertools
import os
import time
from pathlib import Path

import msgspec

from ingest import spool


class Status(msgspec.Struct, kw_only=True):
    """One worker's state. Counters are totals over all its runs."""

    worker: str
    updated_at: float = 0.0
    """Seconds since the epoch."""
    queued: int = 0
    """Records taken by the writers whose spools this worker has read."""
    written: int = 0
    retried: int = 0
    """Attempts to write a batch that failed and were made again."""
    dead: int = 0
    """Records set aside in a dead-letter file."""
    dropped: int = 0
    """Records that a writer could not spool: disk full, or the spool at its limit."""
    torn: int = 0
    """Frames of killed writers that could not be read."""
    backlog_bytes: int = 0
    lag: float = 0.0
    """Age in seconds of the oldest record that is not written yet; 0 where there is none."""
    finished_queued: int = 0
    finished_dropped: int = 0
    """The counts of spool directories that are done with and removed."""
    finished: str = ""
    """The last of these directories."""

    def save(self, spool_dir: Path) -> None:
        """Replace this worker's file."""
        self.updated_at = time.time()
        draft = spool_dir / f".{self.worker}.json"
        draft.write_bytes(msgspec.json.encode(self))
        draft.replace(spool_dir / f"{self.worker}.json")


def load(spool_dir: Path, worker: str) -> Status:
    """What a worker of this name last saved; all zero if none has."""
    try:
        return msgspec.json.decode((spool_dir / f"{worker}.json").read_bytes(), type=Status)
    except (FileNotFoundError, msgspec.MsgspecError):
        return Status(worker=worker)


def load_all(spool_dir: Path) -> list[Status]:
    """The status of every worker there is or was, as each last saved it."""
    return [load(spool_dir, path.stem) for path in sorted(spool_dir.glob("worker-*.json"))]


def total(spool_dir: Path) -> Status:
    """All of ingestion, as it is now: right as well while no worker runs, or after one took over from another."""
    workers = load_all(spool_dir)
    whole = Status(worker="all", updated_at=max((worker.updated_at for worker in workers), default=0.0))
    for worker in workers:
        whole.written += worker.written
        whole.retried += worker.retried
        whole.dead += worker.dead
        whole.torn += worker.torn
        whole.queued += worker.finished_queued
        whole.dropped += worker.finished_dropped
    started = []
    for directory in spool.directories(spool_dir):
        queued, dropped = spool.counts(directory)
        whole.queued += queued
        whole.dropped += dropped
        if backlog := spool.backlog(directory, spool.read_cursor(directory)):
            whole.backlog_bytes += backlog
            started.append(started_at(directory))
    if started:
        known = [worker.lag + time.time() - worker.updated_at for worker in workers if worker.backlog_bytes]
        whole.lag = max(known, default=0.0) or max(0.0, time.time() - max(whole.updated_at, min(started)))
    return whole


def take_slot(spool_dir: Path) -> tuple[str, int]:
    """A name that no other running worker has, and the descriptor whose closing gives it back. It is the lowest free
    one, so that a worker that starts again goes on with its own counters."""
    for number in itertools.count():
        name = f"worker-{number}"
        descriptor = os.open(spool_dir / f"{name}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return name, descriptor
        except BlockingIOError:
            os.close(descriptor)
    raise AssertionError


def started_at(directory: Path) -> float:
    """When the writer of a spool directory began, in seconds since the epoch: its name says so."""
    return int(directory.name.partition("-")[0]) / 1e9
