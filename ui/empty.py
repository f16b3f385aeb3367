"""What a page shows when there is nothing to show, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from settings import Settings
from ui import parts

CURL = """curl {gateway}/v1/chat/completions \\
  -H "Authorization: Bearer $HELIOGRAPH_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{{"model": "{model}", "messages": [{{"role": "user", "content": "Hello"}}]}}'"""


def not_signed_in() -> None:
    st.html(
        parts.empty(
            "Open the dashboard by its sign-in link",
            "The link is printed in the terminal that runs Heliograph, and works once. For a new one, run:",
        )
    )
    with _narrow():
        st.code("make link", language="bash")


def no_data(settings: Settings) -> None:
    """Nothing has ever been recorded: why, and how to send the first request."""
    st.html(
        parts.empty(
            "No requests yet",
            "Nothing has come through the gateway for this organisation. Send one request and it will be here "
            "within about a second.",
        )
    )
    with _narrow(620):
        model = "demo/gpt-4o-mini" if settings.demo else "gpt-4o-mini"
        st.code(CURL.format(gateway=settings.gateway_url, model=model), language="bash", wrap_lines=True)
        st.caption(
            "`HELIOGRAPH_KEY` is this organisation's API key, printed at start."
            + ("" if settings.demo else " The gateway also needs the provider's key, such as `OPENAI_API_KEY`.")
            + " If you have sent requests and see none: check that the client's base URL is the gateway's, that the key"
            " is of this organisation, and that the worker runs (page *Pipeline*)."
        )
        if st.button("Look again", icon=":material/refresh:"):
            st.cache_data.clear()
            st.rerun()


def no_matches(clear: Callable[[], None], *, filtered: bool) -> None:
    """There is data, but none in this view."""
    text = (
        "No request of this time range meets all the filters." if filtered else "Nothing was sent in this time range."
    )
    st.html(parts.empty("Nothing here", text + " Try a longer range" + (", or fewer filters." if filtered else ".")))
    if filtered:
        with _narrow(200):
            st.button("Clear the filters", on_click=clear, width="stretch")


def failed(heading: str, text: str, retry: Callable[[], None] | None = None) -> None:
    st.html(parts.empty(heading, text))
    if retry:
        with _narrow(160):
            st.button("Try again", on_click=retry, type="primary", width="stretch")


def _narrow(width: int = 420) -> st.delta_generator.DeltaGenerator:
    outer = st.container(horizontal=True, horizontal_alignment="center")
    return outer.container(width=width)
