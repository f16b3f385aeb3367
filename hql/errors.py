"""What asking in HQL can raise. Everything else that happens below is turned into one of these.

HqlError             400  the query cannot be run as it stands; its code says which rule, its sentence what to do
├── LimitReached     503  it ran into a limit of time, memory or rows
├── Cancelled        499  it was stopped, by its user or because its client had gone
├── TooMany          429  the organisation's queries or downloads of the last minute; carries the seconds to wait
├── NotFound         404  the saved query or the download is not there, or is another organisation's
├── NameTaken        409  another saved query has this name
├── GuardDefect      500  the guard would have let through what it must not (hql/verify.py)
└── Unavailable      503  the warehouse does not answer, or HQL has no account in it

Sentences never contain ClickHouse's words or the rewritten SQL. `code` is stable: those of the original where it has
one, so that clients written for it keep working.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Position:
    """Where in the query's text: 1-based line and column, and how many characters it covers."""

    line: int
    column: int
    length: int = 1


class HqlError(Exception):
    """A refusal as its reader sees it: a stable `code`, a sentence with the fix, and where, if it is at one place."""

    status = 400

    def __init__(self, code: str, message: str, at: Position | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.at = at

    def __str__(self) -> str:
        """``[HQL_UNKNOWN_COLUMN] There is no column modle: did you mean model? (line 1, column 8)``"""
        place = f" (line {self.at.line}, column {self.at.column})" if self.at else ""
        return f"[{self.code}] {self.message}{place}"


class LimitReached(HqlError):
    status = 503


class Cancelled(HqlError):
    status = 499

    def __init__(self) -> None:
        super().__init__("HQL_QUERY_CANCELLED", "The query was stopped.")


class TooMany(HqlError):
    status = 429

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__("HQL_RATE_LIMIT_EXCEEDED", message)
        self.retry_after_s = retry_after_s


class NotFound(HqlError):
    status = 404

    def __init__(self, message: str, code: str = "HQL_QUERY_NOT_FOUND") -> None:
        super().__init__(code, message)


class NameTaken(HqlError):
    status = 409

    def __init__(self, name: str) -> None:
        super().__init__("HQL_QUERY_NAME_EXISTS", f"A query named {name!r} exists already: choose another name.")


class Unavailable(HqlError):
    status = 503

    def __init__(self, message: str = "The warehouse does not answer now; try again in a moment.") -> None:
        super().__init__("HQL_UNAVAILABLE", message)
