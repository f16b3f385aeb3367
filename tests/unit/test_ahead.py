"""Reading ahead of a client: all of it, in order, within the limit, and no longer than it is wanted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.ahead import Ahead


class Source:
    """Pieces of bytes; how many were asked for, and whether it was closed."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.given = 0
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.given += 1
            yield piece

    def close(self) -> None:
        self.closed.set()


def nothing() -> None:
    pass


def settled(value: Callable[[], int]) -> int:
    """The value once it stays what it is."""
    found = -1
    while found != (found := value()):
        time.sleep(0.1)
    return found


def test_everything_arrives_in_order_and_nothing_stays_on_disk(tmp_path: Path) -> None:
    pieces = [bytes([number % 256]) * (number * 7919 % 300_000) for number in range(200)]
    ahead = Ahead(source := Source(iter(pieces)), tmp_path / "made", nothing)
    assert b"".join(ahead) == b"".join(pieces)
    ahead.close()
    assert source.closed.is_set()
    assert list((tmp_path / "made").iterdir()) == []


def test_a_source_is_read_to_its_end_though_nobody_reads(tmp_path: Path) -> None:
    ahead = Ahead(source := Source(b"x" * 1000 for _ in range(1000)), tmp_path, nothing)
    assert source.closed.wait(5)
    assert sum(map(len, ahead)) == 1_000_000
    ahead.close()


def test_a_source_waits_at_the_limit_for_its_reader(tmp_path: Path) -> None:
    ahead = Ahead(source := Source(b"x" * 1000 for _ in range(1000)), tmp_path, nothing, limit=10_000)
    assert settled(lambda: source.given) == 11
    assert sum(map(len, ahead)) == 1_000_000
    ahead.close()


def test_what_came_before_a_failure_is_given_before_it(tmp_path: Path) -> None:
    def failing() -> Iterator[bytes]:
        yield b"before"
        raise ValueError("broken")

    ahead = Ahead(source := Source(failing()), tmp_path, nothing)
    assert source.closed.wait(5)
    assert next(ahead) == b"before"
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            next(ahead)
    ahead.close()


def test_closing_early_stops_a_source_that_waits(tmp_path: Path) -> None:
    stopped = threading.Event()

    def waiting() -> Iterator[bytes]:
        yield b"first"
        stopped.wait(5)
        raise ValueError("stopped")

    ahead = Ahead(source := Source(waiting()), tmp_path, stopped.set)
    assert next(ahead) == b"first"
    ahead.close()
    assert source.closed.wait(5)
    ahead.close()


def test_closing_early_frees_a_source_that_waits_for_its_reader(tmp_path: Path) -> None:
    ahead = Ahead(source := Source(b"x" * 1000 for _ in range(1000)), tmp_path, nothing, limit=10_000)
    settled(lambda: source.given)
    ahead.close()
    assert source.closed.wait(5)
    assert source.given == 11
