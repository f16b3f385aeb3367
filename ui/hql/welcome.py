"""Where no query has been run yet: what HQL is, and three to try."""

from __future__ import annotations

import streamlit as st

from ui import cached, parts
from ui.frame import Context, guarded
from ui.hql import editor
from ui.hql.desk import READY
from ui.hql.editor import Draft

TRY = ("cost-by-model-and-day", "costliest-sessions", "error-spikes")
TEXT = (
    "HQL is ClickHouse's SQL over your organisation's own requests, sessions, users and scores. Write a query above, "
    "or begin with one of these. Names complete as you type; the tables are at the side."
)


def draw(context: Context, draft: Draft) -> None:
    if draft.text.strip():
        st.html(parts.nothing("Run the query to see its answer here."))
        return
    st.html(parts.empty("Ask anything of your data", TEXT))
    with st.container(horizontal=True, horizontal_alignment="center", gap="small"):
        for slug in TRY:
            if ready := READY.get(slug):
                st.button(ready.name, help=ready.description, on_click=_open, args=(slug,), key=f"hql-try {slug}")
    with guarded("Requests"):
        if cached.first_request(context.organization_id) is None:
            st.html(parts.nothing("No request has been recorded yet: until one is, the tables are empty."))


def _open(slug: str) -> None:
    ready = READY[slug]
    editor.ask("open", library=slug, name=ready.name, text=ready.sql)
    st.rerun(scope="app")
