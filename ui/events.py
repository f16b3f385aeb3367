"""Tools, vector databases and data as applications log them, and embeddings: bodies that are no conversation. Pure.

A logged request has ``_type``: tool, vector_db or data; its response is whatever the application got.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Iterator
from typing import Any

from ui.messages import Message, Part, pretty, short
from ui.streams import dicts

Json = dict[str, Any]

KINDS = {"tool": "tool", "vector_db": "vector database", "data": "data"}
"""``_type`` -> who is asked, and answers."""
MOST = 50
"""Matches or rows that are shown."""
_NAMES = {"topK": "Top K", "databaseName": "Database", "operation": "Operation", "toolName": "Tool"}
_MATCH_IDS, _MATCH_SCORES = ("id", "_id", "key"), ("score", "similarity", "distance")


def is_one(body: Json) -> bool:
    return isinstance(body.get("_type"), str) and body["_type"] in KINDS


def asked(body: Json) -> Message:
    """What a tool, a vector database or a data source was asked."""
    rest = {name: value for name, value in body.items() if name != "_type"}
    match body["_type"]:
        case "tool":
            name = str(rest.pop("toolName", ""))
            call = Part("tool_call", pretty(rest.pop("input", None)), name)
            return Message("tool", (call, *_fields(rest)))
        case "vector_db":
            text, vector = rest.pop("text", None), rest.pop("vector", None)
            if isinstance(vector, list):
                rest["vector"] = f"{len(vector):,} dimensions"
            said = [Part("text", text)] if isinstance(text, str) and text else []
            return Message(KINDS["vector_db"], (*said, *_fields(rest)))
        case _:
            query = rest.pop("query", None)
            said = [Part("json", query if isinstance(query, str) else pretty(query))] if query else []
            return Message(KINDS["data"], (*_fields(rest), *said))


def answered(request: Json, body: Any) -> Iterator[Message]:
    """What came back."""
    who = KINDS[request["_type"]]
    if isinstance(body, dict) and (error := body.get("error")):
        yield Message("error", (Part("error", error if isinstance(error, str) else pretty(error)),))
        body = {name: value for name, value in body.items() if name != "error"}
    if isinstance(body, dict):
        rest = {name: value for name, value in body.items() if name not in ("_type", "toolName")}
        yield Message(who, tuple(_fields(rest)))
    elif isinstance(body, list) and body and len(dicts(body)) == len(body):
        yield Message(who, (_matches(body),))
    elif body not in ("", None, []):
        yield Message(who, (Part("tool_result", body if isinstance(body, str) else pretty(body)),))


def vectors(data: list[Any]) -> Part | None:
    """The embeddings of a response's `data`, by their size and how they begin; None if they are something else."""
    found = [datum["embedding"] for datum in dicts(data) if "embedding" in datum]
    if not found or len(found) != len(data):
        return None
    count, begins = _vector(found[0])
    fields = [("Dimensions", f"{count:,}")] if count else []
    if begins:
        fields.append(("Begins with", ", ".join(f"{value:.4f}" for value in begins) + ", …"))
    return Part("fields", name=f"{len(found):,} embedding{'' if len(found) == 1 else 's'}", fields=tuple(fields))


def _fields(document: Json) -> Iterator[Part]:
    """Plain values side by side, others below them as they are."""
    plain = {name: value for name, value in document.items() if not isinstance(value, dict | list)}
    if plain:
        yield Part("fields", fields=tuple((_NAMES.get(name, name), _plain(value)) for name, value in plain.items()))
    for name, value in document.items():
        if value and isinstance(value, list) and len(dicts(value)) == len(value):
            yield _matches(value, name)
        elif value and isinstance(value, dict | list):
            yield Part("tool_result", pretty(value), id=name)


def _matches(found: list[Any], name: str = "matches") -> Part:
    """Rows of a result: each by its id and score, then what else it has."""
    lines = []
    for index, match in enumerate(found[:MOST]):
        rest = dict(match)
        label = next((str(rest.pop(key)) for key in _MATCH_IDS if key in rest), str(index + 1))
        score = next((f"{key} {rest.pop(key)}" for key in _MATCH_SCORES if key in rest), "")
        lines.append((label, " · ".join(filter(None, (score, short(rest) if rest else "")))))
    return Part("fields", name=f"{len(found):,} {name}", fields=tuple(lines))


def _plain(value: Any) -> str:
    return short(value) if value not in ("", None) else "–"


def _vector(value: Any) -> tuple[int, tuple[float, ...]]:
    """How many numbers a vector has, and its first three; it may be base64 of 32-bit floats."""
    if isinstance(value, list):
        return len(value), tuple(float(one) for one in value[:3] if isinstance(one, int | float))
    try:
        packed = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        return 0, ()
    return len(packed) // 4, struct.unpack("<3f", packed[:12]) if len(packed) >= 12 else ()
