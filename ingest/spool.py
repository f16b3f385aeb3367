"""The spool: the only thing that must not lose data.

Every writing process has a directory of its own under `spool/`: numbered segments of frames, appended with one
`write(2)` each, so a record outlives its process the moment `append` returns. A worker reads a directory in batches.
It notes a batch's bounds in `cursor` *before* it writes the batch to the warehouse and moves on after, so a batch
interrupted by a crash is cut again exactly as it was, under the same id, which the warehouse deduplicates.

A frame is ``magic, length, crc32`` (4 bytes each, little endian) and a MessagePack record. A torn frame (killed in
the middle of a write) belongs to a response whose last byte was not sent; it is skipped.

Pages are left to the kernel to flush: a killed process loses nothing, a power failure may lose the last seconds.
"""

from __future__ import annotations

import contextlib
import fcntl
import mmap
import os
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ingest.record import Record, decoder, encoder

MAGIC = b"HLG1"
HEADER = struct.Struct("<4sII")
COUNTS = struct.Struct("<QQ")
CURSOR_BYTES = 256


class SpoolWriter:
    """Appends records; thread-safe. `append` never raises and never waits for anything but the page cache."""

    def __init__(self, spool_dir: Path, *, limit_bytes: int, segment_bytes: int) -> None:
        name = f"{time.time_ns()}-{os.getpid()}"
        self.directory = spool_dir / f".{name}"
        self.directory.mkdir(parents=True)
        self._limit = limit_bytes
        self._segment_bytes = segment_bytes
        self._lock = threading.Lock()
        self._alive = _take(self.directory / "writer.lock")
        # A page that exists already, so the counts can be kept when the disk is full, and without a system call.
        self._counts = _mapped(self.directory / "counts", COUNTS.size)
        # Only now may a worker see it: an unlocked directory is one whose writer is gone.
        self.directory = self.directory.rename(spool_dir / name)
        self._buffer = bytearray(64 * 1024)
        self._segment = -1
        self._fd = -1
        self._offset = 0
        self._size = _size(spool_dir)
        self._looked_at = 0.0
        self.queued = self.dropped = 0

    def append(self, record: Record) -> bool:
        """Write a record. False if it was dropped (disk full, spool at its limit), which is counted."""
        with self._lock:
            try:
                self._write(record)
                self.queued += 1
                return True
            except Exception:
                # Whatever it is (a full disk, text that is not text), the response it is about still has to go out.
                self.dropped += 1
                return False
            finally:
                self._note_counts()

    def close(self) -> None:
        with self._lock:
            for fd in (self._fd, self._alive):
                if fd >= 0:
                    os.close(fd)
            self._fd = self._alive = -1
            self._counts.close()

    def _write(self, record: Record) -> None:
        if self._alive < 0:
            # A worker may have taken the directory for finished.
            raise OSError("the spool is closed")
        if self._fd < 0 or self._offset >= self._segment_bytes:
            self._next_segment()
        self._make_room()
        encoder.encode_into(record, self._buffer, HEADER.size)
        with memoryview(self._buffer) as frame:
            payload = frame[HEADER.size :]
            HEADER.pack_into(self._buffer, 0, MAGIC, len(payload), zlib.crc32(payload))
            payload.release()
            written = os.write(self._fd, frame)
            size = len(frame)
        if written < size:
            os.ftruncate(self._fd, self._offset)
            raise OSError("the disk is full")
        self._offset += size
        self._size += size
        if size > 1 << 20:
            self._buffer = bytearray(64 * 1024)

    def _next_segment(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        flags = os.O_CREAT | os.O_WRONLY | os.O_APPEND
        self._fd = os.open(self.directory / f"{self._segment + 1:08d}.seg", flags, 0o600)
        # Only once it is there: readers go from one number to the next and stop at a gap.
        self._segment += 1
        self._offset = 0

    def _make_room(self) -> None:
        if self._size < self._limit:
            return
        # Full as far as we know: the worker may have removed segments since we last looked.
        if time.monotonic() - self._looked_at > 1:
            self._looked_at = time.monotonic()
            self._size = _size(self.directory.parent)
        if self._size >= self._limit:
            raise OSError("the spool is at its limit")

    def _note_counts(self) -> None:
        if not self._counts.closed:
            COUNTS.pack_into(self._counts, 0, self.queued, self.dropped)


@dataclass(frozen=True)
class Position:
    """A place in a directory: the segment's number and the byte offset in it."""

    segment: int = 0
    offset: int = 0


class Cursor(msgspec.Struct):
    """How far a directory has been acknowledged, and the end of the batch that is under way."""

    segment: int = 0
    offset: int = 0
    pending_end: int | None = None


@dataclass(frozen=True)
class Batch:
    """Consecutive records of one segment. `id` is the same whenever the same bounds are read again."""

    id: str
    records: list[Record]
    start: Position
    end: Position
    size: int
    """Bytes, frames included."""
    torn: int
    """Frames that could not be read and were passed over."""


class SpoolReader:
    """Reads one writer's directory in batches; one worker at a time has it (`claim`)."""

    def __init__(self, directory: Path, lock: int) -> None:
        self.directory = directory
        self._lock = lock
        self._cursor = read_cursor(directory)
        self._cursor_file = os.open(directory / "cursor", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        self._save_cursor()
        for path in segments(directory):
            if _number(path) < self._cursor.segment:
                path.unlink()

    @classmethod
    def claim(cls, directory: Path) -> SpoolReader | None:
        """The reader of `directory`, or None while another worker has it."""
        try:
            lock = _take(directory / "reader.lock")
        except (BlockingIOError, FileNotFoundError):
            return None
        try:
            return cls(directory, lock)
        except OSError:
            os.close(lock)
            raise

    def next(self, *, max_records: int, max_bytes: int) -> Batch | None:
        """The next batch, marked as under way; None if there is nothing to read yet.

        A batch that was under way when its worker died comes back with the same bounds.
        """
        cursor = self._cursor
        while True:
            # Asked before reading: what is read from a closed segment is all there will ever be.
            closed = cursor.pending_end is not None or self._segment_is_closed(cursor.segment)
            batch = self._read(closed, max_records, max_bytes)
            if batch is not None:
                cursor.pending_end = batch.end.offset
                self._save_cursor()
                return batch
            if not closed:
                return None
            done = self._path(cursor.segment)
            if not self._path(cursor.segment + 1).exists():
                return None
            cursor.segment, cursor.offset, cursor.pending_end = cursor.segment + 1, 0, None
            # The cursor goes first: one that points behind a segment that is gone would hide the next one.
            self._save_cursor()
            done.unlink(missing_ok=True)

    def acknowledge(self, batch: Batch) -> None:
        """The warehouse has the batch."""
        self._cursor.offset, self._cursor.pending_end = batch.end.offset, None
        self._save_cursor()

    def backlog(self) -> int:
        """Bytes not yet acknowledged."""
        return backlog(self.directory, self._cursor)

    def remove_if_done(self) -> bool:
        """Remove the directory once its writer is gone and everything in it is acknowledged."""
        # Asked first: what the backlog does not show of a dead writer will never come.
        if writer_is_alive(self.directory) or self.backlog():
            return False
        # The records go before the cursor that says they are done, should this be cut short.
        for path in (*segments(self.directory), *self.directory.iterdir()):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            # Another worker that has just looked in will do it.
            self.directory.rmdir()
        return True

    def close(self) -> None:
        os.close(self._cursor_file)
        os.close(self._lock)

    def _read(self, closed: bool, max_records: int, max_bytes: int) -> Batch | None:
        segment, start, end = self._cursor.segment, self._cursor.offset, self._cursor.pending_end
        try:
            with open(self._path(segment), "rb") as file:
                file.seek(start)
                data = file.read() if end is None else file.read(end - start)
        except FileNotFoundError:
            return None
        limits = (max_records, max_bytes) if end is None else (len(data), len(data))
        records, length, torn = _decode(data, *limits, closed=closed)
        if not length:
            return None
        batch_id = f"{self.directory.name}/{segment}/{start}-{start + length}"
        return Batch(batch_id, records, Position(segment, start), Position(segment, start + length), length, torn)

    def _segment_is_closed(self, segment: int) -> bool:
        return self._path(segment + 1).exists() or not writer_is_alive(self.directory)

    def _path(self, segment: int) -> Path:
        return self.directory / f"{segment:08d}.seg"

    def _save_cursor(self) -> None:
        # In place, in a block that the file has already: a full disk must not keep the spool from being emptied.
        os.pwrite(self._cursor_file, msgspec.json.encode(self._cursor).ljust(CURSOR_BYTES), 0)


def directories(spool_dir: Path) -> list[Path]:
    """Every writer's directory, oldest first."""
    return sorted(path for path in spool_dir.glob("[0-9]*-*") if path.is_dir())


def segments(directory: Path) -> Iterator[Path]:
    return iter(sorted(directory.glob("*.seg")))


def counts(directory: Path) -> tuple[int, int]:
    """(queued, dropped) of a writer since it started."""
    try:
        return COUNTS.unpack((directory / "counts").read_bytes())
    except (FileNotFoundError, struct.error):
        return (0, 0)


def read_cursor(directory: Path) -> Cursor:
    """How far a writer's directory has been acknowledged; its beginning where nothing tells."""
    try:
        return msgspec.json.decode((directory / "cursor").read_bytes(), type=Cursor)
    except (FileNotFoundError, msgspec.MsgspecError):
        return Cursor(segment=min(map(_number, segments(directory)), default=0))


def backlog(directory: Path, cursor: Cursor) -> int:
    """Bytes of a directory's segments beyond `cursor`."""
    size = 0
    for path in segments(directory):
        with contextlib.suppress(FileNotFoundError):
            if (number := _number(path)) >= cursor.segment:
                size += max(0, path.stat().st_size - (cursor.offset if number == cursor.segment else 0))
    return size


def writer_is_alive(directory: Path) -> bool:
    """Whether the process that writes `directory` still runs."""
    try:
        # Shared, so that two who ask at once do not take each other for the writer.
        os.close(_take(directory / "writer.lock", fcntl.LOCK_SH))
    except BlockingIOError:
        return True
    return False


def _take(path: Path, kind: int = fcntl.LOCK_EX) -> int:
    """Lock a file for this process's life. Raises BlockingIOError if another one has it."""
    fd = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        raise
    return fd


def _size(spool_dir: Path) -> int:
    """Bytes of all segments of all writers."""
    size = 0
    for path in spool_dir.glob("*/*.seg"):
        # A worker may remove it meanwhile.
        with contextlib.suppress(FileNotFoundError):
            size += path.stat().st_size
    return size


def _mapped(path: Path, size: int) -> mmap.mmap:
    path.write_bytes(bytes(size))
    with open(path, "r+b") as file:
        return mmap.mmap(file.fileno(), size)


def _number(path: Path) -> int:
    return int(path.stem)


def _decode(data: bytes, max_records: int, max_bytes: int, *, closed: bool) -> tuple[list[Record], int, int]:
    """Records of `data`, the bytes they take, and how many frames were passed over as unreadable.

    In a segment that is still written to, an unreadable rest is left for later: it may just be unfinished.
    """
    records: list[Record] = []
    position = torn = 0
    while position < len(data) and len(records) < max_records and (position < max_bytes or not records):
        size = _frame_size(data, position)
        if size is None and not closed:
            break
        record = _frame(data, position, size) if size else None
        if record is not None and size:
            records.append(record)
            position += size
            continue
        torn += 1
        following = data.find(MAGIC, position + 1)
        position = following if following > 0 else len(data)
    return records, position, torn


def _frame_size(data: bytes, position: int) -> int | None:
    """Bytes of the frame at `position`; None if `data` ends before it does, 0 if there is no frame."""
    if len(data) - position < HEADER.size:
        return None
    magic, length, _ = HEADER.unpack_from(data, position)
    if magic != MAGIC:
        return 0
    size = HEADER.size + int(length)
    return size if position + size <= len(data) else None


def _frame(data: bytes, position: int, size: int) -> Record | None:
    payload = memoryview(data)[position + HEADER.size : position + size]
    if zlib.crc32(payload) != HEADER.unpack_from(data, position)[2]:
        return None
    try:
        return decoder.decode(payload)
    except msgspec.MsgspecError:
        return None
