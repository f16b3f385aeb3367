"""Bodies as they went over the wire -> bytes that can be read -> text that is kept."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import msgspec
import zstandard

LARGEST = 256 * 1024 * 1024
"""Bytes that a body may unpack to; the rest is left off (a small body can unpack to gigabytes)."""

_TEXT_TYPES = ("application/json", "text/", "application/x-ndjson", "application/xml", "application/x-www-form-")


def decoded(body: bytes, encoding: str) -> bytes:
    """Undo a content-encoding (gzip, deflate, br, zstd, or several). A body cut short gives what can be had of it;
    one that is not what its header says is returned as it is."""
    for name in reversed([part.strip().lower() for part in encoding.split(",")]):
        if decode := _DECODERS.get(name):
            try:
                body = decode(body)
            except (zlib.error, brotli.error, zstandard.ZstdError):
                return body
    return body


def as_text(body: bytes, content_type: str) -> str:
    """What is kept of a body: text as it is, anything else as a note of its type and size."""
    if not body:
        return ""
    content_type = content_type.lower()
    if content_type.startswith(_TEXT_TYPES) or "+json" in content_type:
        return body.decode(errors="replace")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" not in text:
        return text
    note = {"_type": "binary", "content_type": content_type, "size_bytes": len(body)}
    return msgspec.json.encode(note).decode()


def _inflate(body: bytes) -> bytes:
    # Automatic detection covers gzip and zlib; some servers mean raw deflate by "deflate".
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, LARGEST)
    except zlib.error:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(body, LARGEST)


def _unbrotli(body: bytes) -> bytes:
    decoder = brotli.Decompressor()
    out = bytearray(decoder.process(body, output_buffer_limit=LARGEST))
    while not decoder.is_finished() and len(out) < LARGEST:
        piece = decoder.process(b"", output_buffer_limit=LARGEST)
        if not piece:
            break
        out += piece
    return bytes(out)


def _unzstd(body: bytes) -> bytes:
    decoder = zstandard.ZstdDecompressor().stream_reader(body, read_across_frames=True)
    return decoder.read(LARGEST)


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _inflate,
    "x-gzip": _inflate,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
