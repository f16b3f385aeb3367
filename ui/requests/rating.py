"""What people say of a request in its drawer: good or bad, scores, properties. Written and shown at once."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from uuid import UUID

import streamlit as st

from metadata.store import MetadataUnavailable
from ui import cached, parts, session
from ui.frame import Context
from warehouse.errors import QueryFailed, WarehouseError

Row = Mapping[str, Any]

LONGEST_NAME = 100
LONGEST_VALUE = 10_000
_SAID = "said of request"
"""Where the session keeps what went wrong with the last thing said."""


def draw(context: Context, row: Row) -> None:
    request_id = str(row["request_id"])
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="rating"):
        for rating, icon, name in ((True, ":material/thumb_up:", "Good"), (False, ":material/thumb_down:", "Bad")):
            st.button(
                "", icon=icon, help=name, key=f"rate-{name.lower()}",
                type="primary" if row["feedback"] is rating else "secondary",
                on_click=_say, args=(context, request_id), kwargs={"feedback": rating},
            )  # fmt: skip
        with st.popover("Score", icon=":material/grade:"):
            _score_form(context, request_id)
        with st.popover("Property", icon=":material/sell:"):
            _property_form(context, request_id)
        if shown := _shown(row):
            st.html(shown)
    if error := st.session_state.pop(_SAID, ""):
        st.error(parts.plain(error, 400))


def parsed(text: str) -> float | bool:
    """A score as people write it: a number (0.5 or 0,5), or true or false. Raises `ValueError`."""
    text = text.strip().lower()
    if text in ("true", "yes", "false", "no"):
        return text in ("true", "yes")
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise ValueError(f"A score is a number, or true or false; “{text}” is neither.") from None


def named(name: str, what: str) -> str:
    """The name of a score or a property. Raises `ValueError`."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise ValueError(f"The name of a {what} has 1 to {LONGEST_NAME} characters.")
    return name


def _score_form(context: Context, request_id: str) -> None:
    with st.form("say-score", border=False, clear_on_submit=True):
        known = cached.score_names(context.organization_id)
        _name(known, "say-score-name")
        st.text_input("Value", placeholder="0.92, true or false", key="say-score-value")
        st.form_submit_button("Save the score", type="primary", on_click=_score, args=(context, request_id))


def _property_form(context: Context, request_id: str) -> None:
    with st.form("say-property", border=False, clear_on_submit=True):
        known = sorted(cached.property_names(context.organization_id).values())
        _name(known, "say-property-name")
        st.text_input("Value", max_chars=LONGEST_VALUE, key="say-property-value")
        st.form_submit_button("Save the property", type="primary", on_click=_property, args=(context, request_id))


def _name(known: list[str], key: str) -> None:
    st.selectbox("Name", known, index=None, placeholder="Choose or type a name", accept_new_options=True, key=key)


def _score(context: Context, request_id: str) -> None:
    """Save the score of the form."""
    name, text = str(st.session_state["say-score-name"] or ""), str(st.session_state["say-score-value"])
    try:
        scores = {named(name, "score"): parsed(text)}
    except ValueError as error:
        st.session_state[_SAID] = str(error)
    else:
        _say(context, request_id, scores=scores)


def _property(context: Context, request_id: str) -> None:
    """Save the property of the form."""
    name, value = str(st.session_state["say-property-name"] or ""), str(st.session_state["say-property-value"])
    try:
        properties = {_spelled(context, name): value}
    except ValueError as error:
        st.session_state[_SAID] = str(error)
    except MetadataUnavailable:
        st.session_state[_SAID] = "The metadata database does not answer, so nothing was saved. Try again in a moment."
    else:
        _say(context, request_id, properties=properties)


def _spelled(context: Context, name: str) -> str:
    """The name as the organisation spells it; a new one is kept as it is."""
    name = named(name, "property")
    names = session.store().keep_property_names(UUID(context.organization_id), [name])
    return names[name.casefold()]


def _say(context: Context, request_id: str, **said: Any) -> None:
    try:
        if not cached.say(context.organization_id, request_id, **said):
            st.session_state[_SAID] = "The request is not there any more, so there is nothing to say of it."
    except QueryFailed as error:
        st.session_state[_SAID] = f"The warehouse did not take it ({error.name or error.code}); nothing was saved."
    except ValueError as error:
        st.session_state[_SAID] = str(error)
    except WarehouseError:
        st.session_state[_SAID] = "The warehouse does not answer, so nothing was saved. Try again in a moment."


def _shown(row: Row) -> str:
    """The scores and the properties that the request has; not those that a column of their own shows."""
    own = [
        (name, value) for name, value in sorted(row["properties"].items()) if not name.lower().startswith("helicone-")
    ]
    scores = [(name, f"{value:.4g}") for name, value in sorted(row["scores"].items())]
    chips = [f"<span><b>{escape(n)}</b> {escape(v)}</span>" for n, v in [*scores, *own]]
    return f'<div class="hg-chips">{"".join(chips)}</div>' if chips else ""
