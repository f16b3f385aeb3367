"""Text -> tree: one SELECT of ClickHouse's SQL, or an error that says where it stops being one. Pure."""

from __future__ import annotations

import sys

from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from hql.dialect import Hql
from hql.errors import HqlError, Position
from hql.place import at_offset
from hql.reading import TooAmbiguous

MAX_CHARACTERS = 32_768
MAX_TOKENS = 2_500
MAX_DEPTH = 40
"""Nested parentheses: beyond some dozens a query is no longer anybody's, and reading it takes ever longer."""
FRAMES = 3_000
"""sqlglot takes some 25 of Python's frames a parenthesis, more than the 1,000 there are by default."""

sys.setrecursionlimit(max(sys.getrecursionlimit(), FRAMES))

_OPENING = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE}
_CLOSING = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE}
_BEGINNINGS = {TokenType.SELECT, TokenType.WITH, TokenType.FROM, TokenType.L_PAREN}


def admit(text: str) -> str:
    """Return `text` if it may be read at all: it is not empty, not too long, and text throughout."""
    if not isinstance(text, str) or not text.strip():
        raise HqlError("HQL_MISSING_QUERY_SQL", "The query is empty: write a SELECT.")
    if len(text) > MAX_CHARACTERS:
        raise HqlError("HQL_QUERY_TOO_LONG", f"The query is longer than {MAX_CHARACTERS:,} characters.")
    if (at := _unreadable(text)) >= 0:
        raise HqlError("HQL_SYNTAX_ERROR", "The query has a character that is not text.", at_offset(text, at))
    return text


def parse(text: str) -> exp.Query:
    """The tree of an admitted text."""
    tokens = _tokens(text)
    if len(tokens) > MAX_TOKENS:
        raise HqlError("HQL_QUERY_TOO_LONG", f"The query has more than {MAX_TOKENS:,} words and signs.")
    _check_depth(text, tokens)
    _check_selects(text, tokens)
    return _tree(text, tokens)


def read(sql: str) -> exp.Query:
    """The tree of what we printed, which may be longer and deeper than what is admitted."""
    return _tree(sql, _tokens(sql))


def _tree(text: str, tokens: list[Token]) -> exp.Query:
    try:
        trees = [tree for tree in Hql().parser().parse(tokens, text) if not isinstance(tree, exp.Semicolon | None)]
    except ParseError as error:
        raise _syntax(text, error) from None
    except RecursionError:
        raise
    except TooAmbiguous:
        message = "The query can be read in too many ways: add JOIN conditions, or name its inner parts in WITH."
        raise HqlError("HQL_QUERY_TOO_LONG", message) from None
    except Exception:  # on text that is no SQL sqlglot may stumble in any way
        raise HqlError("HQL_SYNTAX_ERROR", "The query cannot be read as SQL.") from None
    if len(trees) > 1:
        raise HqlError("HQL_INVALID_STATEMENT", "Only one statement at a time: take away what follows the semicolon.")
    if not trees or not isinstance(trees[0], exp.Query):
        raise HqlError("HQL_INVALID_STATEMENT", "Only SELECT statements are allowed.")
    return trees[0]


def _tokens(text: str) -> list[Token]:
    try:
        tokens = Hql().tokenize(text)
    except SqlglotError:
        message = "The query cannot be read: a quotation mark or a comment is not closed."
        raise HqlError("HQL_SYNTAX_ERROR", message) from None
    if not tokens:
        raise HqlError("HQL_MISSING_QUERY_SQL", "The query has nothing but comments: write a SELECT.")
    if tokens[0].token_type not in _BEGINNINGS:
        message = f"Only SELECT statements are allowed; this one begins with {tokens[0].text[:30]!r}."
        raise HqlError("HQL_INVALID_STATEMENT", message, _place_of(text, tokens[0]))
    return tokens


def _check_depth(text: str, tokens: list[Token]) -> None:
    depth = 0
    for token in tokens:
        depth += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
        if depth > MAX_DEPTH:
            message = f"The query nests deeper than {MAX_DEPTH} parentheses: name the inner parts in WITH."
            raise HqlError("HQL_QUERY_TOO_LONG", message, at_offset(text, token.start))


def _check_selects(text: str, tokens: list[Token]) -> None:
    """``FROM t`` alone is a whole query to sqlglot and none to ClickHouse; so is ``SELECT`` with nothing behind it."""
    alone = [tokens[0] if tokens[0].token_type == TokenType.FROM else None]
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        following = after.token_type if after else TokenType.SEMICOLON
        if token.token_type == TokenType.SELECT:
            alone[-1] = None
            if following in (*_CLOSING, TokenType.FROM, TokenType.SEMICOLON):
                raise HqlError("HQL_SYNTAX_ERROR", "SELECT what? Nothing stands behind it.", _place_of(text, token))
        elif token.token_type in _OPENING:
            alone.append(after if following == TokenType.FROM else None)
        elif token.token_type in _CLOSING:
            _refuse_lone(text, alone.pop())
            alone = alone or [None]
    _refuse_lone(text, alone[0])


def _refuse_lone(text: str, start: Token | None) -> None:
    if start is not None:
        message = "FROM needs a SELECT: write FROM … SELECT …, or SELECT … FROM …."
        raise HqlError("HQL_SYNTAX_ERROR", message, _place_of(text, start))


def _place_of(text: str, token: Token) -> Position:
    return at_offset(text, token.start, len(token.text))


def _syntax(text: str, error: ParseError) -> HqlError:
    """sqlglot's own message quotes the query; where it stopped is what helps."""
    first = error.errors[0] if error.errors else {}
    word = str(first.get("highlight") or "").strip()
    before = str(first.get("start_context") or "")
    found = text.find(before[-40:] + word) if word else -1
    at = at_offset(text, found + len(before[-40:]), len(word)) if found >= 0 else _reported(first)
    if before.rstrip().upper().endswith("UNION"):
        return HqlError("HQL_SYNTAX_ERROR", "Write UNION ALL or UNION DISTINCT.", at)
    near = f" at {word[:40]!r}" if word else " where it ends"
    return HqlError("HQL_SYNTAX_ERROR", f"The query cannot be read as SQL{near}.", at)


def _reported(error: dict[str, object]) -> Position | None:
    line, column = error.get("line"), error.get("col")
    return Position(line, max(column, 1)) if isinstance(line, int) and isinstance(column, int) else None


def _unreadable(text: str) -> int:
    """Where a NUL or half of a surrogate pair stands, -1 if nowhere: neither reaches ClickHouse as it is."""
    return next((at for at, character in enumerate(text) if character == "\0" or "\ud800" <= character <= "\udfff"), -1)
