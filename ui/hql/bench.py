"""The editor with its run bar: what is written here is run, saved, shared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import streamlit as st

from hql import limits, saved
from hql.errors import HqlError, Unavailable
from hql.guard import GuardedQuery, guard
from hql.results import Result
from metadata.models import SavedQuery
from metadata.store import MetadataUnavailable
from ui import parts, session
from ui.frame import Context
from ui.hql import desk, dialogs, editor, parameters, running, snippets
from ui.hql.desk import Attempt, Desk, Origin
from ui.hql.editor import Draft, Selection
from ui.hql.engine import engine, queries, quota
from ui.url import go_to

SOON_S = 0.3
"""Most queries are done by then, and their progress need not be shown."""
SAVE_AS, DETAILS, DELETE = "Save as …", "Name and description …", "Delete …"


@st.fragment
def draw(context: Context, here: Desk) -> None:
    above, below = st.container(), st.container(key="hql-run-bar")
    act, draft = editor.take_act(), editor.draft()
    with below:
        origin = _origin(context, here, draft)
        declared = parameters.declared(draft.text)
        pressed = _buttons(context, here, draft, origin)
        values = parameters.widgets(draft.tab, declared, here.defaults(origin, draft))
    if pressed or (act and act.kind == "run") or here.must_run:
        here.must_run = False
        run(context, here, draft, values, act.selection if act else None)
        st.rerun()
    if act and act.kind == "save":
        dialogs.save(context, here, draft, values, origin)
        st.rerun()
    with above:
        editor.draw(context.organization_id, values)
    here.values = values
    _write_url(context, here, draft, parameters.in_url(values, origin.defaults))
    if (front := (draft.tab, bool(draft.text.strip()))) != here.front:
        # Another tab has come in front, so that the results below are another's.
        here.front = front
        st.rerun()


def _origin(context: Context, here: Desk, draft: Draft) -> Origin:
    """Where the tab comes from; a query that is gone leaves its text behind."""
    try:
        return desk.origin(context.organization_id, draft.query, draft.library)
    except HqlError:
        editor.ask("deleted", tab=draft.tab)
        return Origin()


def _buttons(context: Context, here: Desk, draft: Draft, origin: Origin) -> bool:
    """The row below the editor; returns whether Run was pressed."""
    busy = here.is_running(draft)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        pressed = st.button(
            "Run", type="primary", icon=":material/play_arrow:", disabled=busy or not draft.text.strip(), key="hql-run"
        )
        if st.button("Save", icon=":material/save:", disabled=not draft.text.strip(), key="hql-save"):
            dialogs.save(context, here, draft, here.values, origin)
            st.rerun()
        if origin.saved:
            chosen = st.menu_button("", [SAVE_AS, DETAILS, DELETE], icon=":material/more_horiz:", key="hql-more")
            if chosen:
                here.dialog = {SAVE_AS: "save", DETAILS: "details", DELETE: "delete"}[chosen]
                st.rerun()
        with st.popover("Share", icon=":material/share:", disabled=not draft.text.strip(), key="hql-share"):
            _share(draft, here.values)
        if here.notice:
            st.html(f'<span class="hg-sub">{parts.text(here.notice)}</span>', width="content")
        elif origin.description:
            st.html(f'<span class="hg-sub hql-about">{parts.text(origin.description)}</span>')
    return bool(pressed)


def _share(draft: Draft, values: Mapping[str, Any]) -> None:
    gateway = session.settings().gateway_url
    as_link, as_curl, as_python = st.tabs(["Link", "curl", "Python"])
    with as_link:
        if draft.query or draft.library:
            name, of = ("query", draft.query) if draft.query else ("library", draft.library)
            st.code(link(name, of, values), language=None, wrap_lines=True)
            st.caption("Opens this query with these parameters; with `&run=1` at its end it runs at once.")
        else:
            st.caption("Save the query first: then a link can open it.")
    with as_curl:
        st.code(snippets.curl(gateway, draft.text, values), language="bash", wrap_lines=True)
        st.caption("`HELIOGRAPH_API_KEY` is a key of this organisation.")
    with as_python:
        st.code(snippets.python(gateway, draft.text, values), language="python", wrap_lines=True)


def link(name: str, of: str, values: Mapping[str, Any]) -> str:
    """The address that opens a query with its parameters; `&run=1` would run it as well."""
    shown = {parameters.IN_URL + key: parameters.text(value) for key, value in values.items()}
    return f"{session.address()}/hql?{parameters.encoded({name: of, **shown})}"


def run(
    context: Context, here: Desk, draft: Draft, values: Mapping[str, Any], selection: Selection | None = None
) -> None:
    """Begin a run of the tab, in the place of the one it had. What cannot be run has failed at once."""
    if here.is_running(draft):
        return
    text = selection.text if selection else draft.text
    used = {one.name: values[one.name] for one in parameters.declared(text) if one.name in values}
    try:
        query = guard(text, UUID(context.organization_id), used)
        limits.take(quota(), session.settings(), query.organization_id, "query")
    except HqlError as error:
        begun = running.refused(error)
    except MetadataUnavailable:
        begun = running.refused(Unavailable("The dashboard's database does not answer; try again in a moment."))
    else:
        begun = _start(query, None if draft.dirty or selection else _saved(context, draft))
    here.attempts[draft.tab] = Attempt(begun, draft, text, used, selection)
    begun.watch(SOON_S)
    editor.mark(draft, begun.error, selection)


def _start(query: GuardedQuery, of: SavedQuery | None) -> running.Run:
    here, kept = engine(session.settings()), queries()

    def execute(query_id: str) -> Result:
        def work() -> Result:
            return here.runner.execute(query, query_id=query_id)

        return saved.run(kept, of, work) if of else work()

    return running.start(query.organization_id, execute, here)


def _saved(context: Context, draft: Draft) -> SavedQuery | None:
    return desk.origin(context.organization_id, draft.query, "").saved if draft.query else None


def _write_url(context: Context, here: Desk, draft: Draft, given: Mapping[str, str]) -> None:
    """The URL names the query in front, so that a reload or a copy of it opens the same."""
    named = {"query": draft.query} if draft.query else {"library": draft.library} if draft.library else {}
    if here.url != (draft.query, draft.library):
        here.given, here.notice = {}, ""
    here.url = (draft.query, draft.library)
    wanted = {**named, **given}
    ours = [n for n in st.query_params if n in ("query", "library", "run") or n.startswith(parameters.IN_URL)]
    shown = {name: st.query_params[name] for name in ours}
    if wanted != shown:
        go_to(context.view, **wanted)
