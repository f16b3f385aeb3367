from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.usage.sse import Event, SSEDecoder, events, payloads

CASES: dict[str, tuple[bytes, list[Event]]] = {
    "a type and data": (b"event: ping\ndata: {}\n\n", [Event(b"ping", b"{}")]),
    "lines end in any of three ways": (
        b"data: a\r\n\r\ndata: b\r\rdata: c\n\n",
        [Event(b"", d) for d in (b"a", b"b", b"c")],
    ),
    "several data lines": (b"data: a\ndata:b\n\n", [Event(b"", b"a\nb")]),
    "comments, ids and empty events": (b": hello\nid: 1\n\nretry: 5\n\ndata: x\n\n", [Event(b"", b"x")]),
    "a byte order mark": (b"\xef\xbb\xbfdata: x\n\n", [Event(b"", b"x")]),
    "an end without a blank line": (b"data: [DONE]", [Event(b"", b"[DONE]")]),
    "a space more": (b"data:  x\n\n", [Event(b"", b" x")]),
}


@pytest.mark.parametrize("name", CASES)
def test_events_are_decoded(name: str) -> None:
    body, expected = CASES[name]
    assert events(body) == expected


PIECES = st.sampled_from(
    [
        b"data: a",
        b"event: b\ndata: c\n\n",
        b"event: b",
        b"\r",
        b"\n",
        b"\r\n",
        b": c",
        b"\xef\xbb\xbf",
        b"\xe2\x82\xac",
        b"data:",
    ]
)


@given(body=st.lists(PIECES, max_size=30).map(b"".join), cuts=st.lists(st.integers(0, 200), max_size=8))
def test_any_cutting_of_the_bytes_gives_the_same_events(body: bytes, cuts: list[int]) -> None:
    decoder, found, start = SSEDecoder(), [], 0
    for cut in [*sorted(cuts), len(body)]:
        found += decoder.feed(body[start:cut])
        start = max(start, cut)
    assert found + decoder.flush() == events(body)


@given(body=st.lists(PIECES, max_size=30).map(b"".join))
@example(b"event: b\ndata: c\n\n\xef\xbb\xbfdata: a")
def test_the_short_way_to_the_data_gives_the_same(body: bytes) -> None:
    assert list(payloads(body)) == [event.data for event in events(body)]
