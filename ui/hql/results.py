"""What became of the tab's run: how far it is, what it answered as a table or a chart, or why it failed."""

from __future__ import annotations

import streamlit as st

from hql import frames
from hql.errors import HqlError
from hql.guard import MAX_ROWS
from hql.results import Result
from ui import format as fmt
from ui import parts
from ui.frame import Context
from ui.hql import charting, desk, downloads, editor, grid, welcome
from ui.hql.desk import Attempt, Desk
from ui.hql.running import Run

POLL_S = 0.5
SIZES = (100, 500, 1000)
HEIGHT = 460
LARGE = 20_000
"""Characters of a cell that are shown as code; a longer one is cut there."""


def draw(context: Context, here: Desk) -> None:
    here.forget_closed(editor.tabs())
    # While something runs, this part of the page looks every half second; nothing else is drawn anew.
    st.fragment(_draw, run_every=POLL_S if here.is_busy else None)(context, here)


def _draw(context: Context, here: Desk) -> None:
    was_busy = [attempt for attempt in here.attempts.values() if not attempt.seen.is_set()]
    draft = editor.draft()
    attempt = here.attempt(draft)
    finished = [one for one in was_busy if one.run.watch()]
    for one in finished:
        one.seen.set()
    if attempt in finished and attempt.run.error:
        editor.mark(attempt.draft, attempt.run.error, attempt.selection)
    if finished and here.polled:
        here.polled = here.is_busy
        st.rerun()
    here.polled = here.is_busy
    if attempt is None:
        welcome.draw(context, draft)
    elif not attempt.run.done.is_set():
        _progress(attempt.run)
    elif attempt.run.error:
        _failed(attempt.run.error)
    elif attempt.run.result:
        _answered(context, here, attempt, attempt.run.result)


def _progress(run: Run) -> None:
    seen, share = run.progress, run.share
    total = f" of about {fmt.number(seen.rows_total)}" if seen.rows_total else ""
    read = f"{fmt.number(seen.rows_read)}{total} rows read · {fmt.size(seen.bytes_read)}"
    with st.container(border=True, key="hql-progress"):
        st.progress(share, text=f"{'Stopping' if run.stopping else 'Running'} for {run.elapsed_s:.1f} s · {read}")
        st.button("Stop", icon=":material/stop:", on_click=run.stop, disabled=run.stopping, key="hql-stop")


def _failed(error: HqlError) -> None:
    place = f"Line {error.at.line}, column {error.at.column}. " if error.at else ""
    if error.code == "HQL_QUERY_CANCELLED":
        st.html(parts.nothing("The query was stopped."))
        return
    st.error(f"{place}{parts.plain(error.message, 2000)}  \n:small[`{error.code}`]", icon=":material/error:")


def _answered(context: Context, here: Desk, attempt: Attempt, result: Result) -> None:
    origin = desk.origin(context.organization_id, "", attempt.draft.library)
    part = "Of the selection: " if attempt.selection else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="hql-answer"):
        st.html(f'<span class="hg-sub">{parts.text(part + summary(result))}</span>', width="content")
        view = st.segmented_control(
            "View", ["Table", "Chart"], default="Table", required=True, key=f"hql-view {attempt.draft.tab}",
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        if result.columns:
            _downloads(attempt.run)
    if result.truncated:
        st.html(f'<div class="hql-cut">{parts.text(_cut(result))}</div>')
    if not result.row_count:
        st.html(parts.nothing("The query ran and found no rows."))
    elif view == "Chart":
        charting.draw(context, here, attempt, result, origin.chart)
    else:
        _table(attempt, result)


def summary(result: Result) -> str:
    rows = f"{result.row_count:,} row{'' if result.row_count == 1 else 's'}"
    read = f"{fmt.number(result.rows_read)} rows and {fmt.size(result.bytes_read)} read"
    return f"{rows} · {fmt.duration(result.elapsed_ms)} · {read}"


def _cut(result: Result) -> str:
    what = f"the first {result.row_count:,} rows"
    why = "that is the most that HQL gives" if result.row_count >= MAX_ROWS else "more would be too large to keep"
    return f"These are {what}: {why}. Narrow the query, or sum up within it, to see the rest."


def _downloads(run: Run) -> None:
    with (
        st.popover("Download", icon=":material/download:", key="hql-download"),
        st.container(key="hql-files", gap=None),
    ):
        for format, label in downloads.LABELS.items():
            st.link_button(label, f"/download/hql?run={run.id}&format={format}", type="tertiary", width="stretch")
        st.caption("All rows, as they were answered; the query is not run again.")


def _table(attempt: Attempt, result: Result) -> None:
    size, page = SIZES[0], 1
    if result.row_count > SIZES[0]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="hql-pages"):
            size = st.selectbox(
                "Rows", SIZES, format_func="{} rows".format, label_visibility="collapsed", width=120, key="hql-size",
                persist_state="session",
            )  # fmt: skip
            if result.row_count > size:
                page = st.pagination(-(-result.row_count // size), key=f"hql-page {attempt.run.id} {size}", width=360)
    start = (page - 1) * size
    rows = result.page(start, size)
    frame, config = grid.table(result.columns, rows)
    key = f"hql-cells {attempt.run.id} {start} {size}"
    with st.container(key="hql-grid"):
        st.dataframe(
            frame,
            column_config=config,
            hide_index=True,
            height="content" if len(rows) < 12 else HEIGHT,
            key=key,
            on_select="rerun",
            selection_mode="single-cell",
        )
    if result.row_count > size:
        st.caption(
            f"Rows {start + 1:,} to {start + len(rows):,}. A click on a column's head sorts these; ORDER BY sorts all."
        )
    _cell(key, result, rows)


def _cell(key: str, result: Result, rows: list[list[object]]) -> None:
    """The whole of a long cell that was clicked."""
    state = st.session_state.get(key)
    cells = state.selection.cells if state else []
    if not cells:
        return
    row, name = cells[0]
    at = {column: index for index, column in enumerate(frames.unique(result.columns))}.get(name)
    if at is None or row >= len(rows):
        return
    text = frames.text(rows[row][at])
    if text and len(text) > 60:
        st.html(parts.panel(name, f"row {row + 1:,} of this page, {len(text):,} characters"))
        st.code(text[:LARGE], language=None, wrap_lines=True, height=300 if len(text) > 1200 else "content")
