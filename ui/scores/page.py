"""The page: every score in a table, and below it, a part at a time, all about the one that is chosen."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import streamlit as st

from ui import asking, cached, empty, filters, grid, parts
from ui import format as fmt
from ui.frame import Context, guarded
from ui.panel import Panel
from ui.scores import dates, panels, words
from ui.scores.panels import of
from ui.scores.shift import sides
from ui.url import go_to, kept
from warehouse import metrics, scores
from warehouse.shift import HALVES

MOST_OFFERED = 8
"""Of scores, and of properties to tell them apart by."""
PARTS = {
    "course": "Course and shift", "values": "By value", "examples": "Examples", "together": "Correlation",
}  # fmt: skip
HOW = (
    'A score is sent after the answer: POST /v1/request/<id>/score with {"scores": {"helpfulness": 0.9}}, true or '
    "false for yes-or-no scores; users' thumbs go to POST /v1/request/<id>/feedback. Both can also be given by hand "
    "in an open request."
)


def draw(context: Context) -> None:
    with st.spinner("Reading …", show_time=False):
        series, keys = asking.together(context, [metrics.series, scores.overview])
    with guarded("Scores"):
        requests = metrics.totals(series.result().value).requests
        if not requests:
            return empty.no_matches(lambda: filters.clear(context.view), filtered=bool(context.view.clauses))
        found: pl.DataFrame = keys.result().value
        if found.is_empty():
            st.html(parts.empty("Nothing was scored", f"None of the {fmt.number(requests)} requests was. {HOW}"))
            return
        grid.draw_rows(context, [(1, [panels.KEYS])], key="scores", asked={keys: [panels.KEYS]})
        names = found["name"].to_list()
        _one(context, names, _choose(context, names))


def _choose(context: Context, names: list[str]) -> str:
    """The score that the rest of the page is about: the URL's, or the one with the most answers."""
    asked = st.query_params.get("score", "")
    chosen = asked if asked in names else str(names[0])
    widget = f"score {chosen}"

    def choose() -> None:
        go_to(context.view, score=st.session_state[widget])

    shown = list(dict.fromkeys([*names[:MOST_OFFERED], chosen]))
    st.segmented_control(
        "Score", shown, format_func=words.label, default=chosen, required=True, key=widget,
        label_visibility="collapsed", on_change=choose,
    )  # fmt: skip
    return chosen


def _one(context: Context, names: list[str], score: str) -> None:
    """All about a score, a part at a time: each part reads the facts, and nobody looks at all of them at once."""
    part = _part(context)
    rows: list[tuple[int, list[Panel]]]
    match part:
        case "course":
            halves = _chosen(of(panels.SHIFT, score), since=(("", "The period before"), (HALVES, "Its own halves")))
            shift = dates.period(context, halves)
            rows = [
                (2, [of(panels.TREND, score), of(panels.DISTRIBUTION, score)]),
                (2, [shift, _like(panels.SHIFTED, shift)]),
            ]
        case "values":
            by = _chosen(of(panels.BY, score), by=_dimensions(context))
            between = sides(context, _chosen(of(panels.BETWEEN, score), by=_dimensions(context)))
            rows = [
                (2, [by, replace(panels.BY_TABLE, hql=by.hql).having(**dict(by.options))]),
                (2, [between, _like(panels.BETWEEN_BARS, between)]),
            ]
        case "examples":
            ends = [of(panels.LOWEST, score, title, order=title.lower()) for title in ("Lowest", "Highest")]
            rows = [(2, ends)]
        case _:
            rows = [(1, [_chosen(of(panels.TOGETHER, score), other=_others(names, score))])]
    grid.draw_rows(context, rows, key=f"score {part}")


def _part(context: Context) -> str:
    """The part of the page that is shown; in the URL as ``show``."""
    asked = kept().get("show", "")
    now = asked if asked in PARTS else next(iter(PARTS))
    widget = f"scores show {now}"

    def choose() -> None:
        go_to(context.view, show=st.session_state[widget])

    st.segmented_control(
        "Show", list(PARTS), format_func=PARTS.__getitem__, default=now, required=True, key=widget,
        label_visibility="collapsed", on_change=choose,
    )  # fmt: skip
    return now


def _chosen(panel: Panel, **choices: tuple[tuple[str, str], ...]) -> Panel:
    """The panel with what the URL has chosen of `choices`."""
    return replace(panel, choices=tuple(choices.items())).chosen(kept())


def _like(panel: Panel, other: Panel) -> Panel:
    """The panel that draws the answer of another."""
    return replace(panel, hql=other.hql).having(**dict(other.options))


def _dimensions(context: Context) -> tuple[tuple[str, str], ...]:
    shown = [name for name in words.DIMENSIONS if name not in ("user_id", "prompt_id")]
    names = [
        n for n in cached.property_names(context.organization_id).values() if not n.lower().startswith("helicone-")
    ]
    properties = [(f"properties.{name}", name) for name in sorted(names)[:MOST_OFFERED]]
    return (*((name, words.DIMENSIONS[name]) for name in shown), *properties)


def _others(names: list[str], score: str) -> tuple[tuple[str, str], ...]:
    """What the score may be held against."""
    measures = [(name, label) for name, label in words.LABELS.items() if name in ("latency", "cost", "total_tokens")]
    return (*measures, *((f"scores.{name}", words.label(name)) for name in names[:MOST_OFFERED] if name != score))
