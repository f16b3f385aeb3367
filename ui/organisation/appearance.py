"""The look of the dashboard in this browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from ui import parts, shell
from ui.frame import Context


def draw(context: Context) -> None:
    with st.container(border=True):
        st.html(parts.panel("Appearance", "of this browser"))
        _registered()(key="appearance", data={"paths": [page["path"] for page in shell.pages()]})
        st.caption(f"Times are shown in this browser's zone, {context.zone_name}; days begin at its midnight.")


@st.cache_resource
def _registered() -> Callable[..., Any]:
    script = (Path(__file__).parent / "appearance.js").read_text()
    return st.components.v2.component("appearance", js=script, isolate_styles=False)
