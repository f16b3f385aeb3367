"""The tree of a session with its timeline, as the browser draws it (timeline.js): what it is given, what it tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from ui import format as fmt
from ui import theme
from ui.sessions.tree import FOLDER, Node, Step, flat

_KINDS = {"retriever": "vector_db", "embedding": "llm", "chat": "llm", "generation": "llm", "completion": "llm"}
"""Kinds as OpenTelemetry's instrumentations have them -> ours; any other is a span."""
_HERE = Path(__file__).parent


def kind_of(span_kind: str) -> str:
    """A kind of `theme.KINDS`."""
    kind = span_kind.lower()
    return kind if kind in theme.KINDS and kind != FOLDER else _KINDS.get(kind, "span" if kind else "llm")


def steps_of(frame: pl.DataFrame) -> list[Step]:
    """The rows of `warehouse.session_steps.steps` as steps of a tree."""
    named = pl.when(pl.col("model") != "").then("model").when(pl.col("span_kind").is_in(list(theme.KINDS)))
    kinds = frame["span_kind"].unique().to_list()
    columns = frame.select(
        "request_id",
        start=pl.col("request_created_at").dt.epoch("ms"),
        end=pl.col("request_created_at").dt.epoch("ms") + pl.col("latency").cast(pl.Int64),
        path="session_path",
        trace="trace_id",
        span="span_id",
        parent="parent_span_id",
        kind=pl.col("span_kind").replace_strict(kinds, [kind_of(kind) for kind in kinds], return_dtype=pl.String),
        model=named.then(pl.lit("")).otherwise("span_kind"),
        failed=~pl.col("status").is_between(200, 399),
        unpriced=pl.col("cost_status") == "unpriced",
        cost="cost",
        tokens=pl.col("prompt_tokens").cast(pl.Int64) + pl.col("completion_tokens").cast(pl.Int64),
    )
    return list(map(Step._make, columns.iter_rows()))


def columns(root: Node, steps: Sequence[Step], statuses: Sequence[int]) -> dict[str, Any]:
    """The nodes of a tree as columns, each before what is under it; times in ms after the session's beginning.

    `index` is the number of a node's step, -1 for a folder; `own` the times of a step that has others under it.
    """
    nodes = flat(root)
    own = {
        str(at): [steps[node.step].start - root.start, steps[node.step].end - root.start]
        for at, node in enumerate(nodes)
        if node.step is not None and node.children
    }
    failed = {index: _said(statuses[index]) for index, step in enumerate(steps) if step.failed}
    return {
        "label": [node.label for node in nodes],
        "note": [node.note for node in nodes],
        "kind": [node.kind for node in nodes],
        "level": [node.level for node in nodes],
        "start": [node.start - root.start for node in nodes],
        "stop": [node.end - root.start for node in nodes],
        "took": [node.busy for node in nodes],
        "cost": [node.cost for node in nodes],
        "unpriced": [node.unpriced for node in nodes],
        "tokens": [node.tokens for node in nodes],
        "steps": [node.steps for node in nodes],
        "errors": [node.errors for node in nodes],
        "status": [failed.get(node.step, "") if node.step is not None else "" for node in nodes],
        "index": [-1 if node.step is None else node.step for node in nodes],
        "own": own,
    }


def _said(status: int) -> str:
    return str(status) if status > 0 else fmt.status(status)


def place_of(nodes: dict[str, Any], step: int | None) -> int:
    """The node of that step, or -1."""
    return nodes["index"].index(step) if step is not None else -1


def draw(session: str, nodes: dict[str, Any], selected: int, chosen: Callable[[int], None]) -> None:
    """Draw the tree; `selected` is a node's number or -1, `chosen` is told the number of the step that is opened."""
    key = "session timeline"

    def opened() -> None:
        step = st.session_state[key].get("step")
        if isinstance(step, int | float):
            chosen(int(step))

    data = {
        "session": session, "nodes": nodes, "selected": selected, "kinds": theme.KINDS | {"folder": theme.NOTE},
        "failed": theme.SERVER_ERROR,
    }  # fmt: skip
    _registered()(key=key, data=data, on_step_change=opened)


@st.cache_resource
def _registered() -> Callable[..., Any]:
    script = "\n".join((_HERE / name).read_text() for name in ("words.js", "axis.js", "timeline.js"))
    sheet = (_HERE / "timeline.css").read_text()
    return st.components.v2.component("session_timeline", js=script, css=sheet, isolate_styles=False)
