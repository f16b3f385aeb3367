"""LiteLLM's models as a table: prices, limits, what each supports."""

from __future__ import annotations

import functools
from typing import Any

import polars as pl

from warehouse import catalogue
from warehouse.prices import BUCKETS

SUPPORTS = {
    "vision": "vision", "function_calling": "tools", "reasoning": "reasoning", "prompt_caching": "caching",
    "response_schema": "JSON schema", "audio_input": "audio in", "audio_output": "audio out", "pdf_input": "PDF",
    "web_search": "web search", "computer_use": "computer use",
}  # fmt: skip
"""LiteLLM's ``supports_<key>`` -> what people call it."""


@functools.cache
def listing() -> pl.DataFrame:
    """A row of each model and provider: `name` (``provider/model``), `provider`, `model`, `mode`, USD a million tokens
    by bucket (null where it has no rate of its own), `context`, `max_output`, `supports` and `deprecated` (a date)."""
    rows: dict[str, dict[str, Any]] = {}
    for key, entry in catalogue.everything().items():
        provider = catalogue.owner(entry)
        model = catalogue.bare(key, provider)
        if not provider or "/" in provider:
            continue
        rows.setdefault(f"{provider}/{model}", _row(provider, model, entry))
    numbers = dict.fromkeys(BUCKETS, pl.Float64)
    counts = {"context": pl.Int64, "max_output": pl.Int64}
    schema = {
        "name": pl.String, "provider": pl.String, "model": pl.String, "mode": pl.String, **numbers, **counts,
        "supports": pl.List(pl.String), "deprecated": pl.String,
    }  # fmt: skip
    return pl.DataFrame(list(rows.values()), schema).sort("name")


@functools.cache
def priced() -> list[str]:
    """The names of those that take text and have a price of input and output."""
    found = listing().filter(pl.col("input").is_not_null() & pl.col("output").is_not_null())
    return found.filter(pl.col("mode").is_in(["chat", "responses", "completion"]))["name"].to_list()


def _row(provider: str, model: str, entry: Any) -> dict[str, Any]:
    rates = catalogue.listed_rates(entry)
    return {
        "name": f"{provider}/{model}",
        "provider": provider,
        "model": model,
        "mode": str(entry.get("mode") or ""),
        **{bucket: float(rates[bucket] * 10**6) if bucket in rates else None for bucket in BUCKETS},
        "context": _count(entry.get("max_input_tokens") or entry.get("max_tokens")),
        "max_output": _count(entry.get("max_output_tokens")),
        "supports": [label for name, label in SUPPORTS.items() if entry.get(f"supports_{name}")],
        "deprecated": str(entry.get("deprecation_date") or ""),
    }


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
