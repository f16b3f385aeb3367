"""The browser's URL, where the view lives. The only writer of `st.query_params`."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from ui.state import View

KEPT = (
    "dashboard",
    "compare",
    "what-changed.of",
    "quantiles.measure",
    "sort",
    "rows",
    "cols",
    "key",
    "by",
    "containing",
    "properties-cross.measure",
    "user",
    "search",
    "users-concentration.measure",
    "limits-by.by",
    "cost.by",
    "cost.rows",
    "cost.columns",
    "cost.on",
    "score",
    "scores-by.by",
    "scores-correlation.other",
    "scores-shift.since",
    "scores-shift.until",
    "scores-between.by",
    "scores-between.first",
    "scores-between.second",
    "compared",
    "find",
    "show",
    "tag",
    "bounds",
    "session",
    "step",
    "with",
    "list-page",
    "sessions-requests.cut",
    "sessions-cost.cut",
    "sessions-duration.cut",
)
"""Parameters that say how a page is shown, whatever its view: they stay when range or filters change."""


def go_to(view: View, **more: str) -> None:
    """Show another view: it goes into the URL, from which the next run reads it. Of `KEPT`, "" takes one away."""
    shown = {name: value for name, value in {**kept(), **more}.items() if value or name not in KEPT}
    st.query_params.from_dict(grouped([*view.parameters(), *shown.items()]))


def kept() -> dict[str, str]:
    """Those of `KEPT` that the URL has."""
    given = st.query_params.to_dict()
    return {name: given[name] for name in KEPT if name in given}


def grouped(parameters: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Parameters by name, each with all its values."""
    found: dict[str, list[str]] = {}
    for name, value in parameters:
        found.setdefault(name, []).append(value)
    return found


def parameters() -> list[tuple[str, str]]:
    return [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
