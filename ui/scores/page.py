"""The page: every score in a table, and below it all about the one that is chosen."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import streamlit as st

from ui import asking, cached, empty, filters, grid, parts, theme
from ui import format as fmt
from ui.frame import Context, guarded
from ui.panel import Panel
from ui.parts import Tile
from ui.scores import figures, panels
from ui.scores.figures import in_url, label
from ui.url import go_to, kept
from warehouse import metrics
from warehouse import score_reads as scores
from warehouse.score_reads import PROPERTY

MOST_PROPERTIES = 6
HOW = (
    "A score is sent after the answer: POST /v1/request/<id>/score with {\"scores\": {\"helpfulness\": 0.9}}, true or "
    "false for yes-or-no scores. Users' thumbs go to POST /v1/request/<id>/feedback. Both can also be given by hand in "
    "an open request."
)  # fmt: skip


def draw(context: Context) -> None:
    with st.spinner("Reading …", show_time=False):
        series, keys = asking.together(context, [metrics.series, scores.keys])
    with guarded("Scores"):
        requests = metrics.totals(series.result().value).requests
        if not requests:
            return empty.no_matches(lambda: filters.clear(context.view), filtered=bool(context.view.clauses))
        found: pl.DataFrame = keys.result().value
        if found.is_empty():
            st.html(parts.empty("Nothing was scored", f"None of the {fmt.number(requests)} requests was. {HOW}"))
            return
        st.html(parts.tiles(_tiles(found, requests)))
        grid.draw_rows(context, [(1, [panels.KEYS])], key="scores", asked={keys: [panels.KEYS]})
        names = found["name"].to_list()
        _one(context, names, _choose(context, names))


def _choose(context: Context, names: list[str]) -> str:
    """The score that the page is about; in the URL, the one with the most answers at first."""
    known = {in_url(name): name for name in names}
    chosen = known.get(st.query_params.get("score", ""), names[0])
    widget = f"score {chosen}"

    def choose() -> None:
        go_to(context.view, score=in_url(st.session_state[widget]))

    shown = list(dict.fromkeys([*names[:8], chosen]))
    st.segmented_control(
        "Score", shown, format_func=label, default=chosen, required=True, key=widget, label_visibility="collapsed",
        on_change=choose,
    )  # fmt: skip
    return chosen


def _one(context: Context, names: list[str], score: str) -> None:
    st.html(f"<h2 class='hg-title'>{parts.text(label(score))}</h2>")
    given = kept()
    by = replace(panels.BY, choices=(("dimension", _dimensions(context)),)).having(score=score).chosen(given)
    against = panels.others(names, score)
    pair = replace(panels.PAIR, choices=(("other", against[:8]),)).having(score=score).chosen(given)
    rows: list[tuple[int, list[Panel]]] = [
        (2, [panels.TREND.having(score=score), panels.SPREAD.having(score=score)]),
        (2, [by, pair]),
        (2, [panels.LOWEST.having(score=score), panels.HIGHEST.having(score=score)]),
    ]
    grid.draw_rows(context, rows, key="score")


def _dimensions(context: Context) -> tuple[tuple[str, str], ...]:
    names = [
        n for n in cached.property_names(context.organization_id).values() if not n.lower().startswith("helicone-")
    ]
    return (*panels.DIMENSIONS.items(), *((PROPERTY + name, name) for name in sorted(names)[:MOST_PROPERTIES]))


def _tiles(found: pl.DataFrame, requests: int) -> list[Tile]:
    most = found.row(0, named=True)
    tiles = [
        Tile(
            "Answers",
            fmt.number(float(found["answers"].sum())),
            f"of {len(found)} scores, to {fmt.number(requests)} requests",
        ),
    ]
    for row in found.head(5).iter_rows(named=True):
        within = figures.interval(row)
        rate = row["is_rate"]
        note = (
            f"{figures.shown(within.low, rate)} – {figures.shown(within.high, rate)}" if within else "too few for more"
        )
        colour = theme.SUCCEEDED if row["name"] == most["name"] else theme.LAG
        value = figures.shown(row["mean"], rate)
        tiles.append(Tile(parts.cut(label(row["name"]), 24), value, note, [float(n) for n in row["shape"]], colour))
    return tiles
