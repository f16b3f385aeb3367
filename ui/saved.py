"""Saved filters in the filter bar: keep those of the view under a name, go to kept ones, rename or delete them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import streamlit as st

from metadata import saved_filters
from metadata.saved_filters import Kept
from metadata.store import MetadataUnavailable
from ui import cached, parts, session
from ui.state import Clause, View
from ui.url import go_to
from warehouse.conditions import FilterError

AWAY = "The metadata database does not answer; try again in a moment."
_DELETED, _WRONG, _RENAMING = "filters deleted", "filters wrong", "filters renaming"
"""Where the session keeps what was deleted last, what went wrong last, and what is being renamed."""


def draw(organization_id: str, view: View, sentence: Callable[[Clause], str]) -> None:
    """The bar's menu of saved filters. `sentence` reads a filter out."""
    with st.popover("Saved", icon=":material/bookmark:", type="tertiary", key="saved-filters"):
        try:
            kept = cached.saved_filters(organization_id)
        except MetadataUnavailable:
            st.html(parts.nothing(AWAY))
            return
        if error := st.session_state.pop(_WRONG, ""):
            st.error(parts.plain(error))
        for one in kept:
            _line(organization_id, view, one, sentence)
        if not kept:
            st.caption("No filters are saved yet.")
        _undo(organization_id)
        _form(organization_id, view)


def _line(organization_id: str, view: View, one: Kept, sentence: Callable[[Clause], str]) -> None:
    if st.session_state.get(_RENAMING) == one.id:
        return _rename_form(organization_id, one)
    with st.container(horizontal=True, gap=None, vertical_alignment="center"):
        st.button(
            parts.plain(one.name), key=f"use {one.id}", type="tertiary", width="stretch",
            help=_described(one, sentence), on_click=_use, args=(view, one),
        )  # fmt: skip
        st.button(
            "", icon=":material/edit:", type="tertiary", help="Rename", key=f"rename {one.id}",
            on_click=st.session_state.__setitem__, args=(_RENAMING, one.id),
        )  # fmt: skip
        st.button(
            "", icon=":material/delete:", type="tertiary", help="Delete", key=f"delete {one.id}",
            on_click=_delete, args=(organization_id, one),
        )  # fmt: skip


def _rename_form(organization_id: str, one: Kept) -> None:
    with st.form(f"rename form {one.id}", border=False):
        name = st.text_input("Name", one.name, key=f"name {one.id}", max_chars=saved_filters.LONGEST_NAME)
        if st.form_submit_button("Rename", width="stretch"):
            st.session_state.pop(_RENAMING, None)
            _do(lambda: saved_filters.rename(session.store(), UUID(organization_id), one.id, name))
            st.rerun()


def _form(organization_id: str, view: View) -> None:
    if not view.clauses:
        st.caption("Set filters first; then they can be saved here, for everyone of the organisation.")
        return
    with st.form("save filters", border=False, clear_on_submit=True):
        name = st.text_input(
            "Name", placeholder="Save these filters as …", label_visibility="collapsed", key="saved filter name",
            max_chars=saved_filters.LONGEST_NAME,
        )  # fmt: skip
        if st.form_submit_button("Save these filters", width="stretch"):
            _do(lambda: _keep(organization_id, name, [str(clause) for clause in view.clauses]))
            st.rerun()


def _undo(organization_id: str) -> None:
    deleted: Kept | None = st.session_state.get(_DELETED)
    if deleted:
        label = f"Bring “{parts.plain(deleted.name)}” back"
        st.button(label, icon=":material/undo:", key="undo filters", on_click=_bring_back, args=(organization_id,))


def _keep(organization_id: str, name: str, filters: list[str]) -> None:
    saved_filters.keep(session.store(), UUID(organization_id), name, filters)


def _use(view: View, one: Kept) -> None:
    try:
        go_to(replace(view, clauses=tuple(map(Clause.parse, one.filters))))
    except FilterError as error:
        st.session_state[_WRONG] = str(error)


def _delete(organization_id: str, one: Kept) -> None:
    def delete() -> None:
        st.session_state[_DELETED] = saved_filters.forget(session.store(), UUID(organization_id), one.id)

    _do(delete)


def _bring_back(organization_id: str) -> None:
    deleted: Kept = st.session_state.pop(_DELETED)
    _do(lambda: _keep(organization_id, deleted.name, [*deleted.filters]))


def _do(act: Callable[[], object]) -> None:
    """Change the saved filters, and read them anew."""
    try:
        act()
    except ValueError as error:
        st.session_state[_WRONG] = str(error)
    except MetadataUnavailable:
        st.session_state[_WRONG] = AWAY
    cached.saved_filters.clear()


def _described(one: Kept, sentence: Callable[[Clause], str]) -> str:
    try:
        return parts.plain(" and ".join(sentence(Clause.parse(text)) for text in one.filters), 400)
    except FilterError:
        return "These filters cannot be read any more."
