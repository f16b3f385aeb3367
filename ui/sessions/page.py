"""The sessions of a view: the list with its names beside it, how they spread, the paths they take."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import streamlit as st

from metadata import session_tags
from metadata.store import MetadataUnavailable
from ui import asking, cached, empty, grid, parts, session
from ui import format as fmt
from ui.cached import Answer
from ui.frame import Context, guarded
from ui.sessions import controls, detail, panels, table
from ui.sessions.address import to_session
from ui.sessions.narrow import SIZE, Narrowing, ordered
from ui.state import Clause
from ui.url import go_to, kept
from warehouse import session_narrowing, sessions

SHEET = Path(__file__).parent / "sessions.css"
MOST_NAMES = 60
MOST_TAGGED = 500
"""Sessions of a tag that are looked at: their ids stand in the links to CSV and HQL."""
MOST_AS_CSV = 100_000


def is_open() -> bool:
    """Whether the URL names a session, whose page has no time range."""
    return bool(st.query_params.get("session"))


def draw(context: Context) -> None:
    st.html(SHEET)
    if session_id := st.query_params.get("session"):
        return detail.draw(context, session_id)
    narrowing = Narrowing.parse(st.query_params.to_dict())
    options = narrowing.options | {"among": _tagged(context, narrowing)}
    shown = controls.draw(context, narrowing)
    names = asking.begin(context, sessions.names, **options)
    others = asking.begin(_unnamed(context), sessions.names, **options)
    rows = _begin(context, narrowing, options) if shown == "list" else None
    side, main = st.columns([1, 5], gap="medium")
    with main, guarded("Sessions"):
        found: pl.DataFrame = names.result().value
        if found.is_empty():
            _nothing(context, narrowing)
        elif shown == "spread":
            grid.draw(context, [one.chosen(kept()).having(**options) for one in panels.SPREADS])
        elif shown == "paths":
            grid.draw(context, [one.having(**options) for one in panels.PATHS], columns=1)
        elif rows is not None:
            _list(context, narrowing, options, found, rows)
    with side, guarded("Names"):
        st.html(parts.panel("Names", "sessions and their cost") + _names(context, others.result().value))


def _nothing(context: Context, narrowing: Narrowing) -> None:
    """Why there is no session, and how to see some."""
    if not narrowing.is_narrow:
        return empty.no_matches(lambda: _clear(context), filtered=bool(context.view.clauses))
    filtered = " and meets the filters" if context.view.clauses else ""
    said = f"No session of this time range {narrowing.said}{filtered}. Try a longer range, or ask for less of them."
    st.html(parts.empty("Nothing here", said))
    with st.container(horizontal=True, horizontal_alignment="center"):
        st.button("Show all sessions", on_click=_clear, args=(context,))


def _clear(context: Context) -> None:
    go_to(replace(context.view, clauses=()), search="", tag="", bounds="")


def _unnamed(context: Context) -> Context:
    """The view without its filters by name, so that the names beside it stay to be chosen."""
    clauses = tuple(one for one in context.view.clauses if one.field != "session_name")
    return replace(context, view=replace(context.view, clauses=clauses))


def _tagged(context: Context, narrowing: Narrowing) -> str:
    """The ids of the sessions that have the tag, as the read models have them."""
    if not narrowing.tag:
        return ""
    try:
        organisation = UUID(context.organization_id)
        found = session_tags.tagged(session.store(), organisation, narrowing.tag, most=MOST_TAGGED)
    except MetadataUnavailable:
        return ""
    return session_narrowing.listed(found)


def _begin(context: Context, narrowing: Narrowing, options: Mapping[str, str]) -> Future[Answer]:
    """Ask for the page of the list."""
    return asking.begin(
        context, sessions.find, **options, sort=narrowing.sort, descending=narrowing.descending, limit=SIZE,
        offset=narrowing.page * SIZE,
    )  # fmt: skip


def _names(context: Context, found: pl.DataFrame) -> str:
    if found.is_empty():
        return parts.nothing("No session in this view.")
    view = _unnamed(context).view
    chosen = {one.value for one in context.view.clauses if one.field == "session_name" and one.operator == "equals"}
    most = int(found["sessions"].max() or 1)  # type: ignore[arg-type]
    lines: list[str] = []
    for row in found.head(MOST_NAMES).iter_rows(named=True):
        name, on = row["session_name"], row["session_name"] in chosen
        to = view if on else view.with_clause(Clause("session_name", "equals", name))
        sub = f"{fmt.number(row['sessions'])} · {fmt.money(row['cost'], row['unpriced'])}"
        lines.append(_name(name or "unnamed", sub, row["sessions"] / most, "/sessions" + to.query(**kept()), on))
    rest = len(found) - MOST_NAMES
    more = f'<div class="hg-sub">and {rest:,} names more; the search finds them</div>' if rest > 0 else ""
    return f'<div class="hg-names">{"".join(lines)}</div>{more}'


def _name(name: str, sub: str, share: float, href: str, on: bool) -> str:
    bar = f'<i style="width:{share * 100:.1f}%"></i>'
    kind = ' class="on" aria-current="true"' if on else ""
    return (
        f'<a href="{escape(href)}" target="_self" title="{escape(name)}"{kind}>{bar}'
        f"<span>{escape(name)}</span><small>{escape(sub)}</small></a>"
    )


def _list(
    context: Context, narrowing: Narrowing, options: Mapping[str, str], names: pl.DataFrame, asked: Future[Answer]
) -> None:
    total = int(names["sessions"].sum())
    last = (total - 1) // SIZE
    if narrowing.page > last:
        narrowing = replace(narrowing, page=last)
        asked = _begin(context, narrowing, options)
    answer = asked.result()
    sub = f"{_totals(names)}; {ordered(narrowing.sort, narrowing.descending)}"
    menu = _menu(context, answer, narrowing, options)
    st.html(parts.panel(f"{fmt.number(total)} session{'' if total == 1 else 's'}", sub, menu))
    rows: pl.DataFrame = answer.value
    tags, ratings = _said_of(context, rows)
    given = st.query_params.to_dict()
    st.html(
        table.html(
            rows, narrowing, context.zone, tags=tags, ratings=ratings,
            to_session=lambda one: to_session(context.view, given, one),
            to_order=lambda sort: "/sessions" + context.view.query(**{**kept(), "sort": sort}),
        )
    )  # fmt: skip
    _pager(context, narrowing.page, total)


def _menu(context: Context, answer: Answer, narrowing: Narrowing, options: Mapping[str, str]) -> list[tuple[str, str]]:
    """What can be done with the list, all its pages; a dashboard shows its beginning."""
    shown = panels.LIST.having(**options, sort=narrowing.sort, descending=int(narrowing.descending))
    seen = grid.seen(context, answer, shown)
    *every, _ = shown.having(limit=MOST_AS_CSV).menu(seen, context.zone_name)
    return [*every, shown.menu(seen, context.zone_name)[-1]]


def _totals(names: pl.DataFrame) -> str:
    sums = names.select(pl.col("sessions", "requests", "errors", "cost", "unpriced").sum()).row(0, named=True)
    mean = fmt.money(sums["cost"] / max(sums["sessions"], 1), sums["unpriced"])
    return (
        f"{fmt.number(sums['requests'])} requests, {fmt.money(sums['cost'], sums['unpriced'])} ({mean} a session), "
        f"{fmt.number(sums['errors'])} error{'' if sums['errors'] == 1 else 's'}"
    )


def _said_of(context: Context, rows: pl.DataFrame) -> tuple[dict[str, list[str]], dict[str, tuple[int, int]]]:
    """Tags and ratings of the sessions of a page; the list does without them where they cannot be read."""
    tags: dict[str, list[str]] = {}
    ids = rows["session_id"].to_list()
    try:
        tags = session_tags.tags_of(session.store(), UUID(context.organization_id), ids)
    except MetadataUnavailable:
        st.toast("Tags cannot be shown: the metadata database does not answer.")
    rated: Any = cached.session_feedback(
        context.organization_id, rows.select("session_id", "started_at", "last_request_at")
    )
    return tags, {row["session_id"]: (row["good"], row["bad"]) for row in rated.iter_rows(named=True)}


def _pager(context: Context, page: int, total: int) -> None:
    last = max((total - 1) // SIZE, 0)
    if not last:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for label, icon, to in (
            ("Previous", ":material/chevron_left:", page - 1),
            ("Next", ":material/chevron_right:", page + 1),
        ):
            st.button(
                label, icon=icon, type="tertiary", disabled=not 0 <= to <= last, on_click=go_to, args=(context.view,),
                kwargs={"page": str(to + 1)} if to else {}, key=f"turn {label}",
            )  # fmt: skip
        first = page * SIZE + 1
        st.html(f'<span class="hg-sub">{first:,}–{min(first + SIZE - 1, total):,} of {total:,}</span>', width="content")
