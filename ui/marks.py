"""Text with the words of a search marked, as HTML. Pure; every text is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

BEFORE = 12
"""Characters before a match that are shown with it."""


def marked(text: str, words: Sequence[str]) -> str:
    """`text` for use in HTML, each of `words` in it marked, whatever its case."""
    if not words:
        return escape(text)
    pieces = _any(words).split(text)
    return "".join(
        f"<mark>{escape(piece)}</mark>" if index % 2 else escape(piece) for index, piece in enumerate(pieces)
    )


def around(text: str, words: Sequence[str], characters: int) -> str:
    """At most `characters` of `text`: from a little before the first match, or else from its beginning."""
    found = _any(words).search(text) if words else None
    start = max(found.start() - BEFORE, 0) if found else 0
    cut = text[start : start + characters]
    return f"{'…' if start else ''}{cut}{'…' if start + characters < len(text) else ''}"


def _any(words: Sequence[str]) -> re.Pattern[str]:
    # The longest first, so that of "parcel" and "parcels" the whole of the longer one is marked.
    return re.compile(f"({'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})", re.IGNORECASE)
