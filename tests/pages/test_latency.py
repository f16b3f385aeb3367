"""The page of latency and reliability: its figures, its tables with links, and where there is nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.pages.conftest import Dashboard, text


@pytest.fixture
def busy(dashboard: Dashboard) -> Dashboard:
    """Four streamed requests, a rate limit, and a stream that broke off."""
    now = datetime.now(UTC)
    for minutes in (2, 3, 4, 90):
        dashboard.record(
            at=now - timedelta(minutes=minutes), provider="openai", model="gpt-4o", status=200, latency=1_200,
            is_stream=True, time_to_first_token=200, completion_tokens=100, gateway_overhead_us=500,
        )  # fmt: skip
    dashboard.record(
        provider="openai", model="gpt-4o", status=429, error_type="rate_limit", error_message="Slow <down>", latency=20
    )
    dashboard.record(provider="vllm", model="house", status=200, error_type="overloaded_error", latency=40)
    return dashboard


def test_the_tiles_and_charts_are_there(busy: Dashboard) -> None:
    app = busy.open("latency", range="24h")
    shown = text(app)
    assert not app.exception
    assert len(app.get("plotly_chart")) == 10
    for figure in ("median; p95 1.22 s", "102/s", "0.49 ms", "1 of 6", "66.7 %", "providers failed 2"):
        assert figure in shown
    assert 'href="/pipeline"' in shown


def test_ways_to_fail_lead_to_their_requests(busy: Dashboard) -> None:
    shown = text(busy.open("latency", range="24h"))
    link = "f=provider%3Aequals%3Aopenai&amp;f=status%3Aequals%3A429&amp;f=error_type%3Aequals%3Arate_limit"
    assert f'href="/requests?range=24h&amp;{link}"' in shown
    assert "Slow &lt;down&gt;" in shown
    assert "stream broke off" in shown


def test_models_and_providers_stand_beside_each_other(busy: Dashboard) -> None:
    shown = text(busy.open("latency", range="24h"))
    for title in ("Models compared", "Models in figures", "Providers compared", "Providers in figures"):
        assert title in shown
    assert 'href="/requests?range=24h&amp;f=request_model%3Aequals%3Ahouse"' in shown


def test_without_streams_and_failures_the_panels_say_so(dashboard: Dashboard) -> None:
    dashboard.record(provider="openai", model="gpt-4o", status=200, latency=300)
    app = dashboard.open("latency", range="24h")
    shown = text(app)
    assert not app.exception
    for sentence in ("nothing was streamed", "No request failed.", "nothing came through it"):
        assert sentence in shown


def test_a_view_without_requests_says_so(busy: Dashboard) -> None:
    assert "Nothing here" in text(busy.open("latency", range="24h", f="model:equals:none"))
