"""Steps that are no model calls, as HTML: a tool's input and result, a search and its hits, a data event. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from ui import parts

LONGEST = 20_000
MOST_HITS = 50
_LISTS = ("matches", "results", "hits", "documents", "data", "points")
"""Where vector databases put what they found."""
_SCORES = ("score", "similarity", "distance", "_score", "_distance")
_TEXTS = ("text", "content", "document", "page_content", "title", "payload", "metadata")


def html(kind: str, request_body: str, response_body: str) -> str:
    """A step of kind ``tool``, ``vector_db`` or ``data``."""
    asked, answered = _read(request_body), _read(response_body)
    if kind == "tool":
        return _tool(asked, answered)
    if kind == "vector_db":
        return _search(asked, answered)
    return _data(asked, answered)


def name_of(kind: str, request_body: str) -> str:
    """What the step calls itself: the tool's name, the database's operation."""
    asked = _read(request_body)
    if not isinstance(asked, dict):
        return ""
    names = {"tool": ("toolName", "name"), "vector_db": ("operation",), "data": ("name", "event")}.get(kind, ())
    return next((str(asked[name]) for name in names if isinstance(asked.get(name), str)), "")


def _tool(asked: Any, answered: Any) -> str:
    given = asked if isinstance(asked, dict) else {}
    name = str(given.get("toolName") or given.get("name") or "tool")
    rest = {key: value for key, value in given.items() if key not in ("_type", "toolName", "name", "input")}
    inner = _value(given.get("input", given if not given.get("toolName") else None))
    failed = isinstance(answered, dict) and (answered.get("status") == "error" or bool(answered.get("error")))
    pieces = [
        _box("tool", f"Calls {name}", inner),
        _box("error" if failed else "assistant", "Result", _value(answered)),
    ]
    return "".join(pieces) + (_box("user", "Also sent", _value(rest)) if rest else "")


def _search(asked: Any, answered: Any) -> str:
    given = dict(asked) if isinstance(asked, dict) else {"query": asked}
    text = next((given.pop(key) for key in ("text", "query", "queryText") if isinstance(given.get(key), str)), "")
    operation = str(given.pop("operation", "search"))
    given.pop("_type", None)
    vector = given.get("vector")
    if isinstance(vector, list):
        given["vector"] = f"{len(vector)} dimensions"
    facts = parts.facts((key, value if isinstance(value, str) else _json(value)) for key, value in given.items())
    query = f'<div class="text">{escape(text)}</div>' if text else ""
    return _box("user", operation.capitalize(), query + facts) + _hits(answered)


def _hits(answered: Any) -> str:
    found = answered
    if isinstance(answered, dict):
        found = next((answered[key] for key in _LISTS if isinstance(answered.get(key), list)), None)
    if not isinstance(found, list) or not found or not all(isinstance(hit, dict) for hit in found):
        return _box("assistant", "Found", _value(answered))
    rows = [
        (str(hit.get("id", hit.get("_id", number))), _cut(_first(hit, _TEXTS)), _score(_first(hit, _SCORES)))
        for number, hit in enumerate(found[:MOST_HITS], 1)
    ]
    rest = f" of {len(found)}, the first {MOST_HITS}" if len(found) > MOST_HITS else ""
    return _box("assistant", f"{len(rows)} hits{rest}", parts.table(("Id", "Text", "Score"), rows, numeric=1))


def _data(asked: Any, answered: Any) -> str:
    given = {key: value for key, value in asked.items() if key != "_type"} if isinstance(asked, dict) else asked
    result = _box("assistant", "Answer", _value(answered)) if answered not in (None, "", {}, []) else ""
    return _box("user", "Data", _value(given)) + result


def _first(hit: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((hit[name] for name in names if hit.get(name) is not None), None)


def _score(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) else "" if value is None else str(value)


def _cut(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else _json(value)
    return text if len(text) <= 300 else text[:299] + "…"


def _box(kind: str, role: str, inner: str) -> str:
    return f'<div class="hg-message {kind}"><div class="role">{escape(role)}</div>{inner}</div>'


def _value(value: Any) -> str:
    if value in (None, "", {}, []):
        return '<div class="hg-none">nothing</div>'
    if isinstance(value, str):
        return f'<div class="text">{escape(value[:LONGEST])}</div>'
    return f"<pre>{escape(_json(value, 2)[:LONGEST])}</pre>"


def _read(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)
