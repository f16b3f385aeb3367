"""The questions of a page, asked all at once, each once; the page goes on with whichever is answered first.

A page that is left, or stopped, stops the queries that it still waits for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any
from uuid import uuid4
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from ui import cached
from ui.cached import Answer
from ui.frame import Context
from ui.panel import Panel

PARALLEL = 6
"""Questions under way at once in this process, whoever asked them."""
LOOK_EVERY_S = 0.05

_STOPPED = "asking stopped"


@st.cache_resource
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(PARALLEL, thread_name_prefix="asking")


_labels: WeakKeyDictionary[Future[Answer], str] = WeakKeyDictionary()
"""What the query behind a future is called, so that it can be stopped."""


def begin(context: Context, question: Callable[..., Any], **options: Any) -> Future[Answer]:
    """Ask without waiting. The future raises what the read model raises."""
    ctx, label = get_script_run_ctx(), uuid4().hex

    def run() -> Answer:
        add_script_run_ctx(threading.current_thread(), ctx)
        cached.LABEL.set(label)
        return cached.ask(*context.asked, question, **options)

    future = _pool().submit(run)
    _labels[future] = label
    return future


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


def as_answered(
    futures: Iterable[Future[Answer]], still: Callable[[float], None] = lambda seconds: None
) -> Iterator[Future[Answer]]:
    """Each future once it is done. `still` is told now and then for how many seconds others have been waited for.

    When the page is left meanwhile, what is under way is stopped and what has not begun is not asked any more.
    """
    waiting, began = set(futures), time.monotonic()
    try:
        while waiting:
            done, waiting = wait(waiting, LOOK_EVERY_S, return_when=FIRST_COMPLETED)
            yield from done
            # Whoever waits must see that the page has been left: the session's state is where Streamlit tells it.
            st.session_state.get(_STOPPED)
            if waiting:
                still(time.monotonic() - began)
    finally:
        if waiting:
            threading.Thread(target=_abandon, args=(waiting,), daemon=True).start()


def stop(context: Context) -> None:
    """Wait no more for what this view still asks, until `resume`."""
    st.session_state[_STOPPED] = context.asked


def resume() -> None:
    st.session_state.pop(_STOPPED, None)


def is_stopped(context: Context) -> bool:
    return bool(st.session_state.get(_STOPPED) == context.asked)


def _abandon(futures: Iterable[Future[Answer]]) -> None:
    for future in futures:
        if not future.cancel() and (label := _labels.get(future)):
            cached.stop(label)
