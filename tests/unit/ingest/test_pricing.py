"""Costs worked out by hand from LiteLLM's listed prices, in USD × 1e9."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import pricing
from ingest.usage import Usage
from warehouse import catalogue

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)

COSTS: dict[str, tuple[str, str, Usage, datetime, int, str]] = {
    # 800 × 2.5 + 200 × 1.25 + 500 × 10 USD a million
    "cache reads": ("openai", "gpt-4o", Usage(prompt=1000, completion=500, cache_read=200), NOON, 7_250_000, ""),
    # 50 × 3 + 2000 × 0.3 + 456 × 3.75 + 100 × 6 + 503 × 15
    "cache writes of both lifetimes": (
        "anthropic",
        "claude-sonnet-4-5-20250929",
        Usage(prompt=2606, completion=503, cache_read=2000, cache_write=556, cache_write_1h=100),
        NOON,
        150_000 + 600_000 + 1_710_000 + 600_000 + 7_545_000,
        "",
    ),
    # 200,000 is still the lower tier: 200,000 × 1.25 + 1000 × 10
    "at the threshold": (
        "google", "gemini-2.5-pro", Usage(prompt=200_000, completion=1000), NOON, 260_000_000, ""
    ),
    # beyond it all of the request is dearer, cached tokens too: 100,001 × 2.5 + 100,000 × 0.25 + 1000 × 15
    "beyond the threshold": (
        "google",
        "gemini-2.5-pro",
        Usage(prompt=200_001, completion=1000, cache_read=100_000),
        NOON,
        250_002_500 + 25_000_000 + 15_000_000,
        "above 200k",
    ),
    # 300,000 × 4 + 500 × 15
    "a tier beyond a threshold": (
        "openai", "gpt-5.6", Usage(prompt=300_000, completion=500, tier="flex"), NOON, 1_207_500_000, "above 272k flex"
    ),
    # 1000 × 1.25 + 500 × 5
    "a batch is half the price": (
        "openai", "gpt-4o", Usage(prompt=1000, completion=500, tier="batch"), NOON, 3_750_000, "batch"
    ),
    "a tier without a price of its own": (
        "openai", "gpt-4o", Usage(prompt=1000, completion=500, tier="scale"), NOON, 7_500_000, ""
    ),
    # 1000 × 0.15 + 100 × 0.6, at noon; twice that in the morning
    "off-peak": ("deepseek", "deepseek-flash", Usage(prompt=1000, completion=100), NOON, 210_000, "off-peak"),
    "peak": ("deepseek", "deepseek-flash", Usage(prompt=1000, completion=100), MORNING, 420_000, ""),
    # 300,000 × 0.25 + 10 × 2
    "tiered_pricing": ("dashscope", "qwen-flash", Usage(prompt=300_000, completion=10), NOON, 75_020_000, "above 256k"),
    # 20 × 2.5 + 100 × 40 + 20 × 10 + 70 × 80
    "audio": (
        "openai",
        "gpt-4o-audio-preview-2024-12-17",
        Usage(prompt=120, completion=90, prompt_audio=100, completion_audio=70),
        NOON,
        50_000 + 4_000_000 + 200_000 + 5_600_000,
        "",
    ),
    "reasoning costs what output costs": (
        "openai", "o3", Usage(prompt=0, completion=100, reasoning=80), NOON, 800_000, ""
    ),
    # × 1.1
    "a region": (
        "anthropic", "claude-opus-4-6", Usage(prompt=1000, completion=0, extras=("us",)), NOON, 5_500_000, "us"
    ),
    "an unlisted snapshot": ("openai", "gpt-4o-2031-01-01", Usage(prompt=1000), NOON, 2_500_000, ""),
    "a demo model": ("demo", "demo/gpt-4o", Usage(prompt=1000), NOON, 2_500_000, ""),
    "a demo model without its prefix": ("demo", "claude-sonnet-4-5", Usage(prompt=1000), NOON, 3_000_000, ""),
    "an embedding": ("openai", "text-embedding-3-small", Usage(prompt=8), NOON, 160, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", COSTS)
def test_a_request_costs_what_the_list_says(name: str) -> None:
    provider, model, usage, at, cost, marks = COSTS[name]
    price = pricing.find(provider, model, usage, at)
    assert price is not None
    assert pricing.cost(usage, price) == cost
    assert price.id.partition("/")[2].partition(" ")[2] == marks


@pytest.mark.parametrize(("provider", "model"), [("openai", "gpt-99"), ("nobody", "gpt-4o"), ("openai", "whisper-1")])
def test_what_has_no_listed_price_has_none_here(provider: str, model: str) -> None:
    assert pricing.find(provider, model, Usage(prompt=10), NOON) is None


TOKENS = st.integers(0, 2**31)
USAGES = st.builds(
    Usage, prompt=TOKENS, completion=TOKENS, cache_read=TOKENS, cache_write=TOKENS, cache_write_1h=TOKENS,
    reasoning=TOKENS, prompt_audio=TOKENS, completion_audio=TOKENS,
)  # fmt: skip


@given(prompt=st.tuples(TOKENS, TOKENS, TOKENS, TOKENS), completion=st.tuples(TOKENS, TOKENS, TOKENS))
def test_every_token_is_in_exactly_one_bucket(prompt: tuple[int, ...], completion: tuple[int, ...]) -> None:
    usage = Usage(
        prompt=sum(prompt), cache_read=prompt[1], cache_write=prompt[2], cache_write_1h=prompt[2] // 2,
        prompt_audio=prompt[3], completion=sum(completion), reasoning=completion[1], completion_audio=completion[2],
    )  # fmt: skip
    assert sum(pricing.buckets(usage)) == usage.prompt + usage.completion


@given(USAGES)
def test_no_bucket_is_negative_whatever_the_provider_says(usage: Usage) -> None:
    assert min(pricing.buckets(usage)) >= 0


def test_models_are_found_under_our_providers_names() -> None:
    assert catalogue.providers_of("gpt-4o")[0] == "openai"
    assert catalogue.providers_of("claude-sonnet-4-5")[0] == "anthropic"
    assert catalogue.providers_of("GPT-4o-2031-01-01")[0] == "openai"
    assert catalogue.providers_of("gpt-99") == ()


def test_the_nearest_names_are_offered() -> None:
    assert catalogue.nearest("gpt-4o-minni")[0] == "gpt-4o-mini"
    assert catalogue.nearest("opnai", ["groq", "openai"]) == ["openai"]
