"""What holds for every page: content, nothing yet, nothing that matches, no warehouse, no access, no query twice."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import streamlit as st

from tests.pages.conftest import ROOT, Dashboard, run, text
from ui import session
from warehouse.client import Reader

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
OF_REQUESTS = sorted(set(PAGES) - {"hql", "models", "pipeline", "settings"})
"""Those that show what a time range and filters leave."""

each_page = pytest.mark.parametrize("page", PAGES)
each_of_requests = pytest.mark.parametrize("page", OF_REQUESTS)


def opened(page: str, **parameters: Any) -> Any:
    return run("" if page == "overview" else page, **parameters)


@pytest.fixture
def busy(dashboard: Dashboard) -> Dashboard:
    now = datetime.now(UTC)
    for number in range(4):
        dashboard.record(
            at=now - timedelta(minutes=2 + 9 * number), model="gpt-4o", provider="openai", user_id="ann",
            session_id=f"s-{number % 2}", session_name="chat", session_path=f"/chat/{number}", latency=900, status=200,
            cost=2_000_000, cost_status="priced", prompt_tokens=400, completion_tokens=50, is_stream=True,
            time_to_first_token=200, scores={"helpfulness": 0.8}, feedback=True, properties={"App": "chat"},
            prompt_id="support", prompt_version="2", country_code="DE", cache_enabled=True,
        )  # fmt: skip
    dashboard.record(model="gpt-4o", provider="openai", user_id="ann", status=429, error_type="rate_limit", latency=20)
    return dashboard


def test_every_page_is_in_the_sidebar() -> None:
    tree = ast.parse((ROOT / "app.py").read_text())
    links = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Link"]
    assert sorted(str(link.args[0].value) for link in links) == PAGES  # type: ignore[attr-defined]
    keys = Counter(str(link.args[3].value) for link in links)  # type: ignore[attr-defined]
    assert keys.most_common(1)[0][1] == 1


@each_page
def test_a_page_shows_what_there_is_without_a_fault(busy: Dashboard, page: str) -> None:
    app = opened(page, range="24h")
    assert not app.exception
    assert "hg-title" in text(app)
    assert "does not answer" not in text(app)
    assert "The query failed" not in text(app)


@each_page
def test_no_page_asks_the_same_twice(busy: Dashboard, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[str] = Counter()
    frame, rows = Reader.frame, Reader.rows

    def framed(reader: Reader, sql: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
        asked[f"{sql} {parameters}"] += 1
        return frame(reader, sql, parameters)

    def listed(reader: Reader, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        asked[f"{sql} {parameters}"] += 1
        return rows(reader, sql, parameters)

    monkeypatch.setattr(Reader, "frame", framed)
    monkeypatch.setattr(Reader, "rows", listed)
    opened(page, range="24h")
    assert {sql: count for sql, count in asked.items() if count > 1} == {}


@each_of_requests
def test_before_the_first_request_a_page_says_how_to_send_one(dashboard: Dashboard, page: str) -> None:
    app = opened(page)
    assert "No requests yet" in text(app)
    assert not app.exception


@each_of_requests
def test_a_view_without_requests_has_no_fault(busy: Dashboard, page: str) -> None:
    app = opened(page, range="7d", f="model:equals:nobody")
    assert not app.exception
    assert "The query failed" not in text(app)
    assert "hg-none" in text(app) or "hg-empty" in text(app)


@each_of_requests
def test_a_page_lives_without_its_warehouse(dashboard: Dashboard, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICKHOUSE_URL", "http://default:x@127.0.0.1:9/heliograph")
    st.cache_resource.clear()
    app = opened(page)
    assert "The warehouse does not answer" in text(app)
    assert not app.exception


@each_page
def test_nobody_sees_a_page_without_signing_in(busy: Dashboard, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "secret", lambda: "")
    app = opened(page, range="24h")
    assert "Open the dashboard by its sign-in link" in text(app)
    assert "gpt-4o" not in text(app)


def test_a_page_file_is_thin() -> None:
    assert [path.name for path in Path(ROOT / "pages").glob("*.py") if path.read_text().count("\n") > 20] == []
