"""Saved queries as their users meet them: checked on the way in, refused in HQL's own errors.

A draft may be saved that does not run yet: the SQL is judged when it is run. All may raise `MetadataUnavailable`.
"""

from __future__ import annotations

import json
import logging
import time
import unicodedata
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hql.errors import HqlError, NameTaken, NotFound
from hql.guard import parameters_of
from hql.parse import admit
from metadata import saved_queries
from metadata.models import SavedQuery, now
from metadata.saved_queries import SavedQueries
from metadata.store import MetadataUnavailable

if TYPE_CHECKING:
    from hql.results import Result

log = logging.getLogger("hql")

LONGEST_NAME = 255
LONGEST_TEXT = 10_000
"""Characters of a description, and of a query's parameters as JSON."""
MAX_PARAMETERS = 100

Parameters = Collection[Mapping[str, Any]]
"""Each with a `name`, perhaps a `type`, perhaps a `default`."""


def create(
    queries: SavedQueries,
    organisation_id: UUID,
    *,
    name: str,
    sql: str,
    owner: str,
    description: str = "",
    parameters: Parameters = (),
) -> SavedQuery:
    """Raises `HqlError` naming what is missing or too long, `NameTaken`."""
    stripped = checked_name(name)
    try:
        return queries.create(
            organisation_id,
            name=stripped,
            sql=admit(sql),
            owner=owner,
            description=_checked_description(description),
            parameters=_checked_parameters(parameters),
        )
    except saved_queries.NameTaken:
        raise NameTaken(stripped) from None


def update(
    queries: SavedQueries,
    organisation_id: UUID,
    query_id: UUID,
    *,
    name: str | None = None,
    sql: str | None = None,
    description: str | None = None,
    parameters: Parameters | None = None,
) -> SavedQuery:
    """Change what is given. Raises as `create` does, and `NotFound`."""
    stripped = None if name is None else checked_name(name)
    try:
        changed = queries.update(
            organisation_id,
            query_id,
            name=stripped,
            sql=None if sql is None else admit(sql),
            description=None if description is None else _checked_description(description),
            parameters=None if parameters is None else _checked_parameters(parameters),
        )
    except saved_queries.NameTaken:
        raise NameTaken(stripped or "") from None
    return _there(changed)


def id_of(text: str) -> UUID:
    """The id that a text is. Raises `NotFound`: what is no id is no query's."""
    try:
        return UUID(text)
    except ValueError:
        raise _not_found() from None


def get(queries: SavedQueries, organisation_id: UUID, query_id: UUID) -> SavedQuery:
    """Raises `NotFound`."""
    return _there(queries.get(organisation_id, query_id))


def delete(queries: SavedQueries, organisation_id: UUID, query_id: UUID) -> None:
    """Raises `NotFound`."""
    if not queries.delete(organisation_id, query_id):
        raise _not_found()


def values(query: SavedQuery, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a run's parameters: those given, and the defaults of the others. Raises `HqlError`."""
    defaults = {one["name"]: one["default"] for one in query.parameters if one.get("default") is not None}
    if defaults:
        # A default may be left over from an SQL that had its parameter.
        declared = {parameter.name for parameter in parameters_of(query.sql)}
        defaults = {name: value for name, value in defaults.items() if name in declared}
    return {**defaults, **given}


def run(queries: SavedQueries, query: SavedQuery, execute: Callable[[], Result]) -> Result:
    """`execute`, with what it cost kept among the query's runs. That it cannot be kept stops nobody."""
    started_at, start = now(), time.monotonic()
    cost: dict[str, Any] = {"error": "HQL_UNEXPECTED_ERROR"}
    try:
        result = execute()
        cost = {"rows": result.row_count, "rows_read": result.rows_read, "bytes_read": result.bytes_read}
        return result
    except HqlError as error:
        cost = {"error": error.code}
        raise
    finally:
        duration_ms = round((time.monotonic() - start) * 1000)
        try:
            queries.record_run(query.organisation_id, query.id, started_at=started_at, duration_ms=duration_ms, **cost)
        except MetadataUnavailable as error:
            log.warning("a run of the saved query %s is not kept: %s", query.id, error)


def checked_name(name: str) -> str:
    """The name without blanks around it. Raises `HqlError`."""
    name = name.strip()
    if not name:
        raise HqlError("HQL_MISSING_QUERY_NAME", "The query needs a name.")
    if len(name) > LONGEST_NAME:
        raise HqlError("HQL_QUERY_NAME_TOO_LONG", f"The query's name may have at most {LONGEST_NAME} characters.")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        raise HqlError("HQL_INVALID_QUERY_NAME", "The query's name must not contain control characters.")
    return name


def _checked_description(text: str) -> str:
    code = "HQL_INVALID_QUERY_DESCRIPTION"
    if len(text) > LONGEST_TEXT:
        raise HqlError(code, f"The query's description may have at most {LONGEST_TEXT:,} characters.")
    if "\0" in text or not _is_unicode(text):
        raise HqlError(code, "The query's description has a character that is not text.")
    return text


def _checked_parameters(parameters: Parameters) -> list[dict[str, Any]]:
    if len(parameters) > MAX_PARAMETERS:
        raise _bad_parameters(f"A query may have at most {MAX_PARAMETERS} parameters.")
    kept = [{"name": one["name"], "type": one.get("type") or "", "default": one.get("default")} for one in parameters]
    names = [str(one["name"]) for one in kept]
    for name in names:
        if not (name.isascii() and name.isidentifier()):
            raise _bad_parameters(f"{name!r} cannot be a parameter's name: use letters, digits and _.")
        if names.count(name) > 1:
            raise _bad_parameters(f"The parameter {name} is there twice.")
    if not _is_json(kept):
        raise _bad_parameters(f"Types and defaults must be JSON, and {LONGEST_TEXT:,} characters at most in all.")
    return kept


def _bad_parameters(message: str) -> HqlError:
    return HqlError("HQL_INVALID_PARAMETER", message)


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _is_json(value: object) -> bool:
    """JSON that any database and client can hold: finite numbers, valid Unicode, not too long."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return len(text) <= LONGEST_TEXT and _is_unicode(text)


def _there(query: SavedQuery | None) -> SavedQuery:
    if query is None:
        raise _not_found()
    return query


def _not_found() -> NotFound:
    return NotFound("There is no such saved query; it may have been deleted.")
