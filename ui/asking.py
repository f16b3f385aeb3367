"""The questions of a page, asked all at once, each once; the page goes on with whichever is answered first.

A page that is left, or stopped, stops the queries that it still waits for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar
from uuid import uuid4
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from ui import cached
from ui.cached import Answer
from ui.frame import Context
from ui.panel import Panel

T = TypeVar("T")

PARALLEL = 12
"""Questions under way at once in this process, whoever asked them."""
LOOK_EVERY_S = 0.05

_STOPPED = "asking stopped"


@st.cache_resource
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(PARALLEL, thread_name_prefix="asking")


_labels: WeakKeyDictionary[Future[Any], str] = WeakKeyDictionary()
"""What the query behind a future is called, so that it can be stopped."""


def begin(context: Context, question: Callable[..., Any], **options: Any) -> Future[Answer]:
    """Ask without waiting. The future raises what the read model raises."""
    return submit(cached.ask, *context.asked, question, **options)


def submit(read: Callable[..., T], *arguments: Any, **options: Any) -> Future[T]:
    """Any read of ui/cached.py, without waiting."""
    ctx, label = get_script_run_ctx(), uuid4().hex

    def run() -> T:
        add_script_run_ctx(threading.current_thread(), ctx)
        cached.LABEL.set(label)
        return read(*arguments, **options)

    future = _pool().submit(run)
    _labels[future] = label
    return future


def of_panels(
    context: Context,
    panels: Sequence[Panel],
    *,
    before: bool = False,
    begun: Mapping[Callable[..., Any], Future[Answer]] | None = None,
) -> dict[Future[Answer], list[Panel]]:
    """Ask what `panels` ask: one future a question, with all the panels that its answer is drawn by.

    `before`: of the period before. `begun`: questions without options that have been asked already.
    """
    groups: dict[tuple[Callable[..., Any], tuple[tuple[str, Any], ...]], list[Panel]] = {}
    for one in panels:
        groups.setdefault((one.question, one.options), []).append(one)
    ask, begun = cached.ask_before if before else cached.ask, begun or {}
    found: dict[Future[Answer], list[Panel]] = {}
    for (question, options), group in groups.items():
        known = None if options else begun.get(question)
        found[known or submit(ask, *context.asked, question, **dict(options))] = group
    return found


def together(context: Context, questions: Sequence[Callable[..., Any]]) -> list[Future[Answer]]:
    """Ask several at once and wait for all; a future's `result` is its answer or raises its error."""
    futures = [begin(context, question) for question in questions]
    for _ in as_answered(futures):
        pass
    return futures


def as_answered(
    futures: Iterable[Future[T]], still: Callable[[float], None] = lambda seconds: None
) -> Iterator[Future[T]]:
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


def _abandon(futures: Iterable[Future[Any]]) -> None:
    for future in futures:
        if not future.cancel() and (label := _labels.get(future)):
            cached.stop(label)
