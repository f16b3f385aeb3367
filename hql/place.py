"""Where in its text a part of a query stands. Pure."""

from __future__ import annotations

import re

from sqlglot import exp

from hql.errors import Position


def at_offset(text: str, start: int, length: int = 1) -> Position:
    """The position of the character `start` (from 0)."""
    line = text.count("\n", 0, start) + 1
    return Position(line, start - text.rfind("\n", 0, start), max(length, 1))


def place(text: str, node: exp.Expr) -> Position | None:
    """The position of a node, or of the first named part in it; None where sqlglot kept none."""
    for part in node.walk():
        start, end = part.meta.get("start"), part.meta.get("end")
        if isinstance(start, int) and isinstance(end, int) and start < len(text):
            return at_offset(text, start, end - start + 1)
    return None


def find_word(text: str, word: str) -> Position | None:
    """The first place where `word` stands as a whole word; of ``t.x`` that is x where only it is found."""
    for candidate in dict.fromkeys((word, word.rpartition(".")[2])):
        if candidate and (found := re.search(rf"(?<!\w){re.escape(candidate)}(?!\w)", text)):
            return at_offset(text, found.start(), len(candidate))
    return None
