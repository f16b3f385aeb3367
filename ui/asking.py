"""The questions of a page, asked all at once, each once; the page goes on with whichever is answered first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from ui import cached
from ui.cached import Answer
from ui.frame import Context
from ui.panel import Panel

PARALLEL = 6
"""Questions under way at once in this process, whoever asked them."""
LOOK_EVERY_S = 0.05


@st.cache_resource
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(PARALLEL, thread_name_prefix="asking")


def begin(context: Context, question: Callable[..., Any], **options: Any) -> Future[Answer]:
    """Ask without waiting. The future raises what the read model raises."""
    ctx = get_script_run_ctx()

    def run() -> Answer:
        add_script_run_ctx(threading.current_thread(), ctx)
        return cached.ask(*context.asked, question, **options)

    return _pool().submit(run)


def of_panels(context: Context, panels: Sequence[Panel]) -> dict[Future[Answer], list[Panel]]:
    """Ask what `panels` ask: one future a question, with all the panels that its answer is drawn by."""
    groups: dict[tuple[Callable[..., Any], tuple[tuple[str, Any], ...]], list[Panel]] = {}
    for one in panels:
        groups.setdefault((one.question, one.options), []).append(one)
    return {begin(context, question, **dict(options)): group for (question, options), group in groups.items()}


def together(context: Context, questions: Sequence[Callable[..., Any]]) -> list[Future[Answer]]:
    """Ask several at once and wait for all; a future's `result` is its answer or raises its error."""
    futures = [begin(context, question) for question in questions]
    for _ in as_answered(futures):
        pass
    return futures


def as_answered(futures: Iterable[Future[Answer]]) -> Iterator[Future[Answer]]:
    """Each future once it is done. When the page is left meanwhile, what has not begun is not asked any more."""
    waiting = set(futures)
    try:
        while waiting:
            done, waiting = wait(waiting, LOOK_EVERY_S, return_when=FIRST_COMPLETED)
            yield from done
            # Whoever waits must see that the page has been left: the session's state is where Streamlit tells it.
            st.session_state.get("asking")
    finally:
        for future in waiting:
            future.cancel()
