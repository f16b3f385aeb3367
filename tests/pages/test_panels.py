"""Every panel there is: it answers, it is drawn, its data can be taken along, and HQL takes its question."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import plotly.graph_objects as go
import pytest
from clickhouse_connect.driver.client import Client

from hql.guard import guard
from hql.run import Runner
from tests.conftest import Warehouse
from tests.pages.conftest import Dashboard, run
from ui import registry
from ui.downloads import as_csv
from ui.panel import Panel, Seen
from ui.state import View
from warehouse.client import Reader
from warehouse.errors import WarehouseError

PANELS = list(registry.panels().values())
each_panel = pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)
VIEWS = {
    "a day": View("24h"),
    "a quarter of an hour": View("15m"),
    "filtered": View.parse(
        [("range", "30d"), ("f", "properties.App:equals:chat's"), ("f", "text:contains:parcel"), ("f", "latency:gt:1")]
    ),
}


@pytest.fixture(scope="module")
def asked(warehouse: Client) -> Dashboard:
    """An organisation with a few requests of every kind that panels tell apart; no test here changes them."""
    dashboard, now = Dashboard(uuid4(), warehouse, run), datetime.now(UTC)
    common = {
        "request_body": '{"messages": [{"role": "user", "content": "Where is my parcel?"}]}', "user_id": "ann",
        "session_id": "s-1", "session_name": "chat", "session_path": "/chat", "properties": {"App": "chat's"},
        "provider": "openai", "model": "gpt-4o", "prompt_id": "support", "prompt_version": "2", "country_code": "DE",
    }  # fmt: skip
    for minutes in (2, 3, 70):
        dashboard.record(
            **common, at=now - timedelta(minutes=minutes), cost=2_000_000, cost_status="priced", latency=900,
            prompt_tokens=400, completion_tokens=50, is_stream=True, time_to_first_token=200,
            gateway_overhead_us=300,
            scores={"helpfulness": 0.8, "on_topic": 1.0}, feedback=True,
        )  # fmt: skip
    dashboard.record(**common, status=429, error_type="rate_limit", latency=20)
    dashboard.record(**common, cost_status="unpriced", latency=70, prompt_tokens=10)
    stored = dashboard.record(**common, cache_enabled=True, cost=3_000_000, cost_status="priced", latency=800)
    dashboard.record(
        **common, cache_enabled=True, cache_reference_id=stored, cost_status="cached", saved_cost=3_000_000,
        saved_latency=800, latency=4,
    )  # fmt: skip
    marked = {"properties": {"App": "chat's", "Helicone-Rate-Limit-Status": "bucket_rate_limited"}}
    dashboard.record(**common | marked, status=429, error_type="bucket_rate_limited", latency=2)
    return dashboard


def seen(panel: Panel, view: View) -> Seen:
    zone = ZoneInfo("Europe/Berlin")
    condition = view.condition({"app": "App"})
    return Seen(view, view.range(zone), condition, zone, options=dict(panel.options))


def answer(dashboard: Dashboard, panel: Panel, view: View) -> tuple[Any, Seen]:
    of = seen(panel, view)
    reader = Reader(dashboard.client, dashboard.organization_id)
    return panel.question(reader, of.time_range, of.condition, **dict(panel.options)), of


@each_panel
@pytest.mark.parametrize("view", VIEWS.values(), ids=list(VIEWS))
def test_a_panel_is_drawn_and_downloaded(asked: Dashboard, panel: Panel, view: View) -> None:
    found, of = answer(asked, panel, view)
    drawn = panel.draw(found, of)
    assert isinstance(drawn, go.Figure) or drawn.startswith("<")
    assert panel.described(found, of)
    heads = as_csv(panel.table(found)).decode().splitlines()[0].split(",")
    assert {"bucket", "level", "cost", "saved_cost", "spent"}.isdisjoint(heads), "what only the warehouse understands"


@each_panel
def test_a_panel_without_data_is_drawn_all_the_same(warehouse: Client, panel: Panel) -> None:
    found, of = answer(Dashboard(uuid4(), warehouse, run), panel, View("24h"))
    assert panel.draw(found, of)
    assert panel.described(found, of)


@pytest.fixture(scope="module")
def runner(warehouse: Client, embedded_warehouse: Warehouse) -> Iterator[Runner]:
    runner = Runner(embedded_warehouse.settings)
    yield runner
    runner.close()


@each_panel
@pytest.mark.parametrize("view", VIEWS.values(), ids=list(VIEWS))
def test_a_panels_question_can_be_asked_in_hql(asked: Dashboard, runner: Runner, panel: Panel, view: View) -> None:
    of = seen(panel, view)
    result = runner.execute(guard(panel.as_hql(of), asked.organization_id, {}))
    assert result.row_count >= 1


HOSTILE = ("'", "\\", "')) SETTINGS readonly = 0 --", "cost) OR 1 = 1", "{x:String}")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("panel", [one for one in PANELS if one.options], ids=lambda panel: panel.name)
def test_an_option_of_a_download_never_becomes_sql(asked: Dashboard, panel: Panel, text: str) -> None:
    """An address may carry any text as an option: it is a value, or is refused before ClickHouse sees it."""
    for option, usual in panel.options:
        if isinstance(usual, str):
            try:
                answer(asked, panel.having(**{option: text}), View("24h"))
            except (KeyError, ValueError) as refused:
                assert not isinstance(refused, WarehouseError)
