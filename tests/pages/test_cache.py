"""The cache page: figures, and how to switch caching on where nobody has."""

from __future__ import annotations

from tests.pages.conftest import Dashboard, text


def test_hits_misses_and_savings_are_shown(dashboard: Dashboard) -> None:
    stored = dashboard.record(model="gpt-4o", cache_enabled=True, prompt_tokens=40, completion_tokens=2, latency=800)
    for _ in range(3):
        dashboard.record(
            model="gpt-4o", cache_enabled=True, cache_reference_id=stored, cost_status="cached", price_id="p",
            saved_cost=500_000_000, saved_latency=800, latency=3, request_body='{"prompt": "<i>Say hello</i>"}',
        )  # fmt: skip
    dashboard.record(model="gpt-4o")
    app = dashboard.open("cache", range="24h")
    shown = text(app)
    assert not app.exception
    for figure in ("75.0 %", "60.0 %", "$1.50", "2.4 s", "800 ms per hit", ">126<"):
        assert figure in shown, figure
    assert "&lt;i&gt;Say hello" in shown
    assert f"cache_reference_id%3Aequals%3A{stored}" in shown
    assert "under a minute" in shown


def test_savings_of_unknown_price_are_no_zero(dashboard: Dashboard) -> None:
    stored = dashboard.record(model="own", cache_enabled=True)
    dashboard.record(model="own", cache_enabled=True, cache_reference_id=stored, cost_status="cached")
    shown = text(dashboard.open("cache", range="24h"))
    assert "unpriced" in shown
    assert "1 hits of unknown price" in shown


def test_without_caching_the_page_says_how_to_switch_it_on(dashboard: Dashboard) -> None:
    dashboard.record(model="gpt-4o")
    shown = text(dashboard.open("cache", range="24h"))
    assert "Nothing asked for caching" in shown
    assert "Helicone-Cache-Enabled: true" in shown


def test_caching_without_a_hit_claims_no_savings(dashboard: Dashboard) -> None:
    dashboard.record(model="gpt-4o", cache_enabled=True)
    shown = text(dashboard.open("cache", range="24h"))
    assert "0.0 %" in shown
    assert "Nothing was answered from the cache in this view." in shown
    assert "$0" not in shown
