"""Reading ahead of a slow client: a query has a time limit, and how fast its client reads must not count."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

PIECE = 1 << 17
LIMIT = 2_000_000_000
"""Bytes that wait on disk for one client; with more, the source waits for the client."""


class Source(Protocol):
    def __iter__(self) -> Iterator[bytes]: ...
    def close(self) -> None: ...


class Ahead(Iterator[bytes]):
    """What `source` gives, fetched by a thread as fast as it comes and kept in a file without a name until it is read.

    Closing it before the end calls `stop`, which must end the source.
    """

    def __init__(self, source: Source, directory: Path, stop: Callable[[], None], limit: int = LIMIT) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._source = source
        self._stop = stop
        self._limit = limit
        self._file = tempfile.TemporaryFile(dir=directory, buffering=0)  # noqa: SIM115 - closed by `_release`
        self._changed = threading.Condition()
        self._written = self._read = 0
        self._error: Exception | None = None
        self._ended = self._closed = False
        threading.Thread(target=self._fetch, name="ahead", daemon=True).start()

    def __next__(self) -> bytes:
        with self._changed:
            self._changed.wait_for(lambda: self._read < self._written or self._ended)
            if self._read == self._written:
                raise self._error or StopIteration
            piece = os.pread(self._file.fileno(), min(PIECE, self._written - self._read), self._read)
            self._read += len(piece)
            self._changed.notify_all()
        return piece

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            under_way = not self._ended
            self._release()
        if under_way:
            self._stop()

    def _fetch(self) -> None:
        try:
            for piece in self._source:
                if not self._keep(piece):
                    break
        except Exception as error:
            self._error = error
        finally:
            self._source.close()
            with self._changed:
                self._ended = True
                self._changed.notify_all()
                self._release()

    def _keep(self, piece: bytes) -> bool:
        """Whether anybody still reads."""
        with self._changed:
            self._changed.wait_for(lambda: self._written < self._limit or self._read == self._written or self._closed)
            if self._read == self._written:
                self._read = self._written = 0
                self._file.truncate(0)
            left = memoryview(piece)
            while left and not self._closed:
                sent = os.pwrite(self._file.fileno(), left, self._written)
                self._written += sent
                left = left[sent:]
            self._changed.notify_all()
            return not self._closed

    def _release(self) -> None:
        if self._closed and self._ended:
            self._file.close()
