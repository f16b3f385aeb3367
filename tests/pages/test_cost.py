"""The cost explorer: what it shows, and a price of one's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metadata import prices
from metadata import store as metadata
from metadata.store import Store
from settings import Settings
from tests.pages.conftest import Dashboard, text


@pytest.fixture
def store(metadata_settings: Settings) -> Iterator[Store]:
    store = metadata.connect(metadata_settings)
    yield store
    store.close()


@pytest.fixture
def spending(dashboard: Dashboard) -> Dashboard:
    dashboard.record(
        model="gpt-4o", provider="openai", cost=1_500_000_000, cost_status="priced", prompt_tokens=1000,
        completion_tokens=100, properties={"App": "chat"},
    )  # fmt: skip
    dashboard.record(
        model="house-1", provider="vllm", cost_status="unpriced", prompt_tokens=2_000_000, completion_tokens=1_000_000
    )
    return dashboard


def test_the_page_shows_where_the_money_goes(spending: Dashboard) -> None:
    app = spending.open("cost", range="24h")
    shown = text(app)
    for said in ("≥ $1.50", "gpt-4o", "vllm/house-1", "Unpriced models"):
        assert said in shown
    assert not app.exception


def test_dimensions_come_from_the_url(spending: Dashboard, store: Store) -> None:
    store.keep_property_names(spending.organization_id, ["App"])
    app = spending.open("cost", range="24h", **{"cost.by": "properties.App", "cost.rows": "properties.App"})
    assert "by app" in text(app)
    assert "chat" in text(app)
    assert not app.exception


def test_a_price_is_set_and_the_past_is_to_get_it(spending: Dashboard, store: Store) -> None:
    app = spending.open("cost", range="24h")
    assert app.selectbox(key="price of").value == "vllm/house-1"
    app.number_input(key="rate input vllm/house-1").set_value(0.5).run()
    app.number_input(key="rate output vllm/house-1").set_value(2.0).run()
    assert "Would add $3.00 for 1 unpriced requests of this view." in [one.value for one in app.caption]
    app.button(key="price set").click().run()
    assert not app.exception
    [price] = prices.prices(store, spending.organization_id)
    assert (price.provider, price.model, price.rates) == ("vllm", "house-1", {"input": 5e-7, "output": 2e-6})
    [asked] = prices.repricings(store, spending.organization_id)
    assert asked.is_open
    assert "waits for a worker" in str([one.proto.text for one in app.get("progress")]).replace("\\", "")


def test_a_price_without_output_is_refused(spending: Dashboard, store: Store) -> None:
    app = spending.open("cost", range="24h")
    app.number_input(key="rate output vllm/house-1").set_value(None).run()
    app.button(key="price set").click().run()
    assert "A price needs a rate for input and one for output." in [one.value for one in app.error]
    assert prices.prices(store, spending.organization_id) == []


def test_means_are_of_what_has_a_price_and_was_paid(spending: Dashboard) -> None:
    spending.record(model="tool:search", provider="custom", cost_status="none")
    spending.record(model="gpt-4o", provider="openai", cost_status="cached", saved_cost=5)
    shown = text(spending.open("cost", range="24h"))
    assert "of 1 with a price" in shown
    # $1.50 over 1,100 tokens
    assert "$1,363.64" in shown
