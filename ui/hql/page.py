"""The HQL page: editor and results in the middle, tables and queries at the side."""

from __future__ import annotations

import streamlit as st

from hql.errors import HqlError
from metadata.store import MetadataUnavailable
from ui import parts
from ui.frame import Context
from ui.hql import bench, desk, dialogs, editor, results, side
from ui.hql.desk import Desk
from ui.hql.editor import Draft
from ui.hql.parameters import of_url
from ui.url import go_to

AWAY = "The dashboard's database does not answer: saved queries and limits cannot be read now."


def draw(context: Context) -> None:
    here = desk.of(context.organization_id)
    try:
        _follow_url(context, here)
        with st.container(key="hql-page"):
            aside, middle = st.columns([1, 3.3], gap="medium")
            with middle:
                bench.draw(context, here)
                results.draw(context, here)
            with aside:
                side.draw(context, here)
        dialogs.draw(context, here)
    except MetadataUnavailable:
        st.html(parts.nothing(AWAY))


def _follow_url(context: Context, here: Desk) -> None:
    """Open what the URL names, unless it is there already; and run it if the URL says so."""
    asked = (st.query_params.get("query", ""), st.query_params.get("library", ""))
    if text := st.query_params.get("sql", ""):
        return _open_text(context, here, text, st.query_params.get("name", ""))
    if asked == here.url:
        return
    here.notice = ""
    here.url, here.given = asked, of_url({name: st.query_params[name] for name in st.query_params})
    if not any(asked):
        return
    try:
        found = desk.origin(context.organization_id, *asked)
    except HqlError as error:
        here.notice, here.url = error.message, ("", "")
        return
    query, library = asked
    editor.ask("open", query=query, library=library, name=found.name, text=found.sql)
    editor.assume(Draft(text=found.sql, name=found.name, query=query, library=library))
    here.must_run = st.query_params.get("run") == "1"


def _open_text(context: Context, here: Desk, text: str, name: str) -> None:
    """Open a text that came with the URL in a tab of its own; the URL then lets go of it, so that a reload does not
    open it again."""
    editor.ask("open", query="", library="", name=name, text=text)
    editor.assume(Draft(text=text, name=name))
    here.url, here.given, here.must_run = ("", ""), {}, st.query_params.get("run") == "1"
    go_to(context.view)
