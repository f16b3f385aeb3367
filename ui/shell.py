"""What the browser does for every page (ui/shell.js): links of ours change the page without a reload, and keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import streamlit as st

_GO, _PAGES = "shell go", "shell pages"


def draw(pages: Sequence[dict[str, str]]) -> None:
    """`pages`: path, title and key of each."""
    st.session_state[_PAGES] = list(pages)
    _registered()(key="shell", data={"pages": list(pages)}, on_go_change=_went)


def pages() -> list[dict[str, str]]:
    """The pages as `draw` was told of them."""
    found: list[dict[str, str]] = st.session_state.get(_PAGES, [])
    return found


def taken() -> tuple[str, list[tuple[str, str]]] | None:
    """The address of a link that was clicked since the last run, once: its path and its parameters."""
    if not (href := st.session_state.pop(_GO, "")):
        return None
    parts = urlsplit(href)
    return parts.path, parse_qsl(parts.query)


def _went() -> None:
    st.session_state[_GO] = str(st.session_state["shell"].get("go") or "")


@st.cache_resource
def _registered() -> Callable[..., Any]:
    script = (Path(__file__).parent / "shell.js").read_text()
    return st.components.v2.component("shell", js=script, isolate_styles=False)
