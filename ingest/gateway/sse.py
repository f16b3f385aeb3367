"""Where an event stream says that it is over.

SDKs stop reading at the terminal event, before the connection says anything, so the record of an exchange has to be
written before that event goes out. The copy is only searched, never parsed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import zstandard

TERMINAL = re.compile(
    rb"[\r\n](?:(data: ?\[DONE\]|event: ?message_stop[\r\n])"
    rb"|event: ?(?:response\.(?:completed|incomplete|failed)|error)[\r\n])"
)
"""The first group is terminal at once; the other events only with the data line that follows."""
LONGEST = 32
"""No match is longer."""


class StreamEnd:
    """Tells which chunk of an event stream completes the terminal event. `feed` is given every chunk in turn."""

    def __init__(self, content_encoding: str = "") -> None:
        self._decode = _decoder(content_encoding)
        self._tail = b"\n"
        self._awaits_data = False

    def feed(self, chunk: bytes) -> bool:
        """Whether `chunk` completes the terminal event (or comes after it)."""
        window = self._tail + self._decode(chunk)
        if not self._awaits_data:
            match = TERMINAL.search(window)
            if match is None:
                self._tail = window[-LONGEST:]
                return False
            if match[1]:
                return True
            self._awaits_data = True
            window = window[match.end() :]
        data = window.lstrip(b"\r\n")
        # All that is left to see is the end of the data line: one byte says that it has begun.
        self._tail = data[:1]
        return b"\n" in data or b"\r" in data


def _decoder(encoding: str) -> Callable[[bytes], bytes]:
    """Decompression of a copy; what cannot be read counts as empty, so the end is then the connection's."""
    decompress: Callable[[bytes], bytes]
    if encoding in ("gzip", "deflate"):
        # 32 + 15: zlib tells gzip from zlib by the header.
        decompress = zlib.decompressobj(32 + zlib.MAX_WBITS).decompress
    elif encoding == "br":
        decompress = brotli.Decompressor().process
    elif encoding == "zstd":
        decompress = zstandard.ZstdDecompressor().decompressobj().decompress
    else:
        return bytes

    def decode(chunk: bytes) -> bytes:
        try:
            return decompress(chunk)
        except (zlib.error, brotli.error, zstandard.ZstdError):
            return b""

    return decode
