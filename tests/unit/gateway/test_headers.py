"""Headers: what is forwarded, what is ours, what may be written down."""

from __future__ import annotations

import pytest

from ingest.gateway.headers import bearer, read_request, read_response, recordable, recordable_query

Raw = list[tuple[bytes, bytes]]

FORWARDED = [
    ([(b"accept", b"*/*")], [("accept", "*/*")]),
    ([(b"host", b"here"), (b"content-length", b"3"), (b"transfer-encoding", b"chunked")], []),
    ([(b"connection", b"keep-alive"), (b"keep-alive", b"timeout=5"), (b"te", b"trailers")], []),
    ([(b"connection", b"X-One, close"), (b"x-one", b"1"), (b"x-two", b"2")], [("x-two", "2")]),
    ([(b"upgrade", b"h2c"), (b"expect", b"100-continue"), (b"proxy-authorization", b"x")], []),
    ([(b"helicone-auth", b"k"), (b"helicone-anything", b"1")], []),
    ([(b"x-twice", b"1"), (b"x-twice", b"2")], [("x-twice", "1"), ("x-twice", "2")]),
    ([(b"authorization", b"Bearer k"), (b"cookie", b"a=b")], [("authorization", "Bearer k"), ("cookie", "a=b")]),
    ([(b"x-latin", b"caf\xe9")], [("x-latin", "caf\xe9")]),
    ([(b"x-utf-8", "Zürich".encode())], [("x-utf-8", "Zürich")]),
]


@pytest.mark.parametrize("given, expected", FORWARDED)
def test_a_request_keeps_what_concerns_the_provider(given: Raw, expected: list[tuple[str, str]]) -> None:
    assert read_request(given).forwarded == expected


def test_a_requests_own_headers_are_read() -> None:
    head = read_request([(b"helicone-user-id", b"u"), (b"content-length", b"7"), (b"x-api-key", b"k")])
    assert (head.helicone, head.content_length, head.credentials) == ({"helicone-user-id": "u"}, 7, {"x-api-key": "k"})


RETURNED = [
    ([(b"Content-Type", b"a/b"), (b"Content-Length", b"3")], [(b"content-type", b"a/b"), (b"content-length", b"3")]),
    ([(b"Transfer-Encoding", b"chunked"), (b"Connection", b"close"), (b"Keep-Alive", b"x")], []),
    ([(b"Connection", b"x-one"), (b"X-One", b"1"), (b"X-Two", b"2")], [(b"x-two", b"2")]),
    ([(b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2")], [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]),
    ([(b"Helicone-Id", b"another gateway's"), (b"Date", b"today")], [(b"date", b"today")]),
]


@pytest.mark.parametrize("given, expected", RETURNED)
def test_a_response_keeps_what_concerns_the_client(given: Raw, expected: Raw) -> None:
    assert read_response(given) == expected


def test_credentials_are_not_recordable_by_name_or_by_value() -> None:
    headers = [("authorization", "x"), ("set-cookie", "a"), ("x-copy", "my sk-1 key"), ("accept", "*/*")]
    assert recordable(headers, {"sk-1"}) == [("accept", "*/*")]


@pytest.mark.parametrize(
    "given, expected",
    [
        ("a=1&key=k&b=2", "a=1&b=2"),
        ("alt=sse", "alt=sse"),
        ("API_KEY=k", ""),
        ("x=sk%2D1", ""),
        ("flag&x=", "flag&x="),
    ],
)
def test_a_query_is_recorded_without_its_credentials(given: str, expected: str) -> None:
    assert recordable_query(given, {"sk-1"}) == expected


@pytest.mark.parametrize("value", ["k", "Bearer k", "bearer k", " Bearer  k "])
def test_a_key_is_found_with_or_without_its_scheme(value: str) -> None:
    assert bearer(value) == "k"
