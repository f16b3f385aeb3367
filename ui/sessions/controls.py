"""What narrows the sessions, whether they are listed, spread or followed: a search, a tag, bounds on figures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import streamlit as st

from metadata import session_tags
from metadata.store import MetadataUnavailable
from ui import session
from ui.frame import Context
from ui.sessions.narrow import LABELS, STEPS, Narrowing
from ui.url import go_to
from warehouse import session_narrowing

SHOWN = {"list": "Sessions", "spread": "Distributions", "paths": "Paths"}


def draw(context: Context, narrowing: Narrowing) -> str:
    """Draw them; which of `SHOWN` is to be shown."""
    shown = st.query_params.get("show", "list")
    shown = shown if shown in SHOWN else "list"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="session-controls"):
        st.segmented_control(
            "Show", list(SHOWN), format_func=SHOWN.__getitem__, default=shown, required=True, key=f"show {shown}",
            label_visibility="collapsed", on_change=_show, args=(context, f"show {shown}"),
        )  # fmt: skip
        st.session_state["search"] = narrowing.search
        st.text_input(
            "Search", key="search", placeholder="Search ids and names", label_visibility="collapsed", width=230,
            icon=":material/search:", on_change=lambda: go_to(context.view, search=st.session_state["search"].strip()),
        )  # fmt: skip
        _tag_choice(context, narrowing)
        _bounds(context, narrowing)
    return shown


def _show(context: Context, key: str) -> None:
    chosen = st.session_state[key]
    go_to(context.view, show="" if chosen == "list" else chosen)


def _tag_choice(context: Context, narrowing: Narrowing) -> None:
    try:
        tags = session_tags.all_tags(session.store(), UUID(context.organization_id))
    except MetadataUnavailable:
        tags = []
    if not tags and not narrowing.tag:
        return
    options = sorted({*tags, *([narrowing.tag] if narrowing.tag else [])})
    key = f"tag {narrowing.tag}"
    st.selectbox(
        "Tag", options, index=options.index(narrowing.tag) if narrowing.tag else None, placeholder="Any tag",
        key=key, label_visibility="collapsed", width=150,
        on_change=lambda: go_to(context.view, tag=st.session_state[key] or ""),
    )  # fmt: skip


def _bounds(context: Context, narrowing: Narrowing) -> None:
    """Least and most of the sessions' own figures."""
    count = len(narrowing.bounds)
    label = f"Figures · {count}" if count else "Figures"
    with (
        st.popover(label, icon=":material/tune:", type="primary" if count else "secondary"),
        st.form("session bounds", border=False),
    ):
        given = {}
        for name, said in LABELS.items():
            least, most = narrowing.bounds.get(name, (None, None))
            first, second = st.columns(2)
            given[name] = (
                first.number_input(f"{said}, at least", value=least, key=f"least {name} {least}", **_figure(name)),
                second.number_input("at most", value=most, key=f"most {name} {most}", **_figure(name)),
            )
        if st.form_submit_button("Show", type="primary", width="stretch"):
            go_to(context.view, bounds=session_narrowing.written(given))
            st.rerun()
    if count:
        st.button(
            "Clear", type="tertiary", on_click=go_to, args=(context.view,), kwargs={"bounds": ""}, key="no bounds"
        )


def _figure(name: str) -> dict[str, Any]:
    """How the field of a bound counts and shows it."""
    if name in session_narrowing.WHOLE:
        return {"min_value": 0, "step": 1, "format": "%d"}
    return {"min_value": 0.0, "step": STEPS[name], "format": "%g"}
