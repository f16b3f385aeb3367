"""The end of an event stream is seen with the chunk that completes it, however the stream is cut."""

from __future__ import annotations

import gzip
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.gateway.sse import StreamEnd

BODY = 'data: {"text": "say data: [DONE] or event: message_stop"}\n\n'
STREAMS = [
    (BODY, "data: [DONE]", "\n\n"),
    (BODY.replace("\n", "\r\n"), "data: [DONE]", "\r\n\r\n"),
    ("", "data:[DONE]", "\n\n"),
    (f"event: ping\n{BODY}", "event: message_stop\n", 'data: {"type": "message_stop"}\n\n'),
    (BODY, 'event: response.completed\ndata: {"usage": 1}\n', "\n"),
    (BODY, 'event: response.failed\r\ndata: {"usage": 1}\r', "\n\r\n"),
    (f"event: response.completed.not\n{BODY}", 'event: response.incomplete\n\ndata: {"usage": 1}\n', "\n"),
    (f"event: errors\n{BODY}", 'event: error\ndata: {"error": {}}\n', "\n"),
]
"""(before the end, up to the byte that completes it, what may follow)"""


def completing(chunks: list[bytes], end: StreamEnd) -> int:
    """The number of the chunk that is told to complete the stream; their count if none is."""
    return next((number for number, chunk in enumerate(chunks) if end.feed(chunk)), len(chunks))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(STREAMS), st.data())
def test_any_split_shows_the_end_in_the_chunk_that_completes_it(
    stream: tuple[str, str, str], data: st.DataObject
) -> None:
    before, terminal, after = (part.encode() for part in stream)
    whole = before + terminal + after
    cuts = sorted(data.draw(st.sets(st.integers(1, len(whole) - 1), max_size=12)))
    chunks = [whole[a:b] for a, b in pairwise([0, *cuts, len(whole)])]
    completes = sum(cut < len(before + terminal) for cut in cuts)
    assert completing(chunks, StreamEnd()) == completes


@pytest.mark.parametrize("stream", STREAMS)
def test_byte_by_byte_it_is_the_last_byte_of_the_terminal_event(stream: tuple[str, str, str]) -> None:
    before, terminal, after = stream
    chunks = [bytes([byte]) for byte in (before + terminal + after).encode()]
    assert completing(chunks, StreamEnd()) == len(before + terminal) - 1


def test_a_stream_without_an_end_of_its_own_shows_none() -> None:
    assert completing([BODY.encode()] * 5, StreamEnd()) == 5


def test_a_compressed_stream_is_looked_into() -> None:
    packed = gzip.compress(BODY.encode() + b"data: [DONE]\n\n")
    chunks = [packed[:10], packed[10:]]
    assert completing(chunks, StreamEnd("gzip")) == 1


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_what_cannot_be_decompressed_ends_with_its_connection(encoding: str) -> None:
    assert completing([b"data: [DONE]\n\n" * 3], StreamEnd(encoding)) == 1
