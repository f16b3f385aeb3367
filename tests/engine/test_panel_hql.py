"""What "Open as HQL" writes: bars of time as the charts have them, and filters with their values in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from clickhouse_connect.driver.client import Client

from ui.panel import bucket
from warehouse import conditions as c
from warehouse.conditions import Condition, inlined, joined
from warehouse.timerange import custom

START = datetime(2026, 2, 27, 5, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("zone", [UTC, BERLIN, ZoneInfo("Asia/Kolkata")], ids=str)
@pytest.mark.parametrize(
    "length",
    [timedelta(minutes=15), timedelta(hours=6), timedelta(days=3), timedelta(days=9), timedelta(days=40),
     timedelta(days=300), timedelta(days=1500)],
    ids=str,
)  # fmt: skip
def test_a_bar_of_time_is_the_charts(warehouse: Client, zone: ZoneInfo, length: timedelta) -> None:
    within = custom(START, START + length, zone)
    moments = [START + length * part / 97 for part in range(97)]
    texts = [f"{at:%Y-%m-%d %H:%M:%S}" for at in moments]
    sql = (
        f"SELECT toUnixTimestamp(toDateTime({bucket(within, 'at')}, {c.quoted(str(zone))})) FROM "
        "(SELECT arrayJoin({moments:Array(String)}) AS said, toDateTime64(said, 3, 'UTC') AS at)"
    )
    found = [row[0] for row in warehouse.query(sql, {"moments": texts}).result_rows]
    expected = [max(within.bucket_of(at), START).timestamp() for at in moments]
    first = within.edges[1] if len(within.edges) > 1 else within.end
    # The chart's first bar begins where the range does; the query's may begin before.
    assert [at for at, moment in zip(found, moments, strict=True) if moment >= first] == [
        at for at, moment in zip(expected, moments, strict=True) if moment >= first
    ]


@pytest.mark.parametrize(
    "value",
    [
        c.bound("String", "it's a \\ {v_1:String} \n ü"),
        c.bound("Array(String)", ["a'b", "c\\", ""]),
        c.bound("Int64", -5),
        c.bound("Float64", 1e-12),
        c.bound("Bool", 1),
        c.bound("UUID", "00000000-0000-4000-8000-000000000001"),
        c.bound("DateTime64(3, 'UTC')", "2026-01-31 12:00:00.250"),
    ],
    ids=lambda value: value.sql.partition(":")[2],
)
def test_a_value_written_out_is_the_bound_one(warehouse: Client, value: Condition) -> None:
    sql = f"SELECT {value.sql} AS bound, {inlined(value)} AS written, bound = written"
    assert warehouse.query(sql, value.parameters).result_rows[0][2]


def test_values_are_written_out_everywhere() -> None:
    both = joined("AND", [c.matches("model", "equals", "a'b", ""), c.matches("model", "contains", "50%", "")])
    assert inlined(both) == r"(model = 'a\'b') AND (model ILIKE '%50\\%%')"
