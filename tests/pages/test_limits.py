"""The page of rate limits: ours, the providers', and what a policy looks like where there are none."""

from __future__ import annotations

from typing import Any

from tests.pages.conftest import Dashboard, text

STOPPED: dict[str, Any] = {
    "model": "gpt-4o", "provider": "openai", "status": 429, "user_id": "<i>ann</i>", "error_message": "Slow down.",
    "properties": {"Helicone-Rate-Limit-Status": "bucket_rate_limited", "App": "chat"},
}  # fmt: skip


def test_what_our_limits_stopped_is_told_from_providers_429s(dashboard: Dashboard) -> None:
    request = dashboard.record(**STOPPED, response_headers={"helicone-ratelimit-policy": "60;w=600;s=user"})
    dashboard.record(**STOPPED)
    dashboard.record(model="claude", provider="anthropic", status=429)
    dashboard.record(model="gpt-4o", provider="openai")
    app = dashboard.open("limits", range="24h")
    shown = text(app)
    assert not app.exception
    for said in ("50.0 %", "25.0 % of all requests", "60;w=600;s=user", "Slow down.", "&lt;i&gt;ann", "claude"):
        assert said in shown, said
    assert f"request={request}" in shown
    assert "user=%3Ci%3Eann" in shown


def test_what_was_stopped_can_be_grouped_otherwise(dashboard: Dashboard) -> None:
    dashboard.record(**STOPPED)
    app = dashboard.open("limits", range="24h", **{"limits-by.by": "model"})
    assert "by model" in text(app)
    assert not app.exception
    refused = dashboard.open("limits", range="24h", **{"limits-by.by": "request_body"})
    assert "by user" in text(refused)


def test_providers_429s_alone_come_with_the_policy_explained(dashboard: Dashboard) -> None:
    dashboard.record(model="claude", provider="anthropic", status=429)
    shown = text(dashboard.open("limits", range="24h"))
    assert "Helicone-RateLimit-Policy" in shown
    assert "429s of providers" in shown


def test_where_nothing_was_limited_the_page_explains_the_policy(dashboard: Dashboard) -> None:
    dashboard.record(model="gpt-4o")
    shown = text(dashboard.open("limits", range="24h"))
    assert "Nothing was limited" in shown
    assert "1000;w=3600;s=user" in shown
