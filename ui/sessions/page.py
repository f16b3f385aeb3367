"""The sessions of a view: the list with its names beside it, how they spread, the paths they take."""

from __future__ import annotations

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
from ui.sessions import detail, narrow, panels, table
from ui.sessions.narrow import LABELS, SIZE, Narrowing
from ui.state import Clause
from ui.url import go_to, kept
from warehouse import sessions

SHEET = Path(__file__).parent / "sessions.css"
SHOWN = {"list": "Sessions", "spread": "Distributions", "paths": "Paths"}
MOST_NAMES = 60


def is_open() -> bool:
    """Whether the URL names a session, whose page has no time range."""
    return bool(st.query_params.get("session"))


def draw(context: Context) -> None:
    st.html(SHEET)
    if session_id := st.query_params.get("session"):
        return detail.draw(context, session_id)
    narrowing = Narrowing.parse(st.query_params.to_dict())
    tagged = _tagged(context, narrowing)
    options = {"search": narrowing.search, "bounds": narrowing.asked, "among": tagged}
    sort = {"sort": narrowing.sort, "descending": narrowing.descending, "limit": SIZE, "offset": narrowing.page * SIZE}
    shown = _controls(context, narrowing)
    names = asking.begin(context, sessions.names, **options)
    others = asking.begin(_unnamed(context), sessions.names, **options)
    rows = asking.begin(context, sessions.find, **options, **sort) if shown == "list" else None
    side, main = st.columns([1, 5], gap="medium")
    with main, guarded("Sessions"):
        found: pl.DataFrame = names.result().value
        if found.is_empty():
            empty.no_matches(lambda: _clear(context), filtered=bool(context.view.clauses) or narrowing.is_narrow)
        elif shown == "spread":
            grid.draw(context, [one.chosen(kept()) for one in panels.SPREADS])
        elif shown == "paths":
            grid.draw(context, panels.PATHS, columns=1)
        elif rows is not None:
            _list(context, narrowing, found, rows)
    with side, guarded("Names"):
        st.html(parts.panel("Names", "sessions and their cost") + _names(context, others.result().value))


def _clear(context: Context) -> None:
    go_to(replace(context.view, clauses=()), search="", tag="", bounds="")


def _unnamed(context: Context) -> Context:
    """The view without its filters by name, so that the names beside it stay to be chosen."""
    clauses = tuple(one for one in context.view.clauses if one.field != "session_name")
    return replace(context, view=replace(context.view, clauses=clauses))


def _tagged(context: Context, narrowing: Narrowing) -> tuple[str, ...] | None:
    if not narrowing.tag:
        return None
    try:
        return tuple(session_tags.tagged(session.store(), UUID(context.organization_id), narrowing.tag))
    except MetadataUnavailable:
        return None


def _controls(context: Context, narrowing: Narrowing) -> str:
    shown = st.query_params.get("show", "list")
    shown = shown if shown in SHOWN else "list"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="session-controls"):
        st.segmented_control(
            "Show", list(SHOWN), format_func=SHOWN.__getitem__, default=shown, required=True, key=f"show {shown}",
            label_visibility="collapsed", on_change=_show, args=(context, f"show {shown}"),
        )  # fmt: skip
        if shown == "list":
            st.session_state["search"] = narrowing.search
            st.text_input(
                "Search", key="search", placeholder="Search ids and names", label_visibility="collapsed", width=230,
                icon=":material/search:", on_change=lambda: go_to(context.view, search=st.session_state["search"]),
            )  # fmt: skip
            _tag_choice(context, narrowing)
            _bounds(context, narrowing)
    return shown


def _show(context: Context, key: str) -> None:
    chosen = st.session_state[key]
    go_to(context.view, show="" if chosen == "list" else chosen)


def _tag_choice(context: Context, narrowing: Narrowing) -> None:
    try:
        tags = session_tags.all_tags(session.store(), UUID(context.organization_id))
    except MetadataUnavailable:
        tags = []
    if not tags and not narrowing.tag:
        return
    options = sorted({*tags, *([narrowing.tag] if narrowing.tag else [])})
    key = f"tag {narrowing.tag}"
    st.selectbox(
        "Tag", options, index=options.index(narrowing.tag) if narrowing.tag else None, placeholder="Any tag",
        key=key, label_visibility="collapsed", width=150,
        on_change=lambda: go_to(context.view, tag=st.session_state[key] or ""),
    )  # fmt: skip


def _bounds(context: Context, narrowing: Narrowing) -> None:
    """Least and most of the sessions' own figures."""
    count = len(narrowing.bounds)
    label = f"Figures · {count}" if count else "Figures"
    with (
        st.popover(label, icon=":material/tune:", type="primary" if count else "secondary"),
        st.form("session bounds", border=False),
    ):
        given = {}
        for name, said in LABELS.items():
            least, most = narrowing.bounds.get(name, (None, None))
            first, second = st.columns(2)
            given[name] = (
                first.number_input(f"{said}, at least", value=least, min_value=0.0, key=f"least {name} {least}"),
                second.number_input("at most", value=most, min_value=0.0, key=f"most {name} {most}"),
            )
        if st.form_submit_button("Show", type="primary", width="stretch"):
            go_to(context.view, bounds=narrow.written(given))
            st.rerun()
    if count:
        st.button(
            "Clear", type="tertiary", on_click=go_to, args=(context.view,), kwargs={"bounds": ""}, key="no bounds"
        )


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


def _list(context: Context, narrowing: Narrowing, names: pl.DataFrame, asked: Future[Answer]) -> None:
    answer = asked.result()
    total = int(names["sessions"].sum())
    sub = "" if narrowing.sort == "started_at" else f", sorted by {narrowing.sort}"
    menu = panels.LIST.menu(grid.seen(context, answer, panels.LIST), context.zone_name)
    st.html(parts.panel(f"{fmt.number(total)} session{'' if total == 1 else 's'}", _totals(names) + sub, menu))
    rows: pl.DataFrame = answer.value
    tags, ratings = _said_of(context, rows)
    st.html(
        table.html(
            rows, narrowing, context.zone, tags=tags, ratings=ratings,
            to_session=lambda one: "/sessions" + context.view.query(session=one),
            to_order=lambda sort: "/sessions" + context.view.query(**{**kept(), "sort": sort}),
        )
    )  # fmt: skip
    _pager(context, narrowing.page, total)


def _totals(names: pl.DataFrame) -> str:
    sums = names.select(pl.col("sessions", "requests", "errors", "cost", "unpriced").sum()).row(0, named=True)
    mean = fmt.money(sums["cost"] / max(sums["sessions"], 1), sums["unpriced"])
    return (
        f"{fmt.number(sums['requests'])} requests, {fmt.money(sums['cost'], sums['unpriced'])} ({mean} a session), "
        f"{fmt.number(sums['errors'])} errors"
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
            ("Back", ":material/chevron_left:", page - 1),
            ("On", ":material/chevron_right:", page + 1),
        ):
            st.button(
                label, icon=icon, type="tertiary", disabled=not 0 <= to <= last, on_click=go_to, args=(context.view,),
                kwargs={"page": str(to + 1)} if to else {}, key=f"turn {label}",
            )  # fmt: skip
        first = page * SIZE + 1
        st.html(f'<span class="hg-sub">{first:,}–{min(first + SIZE - 1, total):,} of {total:,}</span>', width="content")
