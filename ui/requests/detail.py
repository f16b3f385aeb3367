"""One request, in a drawer beside the table: the conversation, its cost explained, headers and raw bodies."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import streamlit as st

from ui import cached, chat, conversation, parts, session, theme
from ui import format as fmt
from ui.frame import Context, guarded
from ui.requests import copying, jumps, rating
from ui.requests.shown import Shown
from warehouse import prices

Row = Mapping[str, Any]
Opener = Callable[..., None]
Stepper = Callable[[Row, int], tuple[str, int] | None]
"""From a request and 1 or -1 to the next or previous one's id and the page of the table that it is on."""

DRAWER_WIDTH = 860
LARGE = 400_000
"""Characters beyond which a raw body is offered as text instead of a tree."""


def show(context: Context, request_id: str, shown: Shown, step: Stepper, open_request: Opener) -> None:
    """Open the drawer over the table as it is `shown`; closing it takes the request out of the URL."""

    @st.dialog("Request", width=DRAWER_WIDTH, position="right", on_dismiss=lambda: open_request(""))
    def drawer() -> None:
        with guarded("This request"):
            _drawer(context, request_id, shown, step, open_request)

    drawer()


def _drawer(context: Context, request_id: str, shown: Shown, step: Stepper, open_request: Opener) -> None:
    row = cached.read_request(context.organization_id, request_id) if _is_id(request_id) else None
    if row is None:
        st.html(parts.empty("No such request", "It may have been dropped by retention, or the link is not whole."))
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        _steps(row, step, open_request)
        copying.draw(context, row, session.settings().gateway_url, shown)
    _summary(context, row)
    rating.draw(context, row)
    # With a key and its state the tab stays as it is when the drawer goes on to another request.
    tabs = st.tabs(["Conversation", "Cost", "Details", "Raw"], key="request-tab", on_change="rerun")
    with tabs[0]:
        _conversation(row, shown.words)
    for tab, draw in zip(tabs[1:], (_cost, _details, _raw), strict=True):
        with tab:
            draw(context, row)


def _steps(row: Row, step: Stepper, open_request: Opener) -> None:
    for label, icon, by in (("Previous", ":material/arrow_upward:", -1), ("Next", ":material/arrow_downward:", 1)):
        to = step(row, by)
        pressed = st.button(
            label, icon=icon, type="tertiary", disabled=to is None, key=f"step-{label.lower()}",
            help="Key k" if by < 0 else "Key j",
        )  # fmt: skip
        if pressed and to:
            open_request(*to)
            # A dialog runs by itself: another request needs the whole page.
            st.rerun()


def _summary(context: Context, row: Row) -> None:
    status = parts.pill(fmt.status(row["status"]), theme.status_colour(row["status"]))
    facts = [
        ("Model", row["model"] or "unknown"),
        ("Provider", row["provider"] or "unknown"),
        ("Time", fmt.moment(row["request_created_at"].astimezone(context.zone), seconds=True)),
        ("Latency", fmt.duration(row["latency"])),
        ("First token", fmt.duration(row["time_to_first_token"]) if row["is_stream"] else "not streamed"),
        ("Cost", _price(row)),
        ("Tokens", f"{fmt.number(row['prompt_tokens'])} in, {fmt.number(row['completion_tokens'])} out"),
        ("User", row["user_id"] or fmt.NOTHING),
    ]
    st.html(f'<div style="margin-bottom:.6rem">{status}</div>{parts.facts(facts)}{jumps.html(context, row)}')


def _conversation(row: Row, words: Sequence[str]) -> None:
    found = conversation.read(row["request_body"], row["response_body"])
    if row["error_message"] and not any(message.role == "error" for message in found.answered):
        error = conversation.Part("error", row["error_message"])
        found = conversation.with_error(found, error)
    omitted = "The response body is empty, or was left out as the caller asked."
    st.html(chat.asked(found, words) + chat.answered(found, words, otherwise=omitted))
    extras = [("Tools on offer", ", ".join(found.tools))] if found.tools else []
    if extras or found.parameters:
        st.html(parts.panel("Parameters") + parts.facts([*found.parameters, *extras]))


def _cost(context: Context, row: Row) -> None:
    st.html(f'<p class="hg-sub">{_explained(row)}</p>')
    applied = cached.read_price(context.organization_id, row["price_id"]) if row["price_id"] else None
    if applied is None:
        tokens = [(name.replace("_", " "), f"{count:,}") for name, count in prices.buckets(row).items() if count]
        st.html(
            parts.table(("Tokens", "Count"), tokens, numeric=1) if tokens else parts.nothing("No tokens were used.")
        )
        return
    lines = [
        (line.bucket.replace("_", " "), f"{line.tokens:,}", f"${line.rate * 1e6:,.4g}", fmt.usd_exact(line.cost))
        for line in prices.explain(row, applied)
    ]
    total = ("Cost", f"{row['prompt_tokens'] + row['completion_tokens']:,}", "", fmt.usd_exact(row["cost"]))
    st.html(parts.table(("Bucket", "Tokens", "USD a million", "Cost"), [*lines, total], numeric=3, summed=True))
    st.html(
        f'<p class="hg-sub">{parts.text(f"Price of {applied.provider} {applied.model}, from {applied.source}.")}</p>'
    )


def _explained(row: Row) -> str:
    """What the cost status means for this row."""
    counted = " Tokens were estimated here: the provider sent no usage." if row["usage_source"] == "estimated" else ""
    match row["cost_status"]:
        case "priced":
            return "Tokens of each bucket times the rate that applied at the time." + counted
        case "provider":
            return "The provider declared this cost itself."
        case "cached":
            return f"Served from the cache: $0. It saved {fmt.usd(row['saved_cost'])}."
        case "unpriced":
            return "No price is known for this model, so the cost is unknown; it is not $0." + counted
        case _:
            return "Nothing that costs was used."


def _details(context: Context, row: Row) -> None:
    at = row["response_created_at"].astimezone(context.zone)
    facts = [
        ("Id", str(row["request_id"])),
        ("Answered at", fmt.moment(at, seconds=True)),
        ("Gateway overhead", f"{row['gateway_overhead_us'] / 1000:.2f} ms"),
        ("Bodies", fmt.size(row["size_bytes"])),
        ("Target", row["target_url"]),
        ("Requested model", row["request_model"]),
        ("Response's model", row["response_model"]),
        ("Session", " ".join(filter(None, (row["session_name"], row["session_id"], row["session_path"])))),
        ("Prompt", " ".join(filter(None, (row["prompt_id"], row["prompt_version"])))),
        ("Error", row["error_type"]),
        ("Feedback", {None: "", True: "good", False: "bad"}[row["feedback"]]),
    ]
    st.html(parts.facts([fact for fact in facts if fact[1]]))
    for title in ("properties", "scores", "request_headers", "response_headers"):
        if row[title]:
            cells = [(name, f"{value:g}" if title == "scores" else str(value)) for name, value in row[title].items()]
            st.html(parts.panel(title.replace("_", " ").capitalize()) + parts.table(("Name", "Value"), sorted(cells)))


def _raw(_: Context, row: Row) -> None:
    for name in ("request_body", "response_body"):
        body = row[name]
        st.html(parts.panel(name.replace("_", " ").capitalize(), fmt.size(len(body.encode(errors="replace")))))
        try:
            document = json.loads(body) if len(body) < LARGE else None
        except (ValueError, RecursionError):
            document = None
        if isinstance(document, dict | list):
            st.json(document, expanded=2)
        else:
            st.code(
                body[:LARGE] or "(empty)", language=None, wrap_lines=True, height=400 if len(body) > 2000 else "content"
            )


def _price(row: Row) -> str:
    return "unpriced" if row["cost_status"] == "unpriced" else fmt.usd(row["cost"])


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
