"""The thread that folds annotations into their facts, beside the inserting and never in its way.

A property said later changes what rollups should have counted. Those that read properties, sessions and prompts are
made anew for the days concerned, together every MEND_EVERY_S (seldomer where that takes long: at most a tenth of the
time is taken from the inserting), while nobody inserts. A start looks at all that was said
within PATIENCE_HOURS, folded or not, so that a worker killed in between leaves no rollup behind for good.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import date
from uuid import UUID

import msgspec
from clickhouse_connect.driver.client import Client

from ingest.annotations import MOST_AT_ONCE, Key, fold, recent
from ingest.quiet import OnceAMinute
from warehouse.errors import WarehouseError
from warehouse.late import concerned, days_of, told_since
from warehouse.rollups import Days, rebuild

PATIENCE_HOURS = 24
"""How long an annotation may wait for its request's row; also how far back a start looks for what is not folded."""
MOST_WAITING = 100_000
FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 600.0
MEND_EVERY_S = 10.0
MEND_SHARE = 10
"""How many times as long as rollups were made anew the next time is waited for, at least."""
SLACK_S = 5.0
"""By how much clocks may differ."""

log = logging.getLogger("ingest.folding")
log.addFilter(OnceAMinute())
logging.getLogger("warehouse.annotations").addFilter(OnceAMinute())


class Waiting(msgspec.Struct):
    """When a key is due, how long it waits after that if its row is still not there, and when it is given up."""

    due: float
    delay: float
    until: float


class Folder:
    """Folds what it is told of. Runs until `stop`; what is not folded by then is found again by the next start."""

    def __init__(self, client: Callable[[], Client], alone: Callable[[], AbstractContextManager[None]]) -> None:
        """`alone` keeps everybody from inserting."""
        self._client, self._alone = client, alone
        self._dirty: set[tuple[UUID, date]] = set()
        self._looked_at = time.monotonic()
        self._mend_at = self._looked_at + MEND_EVERY_S
        self._waiting: dict[Key, Waiting] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="folding", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._stopped = True
        self._wake.set()
        self._thread.join(timeout_s)

    def note(self, keys: Iterable[Key]) -> None:
        """Something was said of these requests; fold it soon."""
        now = time.monotonic()
        with self._lock:
            for key in keys:
                self._waiting[key] = Waiting(now, FIRST_DELAY_S, now + PATIENCE_HOURS * 3600)
            while len(self._waiting) > MOST_WAITING:
                del self._waiting[next(iter(self._waiting))]
        self._wake.set()

    def arrived(self, keys: Iterable[Key]) -> None:
        """The rows of these requests are there now."""
        if not self._waiting:
            return
        with self._lock:
            for key in keys:
                if waiting := self._waiting.get(key):
                    waiting.due = 0.0
        self._wake.set()

    def _run(self) -> None:
        pause = 0.0 if self._find_recent() else FIRST_DELAY_S
        while not self._stopped:
            self._wake.wait(pause)
            self._wake.clear()
            pause = FIRST_DELAY_S
            while not self._stopped and (keys := self._due()):
                if not self._fold(keys):
                    break
            if (now := time.monotonic()) >= self._mend_at:
                self._mend()
                self._mend_at = time.monotonic() + max(MEND_EVERY_S, MEND_SHARE * (time.monotonic() - now))

    def _find_recent(self) -> bool:
        while not self._stopped:
            try:
                self.note(recent(self._client(), PATIENCE_HOURS, MOST_WAITING))
                return True
            except WarehouseError:
                self._wake.wait(FIRST_DELAY_S)
                self._wake.clear()
        return False

    def _due(self) -> list[Key]:
        now = time.monotonic()
        with self._lock:
            for key in [key for key, waiting in self._waiting.items() if waiting.until < now]:
                del self._waiting[key]
            return [key for key, waiting in self._waiting.items() if waiting.due <= now][:MOST_AT_ONCE]

    def _fold(self, keys: list[Key]) -> bool:
        with self._lock:
            taken = {key: self._waiting.pop(key) for key in keys if key in self._waiting}
        try:
            missing = set(fold(self._client(), taken))
            self._dirty |= days_of(self._client(), [key for key in taken if key not in missing])
        except WarehouseError as error:
            log.warning("annotations wait: %s", error)
            self._put_back(taken)
            return False
        self._put_back({key: waiting for key, waiting in taken.items() if key in missing})
        return True

    def _mend(self) -> None:
        """Make the rollups anew that late properties have changed, a day after the other."""
        try:
            # The dashboard folds by itself what people say there, and leaves the rollups to us.
            now = time.monotonic()
            self.note(told_since(self._client(), now - self._looked_at + SLACK_S))
            self._looked_at = now
            changed = concerned(self._client()) if self._dirty else []
            while self._dirty and not self._stopped:
                organization_id, day = min(self._dirty)
                with self._alone():
                    rebuild(self._client(), changed, Days.of(organization_id, day, day))
                self._dirty.discard((organization_id, day))
        except (WarehouseError, OSError) as error:
            log.warning("rollups wait for late properties: %s", error)

    def _put_back(self, keys: dict[Key, Waiting]) -> None:
        now = time.monotonic()
        with self._lock:
            for key, waiting in keys.items():
                delay = min(waiting.delay * 2, LONGEST_DELAY_S)
                # Said again meanwhile: that note stands.
                self._waiting.setdefault(key, Waiting(now + waiting.delay, delay, waiting.until))
