"""The worker: ``python -m ingest.worker`` carries what the spools hold into ClickHouse.

Several may run; each takes the spool directories that no other has. A batch is acknowledged to the spool only when
the warehouse has all of it. While the warehouse or the metadata database is away the batch waits, and the spool with
it. SIGTERM and SIGINT end the worker within 3 s; a batch under way then is cut again, the same, by the next one.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import logging
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import settings as configuration
from ingest import deadletter, spool, status
from ingest.batch import FACTS, TABLES, Prepared, Preparer
from ingest.deadletter import Fault
from ingest.folding import Folder
from ingest.quiet import OnceAMinute
from ingest.record import Exchange, Record
from ingest.repair import mend
from ingest.repricing import Repricer
from ingest.retention import Retention
from ingest.spool import Batch, SpoolReader
from ingest.writer import Writer
from metadata.store import MetadataUnavailable, Store
from metadata.store import connect as connect_metadata
from settings import Settings
from warehouse.client import translated
from warehouse.errors import WarehouseError

POLL_S = 0.05
SAVE_EVERY_S = 1.0
REPORT_EVERY_S = 5.0
STOP_WITHIN_S = 2.0
LONGEST_DELAY_S = 5.0

log = logging.getLogger("ingest.worker")
log.addFilter(OnceAMinute())


class Stopped(Exception):
    """The worker is to end; what is under way is left to the next one."""


class Source:
    """A spool directory that this worker has, since when something in it waits (seconds since the epoch), and whether
    its next batch was under way when the last worker ended."""

    def __init__(self, reader: SpoolReader) -> None:
        self.reader = reader
        self.waiting_since: float | None = None
        self.interrupted = _was_interrupted(reader.directory)
        self.looked_at = 0.0

    def seen(self, backlog: int) -> float:
        """How long the oldest record has waited, in seconds."""
        if not backlog:
            self.waiting_since = None
            return 0.0
        self.waiting_since = self.waiting_since or time.time()
        return time.time() - self.waiting_since


class Worker:
    """Reads spools, writes rows, keeps its status. `run` returns after `stop`."""

    def __init__(self, settings: Settings, store: Store) -> None:
        settings.spool_dir.mkdir(parents=True, exist_ok=True)
        self._settings = settings
        self._stop = threading.Event()
        self._writer = Writer(settings)
        self._preparer = Preparer(store)
        alone = partial(self._turn, fcntl.LOCK_EX)
        self._folder = Folder(lambda: self._writer.client, alone)
        self._repricer = Repricer(lambda: self._writer.client, store, alone)
        self._retention = Retention(lambda: self._writer.client, store)
        self._sources: dict[Path, Source] = {}
        self._known_prices: set[str] | None = None
        self._saving = threading.Lock()
        name, self._slot = status.take_slot(settings.spool_dir)
        self.status = status.load(settings.spool_dir, name)
        self._reporter = threading.Thread(target=self._report, name="status", daemon=True)

    def stop(self) -> None:
        self._stop.set()

    def run(self) -> None:
        self._folder.start()
        self._repricer.start()
        self._retention.start()
        self._reporter.start()
        with contextlib.suppress(Stopped):
            while not self._stop.is_set():
                if not self._serve_all():
                    self._stop.wait(POLL_S)
        self._retention.stop()
        self._repricer.stop(STOP_WITHIN_S / 4)
        self._folder.stop(STOP_WITHIN_S / 4)
        self._reporter.join(STOP_WITHIN_S / 2)
        self._save()
        for source in self._sources.values():
            source.reader.close()
        os.close(self._slot)

    def _claim(self) -> None:
        for directory in spool.directories(self._settings.spool_dir):
            if directory not in self._sources and (reader := SpoolReader.claim(directory)):
                self._sources[directory] = Source(reader)

    def _serve_all(self) -> bool:
        """Serve every source once; a file that cannot be written now is tried again in the next round."""
        served = False
        try:
            self._claim()
            for source in list(self._sources.values()):
                served = self._serve(source) or served
        except OSError as error:
            log.warning("the spool waits: %s", error)
            return False
        return served

    def _serve(self, source: Source) -> bool:
        """Write a batch if one is ripe. True if there was one."""
        reader, settings = source.reader, self._settings
        backlog = reader.backlog()
        waited = source.seen(backlog)
        if not backlog:
            self._remove_if_done(source)
            return False
        if not source.interrupted and waited < settings.batch_seconds and backlog < settings.batch_mb * 1_000_000:
            return False
        batch = reader.next(max_records=settings.batch_rows, max_bytes=settings.batch_mb * 1_000_000)
        if batch is None:
            return False
        if batch.records:
            source.waiting_since = max(status.started_at(reader.directory), _appended_at(batch.records[0]))
        self._deliver(source, batch)
        return True

    def _remove_if_done(self, source: Source) -> None:
        if time.monotonic() - source.looked_at < 1:
            return
        source.looked_at = time.monotonic()
        directory = source.reader.directory
        queued, dropped = spool.counts(directory)
        if spool.writer_is_alive(directory) or source.reader.backlog():
            return
        if self.status.finished != directory.name:
            self.status.finished_queued += queued
            self.status.finished_dropped += dropped
            self.status.finished = directory.name
        del self._sources[directory]
        self._save()
        source.reader.remove_if_done()
        source.reader.close()

    def _deliver(self, source: Source, batch: Batch) -> None:
        """Bring a batch into the warehouse, however long it takes, and acknowledge it."""
        in_doubt, written = source.interrupted, False
        for delay in _delays():
            try:
                if not written:
                    self._write(batch, in_doubt)
                written = True
                source.reader.acknowledge(batch)
                break
            except (WarehouseError, MetadataUnavailable, OSError) as error:
                in_doubt = True
                self.status.retried += 1
                log.warning("%d records wait: %s", len(batch.records), error)
            if self._stop.wait(delay):
                raise Stopped
        source.interrupted = False
        source.seen(source.reader.backlog())
        self.status.torn += batch.torn
        self._save()

    def _write(self, batch: Batch, in_doubt: bool) -> None:
        """Write a batch; `in_doubt` where that was tried before and may have been cut short."""
        settings, count = self._settings, len(batch.records)
        faults = deadletter.kept(settings, batch.id)
        prepared = self._preparer.prepare(batch.records, faults)
        if prepared.errors:
            faults |= {number: Fault(error) for number, error in prepared.errors.items()}
            deadletter.keep(settings, batch.id, faults, batch.records)
        self._record_prices(prepared)
        with self._turn(fcntl.LOCK_SH):
            for table, columns in TABLES.items():
                refused = [number for number, fault in faults.items() if fault.table == table]
                rejected = self._writer.write(
                    table, columns, prepared.items[table], batch=batch.id, size=count, refused=refused
                )
                if rejected:
                    faults |= {one.number: Fault(one.error, table) for one in rejected}
                    deadletter.keep(settings, batch.id, faults, batch.records)
        if in_doubt:
            with self._turn(fcntl.LOCK_EX):
                mend(self._writer, prepared, faults)
        self._folder.note(prepared.said_of)
        self._folder.arrived((item.row[0], item.row[1]) for item in prepared.items[FACTS])
        self.status.written += count - len(faults)
        self.status.dead += len(faults)
        if faults:
            reason = next(iter(faults.values())).error
            log.error("%d records of batch %s are set aside: %s", len(faults), batch.id, reason)

    @contextlib.contextmanager
    def _turn(self, kind: int) -> Iterator[None]:
        """Workers insert at the same time, but none while one mends: a rollup made anew would count twice."""
        with open(self._settings.spool_dir / "mend.lock", "ab") as file:
            fcntl.flock(file, kind)
            yield

    def _record_prices(self, prepared: Prepared) -> None:
        """Write each price down before the first row that has it."""
        writer = self._writer
        if self._known_prices is None:
            with translated():
                known = writer.client.query("SELECT price_id FROM prices").result_rows
            self._known_prices = {row[0] for row in known}
        new = [price for id, price in prepared.prices.items() if id not in self._known_prices]
        if new:
            now = datetime.now(UTC)
            columns = ("price_id", "provider", "model", "source", "rates", "recorded_at")
            rows = [(p.id, p.provider, p.model, p.source, p.rates, now) for p in new]
            writer.send("prices", columns, rows, token="")
            self._known_prices |= set(prepared.prices)

    def _report(self) -> None:
        """Keep the status file fresh also while a batch waits, and tell the warehouse every few seconds."""
        told = 0.0
        while not self._stop.wait(SAVE_EVERY_S):
            self._save()
            if time.monotonic() - told >= REPORT_EVERY_S:
                told = time.monotonic()
                with contextlib.suppress(WarehouseError):
                    self._tell()

    def _tell(self) -> None:
        s = self.status
        columns = ("reported_at", "worker", "queued", "written", "retried", "dead", "dropped", "backlog_bytes", "lag")
        row = (datetime.now(UTC), s.worker, s.queued, s.written, s.retried, s.dead, s.dropped, s.backlog_bytes, s.lag)
        self._writer.send("pipeline", columns, [row], token="")

    def _save(self) -> None:
        with self._saving, contextlib.suppress(OSError):
            s, sources = self.status, list(self._sources.values())
            counts = [spool.counts(source.reader.directory) for source in sources]
            s.queued = s.finished_queued + sum(queued for queued, _ in counts)
            s.dropped = s.finished_dropped + sum(dropped for _, dropped in counts)
            s.backlog_bytes = sum(source.reader.backlog() for source in sources)
            s.lag = max((time.time() - source.waiting_since for source in sources if source.waiting_since), default=0.0)
            s.save(self._settings.spool_dir)


def _was_interrupted(directory: Path) -> bool:
    """Whether a batch of the directory was under way when its last reader ended."""
    return spool.read_cursor(directory).pending_end is not None


def _appended_at(record: Record) -> float:
    """About when a record was appended to its spool, in seconds since the epoch."""
    if isinstance(record, Exchange):
        return (record.received_at + record.duration) / 1e6
    return record.created_at / 1e6


def _delays() -> Iterator[float]:
    """Pauses between attempts, in seconds: doubling, with jitter."""
    delay = 0.1
    while True:
        yield delay * random.uniform(0.5, 1.0)
        delay = min(delay * 2, LONGEST_DELAY_S)


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    settings = configuration.load()
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    for library in ("urllib3", "clickhouse_connect"):
        # They tell of every attempt that fails; the worker says it once a minute.
        logging.getLogger(library).setLevel(logging.CRITICAL)
    worker = Worker(settings, connect_metadata(settings))

    def stop(*_: object) -> None:
        # In threads: this one may be interrupted while it holds the very lock that `worker.stop` takes.
        threading.Thread(target=worker.stop, daemon=True).start()
        # An insert that hangs must not keep the process: its batch is in the spool, and marked as under way.
        watchdog = threading.Timer(STOP_WITHIN_S, os._exit, (0,))
        watchdog.daemon = True
        watchdog.start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    # Batches are large and short-lived; looking for cycles among their rows costs a tenth of the work.
    gc.set_threshold(100_000, 20, 50)
    log.info("writing to %s", "ClickHouse" if settings.clickhouse_url else "the embedded warehouse")
    worker.run()


if __name__ == "__main__":
    main()
