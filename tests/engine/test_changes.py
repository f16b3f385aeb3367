"""What changed: the values that a rise comes from, by one query, of one tenant, from rollups and facts alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from clickhouse_connect.driver.client import Client

from warehouse import changes
from warehouse.client import Reader, insert
from warehouse.conditions import EVERYTHING
from warehouse.filters import compile_filter
from warehouse.row import Row
from warehouse.timerange import DAY, custom, floor

END = floor(datetime.now(UTC), DAY, UTC) - 10 * DAY
WHOLE = custom(END - 2 * DAY, END)
RAGGED = custom(END - 2 * DAY - timedelta(minutes=7), END - timedelta(minutes=2))
ALPHA, BETA = uuid4(), uuid4()


def row(owner: UUID, hours_ago: float, cost: int, *, release: str, status: int = 200, latency: int = 100) -> Row:
    at = END - timedelta(hours=hours_ago)
    said = {"Release": release, "Demo": "true", "Helicone-Prompt-Version": release}
    return Row(
        owner, uuid4(), at, at, ingested_at=at, status=status, cost=cost, cost_status="priced", provider="p",
        model="m" if status == 500 else "m-2026-05-01", request_model="m", properties=said, latency=latency,
        user_id=f"u{int(hours_ago) % 5}",
    )  # fmt: skip


@pytest.fixture(scope="module")
def alpha(warehouse: Client) -> Iterator[Reader]:
    # The first is older than both periods: they are compared as they are and not by halves.
    rows = [row(ALPHA, 150, 10, release="0"), *(row(ALPHA, 50.5 + n, 10, release="1") for n in range(40))]
    rows += [row(ALPHA, 1.5 + n, 10, release="1") for n in range(40)]
    rows += [row(ALPHA, 2.25 + n, 100, release="2", status=500 if n < 6 else 200, latency=900) for n in range(10)]
    rows += [row(BETA, 1.5 + n, 10**9, release="theirs") for n in range(20)]
    insert(warehouse, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    yield Reader(warehouse, ALPHA)


@pytest.mark.parametrize("within", [WHOLE, RAGGED], ids=["rollup", "facts"])
def test_a_rise_in_cost_comes_from_the_release_that_brought_it(alpha: Reader, within: object) -> None:
    found = changes.changes(alpha, within, of="cost")  # type: ignore[arg-type]
    assert (found.before, found.now, found.change) == (400, 1400, 1000)
    first = found.values.row(0, named=True)
    assert (first["segment"], first["value"], first["contribution"], first["share"]) == (
        "properties.Release", "2", 1000, 1,
    )  # fmt: skip
    named = set(found.values.select("segment", "value").iter_rows())
    # What all the traffic has explains nothing.
    assert not named & {("properties.Demo", "true"), ("request_model", "m"), ("provider", "p")}
    assert "properties.Helicone-Prompt-Version" not in found.values["segment"].to_list()
    assert "theirs" not in found.values["value"].to_list()


def test_errors_and_latency_are_explained_as_well(alpha: Reader) -> None:
    errors = changes.changes(alpha, WHOLE, of="errors")
    assert (errors.before, errors.now) == (0, 6)
    named = set(errors.values.select("segment", "value").iter_rows())
    # The failed ones alone have another model than they asked for: that explains nothing.
    assert ("status", "500") in named
    assert ("model", "m") not in named
    slow = changes.changes(alpha, WHOLE, of="latency")
    assert (slow.before, slow.now) == (100, 260)
    assert slow.values.row(0, named=True)["value"] == "2"


def test_what_hardly_changed_is_not_explained(alpha: Reader) -> None:
    quiet = custom(END - timedelta(hours=48 + 20), END - timedelta(hours=48 + 2))
    found = changes.changes(alpha, quiet, of="cost")
    assert found.values.is_empty()


def test_another_measure_is_refused(alpha: Reader) -> None:
    with pytest.raises(ValueError, match="tokens"):
        changes.changes(alpha, WHOLE, of="tokens")  # type: ignore[arg-type]


@pytest.mark.parametrize("of", changes.MEASURES)
def test_rollups_by_hour_and_day_and_the_facts_find_the_same(alpha: Reader, of: changes.Measure) -> None:
    within = custom(END - timedelta(hours=53), END - timedelta(hours=5))
    everything = compile_filter({"request_response_rmt": {"latency": {"gte": 0}}})
    rolled, facts = (
        changes.changes(alpha, within, condition, of=of, most=50) for condition in (EVERYTHING, everything)
    )
    assert rolled.values.rows() == facts.values.rows()
    assert len(rolled.values) >= 1
    assert (rolled.now, rolled.before, rolled.requests_now) == (facts.now, facts.before, facts.requests_now)
