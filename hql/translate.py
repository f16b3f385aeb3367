"""ClickHouse's exceptions as HQL's errors: a stable code and a sentence with the fix, by the exception's number. Pure.

The engine's own text quotes the rewritten SQL and the names of what lies behind the views, so none of it is passed on:
only single names are taken out of it, and only if the query's author wrote them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from hql import functions
from hql.catalog import COLUMNS, TABLES
from hql.errors import Cancelled, HqlError, LimitReached, Position, Unavailable
from hql.place import find_word

_CODE = re.compile(r"Code: (\d+)\.")
_SAID = re.compile(r"DB::Exception: (.*?)(?:\.? Maybe you|[.:]? In (?:scope|query) |: While |\(version|$)", re.DOTALL)
_NAMES = re.compile(r"`([^`]{1,200})`|'([^']{1,200})'|\b(?:function|identifier|column|alias) ([A-Za-z_]\w*(?:\.\w+)*)")

_UNKNOWN_COLUMN = {8, 10, 16, 47}
_TYPES = "A value has the wrong type here: convert it, as in toFloat64(x), toString(x) or CAST(x AS DateTime)."

_SENTENCES: dict[int, tuple[str, str]] = {
    6: ("HQL_TYPE_MISMATCH", "A text cannot be read as the type asked for: toFloat64OrNull(x) gives NULL then."),
    20: ("HQL_TYPE_MISMATCH", "Numbers of these types do not go together: convert one of them."),
    26: ("HQL_TYPE_MISMATCH", "A text cannot be read as the type that is asked for: quotation marks are missing."),
    27: ("HQL_TYPE_MISMATCH", "A text cannot be read as the type that is asked for: use an …OrNull function."),
    32: ("HQL_TYPE_MISMATCH", "A text is too short to be read as the type asked for: use an …OrNull function."),
    35: ("HQL_INVALID_ARGUMENT", "A function has too few arguments."),
    36: ("HQL_INVALID_ARGUMENT", "An argument has a value that the function does not take."),
    38: ("HQL_TYPE_MISMATCH", "A text cannot be read as a date: parseDateTimeBestEffortOrNull(x) is lenient."),
    41: ("HQL_TYPE_MISMATCH", "A text cannot be read as a time: parseDateTimeBestEffortOrNull(x) is lenient."),
    60: ("HQL_INVALID_TABLE", "The query reads what HQL does not show."),
    42: ("HQL_INVALID_ARGUMENT", "A function has too many or too few arguments."),
    43: ("HQL_TYPE_MISMATCH", _TYPES),
    44: ("HQL_TYPE_MISMATCH", "An argument must be a constant here, or a column: see the function's documentation."),
    48: ("HQL_NOT_ALLOWED", "ClickHouse does not do this."),
    49: ("HQL_EXECUTION_FAILED", "ClickHouse cannot do this combination: take the query apart in WITH."),
    53: ("HQL_TYPE_MISMATCH", _TYPES),
    62: ("HQL_SYNTAX_ERROR", "ClickHouse cannot read the query."),
    69: ("HQL_INVALID_ARGUMENT", "An argument is outside what the function takes."),
    70: ("HQL_TYPE_MISMATCH", _TYPES),
    72: ("HQL_TYPE_MISMATCH", "A text cannot be read as a number: toFloat64OrNull(x) gives NULL then."),
    131: ("HQL_INVALID_ARGUMENT", "A text would become too long."),
    128: ("HQL_INVALID_ARGUMENT", "An array would become too large."),
    153: ("HQL_EXECUTION_FAILED", "Something is divided by zero: intDivOrZero(a, b), or nullIf(b, 0)."),
    125: ("HQL_INVALID_ARGUMENT", "A scalar subquery gives more than one row: add LIMIT 1 or an aggregate."),
    179: ("HQL_INVALID_ALIAS", "Two expressions have the same alias: rename one."),
    184: ("HQL_INVALID_AGGREGATION", "An aggregate cannot stand here: not in WHERE, and not within another one."),
    190: ("HQL_INVALID_ARGUMENT", "Arrays of different lengths cannot be walked through together."),
    207: ("HQL_UNKNOWN_COLUMN", "A name is ambiguous: write the table's name or alias before it."),
    215: ("HQL_INVALID_AGGREGATION", "A column is neither in GROUP BY nor within an aggregate: add it, or use any(x)."),
    258: ("HQL_TYPE_MISMATCH", "The parts of a UNION have different columns: give each the same number and types."),
    321: ("HQL_TYPE_MISMATCH", "A NULL cannot become a value here: ifNull(x, …)."),
    349: ("HQL_TYPE_MISMATCH", "A NULL cannot become a value here: ifNull(x, …)."),
    352: ("HQL_UNKNOWN_COLUMN", "A name is ambiguous: write the table's name or alias before it."),
    386: ("HQL_TYPE_MISMATCH", "These values have no type in common: convert one, as in toString(x)."),
    403: ("HQL_INVALID_JOIN", "The condition of a JOIN must compare columns of both sides."),
    407: ("HQL_INVALID_ARGUMENT", "A decimal becomes too large."),
    427: ("HQL_INVALID_ARGUMENT", "A regular expression cannot be read."),
    440: ("HQL_INVALID_ARGUMENT", "LIMIT and OFFSET take constants that are not negative."),
    456: ("HQL_INVALID_PARAMETER", "A parameter has no value."),
    457: ("HQL_INVALID_PARAMETER", "A parameter's value is not of its type."),
    497: ("HQL_INVALID_TABLE", "The query reads what HQL does not show."),
    558: ("HQL_SYNTAX_ERROR", "Write UNION ALL or UNION DISTINCT."),
    636: ("HQL_INVALID_TABLE", "The query reads what HQL does not show."),
}  # fmt: skip

_LIMITS: dict[int, tuple[str, str]] = {
    158: ("HQL_ROW_LIMIT_EXCEEDED", "The query would read too many rows: add a filter on request_created_at."),
    159: ("HQL_QUERY_TIMEOUT", "The query took too long: narrow the time range, or read daily_usage instead."),
    160: ("HQL_QUERY_TIMEOUT", "The query would take too long: narrow the time range, or read daily_usage instead."),
    202: ("HQL_TOO_MANY_QUERIES", "Too many queries run at once: try again in a moment."),
    241: ("HQL_MEMORY_LIMIT_EXCEEDED", "The query needs too much memory: narrow it, or group by fewer values."),
    307: ("HQL_ROW_LIMIT_EXCEEDED", "The query would read too much: select fewer columns, or add a filter."),
    396: ("HQL_RESULT_LIMIT_EXCEEDED", "The result is too large: add a LIMIT."),
}


_AWAY = {3, 209, 210, 279, 425, 999}
_NO_ACCOUNT = {192, 193, 194, 516}


def code_of(message: str) -> int:
    """The number in an exception's text, 0 if it has none."""
    found = _CODE.search(message)
    return int(found[1]) if found else 0


def translate(code: int, message: str, text: str, tables: Sequence[str] = ()) -> HqlError:
    """The error for exception `code`; `text` is the query as written, `tables` the public tables it reads."""
    if code in _UNKNOWN_COLUMN:
        return _unknown_column(message, text, tables)
    if code == 46:
        return _unknown_function(message, text)
    if code in _LIMITS:
        return LimitReached(*_LIMITS[code])
    if code == 394:
        return Cancelled()
    if code in _AWAY:
        return Unavailable()
    if code in _NO_ACCOUNT:
        return Unavailable("HQL's account in the warehouse does not work: the server's log says why.")
    name, sentence = _SENTENCES.get(code, ("HQL_EXECUTION_FAILED", f"ClickHouse cannot run this query (error {code})."))
    return HqlError(name, sentence, _blamed(message, text))


def _unknown_column(message: str, text: str, tables: Sequence[str]) -> HqlError:
    written = next((name for name in _names(message) if find_word(text, name)), "")
    if not written:
        return HqlError("HQL_UNKNOWN_COLUMN", "The query names a column that is not there.")
    known = [column.name for table in tables for column in TABLES[table].columns] or list(COLUMNS)
    short = written.rpartition(".")[2]
    near = difflib.get_close_matches(short.lower(), dict.fromkeys(known), n=3, cutoff=0.6)
    fix = f": did you mean {' or '.join(near)}?" if near else f" in {', '.join(tables)}." if tables else "."
    return HqlError("HQL_UNKNOWN_COLUMN", f"There is no column {written}{fix}", find_word(text, written))


def _unknown_function(message: str, text: str) -> HqlError:
    written = next((name for name in _names(message) if find_word(text, name)), "")
    return HqlError("HQL_FORBIDDEN_FUNCTION", functions.hint(written), find_word(text, written))


def _blamed(message: str, text: str) -> Position | None:
    """The place of the first name of the message that the author wrote."""
    return next((at for name in _names(message) if (at := find_word(text, name))), None)


def _names(message: str) -> list[str]:
    """The names that an exception is about, without those of the query that it quotes behind them."""
    said = _SAID.search(message)
    return [next(filter(None, found)) for found in _NAMES.findall(said[1] if said else "")]
