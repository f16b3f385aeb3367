"""What is asked before a query is saved under a new name, described, or deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import streamlit as st

from hql import saved
from hql.errors import HqlError, NotFound
from hql.parameters import Parameter
from metadata.models import QueryRun, SavedQuery
from ui import format as fmt
from ui import parts
from ui.frame import Context
from ui.hql import desk, editor, parameters
from ui.hql.desk import Desk, Origin
from ui.hql.editor import Draft
from ui.hql.engine import queries

OWNER = "Dashboard"


def save(context: Context, here: Desk, draft: Draft, values: Mapping[str, Any], origin: Origin) -> None:
    """Save the tab where it came from; a new query is given a name first."""
    if not draft.text.strip():
        return
    if origin.saved is None:
        here.dialog = "save"
        return
    try:
        changed = saved.update(
            queries(),
            UUID(context.organization_id),
            origin.saved.id,
            sql=draft.text,
            parameters=_parameters(parameters.declared(draft.text), {**values, **origin.defaults}),
        )
    except NotFound:
        here.dialog = "save"
    except HqlError as error:
        here.notice = error.message
    else:
        _saved(here, draft, changed)


def draw(context: Context, here: Desk) -> None:
    """The dialog that is open, if one is."""
    opened = {
        "save": ("Save this query", _name),
        "details": ("Name and description", _details),
        "delete": ("Delete this query?", _delete),
    }
    if here.dialog not in opened:
        return
    title, body = opened[here.dialog]
    st.dialog(title, on_dismiss=lambda: _close(here))(body)(context, here)


def _close(here: Desk) -> None:
    here.dialog = ""


def _name(context: Context, here: Desk) -> None:
    draft = editor.draft()
    origin = desk.origin(context.organization_id, draft.query, draft.library)
    taken_from = f"{origin.name} (copy)" if origin.saved else origin.name
    declared = parameters.declared(draft.text)
    with st.form("hql-save-form", border=False):
        name = st.text_input(
            "Name", value=taken_from, max_chars=saved.LONGEST_NAME, placeholder="Cost by team", key="hql-name"
        )
        description = st.text_area("Description", value=origin.description, height=80, placeholder="What it answers")
        if declared:
            st.caption("Values to begin with")
        defaults = parameters.widgets("save", declared, {**origin.defaults, **here.values})
        if not st.form_submit_button("Save", type="primary"):
            return
    try:
        made = saved.create(
            queries(), UUID(context.organization_id), name=name, sql=draft.text, owner=OWNER, description=description,
            parameters=_parameters(declared, defaults),
        )  # fmt: skip
    except HqlError as error:
        st.error(parts.plain(error.message, 2000))
        return
    _saved(here, draft, made)
    st.rerun()


def _details(context: Context, here: Desk) -> None:
    draft = editor.draft()
    query = saved.get(queries(), UUID(context.organization_id), saved.id_of(draft.query))
    with st.form("hql-details-form", border=False):
        name = st.text_input("Name", value=query.name, max_chars=saved.LONGEST_NAME)
        description = st.text_area("Description", value=query.description, height=80)
        done = st.form_submit_button("Save", type="primary")
    if done:
        try:
            changed = saved.update(queries(), query.organisation_id, query.id, name=name, description=description)
        except HqlError as error:
            st.error(parts.plain(error.message, 2000))
            return
        _saved(here, draft, changed)
        st.rerun()
    st.html(
        parts.facts(
            [
                ("Owner", query.owner),
                ("Made", _moment(query.created_at, context)),
                ("Changed", _moment(query.updated_at, context)),
            ]
        )
    )
    runs = queries().runs(query.organisation_id, query.id, 10)
    if runs:
        rows = [(_moment(run.started_at, context), *_cost(run)) for run in runs]
        st.html(parts.panel("Latest runs") + parts.table(("At", "Took", "Rows", "Read"), rows, numeric=3))


def _delete(context: Context, here: Desk) -> None:
    draft = editor.draft()
    query = saved.get(queries(), UUID(context.organization_id), saved.id_of(draft.query))
    st.markdown(f"**{parts.plain(query.name)}** goes for everyone of the organisation, with its record of runs.")
    st.caption("Its text stays in your tab, from which it can be saved again.")
    with st.container(horizontal=True):
        if st.button("Delete", type="primary", key="hql-delete-now"):
            saved.delete(queries(), query.organisation_id, query.id)
            editor.ask("deleted", tab=draft.tab, query=str(query.id))
            _done(here, f"Deleted: {query.name}")
            st.rerun()
        if st.button("Keep it"):
            _close(here)
            st.rerun()


def _saved(here: Desk, draft: Draft, query: SavedQuery) -> None:
    editor.ask("saved", tab=draft.tab, query=str(query.id), name=query.name, text=query.sql)
    _done(here, f"Saved: {query.name}")


def _done(here: Desk, said: str) -> None:
    st.toast(parts.plain(said), icon=":material/check:")
    _close(here)


def _parameters(declared: tuple[Parameter, ...], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"name": one.name, "type": one.type, "default": values.get(one.name)} for one in declared]


def _cost(run: QueryRun) -> tuple[str, str, str]:
    return fmt.duration(run.duration_ms), run.error or fmt.number(run.rows), fmt.size(run.bytes_read)


def _moment(at: Any, context: Context) -> str:
    return fmt.moment(at.astimezone(context.zone))
