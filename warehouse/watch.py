"""What the engine does not do by itself: notice clients that hung up on any query, and say what went wrong.

ClickHouse cancels a query whose client left only when the query is read-only, or when it next writes to the client. A
POST may be neither for minutes. The engine's sockets are this process's own, so a look at each tells who has gone.
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from http.client import HTTPException

from warehouse.engine import Engine, EngineError
from warehouse.sockets import abandoned

log = logging.getLogger("warehouse")

INTERVAL_S = 0.5
ERRORS_EVERY = 10
"""Intervals between two looks at the engine's error counters."""

EXPECTED = {"QUERY_WAS_CANCELLED", "ABORTED", "NETWORK_ERROR", "BAD_ARGUMENTS", "ASYNC_LOAD_CANCELED"}
"""What a client that hangs up leaves behind, what the analyzer of 26.9 raises and catches in ordinary queries, and a
part that is replaced while it is being read ahead."""

_ERRORS = "SELECT name, value, last_error_message FROM system.errors WHERE NOT remote FORMAT JSONCompact"


class Watch(threading.Thread):
    """Cancels the queries of clients that hung up and logs the engine's errors, one line a kind, while it runs."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(name="watch", daemon=True)
        self._engine = engine
        self._stopped = threading.Event()
        self._counts: dict[str, int] = {}

    def run(self) -> None:
        ticks = 0
        while not self._stopped.wait(INTERVAL_S):
            ticks += 1
            with contextlib.suppress(OSError, HTTPException, EngineError):
                self._cancel_abandoned()
                if ticks % ERRORS_EVERY == 0:
                    self._report_errors()

    def stop(self) -> None:
        """End at the next opportunity."""
        self._stopped.set()

    def _cancel_abandoned(self) -> None:
        if ports := sorted(abandoned(self._engine.port)):
            which = ", ".join(map(str, ports))
            # An INSERT whose data arrived whole is worth finishing; it reads no client.
            self._engine.execute(f"KILL QUERY WHERE query_kind = 'Select' AND port IN ({which}) ASYNC")

    def _report_errors(self) -> None:
        for name, count, message in json.loads(self._engine.execute(_ERRORS))["data"]:
            if (more := int(count) - self._counts.get(name, 0)) > 0:
                self._counts[name] = int(count)
                level = logging.DEBUG if name in EXPECTED else logging.WARNING
                log.log(level, "%s%s: %s", name, f" ({more} times)" if more > 1 else "", _first_line(message))


def _first_line(message: str) -> str:
    return message.strip().split("\n", 1)[0][:200]
