"""Links from a request to what belongs with it: its session, its user, its prompt, and requests like it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import urlencode

from ui import cached
from ui.frame import Context
from ui.state import ALIKE, Clause, View
from warehouse.errors import WarehouseError

Row = Mapping[str, Any]

LIKE = {"instructions": "Same system prompt", "body": "Same request"}
"""What requests are alike in that name no prompt (warehouse/alike.py)."""


def html(context: Context, row: Row) -> str:
    """A line of links; empty where nothing belongs with the request."""
    shown = "".join(f'<a href="{escape(to)}" target="_self">{label}</a>' for label, to in links(context, row))
    return f'<div class="hg-jumps" style="margin-top:.7rem">{shown}</div>' if shown else ""


def links(context: Context, row: Row) -> list[tuple[str, str]]:
    """The label and the address of each."""
    view = replace(context.view, clauses=())
    found = []
    if row["session_id"]:
        found.append(("Same session", "/sessions" + view.query(session=row["session_id"])))
    if row["user_id"]:
        found.append(("Same user", "/users" + view.query(user=row["user_id"])))
    clauses = _prompt(row) or _alike(context, row)
    if clauses:
        label, asked = clauses
        found.append((label, "/requests" + replace(view, clauses=asked).query()))
    return [*found, *_more(row, view)]


def _prompt(row: Row) -> tuple[str, tuple[Clause, ...]] | None:
    if not row["prompt_id"]:
        return None
    named = [Clause("prompt_id", "equals", row["prompt_id"])]
    if row["prompt_version"]:
        named.append(Clause("prompt_version", "equals", row["prompt_version"]))
    return "Same prompt", tuple(named)


def _alike(context: Context, row: Row) -> tuple[str, tuple[Clause, ...]] | None:
    """By the system prompt, or else by the whole body."""
    try:
        digests = cached.digests(context.organization_id, str(row["request_id"]))
    except WarehouseError:
        return None
    what = next((what for what in LIKE if what in digests), None)
    return (LIKE[what], (Clause(ALIKE, "equals", digests[what], what),)) if what else None


def _more(row: Row, view: View) -> list[tuple[str, str]]:
    cached_of = row["cache_reference_id"]
    if not cached_of or not cached_of.int:
        return []
    return [
        ("The request whose answer was cached", "/requests?" + urlencode([*view.parameters(), ("request", cached_of)]))
    ]
