"""What one browser session has on its desk: the run of each tab, and where the tab in front comes from."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import polars as pl
import streamlit as st

from hql import saved
from hql.errors import NotFound
from hql.library import LIBRARY, Chart, Ready
from metadata.models import SavedQuery
from ui.hql.editor import Draft, Selection
from ui.hql.engine import queries
from ui.hql.running import Run

READY: Mapping[str, Ready] = {ready.slug: ready for ready in LIBRARY}


@dataclass(frozen=True)
class Origin:
    """What a tab was opened from: a saved query, a ready one, or nothing."""

    name: str = ""
    description: str = ""
    sql: str = ""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    chart: Chart | None = None
    saved: SavedQuery | None = None


@dataclass(frozen=True)
class Attempt:
    """A run of a tab, and what exactly was run."""

    run: Run
    draft: Draft
    text: str
    values: Mapping[str, Any]
    selection: Selection | None = None
    seen: threading.Event = field(default_factory=threading.Event)
    """Set once the page has shown how it ended."""


@dataclass
class Desk:
    """Kept for the session."""

    attempts: dict[str, Attempt] = field(default_factory=dict)
    url: tuple[str, str] | None = None
    """The query and the ready query that the URL names, as it was last read or written."""
    given: dict[str, str] = field(default_factory=dict)
    """Values of parameters that came with the URL."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Those of the tab in front."""
    front: tuple[str, bool] = ("", False)
    """The tab that the page was drawn for, and whether there was a text in it."""
    must_run: bool = False
    """The URL asked for a run, which has not begun yet."""
    polled: bool = False
    """The results are being looked at every half second."""
    dialog: str = ""
    """Which one is open."""
    notice: str = ""
    """What could not be done; said until something else is opened."""
    frame: tuple[str, pl.DataFrame] | None = None
    """The run that a chart was drawn of last, and its rows."""

    def attempt(self, draft: Draft) -> Attempt | None:
        """The tab's. What was run for a link, before the browser had told its tabs, is the tab's that it opened."""
        early = self.attempts.get("")
        if draft.tab and early and (early.draft.query, early.draft.library) == (draft.query, draft.library):
            self.attempts[draft.tab] = self.attempts.pop("")
        return self.attempts.get(draft.tab)

    def forget_closed(self, tabs: Collection[str]) -> None:
        """Let go of what tabs that are closed have answered."""
        for tab in [tab for tab in self.attempts if tabs and tab and tab not in tabs]:
            self.attempts.pop(tab).run.stop()

    def defaults(self, origin: Origin, draft: Draft) -> dict[str, Any]:
        given = self.given if self.url == (draft.query, draft.library) else {}
        return {**origin.defaults, **given}

    def is_running(self, draft: Draft) -> bool:
        attempt = self.attempt(draft)
        return attempt is not None and not attempt.run.done.is_set()

    @property
    def is_busy(self) -> bool:
        return any(not attempt.run.done.is_set() for attempt in self.attempts.values())


def of(organization_id: str) -> Desk:
    desk: Desk = st.session_state.setdefault(f"hql desk {organization_id}", Desk())
    return desk


def origin(organization_id: str, query: str, library: str) -> Origin:
    """Raises `NotFound` for what is not there, and `MetadataUnavailable`."""
    if query:
        found = saved.get(queries(), UUID(organization_id), saved.id_of(query))
        defaults = {one["name"]: one["default"] for one in found.parameters if one.get("default") is not None}
        return Origin(found.name, found.description, found.sql, defaults, saved=found)
    if not library:
        return Origin()
    if library not in READY:
        raise NotFound("The library has no such query.")
    ready = READY[library]
    return Origin(ready.name, ready.description, ready.sql, ready.parameters, ready.chart)
