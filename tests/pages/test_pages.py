"""What the pages show, by Streamlit's own test runner over a real warehouse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st

from metadata.store import MetadataUnavailable
from settings import Settings
from tests.database import database
from tests.pages.conftest import Dashboard, run, text
from ui import session
from warehouse.migrate import migrate


def test_without_a_session_the_page_says_where_the_link_is(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "secret", lambda: "")
    app = run()
    assert "Open the dashboard by its sign-in link" in text(app)
    assert app.code[0].value == "make link"
    assert not app.sidebar.children


def test_the_metadata_database_being_away_is_said(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise MetadataUnavailable("away")

    monkeypatch.setattr(session, "organisation", away)
    assert "The metadata database does not answer" in text(run())


@pytest.mark.parametrize("page", ["", "requests"])
def test_before_the_first_request_the_page_says_how_to_send_one(dashboard: Dashboard, page: str) -> None:
    app = dashboard.open(page)
    assert "No requests yet" in text(app)
    assert "curl http://127.0.0.1:8585/v1/chat/completions" in app.code[0].value


def test_the_url_gives_the_filters_of_the_page(busy: Dashboard) -> None:
    app = busy.open(range="24h", f=["model:equals:gpt-4o", "outcome:equals:failed"])
    labels = [button.label for button in app.button]
    assert "Model is gpt\\-4o" in labels
    assert "Outcome is failed" in labels
    assert '<span class="value">1</span>' in text(app)


def test_taking_a_filter_away_changes_the_url(busy: Dashboard) -> None:
    app = busy.open(range="24h", f=["model:equals:gpt-4o", "outcome:equals:failed"])
    next(button for button in app.button if button.label == "Outcome is failed").click().run()
    assert app.query_params == {"range": "24h", "f": "model:equals:gpt-4o"}
    assert '<span class="value">2</span>' in text(app)


def test_another_range_goes_into_the_url_and_keeps_the_filters(busy: Dashboard) -> None:
    app = busy.open(range="24h", f="model:equals:gpt-4o")
    app.segmented_control[0].set_value("7d").run()
    assert app.query_params == {"range": "7d", "f": "model:equals:gpt-4o"}


def test_a_custom_range_shows_its_own_requests(busy: Dashboard) -> None:
    start = datetime.now(UTC) - timedelta(days=3)
    busy.record(at=start + timedelta(minutes=30), model="of-three-days-ago")
    end = start + timedelta(hours=1)
    shown = text(busy.open(from_=f"{start:%Y-%m-%dT%H:%M:%SZ}", to=f"{end:%Y-%m-%dT%H:%M:%SZ}"))
    assert "of-three-days-ago" in shown
    assert "house-model" not in shown


def test_a_filter_that_matches_nothing_can_be_cleared(busy: Dashboard) -> None:
    app = busy.open(range="24h", f="model:equals:nobody")
    assert "Nothing here" in text(app)
    next(button for button in app.button if button.label == "Clear the filters").click().run()
    assert app.query_params == {"range": "24h"}
    assert "Nothing here" not in text(app)


@pytest.mark.parametrize("wrong", ["modle:equals:x", "latency:gt:slow", "nonsense"])
def test_a_filter_that_cannot_be_used_is_named(busy: Dashboard, wrong: str) -> None:
    app = busy.open(f=wrong)
    assert "This link's filter cannot be used".replace("'", "&#x27;") in text(app)
    assert not app.exception


def test_the_warehouse_being_away_is_one_sentence_and_a_way_back(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLICKHOUSE_URL", "http://default:x@127.0.0.1:9/heliograph")
    st.cache_resource.clear()
    app = dashboard.open()
    assert "The warehouse does not answer" in text(app)
    assert "Try again" in [button.label for button in app.button]
    assert not app.exception


def test_the_pipeline_page_says_how_ingestion_is(
    dashboard: Dashboard, warehouse_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = ["reported_at", "worker", "queued", "written", "retried", "dead", "dropped", "backlog_bytes", "lag"]
    with database(warehouse_server) as (url, client):
        migrate(client, Settings(clickhouse_url=url))
        client.insert("pipeline", [[datetime.now(UTC), "w", 10, 8, 0, 0, 3, 2048, 1.5]], column_names=columns)
        monkeypatch.setenv("CLICKHOUSE_URL", url)
        st.cache_resource.clear()
        shown = text(dashboard.open("pipeline"))
    assert '<span class="value">1.5 s</span>' in shown
    assert "Records were dropped" in shown
    assert shown.count('href="/download/pipeline.csv"') == 2


def test_pages_are_thin() -> None:
    for page in Path("pages").glob("*.py"):
        assert len(page.read_text().splitlines()) <= 120
