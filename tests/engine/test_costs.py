"""The cost explorer's read models: sums that add up to the nano-dollar, of two tenants, from rollups and facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from clickhouse_connect.driver.client import Client

from warehouse import costs, elsewhere
from warehouse.client import Reader, insert
from warehouse.prices import BUCKETS
from warehouse.row import NIL_UUID, Row
from warehouse.timerange import DAY, TimeRange, custom, floor

START = floor(datetime.now(UTC), DAY, UTC) - 15 * DAY
WHOLE = custom(START, START + DAY)
RAGGED = custom(START - timedelta(minutes=7), START + DAY - timedelta(minutes=2))
BOTH = pytest.mark.parametrize("within", [WHOLE, RAGGED], ids=["rollup", "facts"])
ALPHA, BETA = uuid4(), uuid4()
PRICE = f"test {uuid4()}"
RATES = {"input": 2e-6, "cache_read": 5e-7, "output": 8e-6, "reasoning": 8e-6}


def row(owner: UUID, hour: float, **values: Any) -> Row:
    at = START + timedelta(hours=hour)
    return Row(owner, uuid4(), at, at, ingested_at=at, status=200, provider="p", **values)


@pytest.fixture(scope="module")
def alpha(warehouse: Client) -> Iterator[Reader]:
    # 600 plain + 400 cached input, 80 output + 20 reasoning: 1.2e-3 + 2e-4 + 8e-4 dollars.
    priced = {
        "model": "m", "cost": 2_200_000, "cost_status": "priced", "price_id": PRICE, "prompt_tokens": 1000,
        "prompt_cache_read_tokens": 400, "completion_tokens": 100, "reasoning_tokens": 20,
    }  # fmt: skip
    rows = [
        row(ALPHA, 1.5, **priced, user_id="ann", properties={"App": "x"}),
        row(ALPHA, 2.5, **priced, user_id="bob", properties={"App": "y"}),
        row(ALPHA, 3.5, model="d", cost=500, cost_status="provider"),
        row(ALPHA, 4.5, model="u", cost_status="unpriced", prompt_tokens=50, completion_tokens=5),
        row(ALPHA, 5.5, model="m", cost_status="cached", cache_reference_id=UUID(int=7), saved_cost=2_200_000),
        row(BETA, 1.5, **priced, properties={"App": "x"}),
    ]
    assert rows[0].cache_reference_id == NIL_UUID
    insert(warehouse, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    price = (PRICE, "p", "m", "a test", RATES, datetime.now(UTC))
    columns = ("price_id", "provider", "model", "source", "rates", "recorded_at")
    insert(warehouse, "prices", columns, [price], token=str(uuid4()))
    yield Reader(warehouse, ALPHA)


@BOTH
def test_the_parts_add_up_to_the_cost(alpha: Reader, within: TimeRange) -> None:
    parts = costs.parts(costs.bill(alpha, within))
    sums = dict(parts.group_by("part").agg(cost=parts["cost"].sum()).iter_rows()) if parts.is_empty() else {
        name: found["cost"].sum() for (name,), found in parts.group_by("part")
    }  # fmt: skip
    assert sum(sums.values()) == pytest.approx(4_400_500)
    expected = {"input": 2_400_000, "cache_read": 400_000, "output": 1_280_000, "reasoning": 320_000}
    assert {name: sums[name] for name in expected} == pytest.approx(expected)
    assert sums[costs.DECLARED] == pytest.approx(500)
    assert sums[costs.ROUNDING] == pytest.approx(0, abs=1e-6)


@BOTH
def test_what_caches_saved(alpha: Reader, within: TimeRange) -> None:
    saved = costs.savings(costs.bill(alpha, within))
    assert saved["read"].sum() == pytest.approx(2 * 400 * 1.5e-6 * 1e9)
    assert saved["written"].sum() == 0
    assert saved["gateway"].sum() == 2_200_000


@BOTH
@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("model", {"m": 4_400_000, "d": 500, "u": 0}),
        ("user_id", {"ann": 2_200_000, "bob": 2_200_000}),
        ("properties.App", {"x": 2_200_000, "y": 2_200_000}),
        ("cost_status", {"priced": 4_400_000, "provider": 500, "unpriced": 0, "cached": 0}),
    ],
)
def test_by_one_dimension(alpha: Reader, within: TimeRange, by: str, expected: dict[str, int]) -> None:
    found = costs.ranked(alpha, within, by=by)
    assert dict(found.select("value", "cost").iter_rows()) == expected


@BOTH
def test_by_two_dimensions_only_what_has_both(alpha: Reader, within: TimeRange) -> None:
    found = costs.crossed(alpha, within, rows="properties.App", columns="user_id")
    assert sorted(found.select("row", "column", "cost").iter_rows()) == [
        ("x", "ann", 2_200_000),
        ("y", "bob", 2_200_000),
    ]


def test_the_same_tokens_at_another_models_price(alpha: Reader) -> None:
    found = elsewhere.elsewhere(alpha, WHOLE, on="openai/gpt-4o-mini")
    rates = elsewhere.rates("openai/gpt-4o-mini")
    used = found.filter(model="m").row(0, named=True)
    there = 2 * (600 * rates["input"] + 400 * rates["cache_read"] + 100 * rates["output"]) * 1e9
    assert (used["cost"], used["there"]) == (4_400_000, pytest.approx(there))
    assert found.filter(model="u")["unpriced"].item() == 1
    with pytest.raises(KeyError):
        elsewhere.rates("openai/unheard-of")


def test_another_tenant_has_its_own(alpha: Reader, warehouse: Client) -> None:
    theirs = costs.bill(Reader(warehouse, BETA), WHOLE)
    assert theirs.lines["cost"].sum() == 2_200_000
    assert set(BUCKETS) <= set(theirs.lines.columns)
