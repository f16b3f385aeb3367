"""What a page asks: all at once, each once; and what it does not wait for any more is stopped."""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from clickhouse_connect.driver.client import Client

from tests.pages.conftest import Dashboard
from ui import asking
from ui.frame import Context
from ui.state import View
from warehouse.client import Reader
from warehouse.conditions import Condition
from warehouse.errors import QueryFailed
from warehouse.timerange import TimeRange

MARK = "a question for the tests"
asked: list[int] = []


def quick(reader: Reader, time_range: TimeRange, condition: Condition, *, number: int = 1) -> pl.DataFrame:
    asked.append(number)
    return reader.frame("SELECT {number:UInt8} AS number", {"number": number})


def endless(reader: Reader, time_range: TimeRange, condition: Condition) -> pl.DataFrame:
    return reader.frame(f"SELECT '{MARK}', count() FROM system.numbers WHERE NOT ignore(sipHash64(number))")


def wrong(reader: Reader, time_range: TimeRange, condition: Condition) -> pl.DataFrame:
    return reader.frame("SELECT nothing FROM nowhere")


@pytest.fixture
def context(dashboard: Dashboard) -> Context:
    asked.clear()
    return Context(str(dashboard.organization_id), View("24h"), ZoneInfo("UTC"), "UTC")


def running(client: Client) -> int:
    sql = f"SELECT count() FROM system.processes WHERE query LIKE '%{MARK}%' AND query NOT LIKE '%processes%'"
    return int(client.query(sql).result_rows[0][0])


def wait_until(client: Client, count: int) -> bool:
    for _ in range(100):
        if running(client) == count:
            return True
        time.sleep(0.1)
    return False


def test_the_same_question_is_asked_once(context: Context) -> None:
    answers = asking.together(context, [quick] * 5)
    assert [one.result().value.item() for one in answers] == [1] * 5
    assert asked == [1]
    assert asking.begin(context, quick, number=2).result().value.item() == 2
    assert asked == [1, 2]


def test_a_question_that_fails_spoils_no_other(context: Context) -> None:
    good, bad = asking.together(context, [quick, wrong])
    assert good.result().value.item() == 1
    with pytest.raises(QueryFailed):
        bad.result()


def test_a_page_that_is_left_stops_its_queries(context: Context, dashboard: Dashboard) -> None:
    futures = [asking.begin(context, endless), asking.begin(context, quick)]
    waiting = asking.as_answered(futures)
    assert next(waiting).result().value.item() == 1
    assert wait_until(dashboard.client, 1)
    waiting.close()
    assert wait_until(dashboard.client, 0)
    with pytest.raises(QueryFailed):
        futures[0].result()
