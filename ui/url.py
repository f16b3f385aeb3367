"""The browser's URL, where the view lives. The only writer of `st.query_params`."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from ui.state import View


def go_to(view: View, **more: str) -> None:
    """Show another view: it goes into the URL, from which the next run reads it."""
    st.query_params.from_dict(grouped([*view.parameters(), *more.items()]))


def grouped(parameters: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Parameters by name, each with all its values."""
    found: dict[str, list[str]] = {}
    for name, value in parameters:
        found.setdefault(name, []).append(value)
    return found


def parameters() -> list[tuple[str, str]]:
    return [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
