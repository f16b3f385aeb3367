"""What ClickHouse's functions are for, in its own documentation's words; the engine carries it along."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from warehouse.client import translated

_SQL = """
SELECT f.name, f.is_aggregate,
    if(f.syntax = '', a.syntax, f.syntax), if(f.description = '', a.description, f.description)
FROM system.functions AS f LEFT JOIN system.functions AS a ON a.name = f.alias_to
WHERE f.name IN {names:Array(String)} ORDER BY f.name
"""
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_FIRST_SENTENCE = re.compile(r".{8,}?[.!?](?=\s|$)", re.DOTALL)
_LONGEST = 300


@dataclass(frozen=True)
class Function:
    """A function: how it is called, its first sentence of documentation, and whether it is an aggregate."""

    name: str
    syntax: str
    description: str
    aggregate: bool


def describe(client: Client, names: Collection[str]) -> list[Function]:
    """Those of `names` that the engine has. Raises `WarehouseError`."""
    with translated():
        rows = client.query(_SQL, {"names": list(names)}).result_rows
    return [
        Function(name, syntax or f"{name}(…)", _first(text), bool(aggregate)) for name, aggregate, syntax, text in rows
    ]


def _first(description: str) -> str:
    text = _LINK.sub(r"\1", description).replace("`", "").strip().split("\n\n")[0]
    sentence = _FIRST_SENTENCE.match(text)
    return " ".join((sentence[0] if sentence else text).split())[:_LONGEST]
