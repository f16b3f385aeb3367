"""The thread that folds annotations into their facts, beside the inserting and never in its way."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable

import msgspec
from clickhouse_connect.driver.client import Client

from ingest.annotations import MOST_AT_ONCE, Key, fold, recent
from ingest.quiet import OnceAMinute
from warehouse.errors import WarehouseError

PATIENCE_HOURS = 24
"""How long an annotation may wait for its request's row; also how far back a start looks for what is not folded."""
MOST_WAITING = 100_000
FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 600.0

log = logging.getLogger("ingest.folding")
log.addFilter(OnceAMinute())


class Waiting(msgspec.Struct):
    """When a key is due, how long it waits after that if its row is still not there, and when it is given up."""

    due: float
    delay: float
    until: float


class Folder:
    """Folds what it is told of. Runs until `stop`; what is not folded by then is found again by the next start."""

    def __init__(self, client: Callable[[], Client]) -> None:
        self._client = client
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
        except WarehouseError as error:
            log.warning("annotations wait: %s", error)
            self._put_back(taken)
            return False
        self._put_back({key: waiting for key, waiting in taken.items() if key in missing})
        return True

    def _put_back(self, keys: dict[Key, Waiting]) -> None:
        now = time.monotonic()
        with self._lock:
            for key, waiting in keys.items():
                delay = min(waiting.delay * 2, LONGEST_DELAY_S)
                # Said again meanwhile: that note stands.
                self._waiting.setdefault(key, Waiting(now + waiting.delay, delay, waiting.until))
