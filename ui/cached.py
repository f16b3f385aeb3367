"""The dashboard's reads, each kept for some seconds. The only module with cache decorators on data.

Streamlit's cache is one for all who are signed in, so the organisation comes first in every function, always given.
A view travels as its URL query: `View.parse` reads it again.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from metadata import preferences
from metadata.annotations import Note, notes
from metadata.dashboards import Dashboard, dashboards
from metadata.prices import OwnPrice
from metadata.prices import prices as own_prices_of
from metadata.saved_filters import Kept, kept
from ui import session
from ui.hql.engine import queries
from ui.overview.pinned import Pinned, run
from ui.state import ALL, View
from warehouse import (
    alike,
    metrics,
    neighbours,
    pipeline,
    previews,
    prices,
    processes,
    requests,
    retention,
    sessions,
    suggestions,
)
from warehouse import client as warehouse
from warehouse.annotations import say as say_of
from warehouse.client import Reader
from warehouse.conditions import Condition
from warehouse.errors import WarehouseError
from warehouse.pipeline import Health
from warehouse.session_steps import steps as steps_of_session
from warehouse.timerange import TimeRange


@dataclass(frozen=True)
class Page:
    """A page of requests and the range that it was read of."""

    rows: pl.DataFrame
    time_range: TimeRange


# Where Streamlit does not run yet as this is imported, each function below would warn that it is kept in memory.
logging.getLogger("streamlit.runtime.caching.cache_data_api").addFilter(lambda record: "No runtime" not in record.msg)

LABEL: ContextVar[str] = ContextVar("label", default="")
"""What the queries of this thread are called, so that they can be stopped together."""


def reader(organization_id: str) -> Reader:
    """Raises `WarehouseUnavailable`."""
    return Reader(_client(), UUID(organization_id), label=LABEL.get())


class _Kept(Reader):
    """A reader that asks nothing twice within some seconds, whichever read models ask it."""

    def frame(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
        found: pl.DataFrame = _kept(str(self.organization_id), "frame", sql, dict(parameters or {}), super().frame)
        return found

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = _kept(
            str(self.organization_id), "rows", sql, dict(parameters or {}), super().rows
        )
        return found


@st.cache_data(ttl=10, max_entries=1000, show_spinner=False)
def _kept(organization_id: str, kind: str, sql: str, parameters: dict[str, Any], _ask: Callable[..., Any]) -> Any:
    return _ask(sql, parameters)


def stop(label: str) -> None:
    """Stop the queries of that label; nobody waits for their answers any more."""
    with contextlib.suppress(WarehouseError):
        processes.stop(_client(), label)


@dataclass(frozen=True)
class Answer:
    """What a read model answered, and for which range."""

    value: Any
    time_range: TimeRange
    condition: Condition


def ask(organization_id: str, query: str, zone: str, question: Callable[..., Any], **options: Any) -> Answer:
    """Ask a read model of `warehouse/`: ``question(reader, time_range, condition, **options)``.

    The same question of the same view is asked once in a while, by whichever panels show its answer.
    """
    return _answer(organization_id, query, zone, _name(question), tuple(sorted(options.items())), False)


def ask_before(organization_id: str, query: str, zone: str, question: Callable[..., Any], **options: Any) -> Answer:
    """The same of the period before."""
    return _answer(organization_id, query, zone, _name(question), tuple(sorted(options.items())), True)


def _name(question: Callable[..., Any]) -> str:
    return f"{question.__module__}:{question.__qualname__}"


@st.cache_data(ttl=15, max_entries=2000, show_spinner=False)
def _answer(
    organization_id: str, query: str, zone: str, question: str, options: tuple[tuple[str, Any], ...], before: bool
) -> Answer:
    module, _, function = question.partition(":")
    time_range, condition = _asked(organization_id, query, zone)
    time_range = time_range.before if before else time_range
    asked = getattr(importlib.import_module(module), function)
    kept = _Kept(_client(), UUID(organization_id), label=LABEL.get())
    return Answer(asked(kept, time_range, condition, **dict(options)), time_range, condition)


@st.cache_data(ttl=2, max_entries=100, show_spinner=False)
def read_page(
    organization_id: str,
    query: str,
    zone: str,
    columns: Sequence[str],
    sort: str,
    descending: bool,
    size: int,
    page: int,
    characters: int = 200,
) -> Page:
    """One page (from 0) of the view's requests, with a line of what was asked and answered, each of `characters`."""
    time_range, condition = _asked(organization_id, query, zone)
    within = requests.both(requests.between(time_range.start, time_range.end), condition)
    found = requests.find(
        reader(organization_id),
        within,
        columns=list(dict.fromkeys([*requests.KEY, *columns])),
        sort=sort,
        descending=descending,
        limit=size,
        offset=page * size,
    )
    return Page(previews.previews(reader(organization_id), found, characters=characters), time_range)


@st.cache_data(ttl=10, max_entries=200, show_spinner=False)
def neighbour(
    organization_id: str, query: str, zone: str, request_id: str, at: datetime, sort: str, descending: bool, step: int
) -> str | None:
    """The id of the request before (`step` -1) or after (1) another in the view's order."""
    time_range, condition = _asked(organization_id, query, zone)
    within = requests.both(requests.between(time_range.start, time_range.end), condition)
    return neighbours.neighbour(
        reader(organization_id), within, request_id=UUID(request_id), at=at, step=step, sort=sort, descending=descending
    )


@st.cache_data(ttl=10, max_entries=100, show_spinner=False)
def count_requests(organization_id: str, query: str, zone: str) -> int:
    """How many requests the view has: from the rollup where that answers it."""
    time_range, condition = _asked(organization_id, query, zone)
    return metrics.totals(metrics.series(reader(organization_id), time_range, condition)).requests


@st.cache_data(ttl=60, max_entries=50, show_spinner=False)
def read_request(organization_id: str, request_id: str) -> dict[str, Any] | None:
    return requests.get(reader(organization_id), UUID(request_id))


@st.cache_data(ttl=15, max_entries=50, show_spinner=False)
def session_steps(organization_id: str, session_id: str) -> pl.DataFrame:
    """All steps of a session (warehouse/session_steps.py)."""
    return steps_of_session(reader(organization_id), session=session_id)


@st.cache_data(ttl=60, max_entries=100, show_spinner=False)
def sessions_of_same_name(organization_id: str, session_id: str) -> pl.DataFrame:
    return sessions.same_name(reader(organization_id), session_id)


@st.cache_data(ttl=15, max_entries=100, show_spinner=False)
def session_feedback(organization_id: str, page: pl.DataFrame) -> pl.DataFrame:
    return sessions.feedback(reader(organization_id), page)


@st.cache_data(ttl=300, max_entries=200, show_spinner=False)
def digests(organization_id: str, request_id: str) -> dict[str, str]:
    """What other requests are found by that are like this one (warehouse/alike.py)."""
    return alike.digests(reader(organization_id), UUID(request_id))


@st.cache_data(ttl=30, max_entries=50, show_spinner=False)
def score_names(organization_id: str) -> list[str]:
    return suggestions.score_names(reader(organization_id))


@st.cache_data(ttl=10, max_entries=50, show_spinner=False)
def saved_filters(organization_id: str) -> list[Kept]:
    """Raises `MetadataUnavailable`."""
    return kept(session.store(), UUID(organization_id))


@st.cache_data(ttl=10, max_entries=50, show_spinner=False)
def older_than(organization_id: str, before: datetime) -> int:
    """How many requests are from before that midnight."""
    return retention.older(reader(organization_id), before)


def say(organization_id: str, request_id: str, **said: Any) -> bool:
    """Say something of a request (warehouse/annotations.py), to be seen by the next read. Raises as that does."""
    found = say_of(_client(), UUID(organization_id), UUID(request_id), **said)
    read_request.clear(organization_id, request_id)
    for function in (read_page, score_names, property_names, values):
        function.clear()
    return found


@st.cache_data(ttl=300, max_entries=50, show_spinner=False)
def read_price(organization_id: str, price_id: str) -> prices.Price | None:
    return prices.price(reader(organization_id), price_id)


@st.cache_data(ttl=60, max_entries=500, show_spinner=False)
def values(organization_id: str, field: str, key: str = "") -> list[str]:
    return suggestions.values(reader(organization_id), field, key)


@st.cache_data(ttl=10, max_entries=100, show_spinner=False)
def property_names(organization_id: str) -> dict[str, str]:
    return session.store().property_names(UUID(organization_id))


@st.cache_data(ttl=5, max_entries=50, show_spinner=False)
def own_prices(organization_id: str) -> list[OwnPrice]:
    """Raises `MetadataUnavailable`."""
    return own_prices_of(session.store(), UUID(organization_id))


@st.cache_data(ttl=10, max_entries=100, show_spinner=False)
def hidden_properties(organization_id: str) -> list[str]:
    """Raises `MetadataUnavailable`."""
    return preferences.hidden_properties(session.store(), UUID(organization_id))


@st.cache_data(ttl=10, max_entries=100, show_spinner=False)
def annotations_of(organization_id: str) -> list[Note]:
    """Raises `MetadataUnavailable`."""
    return notes(session.store(), UUID(organization_id))


@st.cache_data(ttl=10, max_entries=100, show_spinner=False)
def dashboards_of(organization_id: str) -> list[Dashboard]:
    """Raises `MetadataUnavailable`."""
    return dashboards(session.store(), UUID(organization_id))


@st.cache_data(ttl=10, max_entries=100, show_spinner=False)
def saved_queries(organization_id: str) -> dict[str, str]:
    """The names of the organisation's saved HQL queries by their ids, in order. Raises `MetadataUnavailable`."""
    return {str(one.id): one.name for one in queries().find(UUID(organization_id))}


@st.cache_data(ttl=60, max_entries=200, show_spinner=False)
def pinned(organization_id: str, query_id: str) -> Pinned:
    """Raises `MetadataUnavailable`."""
    return run(UUID(organization_id), query_id)


@st.cache_data(ttl=5, max_entries=100, show_spinner=False)
def first_request(organization_id: str) -> datetime | None:
    return metrics.first_request(_Kept(_client(), UUID(organization_id)))


@st.cache_data(ttl=4, max_entries=10, show_spinner=False)
def health(organization_id: str) -> Health | None:
    """Of the whole installation; every organisation's people may see how far ingestion is."""
    return pipeline.health(reader(organization_id))


@st.cache_data(ttl=60, max_entries=10, show_spinner=False)
def history(organization_id: str) -> pl.DataFrame:
    return pipeline.history(reader(organization_id))


def forget() -> None:
    """Read everything anew: after a failure, or when someone asks for it."""
    for function in (_kept, _answer, read_page, count_requests, read_request, first_request, health, pinned):
        function.clear()


@st.cache_resource
def _client() -> Any:
    return warehouse.connect(session.settings())


def _asked(organization_id: str, query: str, zone: str) -> tuple[TimeRange, Condition]:
    view = View.parse(parse_qsl(query))
    first = first_request(organization_id) if view.preset == ALL else None
    return view.range(ZoneInfo(zone), first=first), view.condition(property_names(organization_id))
