"""LiteLLM's map as a table, with what the organisation uses of it. Pure."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from metadata.prices import OwnPrice
from warehouse import catalogue
from warehouse.prices import BUCKETS

MILLION = 1_000_000
ABILITIES = {
    "supports_vision": "vision", "supports_function_calling": "tools", "supports_reasoning": "reasoning",
    "supports_prompt_caching": "caching", "supports_response_schema": "JSON schema", "supports_pdf_input": "PDF",
    "supports_audio_input": "audio in", "supports_audio_output": "audio out", "supports_web_search": "web search",
    "supports_computer_use": "computer use",
}  # fmt: skip
"""What LiteLLM says that a model can -> how it is called here."""

_SCHEMA: dict[str, Any] = {
    "name": pl.String, "provider": pl.String, "mode": pl.String, **dict.fromkeys(BUCKETS, pl.Float64),
    "max_input_tokens": pl.Int64, "max_output_tokens": pl.Int64, "abilities": pl.String, "deprecation_date": pl.String,
    "source": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Typical:
    """The mean request of an organisation, in tokens."""

    prompt: float
    cached: float
    completion: float

    def cost(self, model: Mapping[str, Any]) -> float | None:
        """USD × 1e9 of such a request at a model's prices; None where a price is missing."""
        rates: list[float | None] = [model[name] for name in ("input", "cache_read", "output")]
        plain, read, output = rates
        if plain is None or (output is None and self.completion):
            return None
        cached = read if read is not None else plain
        return ((self.prompt - self.cached) * plain + self.cached * cached + self.completion * (output or 0)) * 1e3


@functools.cache
def listed() -> pl.DataFrame:
    """Every model of the map: `name`, `provider` (as ours are called), `mode`, USD a million tokens by bucket, limits
    in tokens, `abilities`, `deprecation_date`."""
    rows = [_row(name, entry) for name, entry in sorted(catalogue.everything().items())]
    return pl.DataFrame(rows, schema=_SCHEMA)


def used(breakdown: pl.DataFrame) -> pl.DataFrame:
    """`name, requests, cost` of the models that were called, by LiteLLM's names; others are left out."""
    sums = breakdown.group_by("provider", "model").agg(pl.col("requests").sum(), pl.col("cost").sum())
    names = [catalogue.listed_as(model, provider) for model, provider in sums.select("model", "provider").iter_rows()]
    found = sums.with_columns(name=pl.Series(names, dtype=pl.String)).filter(pl.col("name") != "")
    return found.group_by("name").agg(pl.col("requests").sum(), pl.col("cost").sum())


def table(breakdown: pl.DataFrame, own: Sequence[OwnPrice]) -> pl.DataFrame:
    """`listed` with `requests` and `cost` (null where a model was not called) and the organisation's `own` prices in
    place of LiteLLM's; what is used comes first, most requests first."""
    frame = listed().join(used(breakdown), on="name", how="left")
    mine = {catalogue.listed_as(price.model, price.provider): price for price in own}
    mine.pop("", None)
    rates = [
        pl.col("name").replace_strict({name: _millions(p.rates).get(bucket) for name, p in mine.items()}, default=None)
        .fill_null(pl.col(bucket)).cast(pl.Float64).alias(bucket)
        for bucket in BUCKETS
    ]  # fmt: skip
    frame = frame.with_columns(*(rates if mine else []), own=pl.col("name").is_in(list(mine)))
    return frame.sort("requests", "name", descending=[True, False], nulls_last=True)


def found(frame: pl.DataFrame, search: str, providers: Sequence[str], modes: Sequence[str]) -> pl.DataFrame:
    """The rows whose name or abilities have every word of `search`, of these providers and modes (all, where none is
    chosen)."""
    text = pl.concat_str("name", "provider", "abilities", separator=" ").str.to_lowercase()
    for word in search.lower().split():
        frame = frame.filter(text.str.contains(word, literal=True))
    if providers:
        frame = frame.filter(pl.col("provider").is_in(list(providers)))
    return frame.filter(pl.col("mode").is_in(list(modes))) if modes else frame


def typical(breakdown: pl.DataFrame) -> Typical | None:
    """The mean request that used tokens, or None where there was none."""
    of = breakdown.filter(pl.col("prompt_tokens") + pl.col("completion_tokens") > 0)
    names = ("requests", "cached", "prompt_tokens", "prompt_cache_read_tokens", "completion_tokens")
    requests, hits, *tokens = (float(of[name].sum()) for name in names)
    asked = requests - hits
    return Typical(*(count / asked for count in tokens)) if asked > 0 else None


def _row(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    rates = catalogue.rates(entry)
    return {
        "name": name,
        "provider": catalogue.owner(entry),
        "mode": str(entry.get("mode") or "").replace("_", " "),
        **_millions({bucket: float(rate) for bucket, rate in rates.items()}),
        "max_input_tokens": _whole(entry.get("max_input_tokens") or entry.get("max_tokens")),
        "max_output_tokens": _whole(entry.get("max_output_tokens")),
        "abilities": ", ".join(ability for key, ability in ABILITIES.items() if entry.get(key)),
        "deprecation_date": str(entry.get("deprecation_date") or ""),
        "source": str(entry.get("source") or ""),
    }


def _millions(rates: Mapping[str, float]) -> dict[str, float]:
    return {bucket: round(rate * MILLION, 9) for bucket, rate in rates.items()}


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) else None
