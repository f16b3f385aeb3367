"""The models page: LiteLLM's map, what is used of it, models side by side."""

from __future__ import annotations

import polars as pl
import pytest

from metadata import prices
from metadata import store as metadata
from settings import Settings
from tests.pages.conftest import Dashboard, text
from ui.models import listing
from ui.models.listing import Typical


@pytest.fixture
def using(dashboard: Dashboard) -> Dashboard:
    for model, provider in (("gpt-4o-2024-08-06", "openai"), ("gpt-4o-2024-08-06", "openai"), ("house-1", "vllm")):
        dashboard.record(
            model=model, provider=provider, cost=3_000_000, cost_status="priced", prompt_tokens=1000,
            prompt_cache_read_tokens=400, completion_tokens=100,
        )  # fmt: skip
    return dashboard


def test_what_is_used_comes_first(using: Dashboard) -> None:
    app = using.open("models")
    shown = app.dataframe[0].value
    assert shown.iloc[0]["name"] == "gpt-4o-2024-08-06"
    assert (shown.iloc[0]["requests"], shown.iloc[0]["cost"]) == (2, 0.006)
    assert shown["requests"].notna().sum() == 1
    assert "1 of them were called" in text(app)
    assert not app.exception


def test_a_search_needs_every_word_of_names_and_abilities(using: Dashboard) -> None:
    app = using.open("models")
    app.text_input(key="search").set_value("claude sonnet-4-6 vision").run()
    names = app.dataframe[0].value["name"].to_list()
    assert "claude-sonnet-4-6" in names
    assert all("sonnet-4-6" in name for name in names)
    app.text_input(key="search").set_value("nothing is called so").run()
    assert "No model is called so" in text(app)


def test_models_stand_side_by_side_by_their_url(using: Dashboard) -> None:
    app = using.open("models", compare=["gpt-4o", "claude-sonnet-4-6", "unheard-of"])
    shown = text(app)
    assert "Side by side" in shown
    assert "1,000 input tokens (400 of them cached) and 100 of output" in shown
    # 600 × $2.5 + 400 × $1.25 + 100 × $10 a million; 600 × $3 + 400 × $0.3 + 100 × $15
    assert "$0.0030" in shown
    assert "$0.0034" in shown


def test_an_own_price_stands_in_place_of_the_maps(using: Dashboard, metadata_settings: Settings) -> None:
    store = metadata.connect(metadata_settings)
    prices.set_price(store, using.organization_id, "openai", "gpt-4o-2024-08-06", {"input": 1e-6, "output": 2e-6})
    store.close()
    shown = using.open("models").dataframe[0].value
    assert shown.iloc[0]["name"] == "gpt-4o-2024-08-06 (own price)"
    assert (shown.iloc[0]["input"], shown.iloc[0]["output"]) == (1, 2)


def test_the_map_has_rates_a_million_and_no_false_zero() -> None:
    row = listing.listed().filter(pl.col("name") == "claude-sonnet-4-6").row(0, named=True)
    assert (row["input"], row["cache_read"], row["cache_write"], row["cache_write_1h"]) == (3, 0.3, 3.75, 6)
    assert row["provider"] == "anthropic"
    assert "vision" in row["abilities"]
    assert Typical(1000, 0, 10).cost({"input": 1.0, "cache_read": None, "output": None}) is None
