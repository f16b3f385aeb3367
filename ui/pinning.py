"""Putting a panel, or the chart of a saved query, on a dashboard."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import streamlit as st

from metadata import dashboards
from metadata.dashboards import LONGEST_NAME, Entry
from metadata.store import MetadataUnavailable
from ui import cached, parts, registry, session
from ui.state import View
from ui.url import go_to

NEW = ""


def ask(organization_id: str, view: View) -> None:
    """The dialog that a panel's "Add to a dashboard" opens on its page, by ``add`` and its options in the URL."""
    name = st.query_params.get("add", "")
    options = {key[2:]: st.query_params[key] for key in st.query_params if key.startswith("o.")}
    try:
        panel = registry.panel(name, options)
    except (KeyError, ValueError):
        return go_to(view)

    def dialog() -> None:
        st.markdown(f"**{parts.plain(panel.title)}**")
        if board := form(organization_id, Entry(name, options), "pin panel"):
            open_it(board)

    st.dialog("Add to a dashboard", on_dismiss=partial(go_to, view))(dialog)()


def open_it(board: str) -> None:
    """A link to the dashboard."""
    st.page_link("pages/overview.py", label="Open the dashboard", query_params={"dashboard": board})


def form(organization_id: str, entry: Entry, key: str) -> str:
    """The choice of a dashboard, or of a name for a new one. Returns the id of the dashboard that it was added to."""
    try:
        boards = {str(one.id): one.name for one in cached.dashboards_of(organization_id)}
    except MetadataUnavailable:
        st.html(parts.nothing("The metadata database does not answer: dashboards cannot be read now."))
        return ""
    board = NEW
    if boards:
        board = st.selectbox(
            "Dashboard", [*boards, NEW], format_func=lambda id: boards.get(id, "A new one …"), key=f"{key} board"
        )
    name = ""
    if board == NEW:
        name = st.text_input("Name of the new dashboard", max_chars=LONGEST_NAME, key=f"{key} name")
    if not st.button("Add", type="primary", key=f"{key} add", disabled=board == NEW and not name.strip()):
        return ""
    return _add(organization_id, board, name, entry)


def _add(organization_id: str, board: str, name: str, entry: Entry) -> str:
    store, organisation = session.store(), UUID(organization_id)
    try:
        if board == NEW:
            board, added = str(dashboards.create(store, organisation, name, [entry]).id), True
        else:
            added = dashboards.add(store, organisation, UUID(board), entry)
    except ValueError as error:
        st.error(str(error))
        return ""
    cached.dashboards_of.clear()
    st.toast("Added." if added else "It is on that dashboard already.", icon=":material/check:")
    return board
