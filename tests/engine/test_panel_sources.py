"""Rollups, and the table of what was scored, answer every panel's question as the facts themselves do."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from clickhouse_connect.driver.client import Client

from bench.seed import seed
from ui import registry
from ui.panel import Panel
from warehouse.client import Reader
from warehouse.conditions import Condition
from warehouse.filters import compile_filter
from warehouse.timerange import TimeRange, recent

LEFT_OUT = {
    "tokens-per-minute",  # the bucket under way is divided by the time that it is under way
    "cache-top",  # names one of the models that a stored response served, and here it served all
}
BY_CHANCE = {"sample"}
ROUGHER = {"first_seen", "last_seen"}
"""Times that a rollup has by the hour."""

PANELS = [panel for panel in registry.panels().values() if panel.name not in LEFT_OUT]
QUESTIONS = {(panel.question, panel.options): panel for panel in PANELS}
FILTERS = {
    "everything": {},
    "of a model": {"model": {"equals": "gpt-5"}},
    "of a provider": {"provider": {"equals": "anthropic"}},
    "of a user": {"user_id": {"equals": "user-17"}},
}


@pytest.fixture(scope="module")
def traffic(warehouse: Client) -> UUID:
    seed(warehouse, organisation := uuid4(), rows=20_000, days=4)
    return organisation


@pytest.fixture(scope="module")
def within() -> TimeRange:
    return recent("7d", datetime.now(UTC), ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize("tree", FILTERS.values(), ids=list(FILTERS))
@pytest.mark.parametrize("panel", QUESTIONS.values(), ids=lambda panel: panel.name)
def test_the_facts_answer_the_same(
    warehouse: Client, traffic: UUID, within: TimeRange, panel: Panel, tree: dict[str, Any]
) -> None:
    reader, options = Reader(warehouse, traffic), dict(panel.options)
    condition = compile_filter({"request_response_rmt": tree} if tree else {})
    answer = plain(panel.question(reader, within, condition, **options))
    assert_same(answer, plain(panel.question(reader, within, of_facts(condition), **options)))


def of_facts(condition: Condition) -> Condition:
    """The same, told to read a column that no rollup has."""
    return replace(condition, columns=condition.columns | {"request_path"})


def plain(value: Any) -> Any:
    if isinstance(value, pl.DataFrame):
        return sorted(value.to_dicts(), key=keyed)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def keyed(row: dict[str, Any]) -> list[str]:
    """What rows without an order are compared by."""
    return [str(value) for name, value in row.items() if name not in ROUGHER and not isinstance(value, float)]


def assert_same(one: Any, other: Any, at: str = "answer") -> None:
    if isinstance(one, dict) and isinstance(other, dict):
        assert list(one) == list(other), at
        for key in set(one) - BY_CHANCE - ROUGHER:
            assert_same(one[key], other[key], f"{at}.{key}")
    elif isinstance(one, list) and isinstance(other, list):
        assert len(one) == len(other), at
        for place, pair in enumerate(zip(one, other, strict=True)):
            assert_same(*pair, f"{at}[{place}]")
    elif isinstance(one, float) or isinstance(other, float):
        assert one is not None and other is not None, f"{at}: {one} and {other}"
        assert math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9), f"{at}: {one} and {other}"
    else:
        assert one == other, f"{at}: {one} and {other}"
