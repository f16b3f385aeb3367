"""The spool: what was appended comes out whole, in order, in the same batches, whoever dies in between."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import spool
from ingest.record import Exchange, Record
from ingest.spool import HEADER, Batch, SpoolReader, SpoolWriter

ALL = {"max_records": 1000, "max_bytes": 1 << 30}


def record(number: int, body: bytes = b"") -> Exchange:
    return Exchange(request_id=UUID(int=number), status=200, received_at=number, duration=1, response_body=body)


def claim(directory: Path) -> SpoolReader:
    reader = SpoolReader.claim(directory)
    assert reader is not None
    return reader


def drain(reader: SpoolReader, **limits: int) -> Iterator[Batch]:
    while (batch := reader.next(**ALL | limits)) is not None:
        yield batch
        reader.acknowledge(batch)


def numbers(records: list[Record]) -> list[int]:
    return [record.request_id.int for record in records]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[SpoolWriter]:
    writer = SpoolWriter(tmp_path, limit_bytes=1 << 30, segment_bytes=1000)
    yield writer
    writer.close()


@pytest.fixture
def reader(writer: SpoolWriter) -> Iterator[SpoolReader]:
    reader = claim(writer.directory)
    yield reader
    reader.close()


def only_segment(writer: SpoolWriter) -> Path:
    (path,) = spool.segments(writer.directory)
    return path


def test_a_record_can_be_read_while_its_writer_writes(writer: SpoolWriter, reader: SpoolReader) -> None:
    assert reader.next(**ALL) is None
    writer.append(record(1))
    batch = reader.next(**ALL)
    assert batch is not None
    assert (numbers(batch.records), batch.torn) == ([1], 0)


def test_segments_are_read_in_order_and_removed_when_done(writer: SpoolWriter, reader: SpoolReader) -> None:
    for number in range(20):
        writer.append(record(number, b"x" * 200))
    assert [n for batch in drain(reader) for n in numbers(batch.records)] == list(range(20))
    assert len(list(spool.segments(writer.directory))) == 1
    assert reader.backlog() == 0


def test_batches_keep_to_records_and_bytes(writer: SpoolWriter, reader: SpoolReader) -> None:
    for number in range(5):
        writer.append(record(number, b"x" * 100))
    assert [len(batch.records) for batch in drain(reader, max_records=2)] == [2, 2, 1]
    for number in range(3):
        writer.append(record(number, b"x" * 100))
    assert [len(batch.records) for batch in drain(reader, max_bytes=1)] == [1, 1, 1]


def test_a_batch_comes_again_as_it_was_when_its_reader_died(writer: SpoolWriter) -> None:
    first = claim(writer.directory)
    writer.append(record(1))
    before = first.next(**ALL)
    writer.append(record(2))
    first.close()
    second = claim(writer.directory)
    again = second.next(max_records=1000, max_bytes=1 << 30)
    second.close()
    assert again == before


def test_an_acknowledged_batch_does_not_come_again(writer: SpoolWriter) -> None:
    writer.append(record(1))
    first = claim(writer.directory)
    assert len(list(drain(first))) == 1
    first.close()
    second = claim(writer.directory)
    assert second.next(**ALL) is None
    second.close()


def test_only_one_worker_has_a_directory(writer: SpoolWriter, reader: SpoolReader) -> None:
    assert SpoolReader.claim(writer.directory) is None
    assert SpoolReader.claim(writer.directory.with_name("1-1")) is None


def test_an_unfinished_frame_is_waited_for(writer: SpoolWriter, reader: SpoolReader) -> None:
    writer.append(record(1))
    writer.append(record(2))
    path = only_segment(writer)
    whole = path.read_bytes()
    os.truncate(path, len(whole) - 1)
    assert [numbers(batch.records) for batch in drain(reader)] == [[1]]
    path.write_bytes(whole)
    assert [numbers(batch.records) for batch in drain(reader)] == [[2]]


@pytest.mark.parametrize("kept", [1, HEADER.size - 1, HEADER.size, HEADER.size + 5, -1])
def test_a_frame_torn_by_the_writers_death_is_passed_over(tmp_path: Path, kept: int) -> None:
    writer = SpoolWriter(tmp_path, limit_bytes=1 << 30, segment_bytes=1 << 20)
    writer.append(record(1))
    start = only_segment(writer).stat().st_size
    writer.append(record(2))
    size = only_segment(writer).stat().st_size
    os.truncate(only_segment(writer), start + kept if kept > 0 else size + kept)
    writer.close()
    batches = list(drain(claim(writer.directory)))
    assert [(numbers(batch.records), batch.torn) for batch in batches] == [([1], 1)]


def test_what_follows_a_damaged_frame_is_still_found(writer: SpoolWriter, reader: SpoolReader) -> None:
    for number in range(3):
        writer.append(record(number))
    path = only_segment(writer)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    (batch,) = drain(reader)
    assert (numbers(batch.records), batch.torn) == ([0, 2], 1)


def test_a_batch_with_a_damaged_frame_comes_again_as_it_was(writer: SpoolWriter) -> None:
    for number in range(3):
        writer.append(record(number))
    path = only_segment(writer)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    first = claim(writer.directory)
    before = first.next(max_records=1, max_bytes=1 << 30)
    first.close()
    second = claim(writer.directory)
    assert second.next(**ALL) == before
    second.close()


def test_at_its_limit_records_are_dropped_and_counted(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path, limit_bytes=500, segment_bytes=300)
    taken = [writer.append(record(number, b"x" * 100)) for number in range(10)]
    assert taken == sorted(taken, reverse=True)
    assert (writer.queued, writer.dropped) == (taken.count(True), taken.count(False))
    assert spool.counts(writer.directory) == (writer.queued, writer.dropped)
    writer.close()


def test_there_is_room_again_once_the_worker_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = SpoolWriter(tmp_path, limit_bytes=500, segment_bytes=100)
    while writer.append(record(1, b"x" * 100)):
        pass
    reader = claim(writer.directory)
    list(drain(reader))
    writer._looked_at = 0
    assert writer.append(record(2))
    writer.close()
    reader.close()


def test_a_full_disk_drops_a_record_and_keeps_the_others(tmp_path: Path) -> None:
    """RLIMIT_FSIZE makes write(2) fall short, then fail, just as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    writer = SpoolWriter(tmp_path, limit_bytes=1 << 30, segment_bytes=1 << 20)
    try:
        writer.append(record(1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
        assert not writer.append(record(2, b"x" * 2000))
        assert writer.append(record(3))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert writer.append(record(4, b"x" * 2000))
    writer.close()
    assert [(numbers(b.records), b.torn) for b in drain(claim(writer.directory))] == [([1, 3, 4], 0)]


def test_a_segment_that_cannot_be_begun_leaves_no_gap(writer: SpoolWriter, reader: SpoolReader) -> None:
    """A failed open once used the segment's number up, and readers stopped at the gap."""
    writer.append(record(1, b"x" * 1000))
    blocking = writer.directory / "00000001.seg"
    blocking.mkdir()
    assert not writer.append(record(2))
    blocking.rmdir()
    assert writer.append(record(3))
    assert [n for batch in drain(reader) for n in numbers(batch.records)] == [1, 3]


def test_what_cannot_be_encoded_is_dropped(writer: SpoolWriter, reader: SpoolReader) -> None:
    assert not writer.append(Exchange(request_id=UUID(int=1), status=200, received_at=0, duration=1, path="\ud800"))
    assert writer.append(record(2))
    assert [numbers(batch.records) for batch in drain(reader)] == [[2]]


def test_a_closed_or_vanished_spool_takes_nothing(writer: SpoolWriter, tmp_path: Path) -> None:
    gone = SpoolWriter(tmp_path, limit_bytes=1 << 30, segment_bytes=1)
    shutil.rmtree(gone.directory)
    assert not gone.append(record(1))
    gone.close()
    writer.close()
    assert not writer.append(record(1))


def test_a_finished_directory_goes_when_its_writer_is_gone(writer: SpoolWriter, reader: SpoolReader) -> None:
    writer.append(record(1))
    list(drain(reader))
    assert not reader.remove_if_done()
    writer.append(record(2))
    writer.close()
    assert not reader.remove_if_done()
    list(drain(reader))
    assert reader.remove_if_done()
    assert not writer.directory.exists()


def test_a_killed_writer_leaves_what_it_appended(tmp_path: Path) -> None:
    code = (
        "import os, sys, tests.unit.test_spool as t; from pathlib import Path;"
        "w = t.SpoolWriter(Path(sys.argv[1]), limit_bytes=1 << 30, segment_bytes=1 << 20);"
        "[w.append(t.record(n)) for n in range(5)]; os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    (directory,) = spool.directories(tmp_path)
    assert not spool.writer_is_alive(directory)
    assert spool.counts(directory) == (5, 0)
    assert [numbers(batch.records) for batch in drain(claim(directory))] == [[0, 1, 2, 3, 4]]


@settings(max_examples=60, deadline=None)
@given(
    bodies=st.lists(st.binary(max_size=400), max_size=30),
    segment=st.integers(1, 2000),
    records=st.integers(1, 7),
    deaths=st.lists(st.booleans(), max_size=60),
)
def test_every_record_comes_out_once_in_order_whatever_the_limits(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes], segment: int, records: int, deaths: list[bool]
) -> None:
    writer = SpoolWriter(tmp_path_factory.mktemp("spool"), limit_bytes=1 << 30, segment_bytes=segment)
    for number, body in enumerate(bodies):
        assert writer.append(record(number, body))
    writer.close()
    out: dict[str, list[Record]] = {}
    reader = claim(writer.directory)
    while (batch := reader.next(max_records=records, max_bytes=1000)) is not None:
        assert out.setdefault(batch.id, batch.records) == batch.records
        if deaths and deaths.pop():
            reader.close()
            reader = claim(writer.directory)
        else:
            reader.acknowledge(batch)
    assert reader.remove_if_done()
    reader.close()
    got = [got for batch in out.values() for got in batch]
    assert [(r.request_id.int, r.response_body) for r in got] == list(enumerate(bodies))


def test_a_reader_killed_between_segments_leaves_the_next_one_to_the_next_reader(writer: SpoolWriter) -> None:
    """Once the old segment went before the cursor was kept, and the next one was taken for acknowledged."""
    for number in range(2):
        writer.append(record(number, b"x" * 1000))
    reader = claim(writer.directory)
    reader.acknowledge(reader.next(**ALL))  # type: ignore[arg-type]
    killed = shutil.copytree(writer.directory, writer.directory.with_name("1-1"))
    reader.close()
    heir = claim(killed)
    assert heir.backlog() > 1000 and not heir.remove_if_done()
    assert numbers([found for batch in drain(heir) for found in batch.records]) == [1]
    assert heir.remove_if_done()
    heir.close()


def test_a_cursor_that_cannot_be_read_begins_at_the_first_segment_there_is(writer: SpoolWriter) -> None:
    for number in range(3):
        writer.append(record(number, b"x" * 1000))
    only_first = writer.directory / "00000000.seg"
    only_first.unlink()
    (writer.directory / "cursor").write_bytes(b"\0" * 40)
    reader = claim(writer.directory)
    assert numbers([found for batch in drain(reader) for found in batch.records]) == [1, 2]
    reader.close()


def test_segments_before_the_cursor_are_removed_by_the_next_reader(writer: SpoolWriter) -> None:
    for number in range(2):
        writer.append(record(number, b"x" * 1000))
    old = (writer.directory / "00000000.seg").read_bytes()
    reader = claim(writer.directory)
    assert len(list(drain(reader))) == 2
    reader.close()
    (writer.directory / "00000000.seg").write_bytes(old)
    heir = claim(writer.directory)
    assert list(drain(heir)) == [] and not (writer.directory / "00000000.seg").exists()
    heir.close()


def test_the_limit_counts_what_earlier_writers_left(tmp_path: Path) -> None:
    first = SpoolWriter(tmp_path, limit_bytes=3000, segment_bytes=1 << 20)
    assert all(first.append(record(number, b"x" * 1000)) for number in range(3))
    first.close()
    second = SpoolWriter(tmp_path, limit_bytes=3000, segment_bytes=1 << 20)
    assert not second.append(record(4))
    second.close()
