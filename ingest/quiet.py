"""Log about a problem at most once a minute: one that lasts says so again and again, and fills disks."""

from __future__ import annotations

import logging
import time

EVERY_S = 60.0


class OnceAMinute(logging.Filter):
    """Lets a warning or an error of one place in the code pass once a minute; the next one tells how many were not."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[tuple[str, int], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        place, now = (record.pathname, record.lineno), time.monotonic()
        at, held_back = self._last.get(place, (-EVERY_S, 0))
        if now - at < EVERY_S:
            self._last[place] = (at, held_back + 1)
            return False
        self._last[place] = (now, 0)
        if held_back:
            record.msg = f"{record.msg} ({held_back} more like this since)"
        return True
