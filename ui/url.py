"""The browser's URL, where the view lives. The only writer of `st.query_params`."""

from __future__ import annotations

import streamlit as st

from ui.state import View


def go_to(view: View, **more: str) -> None:
    """Show another view: it goes into the URL, from which the next run reads it."""
    grouped: dict[str, list[str]] = {}
    for name, value in [*view.parameters(), *more.items()]:
        grouped.setdefault(name, []).append(value)
    st.query_params.from_dict(grouped)


def parameters() -> list[tuple[str, str]]:
    return [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
