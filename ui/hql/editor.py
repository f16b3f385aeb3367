"""The editor as Python sees it: what is in the tab in front, what is asked of the editor, which errors it marks.

The texts live in the browser (ui/hql/assets/editor.js), so a rerun never touches what is being typed. Python keeps the
last draft that it was told of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

import streamlit as st

from hql.errors import HqlError, Position

DRAFT, TABS, COMMANDS, MARKED, ACT = "hql draft", "hql tabs", "hql commands", "hql marked", "hql act"
"""Where the session keeps the draft, the ids of all tabs, what is still asked of the editor, the error that it marks,
and a key pressed."""

_LOADER = """
const module = import(new URL("/assets/hql/editor.js", document.baseURI).href);
const sheet = "/assets/hql/hql.css";
export default async function (component) {
  if (!document.querySelector(`link[href="${sheet}"]`)) {
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet }));
  }
  return (await module).%s.mount(component);
}
"""


@dataclass(frozen=True)
class Draft:
    """The tab in front. `query` is the saved query's id and `library` the ready query's, "" if it is neither."""

    tab: str = ""
    revision: int = 0
    text: str = ""
    name: str = ""
    query: str = ""
    library: str = ""
    dirty: bool = False

    @classmethod
    def read(cls, state: Mapping[str, Any]) -> Draft:
        """Of what the browser sends: anything may be in it."""
        texts = {name: str(state.get(name) or "") for name in ("tab", "text", "name", "query", "library")}
        return cls(**texts, revision=int(state.get("revision") or 0), dirty=bool(state.get("dirty")))


@dataclass(frozen=True)
class Selection:
    """The part of the text that is to be run, and where it begins, from 0."""

    text: str
    line: int
    column: int


@dataclass(frozen=True)
class Act:
    """A key pressed in the editor: ``run`` or ``save``."""

    kind: str
    selection: Selection | None = None


def draw(space: str, values: Mapping[str, Any]) -> None:
    """The editor. `space` names the drafts' place in the browser: each organisation has its own.

    `values` are those of the draft's parameters: with them the editor has the query looked over.
    """
    kept = st.session_state
    tab = {"tab": draft().tab, "parameters": dict(values)}
    data = {"space": space, "commands": kept.get(COMMANDS, []), "marks": kept.get(MARKED), "values": tab}
    _registered("Editor")(key="hql-editor", data=data, on_draft_change=_drafted, on_act_change=_acted)


def schema() -> None:
    """The schema browser, which puts names into the editor by itself."""
    _registered("Schema")(key="hql-schema")


def draft() -> Draft:
    return st.session_state.get(DRAFT) or Draft()


def tabs() -> frozenset[str]:
    """The ids of the tabs that are open; empty until the browser has told them."""
    return frozenset(st.session_state.get(TABS, ()))


def assume(opened: Draft) -> None:
    """Until the browser tells its draft: what the URL opens in it."""
    st.session_state[DRAFT] = opened


def take_act() -> Act | None:
    """The key that was pressed since the last run of the page, once."""
    act: Act | None = st.session_state.pop(ACT, None)
    return act


def ask(do: str, **what: str) -> None:
    """Ask the editor for something: ``open``, ``insert``, ``saved``, ``deleted``. It is carried out once."""
    st.session_state[COMMANDS] = [*st.session_state.get(COMMANDS, []), {"id": uuid4().hex, "do": do, **what}]


def mark(of: Draft, error: HqlError | None, selection: Selection | None = None) -> None:
    """Show `error` at its place in the draft, or none."""
    at = error.at if error else None
    if error is None or at is None:
        st.session_state.pop(MARKED, None)
        return
    if selection:
        column = at.column + (selection.column if at.line == 1 else 0)
        at = Position(at.line + selection.line, column, at.length)
    st.session_state[MARKED] = {
        "tab": of.tab,
        "revision": of.revision,
        "errors": [{**asdict(at), "text": error.message}],
    }


def _drafted() -> None:
    state = st.session_state["hql-editor"]
    _take(state.get("draft"))


def _acted() -> None:
    state = st.session_state["hql-editor"].get("act")
    if not isinstance(state, Mapping):
        return
    _take(state)
    chosen = state.get("selection")
    selection = Selection(str(chosen["text"]), int(chosen["line"]), int(chosen["column"])) if chosen else None
    st.session_state[ACT] = Act(str(state.get("kind")), selection)


def _take(state: Any) -> None:
    if isinstance(state, Mapping):
        st.session_state[DRAFT] = Draft.read(state)
        st.session_state[TABS] = [str(tab) for tab in state.get("tabs") or ()]
        done: Sequence[str] = state.get("done") or []
        st.session_state[COMMANDS] = [one for one in st.session_state.get(COMMANDS, []) if one["id"] not in done]


@st.cache_resource
def _registered(name: str) -> Callable[..., Any]:
    return st.components.v2.component(f"hql_{name.lower()}", js=_LOADER % name, isolate_styles=False)
