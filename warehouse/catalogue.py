"""The models that are known: LiteLLM's bundled map, read from the installed package's file without importing it.

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
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

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
_ROUTED = {"chat", "completion", "responses", "embedding", "image_generation"}


@functools.cache
def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """LiteLLM's name of each model -> its provider, mode, limits and prices, under LiteLLM's keys."""
    spec = importlib.util.find_spec("litellm")
    if spec is None or spec.origin is None:
        return MappingProxyType({})
    path = Path(spec.origin).with_name("model_prices_and_context_window_backup.json")
    entries: dict[str, dict[str, Any]] = msgspec.json.decode(path.read_bytes())
    entries.pop("sample_spec", None)
    return MappingProxyType(
        {name: {k: v for k, v in entry.items() if _KEPT.search(k)} for name, entry in entries.items()}
    )


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
    return _entry(model.lower().removeprefix("models/"), provider.lower())


def nearest(name: str, among: Iterable[str] | None = None, n: int = 3) -> list[str]:
    """The `n` names most like `name`, best first; among the routable models where `among` is not given."""
    return difflib.get_close_matches(name.lower(), _names() if among is None else list(among), n, cutoff=0.5)


@functools.lru_cache(maxsize=4096)
def _entry(model: str, provider: str) -> Mapping[str, Any] | None:
    known = catalogue()
    theirs = LITELLM_PROVIDERS.get(provider, (provider,))
    for name in _spellings(model):
        for key in (name, *(f"{prefix}/{name}" for prefix in theirs)):
            if (found := known.get(key)) and _ours(found) == provider:
                return found
    return None


def _spellings(model: str) -> Iterable[str]:
    yield model
    if model.startswith("ft:"):
        yield ":".join(model.split(":")[:2])
    if (undated := _SNAPSHOT.sub("", model)) != model:
        yield undated


def _ours(known: Mapping[str, Any]) -> str:
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
        provider = _ours(entries[name])
        prefix, _, rest = name.partition("/")
        bare = rest if _OURS.get(prefix, prefix) == provider else name
        found.setdefault(bare.lower(), {})[provider] = None
    return {name: tuple(providers) for name, providers in found.items()}


@functools.cache
def _names() -> list[str]:
    names = {name for name, known in catalogue().items() if known.get("mode") in _ROUTED}
    return sorted(name for name in _index() if "/" not in name and name in names)
