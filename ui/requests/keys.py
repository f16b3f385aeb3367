"""Keys of the requests page (keys.js): j and k go through the table, and through the requests when one is open; the row
of the one that was open has the focus once it is closed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st


def draw(open_id: str) -> None:
    """`open_id` is the request that is open, or ""."""
    _registered()(key="request-keys", data={"open": open_id})


@st.cache_resource
def _registered() -> Callable[..., Any]:
    script = (Path(__file__).parent / "keys.js").read_text()
    return st.components.v2.component("request_keys", js=script, isolate_styles=False)
