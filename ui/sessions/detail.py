"""One session: what it came to, its steps as a tree beside their time, or another session beside it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from html import escape
from urllib.parse import urlencode
from uuid import UUID

import polars as pl
import streamlit as st

from metadata import session_tags
from metadata.store import MetadataUnavailable
from ui import cached, charts, parts, session
from ui import format as fmt
from ui.frame import Context, guarded
from ui.parts import Tile
from ui.sessions import comparison, figures, step, timeline
from ui.sessions.address import to_list
from ui.sessions.tree import Node, Step, build
from ui.state import Clause, View
from ui.url import go_to
from warehouse.conditions import quoted
from warehouse.session_steps import MOST

_STEPS = """
SELECT request_created_at, session_path, span_kind, model, status, latency, total_tokens, cost_usd, request_id
FROM request_response_rmt
WHERE session_id = {}
ORDER BY request_created_at, request_id"""


def draw(context: Context, session_id: str) -> None:
    """The page of the session."""
    with guarded():
        frame = cached.session_steps(context.organization_id, session_id)
        _head(context, session_id, frame)
        if frame.is_empty():
            said = "Retention may have dropped it, its requests may not have arrived yet, or the link is not whole."
            st.html(parts.empty("No such session", said))
            return
        steps = timeline.steps_of(frame)
        root = build(steps, frame["session_name"][0] or session_id)
        st.html(parts.tiles(_tiles(frame, root)))
        _about(context, session_id, _when(context, frame, root))
        if other := st.query_params.get("with"):
            return comparison.draw(context, session_id, other)
        _tree(context, session_id, frame, steps, root)
        _where(root)


def _head(context: Context, session_id: str, frame: pl.DataFrame) -> None:
    name = "" if frame.is_empty() else frame["session_name"][0]
    said = escape(" · ".join(filter(None, (name, session_id))))
    back = to_list(context.view, st.query_params.to_dict())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        link = f'<a class="hg-back" href="{escape(back)}" target="_self">← Sessions</a>'
        st.html(f'{link}<div class="hg-id">{said}</div>', width="stretch")
        if frame.is_empty():
            return
        st.html(_links(session_id, frame))
        with st.popover("Share", icon=":material/share:"):
            st.caption("The session's id")
            st.code(session_id, language=None)
            st.caption("A link to this page")
            st.code(
                f"{session.address()}/sessions?{urlencode({'session': session_id})}", language=None, wrap_lines=True
            )
        _choose_other(context, session_id)


def _links(session_id: str, frame: pl.DataFrame) -> str:
    """Its requests, of its own times and whatever the list was narrowed by; its steps in HQL."""
    arrived = frame["request_created_at"]
    # An address has whole seconds.
    end = arrived[-1] + timedelta(seconds=1)
    own = View("", arrived[0], end, (Clause("session_id", "equals", session_id),))
    asked = {"sql": _STEPS.format(quoted(session_id)).strip(), "name": "Steps of a session", "run": "1"}
    links = [("Its requests", "/requests" + own.query()), ("Open as HQL", "/hql?" + urlencode(asked))]
    return (
        '<span class="hg-links">'
        + "".join(f'<a href="{escape(to)}" target="_self">{label}</a>' for label, to in links)
        + "</span>"
    )


def _choose_other(context: Context, session_id: str) -> None:
    """Another session of the same name to lay beside this one."""
    other = st.query_params.get("with", "")
    if other:
        st.button("Stop comparing", icon=":material/close:", on_click=go_to, args=(context.view,), kwargs={"with": ""})
        return
    with st.popover("Compare", icon=":material/compare_arrows:"):
        alike = cached.sessions_of_same_name(context.organization_id, session_id)
        labels = {
            row["session_id"]: f"{fmt.clock(row['started_at'].astimezone(context.zone))} · {row['requests']} steps · "
            f"{fmt.usd(row['cost'])}{' · errors' if row['errors'] else ''} · {row['session_id']}"
            for row in alike.iter_rows(named=True)
        }
        st.caption("With a session of the same name, the nearest in time first; or any other by its id")
        chosen = st.selectbox(
            "With", list(labels), index=None, format_func=lambda one: labels.get(one, one), accept_new_options=True,
            label_visibility="collapsed", placeholder="choose or type an id", key="compare with",
        )  # fmt: skip
        st.button(
            "Compare", type="primary", width="stretch", disabled=not chosen, on_click=go_to, args=(context.view,),
            kwargs={"with": str(chosen or ""), "step": ""}, key="compare",
        )  # fmt: skip


def _tiles(frame: pl.DataFrame, root: Node) -> list[Tile]:
    failed = f"{fmt.percent(root.errors / root.steps)} of its requests" if root.errors else "none failed"
    ins, outs = int(frame["prompt_tokens"].sum()), int(frame["completion_tokens"].sum())
    took = "the first ones" if root.steps >= MOST else f"{fmt.duration(root.busy)} added up"
    priced = f"{root.unpriced} unpriced" if root.unpriced else "all priced"
    return [
        Tile("Time", fmt.duration(root.end - root.start), "first to last"),
        Tile("Requests", fmt.number(root.steps), took),
        Tile("Cost", fmt.money(root.cost, root.unpriced), priced),
        Tile("Tokens", fmt.number(root.tokens), f"{fmt.number(ins)} in, {fmt.number(outs)} out"),
        Tile("Mean latency", fmt.duration(float(frame["latency"].sum()) / root.steps), "of its requests"),
        Tile("Errors", fmt.number(root.errors), failed),
    ]


def _when(context: Context, frame: pl.DataFrame, root: Node) -> str:
    """From when to when, whose, how rated: a line."""
    start = datetime.fromtimestamp(root.start / 1000, context.zone)
    end = datetime.fromtimestamp(root.end / 1000, context.zone)
    until = f"{end:%H:%M:%S}" if end.date() == start.date() else fmt.moment(end, seconds=True)
    users = [user for user in frame["user_id"].unique(maintain_order=True) if user]
    more = f" and {len(users) - 3} more" if len(users) > 3 else ""
    said = [f"{fmt.moment(start, seconds=True)} – {until} ({context.zone_name})"]
    said += [f"{'user' if len(users) == 1 else 'users'} {', '.join(users[:3])}{more}" if users else "no user named"]
    return " · ".join([*said, f"feedback: {_feedback(frame)}"])


def _feedback(frame: pl.DataFrame) -> str:
    good = int((frame["feedback"] == True).sum())  # noqa: E712
    bad = int((frame["feedback"] == False).sum())  # noqa: E712
    return f"{good} good, {bad} bad" if good or bad else "none"


def _about(context: Context, session_id: str, when: str) -> None:
    """When it was, and its tags, which anyone may change."""
    organisation = UUID(context.organization_id)
    try:
        now = session_tags.tags_of(session.store(), organisation, [session_id]).get(session_id, [])
        offered = sorted({*now, *session_tags.all_tags(session.store(), organisation)})
    except MetadataUnavailable:
        st.html(parts.nothing("Tags: the metadata database does not answer."))
        return
    key = f"tags {session_id} {' '.join(now)}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<span class="hg-sub">{escape(when)}</span>')
        st.multiselect(
            "Tags", offered, default=now, key=key, accept_new_options=True, placeholder="Tag this session",
            label_visibility="collapsed", on_change=partial(_tag, context, session_id, key), width=340,
        )  # fmt: skip


def _tag(context: Context, session_id: str, key: str) -> None:
    try:
        session_tags.set_tags(session.store(), UUID(context.organization_id), session_id, st.session_state[key])
    except ValueError as error:
        st.toast(str(error))
    except MetadataUnavailable:
        st.toast("The metadata database does not answer; the tags stay as they were.")


def _tree(context: Context, session_id: str, frame: pl.DataFrame, steps: list[Step], root: Node) -> None:
    ids = frame["request_id"].to_list()
    chosen = st.query_params.get("step", "")
    at = ids.index(chosen) if chosen in ids else None
    nodes = timeline.columns(root, steps, frame["status"].to_list())
    left, right = st.columns([1.5, 1], gap="medium") if at is not None else (st.container(), None)
    # Named so that "/" leads to the search in its steps.
    with left.container(key="search"):
        timeline.draw(session_id, nodes, timeline.place_of(nodes, at), lambda one: go_to(context.view, step=ids[one]))
    if right is not None and at is not None:
        with right.container(border=True, height=640, key="step"):
            step.draw(context, ids[at])


def _where(root: Node) -> None:
    """Where the cost and the time went."""
    left, right = st.columns(2)
    for place, of, title in ((left, "cost", "Where the cost went"), (right, "busy", "Where the time went")):
        with place.container(border=True):
            sub = "by step; a click opens a part" if of == "cost" else "time of steps added up, also of those at once"
            st.html(parts.panel(title, sub))
            if getattr(root, of):
                st.plotly_chart(figures.icicle(root, of), config=charts.CONFIG, key=f"icicle {of}", alt=title)
            else:
                st.html(
                    parts.nothing("Nothing that costs, or no price is known." if of == "cost" else "No time passed.")
                )
