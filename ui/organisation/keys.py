"""The organisation's API keys: make one, which is shown once; rename, revoke."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import streamlit as st

from metadata.models import ApiKey
from ui import format as fmt
from ui import parts, session
from ui.frame import Context

LONGEST_NAME = 100
_MADE, _RENAMING = "key made", "key renaming"
"""Where the session keeps the key that was just made, and which one is being renamed."""

HOW = """from openai import OpenAI

client = OpenAI(base_url="{gateway}/v1", api_key="{key}")
"""


def draw(context: Context) -> None:
    """Raises `MetadataUnavailable`."""
    owner = UUID(context.organization_id)
    with st.container(border=True):
        st.html(parts.panel("API keys", "for applications, the REST API and HQL; only a hash of a key is kept"))
        keys = session.store().keys(owner)
        for key in (key for key in keys if not key.revoked_at):
            _line(context, owner, key)
        _create(owner)
        _made()
        if revoked := [key for key in keys if key.revoked_at]:
            with st.expander(f"Revoked keys ({len(revoked)})"):
                rows = [(key.name, f"…{key.hint}", _day(context, key.revoked_at)) for key in revoked]
                st.html(parts.table(("Name", "Key", "Revoked"), rows))


def _line(context: Context, owner: UUID, key: ApiKey) -> None:
    if st.session_state.get(_RENAMING) == key.id:
        return _rename(owner, key)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = f"<b>{parts.text(key.name)}</b> <code>…{parts.text(key.hint)}</code>"
        st.html(f'{said} <span class="hg-sub">since {_day(context, key.created_at)}</span>', width="stretch")
        # On a phone both go to the next line together.
        with st.container(horizontal=True, gap="small", width="content"):
            st.button(
                "Rename", type="tertiary", key=f"rename key {key.id}", on_click=st.session_state.__setitem__,
                args=(_RENAMING, key.id),
            )  # fmt: skip
            st.button("Revoke", type="tertiary", key=f"revoke key {key.id}", on_click=partial(_ask, owner, key))


def _rename(owner: UUID, key: ApiKey) -> None:
    with st.form(f"rename key {key.id}", border=False):
        name = st.text_input("Name", key.name, max_chars=LONGEST_NAME, label_visibility="collapsed")
        with st.container(horizontal=True, gap="small"):
            if st.form_submit_button("Keep the name", type="primary") and name.strip():
                session.store().rename_key(owner, key.id, name.strip())
                st.session_state.pop(_RENAMING)
                st.rerun()
            if st.form_submit_button("Leave it"):
                st.session_state.pop(_RENAMING)
                st.rerun()


def _create(owner: UUID) -> None:
    form = st.form("create key", border=False, clear_on_submit=True)
    with form, st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.text_input("A new key", placeholder="what it is for: production, ci …", max_chars=LONGEST_NAME)
        made = st.form_submit_button("Create the key", icon=":material/add:")
    if made and not name.strip():
        st.error("Give the key a name first: by it you will know later which one to revoke.")
    elif made:
        st.session_state[_MADE] = (name.strip(), session.store().create_key(owner, name.strip()))
        st.rerun()


def _made() -> None:
    """The key that was just made; it cannot be read again."""
    if _MADE not in st.session_state:
        return
    name, key = st.session_state[_MADE]
    st.success(f"The key {parts.plain(name)} is made. Copy it now: it is shown this once.")
    st.code(key, language=None)
    st.code(HOW.format(gateway=session.settings().gateway_url, key=key), language="python")
    st.button("I have copied it", on_click=st.session_state.pop, args=(_MADE,))


@st.dialog("Revoke this key?")
def _ask(owner: UUID, key: ApiKey) -> None:
    st.html(
        f"<p>Requests with <b>{parts.text(key.name)}</b> (…{parts.text(key.hint)}) will be refused within a minute. "
        "This cannot be undone; what was recorded stays.</p>"
    )
    with st.container(horizontal=True, gap="small"):
        if st.button("Revoke the key", type="primary"):
            session.store().revoke_key(owner, key.id)
            st.rerun()
        if st.button("Keep it"):
            st.rerun()


def _day(context: Context, at: object) -> str:
    return fmt.moment(at.astimezone(context.zone)) if at else fmt.NOTHING  # type: ignore[attr-defined]
