"""One request, in a drawer beside the table: the conversation, its cost explained, timings, headers, raw bodies."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ui.frame import Context


def show(context: Context, request_id: str, neighbour: Callable[[int], str | None]) -> None:
    st.write(request_id)
