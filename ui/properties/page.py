"""The page as a whole: all properties, or one of them with its values, unit economics and a second property."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

import polars as pl
import streamlit as st

from metadata import preferences
from metadata.store import MetadataUnavailable
from ui import asking, cached, empty, filters, grid, parts, session, url
from ui.frame import Context
from ui.properties import panels, tables
from ui.url import go_to
from warehouse import properties

MOST_CHARTS = 4
_TELLS = pl.col("values").is_between(2, 50)
"""A property that tells requests apart, and whose values can be told apart."""

_NAMED = {panel.name: panel for panel in panels.PANELS}


def draw(context: Context) -> None:
    found = asking.begin(context, properties.keys).result().value
    key = st.query_params.get("key", "")
    if found.is_empty() and not key:
        return _nothing(context)
    hidden = _hidden(context)
    if key:
        # The other property is one that tells requests apart, where there is such a one.
        order = found.sort(~_TELLS, maintain_order=True)
        _one(context, key, [name for name in order["name"] if name not in hidden])
    else:
        _all(context, found, hidden)


def _nothing(context: Context) -> None:
    if not cached.count_requests(*context.asked):
        return empty.no_matches(lambda: filters.clear(context.view), filtered=bool(context.view.clauses))
    st.html(
        parts.empty(
            "No properties here",
            "No request of this view has one. Send any header Helicone-Property-<Name>, such as "
            "Helicone-Property-Environment: staging, and cost, latency and errors can be seen by its values.",
        )
    )


def _all(context: Context, found: pl.DataFrame, hidden: Sequence[str]) -> None:
    listed = replace(_NAMED["properties-keys"], draw=partial(tables.keys, hidden=frozenset(hidden)))
    telling = found.filter(_TELLS & ~pl.col("name").is_in(list(hidden)))["name"].head(MOST_CHARTS)
    costs = [replace(_NAMED["properties-cost"].having(key=name), title=f"Cost by {name}") for name in telling]
    grid.draw_rows(context, [(1, [listed]), *((2, costs[first : first + 2]) for first in range(0, len(costs), 2))])
    names = sorted({*found["name"], *hidden}, key=str.casefold)
    chosen = st.multiselect(
        "Hidden properties",
        names,
        default=hidden,
        key=f"hidden {' '.join(hidden)}",
        placeholder="none",
        help="Not listed on this page; they are recorded and can be filtered by all the same.",
        width=460,
    )
    if set(chosen) != set(hidden):
        _hide(context, chosen)
        st.rerun()


def _one(context: Context, key: str, names: Sequence[str]) -> None:
    given = url.kept()
    by = _controls(context, key, names, given)
    first = [_NAMED[name].having(key=key) for name in ("properties-cost", "properties-requests")]
    sort = given.get("sort", "")
    order = sort if sort in tables.SORTS else "requests"
    listed = _NAMED["properties-values"].having(key=key, containing=given.get("containing", ""), order=order)
    wide = [listed, _NAMED["properties-units"].having(key=key)]
    if by:
        cross = _NAMED["properties-cross"].chosen(given).having(key=key, by=by)
        measure = dict(cross.options)["measure"]
        wide += [cross, _NAMED["properties-cross-table"].having(key=key, by=by, measure=measure)]
    grid.draw_rows(context, [(2, first), *((1, [one]) for one in wide)])


def _controls(context: Context, key: str, names: Sequence[str], given: dict[str, str]) -> str:
    """Which property is shown, what its values contain, and by which other it is crossed, which is returned."""
    others = [name for name in names if name != key]
    by = given.get("by", "") if given.get("by") in others else next(iter(others), "")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        widget = f"property {key}"
        st.selectbox(
            "Property", names if key in names else [key, *names], index=[*names, key].index(key) if key in names else 0,
            key=widget, width=220, on_change=_choose, args=(context, "key", widget),
        )  # fmt: skip
        if others:
            crossed = f"crossed {key} {by}"
            st.selectbox(
                "Crossed with", others, index=others.index(by), key=crossed, width=220,
                on_change=_choose, args=(context, "by", crossed),
            )  # fmt: skip
        searched = given.get("containing", "")
        search = f"search {key} {searched}"
        st.text_input(
            "Values that contain", searched, key=search, width=220, placeholder="any",
            on_change=_choose, args=(context, "containing", search),
        )  # fmt: skip
        st.button(
            "Hide", icon=":material/visibility_off:", on_click=_hide_one, args=(context, key), help="Hide this property"
        )
        st.button(
            "All properties",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=go_to,
            args=(context.view,),
            kwargs=_ALL,
        )
    return by


_ALL = {"key": "", "by": "", "containing": "", "sort": ""}


def _choose(context: Context, name: str, widget: str) -> None:
    """A choice goes into the URL; another property has other values to search and to sort."""
    anew = {"containing": "", "by": ""} if name == "key" else {}
    go_to(context.view, **anew, **{name: str(st.session_state[widget] or "")})


def _hidden(context: Context) -> list[str]:
    """None are hidden while the metadata database does not answer."""
    try:
        return cached.hidden_properties(context.organization_id)
    except MetadataUnavailable:
        return []


def _hide_one(context: Context, key: str) -> None:
    _hide(context, {*_hidden(context), key})
    go_to(context.view, **_ALL)


def _hide(context: Context, names: Sequence[str] | set[str]) -> None:
    try:
        preferences.hide_properties(session.store(), UUID(context.organization_id), names)
    except MetadataUnavailable:
        st.toast("The metadata database does not answer now: nothing was hidden.")
    cached.hidden_properties.clear()
