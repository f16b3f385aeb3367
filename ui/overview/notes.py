"""Annotations: what happened when, to be noted here and seen on every chart over time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import streamlit as st

from metadata.annotations import LONGEST_TEXT, Note, add, remove
from metadata.store import MetadataUnavailable
from ui import cached, parts, session
from ui import format as fmt
from ui.frame import Context

MOST = 30
"""Of the list, latest first."""
_REMOVED = "removed annotation"


def popover(context: Context) -> None:
    with st.popover("Annotations", icon=":material/flag:", help="What happened when, drawn on the charts"):
        try:
            _form(context)
            _list(context)
        except MetadataUnavailable:
            st.html(parts.nothing("The metadata database does not answer: annotations cannot be read now."))


def _form(context: Context) -> None:
    with st.form("annotation", border=False, clear_on_submit=True):
        at = st.datetime_input(
            "When", datetime.now(context.zone).replace(tzinfo=None, second=0, microsecond=0), key="annotation at"
        )
        text = st.text_input("What", max_chars=LONGEST_TEXT, placeholder="Release 2.4.0", key="annotation text")
        st.caption(f"Times are in {context.zone_name}. Everyone of the organisation sees it.")
        if not st.form_submit_button("Add", type="primary"):
            return
    if not isinstance(at, datetime):
        return
    try:
        add(session.store(), UUID(context.organization_id), at.replace(tzinfo=context.zone), text)
    except ValueError as error:
        st.error(str(error))
        return
    _changed()


def _list(context: Context) -> None:
    removed: Note | None = st.session_state.get(_REMOVED)
    if removed is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(f'<span class="hg-sub">Removed: {parts.text(removed.text)}</span>')
            st.button("Undo", key="annotation undo", type="tertiary", on_click=_undo, args=(context, removed))
    notes = cached.annotations_of(context.organization_id)
    if not notes:
        st.html(parts.nothing("Nothing has been noted yet."))
    for note in sorted(notes, key=lambda one: one.at, reverse=True)[:MOST]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            when = fmt.moment(note.at.astimezone(context.zone))
            st.html(f'<div>{parts.text(note.text)}<div class="hg-sub">{when}</div></div>')
            st.button(
                "", icon=":material/close:", key=f"annotation remove {note.id}", type="tertiary",
                help="Remove this annotation", on_click=_remove, args=(context, note),
            )  # fmt: skip


def _remove(context: Context, note: Note) -> None:
    remove(session.store(), UUID(context.organization_id), note.id)
    st.session_state[_REMOVED] = note
    cached.annotations_of.clear()


def _undo(context: Context, note: Note) -> None:
    add(session.store(), UUID(context.organization_id), note.at, note.text)
    st.session_state.pop(_REMOVED, None)
    cached.annotations_of.clear()


def _changed() -> None:
    st.session_state.pop(_REMOVED, None)
    cached.annotations_of.clear()
    st.rerun()
