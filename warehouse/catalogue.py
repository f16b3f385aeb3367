"""The models that are known, and their prices: LiteLLM's bundled map, read from the installed package's file without
importing it.

Importing LiteLLM takes seconds and hundreds of MB, and would fetch a newer map; the file is part of the pinned
release, so prices change only with it.
"""

from __future__ import annotations

import difflib
import functools
import importlib.metadata
import importlib.util
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from warehouse.prices import BUCKETS, whole

LITELLM_PROVIDERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "openai": ("openai", "text-completion-openai"),
        "azure": ("azure", "azure_ai", "azure_text"),
        "bedrock": ("bedrock_converse", "bedrock", "bedrock_mantle"),
        "cohere": ("cohere_chat", "cohere"),
        "fireworks": ("fireworks_ai", "fireworks_ai-embedding-models"),
        "google": ("gemini",),
        "nvidia": ("nvidia_nim",),
        "together": ("together_ai",),
        "vertex": ("vertex_ai",),
    }
)
"""Our provider names where LiteLLM's differ; every other provider is called the same."""

_OURS = {theirs: ours for ours, names in LITELLM_PROVIDERS.items() for theirs in names}
_KEPT = re.compile(r"cost|pricing|^litellm_provider$|^mode$|^max_(input|output)_tokens$|^provider_specific_entry$")
_SNAPSHOT = re.compile(r"[-@](\d{8}|\d{4}-\d\d-\d\d|latest|default)$")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "input": ("input_cost_per_token",),
    "cache_read": ("cache_read_input_token_cost", "input_cost_per_token_cache_hit"),
    "cache_write": ("cache_creation_input_token_cost",),
    "cache_write_1h": ("cache_creation_input_token_cost_above_1hr",),
    "output": ("output_cost_per_token", "output_cost_per_image_token"),
    "reasoning": ("output_cost_per_reasoning_token",),
    "input_audio": ("input_cost_per_audio_token",),
    "output_audio": ("output_cost_per_audio_token",),
}
_ROUTED = {"chat", "completion", "responses", "embedding", "image_generation"}


@functools.cache
def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """LiteLLM's name of each model -> its provider, mode, limits and prices, under LiteLLM's keys."""
    return MappingProxyType({name: {k: v for k, v in e.items() if _KEPT.search(k)} for name, e in _entries().items()})


def everything() -> Mapping[str, Mapping[str, Any]]:
    """The same with all that LiteLLM says of a model: what it supports, when it ends. Read anew at every call."""
    return MappingProxyType(_entries())


def rates(entry: Mapping[str, Any], suffix: str = "") -> dict[str, Decimal]:
    """USD a token by bucket, those of a service tier where `suffix` names one that the entry has; empty if none is
    known. A bucket without a rate of its own has that of the bucket it is a part of."""
    return whole(listed_rates(entry, suffix))


def listed_rates(entry: Mapping[str, Any], suffix: str = "") -> dict[str, Decimal]:
    """The same of those buckets alone that have a rate of their own."""
    return {bucket: rate for bucket in BUCKETS if (rate := _rate(entry, bucket, suffix)) is not None}


def bare(name: str, provider: str) -> str:
    """LiteLLM's name of a model without the provider that some are prefixed with."""
    prefix, _, rest = name.partition("/")
    return rest if _OURS.get(prefix, prefix) == provider else name


@functools.cache
def release() -> str:
    """The version of LiteLLM whose map this is."""
    return importlib.metadata.version("litellm")


def providers_of(model: str) -> tuple[str, ...]:
    """Our names of the providers that offer `model` under this name, the model's own maker first."""
    index = _index()
    return next((index[name] for name in _spellings(model.lower()) if name in index), ())


def entry(model: str, provider: str) -> Mapping[str, Any] | None:
    """What is known of `model` at `provider`; a dated snapshot that is not listed is its model without the date."""
    return catalogue().get(listed_as(model, provider))


def nearest(name: str, among: Iterable[str] | None = None, n: int = 3) -> list[str]:
    """The `n` names most like `name`, best first; among the routable models where `among` is not given."""
    return difflib.get_close_matches(name.lower(), _names() if among is None else list(among), n, cutoff=0.5)


def _entries() -> dict[str, dict[str, Any]]:
    spec = importlib.util.find_spec("litellm")
    if spec is None or spec.origin is None:
        return {}
    path = Path(spec.origin).with_name("model_prices_and_context_window_backup.json")
    entries: dict[str, dict[str, Any]] = msgspec.json.decode(path.read_bytes())
    entries.pop("sample_spec", None)
    return entries


def _rate(entry: Mapping[str, Any], bucket: str, suffix: str) -> Decimal | None:
    names = _KEYS[bucket]
    for name in (*(name + suffix for name in names if suffix), *names):
        if isinstance(rate := entry.get(name), int | float):
            return Decimal(repr(rate))
    return None


def listed_as(model: str, provider: str) -> str:
    """LiteLLM's name of `model` at `provider`, "" if it is not listed; see `entry`."""
    return _key(model.lower().removeprefix("models/"), provider.lower())


@functools.lru_cache(maxsize=4096)
def _key(model: str, provider: str) -> str:
    known, names = catalogue(), _folded()
    theirs = LITELLM_PROVIDERS.get(provider, (provider,))
    for name in _spellings(model):
        for key in (name, *(f"{prefix}/{name}" for prefix in theirs)):
            if (found := known.get(names.get(key, ""))) and owner(found) == provider:
                return names[key]
    return ""


@functools.cache
def _folded() -> Mapping[str, str]:
    """LiteLLM's names by their lower case: some hosts write capitals, and callers do or do not."""
    return {name.lower(): name for name in catalogue()}


def _spellings(model: str) -> Iterable[str]:
    yield model
    if model.startswith("ft:"):
        yield ":".join(model.split(":")[:2])
    if (undated := _SNAPSHOT.sub("", model)) != model:
        yield undated


def owner(known: Mapping[str, Any]) -> str:
    """Our name of the provider that an entry is of."""
    theirs = str(known.get("litellm_provider", ""))
    # Vertex AI's models are listed under a provider a publisher: vertex_ai-anthropic_models.
    theirs = "vertex_ai" if theirs.startswith("vertex_ai") else theirs
    return _OURS.get(theirs, theirs)


@functools.cache
def _index() -> Mapping[str, tuple[str, ...]]:
    """Bare model name -> providers. An entry without a prefix is its maker's own and goes first."""
    found: dict[str, dict[str, None]] = {}
    entries = catalogue()
    for name in sorted(entries, key=lambda name: "/" in name):
        provider = owner(entries[name])
        found.setdefault(bare(name, provider).lower(), {})[provider] = None
    return {name: tuple(providers) for name, providers in found.items()}


@functools.cache
def _names() -> list[str]:
    names = {name for name, known in catalogue().items() if known.get("mode") in _ROUTED}
    return sorted(name for name in _index() if "/" not in name and name in names)
