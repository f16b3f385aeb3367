"""Beside the editor: the tables, the organisation's saved queries, the library."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import streamlit as st

from hql.library import LIBRARY
from ui import format as fmt
from ui import parts
from ui.frame import Context
from ui.hql import editor
from ui.hql.desk import Desk
from ui.hql.engine import queries

TABLES, SAVED, READY = "Tables", "Saved", "Library"
MOST = 60
"""Queries of a list; more are found by searching."""


@dataclass(frozen=True)
class Entry:
    """A query of a list. One of `query` (its id) and `library` (its slug) is given."""

    name: str
    about: str
    note: str
    sql: str
    query: str = ""
    library: str = ""


@st.fragment
def draw(context: Context, here: Desk) -> None:
    shown = st.segmented_control(
        "Show", [TABLES, SAVED, READY], default=TABLES, required=True, key="hql-side", label_visibility="collapsed",
        persist_state="session", width="stretch",
    )  # fmt: skip
    if shown == TABLES:
        editor.schema()
        return
    words = st.text_input("Find", placeholder="Find a query", label_visibility="collapsed", key=f"hql-find {shown}")
    entries = list(_saved(context, words) if shown == SAVED else _ready(words))
    if not entries:
        st.html(parts.nothing(_none(str(shown), words)))
    with st.container(height=540 if len(entries) > 9 else "content", border=False, gap=None, key="hql-entries"):
        for entry in entries[:MOST]:
            _entry(entry)
    if len(entries) > MOST:
        st.caption(f"{len(entries) - MOST} more: search to find them.")


def _entry(entry: Entry) -> None:
    key = f"hql-open {entry.query or entry.library}"
    st.button(
        parts.plain(entry.name), type="tertiary", width="stretch", key=key, help=parts.plain(entry.about) or None,
        on_click=_open, args=(entry,),
    )  # fmt: skip
    if entry.note:
        st.html(f'<div class="hg-sub hql-note">{parts.text(entry.note)}</div>')


def _open(entry: Entry) -> None:
    editor.ask("open", query=entry.query, library=entry.library, name=entry.name, text=entry.sql)
    st.rerun(scope="app")


def _saved(context: Context, words: str) -> Iterable[Entry]:
    for query in queries().find(UUID(context.organization_id), words):
        ran = f"ran {fmt.moment(query.last_run_at.astimezone(context.zone))}" if query.last_run_at else "never run"
        yield Entry(query.name, query.description, f"{query.owner} · {ran}", query.sql, query=str(query.id))


def _ready(words: str) -> Iterable[Entry]:
    wanted = words.casefold().split()
    for ready in LIBRARY:
        searched = f"{ready.name}\n{ready.description}\n{ready.sql}".casefold()
        if all(word in searched for word in wanted):
            yield Entry(ready.name, ready.description, ready.description, ready.sql, library=ready.slug)


def _none(shown: str, words: str) -> str:
    if words:
        return "No query has all of these words."
    return "Nothing has been saved yet. Write a query and press Ctrl+S." if shown == SAVED else "The library is empty."
