"""One step of a session, beside its tree: what was asked and answered, and its figures."""

from __future__ import annotations

import streamlit as st

from ui import cached, chat, conversation, parts, theme
from ui import format as fmt
from ui.frame import Context, guarded
from ui.requests import rating
from ui.requests.page import STYLE
from ui.sessions import kinds, timeline
from ui.url import go_to


def draw(context: Context, request_id: str) -> None:
    """The step's pane. Its id must be that of a step."""
    with guarded("This step"):
        row = cached.read_request(context.organization_id, request_id)
        if row is None:
            st.html(parts.nothing("This request is not there any more."))
            return
        kind = timeline.kind_of(row["span_kind"])
        name = kinds.name_of(kind, row["request_body"]) or row["model"] or kind.replace("_", " ")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(parts.panel(name, row["session_path"] or "no path"), width="stretch")
            st.button("", icon=":material/close:", help="Close", key="close step", on_click=_close, args=(context,))
        status = parts.pill(fmt.status(row["status"]), theme.status_colour(row["status"]))
        st.html(f'<div style="margin-bottom:.5rem">{status}</div>{parts.facts(_facts(context, row, kind))}')
        to = "/requests" + context.view.query(request=request_id)
        st.html(f'<span class="hg-links"><a href="{parts.text(to)}" target="_self">Open the request</a></span>')
        st.html(STYLE)
        rating.draw(context, row)
        _said(row, kind)


def _facts(context: Context, row: dict[str, object], kind: str) -> list[tuple[str, str]]:
    at = row["request_created_at"].astimezone(context.zone)  # type: ignore[attr-defined]
    facts = [
        ("Kind", kind.replace("_", " ")),
        ("Began", fmt.moment(at, seconds=True)),
        ("Time", fmt.duration(float(str(row["latency"])))),
    ]
    if kind == "llm":
        tokens = (
            f"{fmt.number(float(str(row['prompt_tokens'])))} in, {fmt.number(float(str(row['completion_tokens'])))} out"
        )
        cost = "unpriced" if row["cost_status"] == "unpriced" else fmt.usd(float(str(row["cost"])))
        facts += [("Cost", cost), ("Tokens", tokens)]
    facts += [("Model", str(row["model"])), ("Provider", str(row["provider"])), ("User", str(row["user_id"]))]
    facts += [("Span", str(row["span_id"])), ("Error", str(row["error_type"]))]
    return [fact for fact in facts if fact[1]]


def _said(row: dict[str, str], kind: str) -> None:
    if kind in ("tool", "vector_db", "data"):
        st.html(kinds.html(kind, row["request_body"], row["response_body"]))
        return
    found = conversation.read(row["request_body"], row["response_body"])
    if row["error_message"] and not any(message.role == "error" for message in found.answered):
        found = conversation.with_error(found, conversation.Part("error", row["error_message"]))
    omitted = "The response body is empty, or was left out as the caller asked."
    st.html(chat.asked(found) + chat.answered(found, otherwise=omitted))


def _close(context: Context) -> None:
    go_to(context.view, step="")
