"""The comparison of two sessions as it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import polars as pl
import streamlit as st

from ui import cached, parts, theme
from ui import format as fmt
from ui.frame import Context
from ui.parts import Tile
from ui.sessions import compare, timeline
from ui.sessions.address import to_session
from ui.sessions.compare import FAILED, FIRST, OTHER, SAME, SECOND, Pair
from ui.sessions.tree import Step, build

_MARKS = {SAME: "=", FAILED: "≠", OTHER: "≠", FIRST: "−", SECOND: "+"}
_SAID = {
    SAME: "the same step", FAILED: "the same step, ended otherwise", OTHER: "another step",
    FIRST: "only in the first", SECOND: "only in the second",
}  # fmt: skip
MOST_LINES = 600


def draw(context: Context, session: str, other: str) -> None:
    """Both sessions, step by step."""
    frames = [cached.session_steps(context.organization_id, one) for one in (session, other)]
    if frames[1].is_empty():
        st.html(parts.nothing("There is no session with the second id."))
        return
    left, right = (timeline.steps_of(frame) for frame in frames)
    pairs = compare.pairs(left, right)
    st.html(parts.tiles(_tiles(pairs, left, right)))
    at = compare.divergence(pairs)
    if at is None:
        said = "Both took the same steps, with the same outcomes."
    elif at == 0:
        said = f"They part at the very first step: {_SAID[pairs[0].kind]}."
    else:
        said = f"The first {at} {'step agrees' if at == 1 else 'steps agree'}; then they part: {_SAID[pairs[at].kind]}."
    cut = (
        f" Only the first {compare.MOST:,} steps of each are compared."
        if max(len(left), len(right)) > compare.MOST
        else ""
    )
    st.html(f'<p class="hg-sub">{escape(said + cut)}</p>')
    all_lines = st.toggle("All steps", key="all steps", help="Also long runs of steps that agree")
    lines = list(pairs) if all_lines else compare.folded(pairs)
    st.html(_table(context, lines[:MOST_LINES], left, right, (session, other), frames, at))
    if len(lines) > MOST_LINES:
        st.caption(f"The first {MOST_LINES} lines of {len(lines):,}.")


def _tiles(pairs: Sequence[Pair], left: Sequence[Step], right: Sequence[Step]) -> list[Tile]:
    first, second = build(left), build(right)
    only_left, only_right = compare.only(pairs, left, right)
    agree = sum(pair.kind == SAME for pair in pairs)

    def both(name: str, of: tuple[float, float], shown: tuple[str, str]) -> Tile:
        changed = fmt.change(of[1], of[0])
        return Tile(name, shown[1], f"{shown[0]} in the first{f'; {changed}' if changed else ''}")

    def detour(name: str, of: compare.Sum) -> Tile:
        note = f"{fmt.usd(of.cost)}, {fmt.duration(of.time)}" if of.steps else "nothing of its own"
        return Tile(name, f"{fmt.number(of.steps)} step{'' if of.steps == 1 else 's'}", note)

    costs = _cost(first.cost, first.unpriced), _cost(second.cost, second.unpriced)
    passed = first.end - first.start, second.end - second.start
    errors = first.errors, second.errors
    return [
        Tile("Steps that agree", fmt.number(agree), f"of {len(left):,} and {len(right):,}"),
        detour("Only in the first", only_left),
        detour("Only in the second", only_right),
        both("Cost of the second", (first.cost, second.cost), costs),
        both("Time of the second", passed, (fmt.duration(passed[0]), fmt.duration(passed[1]))),
        both("Errors of the second", errors, (fmt.number(errors[0]), fmt.number(errors[1]))),
    ]


def _cost(cost: int, unpriced: int) -> str:
    return fmt.money(cost, unpriced)


def _table(
    context: Context,
    lines: Sequence[Pair | int],
    left: Sequence[Step],
    right: Sequence[Step],
    ids: tuple[str, str],
    frames: Sequence[pl.DataFrame],
    at: int | None,
) -> str:
    heads = "".join(f'<span class="id" title="{escape(one)}">{escape(one)}</span>' for one in ids)
    body, count = [], 0
    for line in lines:
        if isinstance(line, int):
            body.append(f'<div class="fold">{line:,} steps agree</div>')
            count += line
            continue
        cells = _cell(context, left, line.left, ids[0]), _cell(context, right, line.right, ids[1])
        kind = line.kind + (" parts" if count == at else "")
        mark = f'<i title="{_SAID[line.kind]}">{_MARKS[line.kind]}</i>'
        body.append(f'<div class="line {kind}">{cells[0]}{mark}{cells[1]}</div>')
        count += 1
    return f'<div class="hg-compare"><div class="line head">{heads[: len(heads)]}</div>{"".join(body)}</div>'


def _cell(context: Context, steps: Sequence[Step], index: int | None, session: str) -> str:
    if index is None:
        return "<span></span>"
    step = steps[index]
    link = to_session(context.view, st.query_params.to_dict(), session, step=step.id)
    dot = f'<b class="hg-dot" style="background:{theme.KINDS[step.kind]}"></b>'
    name = escape(step.path if step.path not in ("", "/") else step.model or step.kind)
    model = f" <small>{escape(step.model)}</small>" if step.path not in ("", "/") and step.model else ""
    failed = f' <em style="color:{theme.SERVER_ERROR}">▲ failed</em>' if step.failed else ""
    cost = "unpriced" if step.unpriced else fmt.usd(step.cost) if step.cost else ""
    figures = f'<span class="n">{fmt.duration(step.end - step.start)}</span><span class="n">{cost}</span>'
    return f'<a href="{escape(link)}" target="_self"><span class="step">{dot}{name}{model}{failed}</span>{figures}</a>'
