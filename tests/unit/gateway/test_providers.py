"""Addresses and keys of providers, as the environment sets them."""

from __future__ import annotations

import pytest

from ingest.gateway.providers import PROVIDERS, Upstreams
from settings import Settings
from warehouse.catalogue import nearest


@pytest.mark.parametrize(
    "environ, name, root, base",
    [
        ({}, "oai", "https://api.openai.com", "https://api.openai.com/v1"),
        ({"OPENAI_API_BASE": "http://h:1/v1/"}, "openai", "http://h:1", "http://h:1/v1"),
        ({"OPENAI_API_BASE": "http://h:1"}, "openai", "http://h:1", "http://h:1/v1"),
        ({"OPENAI_API_BASE": "http://h:1/custom"}, "openai", "http://h:1/custom", "http://h:1/custom"),
        ({"ANTHROPIC_API_BASE": "http://h:1"}, "anthropic", "http://h:1", "http://h:1/v1"),
        ({"NVIDIA_NIM_API_BASE": "http://h:1/v1"}, "nvidia", "http://h:1", "http://h:1/v1"),
        ({"PERPLEXITY_API_BASE": "http://h:1"}, "perplexity", "http://h:1", "http://h:1"),
        ({}, "GROQ", "https://api.groq.com", "https://api.groq.com/openai/v1"),
    ],
)
def test_an_address_can_be_overridden(environ: dict[str, str], name: str, root: str, base: str) -> None:
    upstream = Upstreams(Settings(), environ).get(name)
    assert upstream is not None
    assert (upstream.root, upstream.base) == (root, base)


def test_the_first_key_set_is_the_servers_and_is_not_shown() -> None:
    upstream = Upstreams(Settings(), {"TOGETHER_API_KEY": "sk-secret"}).get("together_ai")
    assert upstream is not None
    assert upstream.credentials() == [("authorization", "Bearer sk-secret")]
    assert "sk-secret" not in repr(upstream)


def test_the_demo_is_there_only_when_asked_for() -> None:
    assert Upstreams(Settings(), {}).get("demo") is None
    demo = Upstreams(Settings(demo=True, demo_port=1), {}).get("demo")
    assert demo is not None
    assert demo.base == "http://127.0.0.1:1/v1"


@pytest.mark.parametrize("url", ["https://[x", "https://api.openai.com.evil.example", "api.openai.com"])
def test_an_address_that_is_no_providers_or_none_at_all_has_no_provider(url: str) -> None:
    assert Upstreams(Settings(), {}).by_target(url) is None


def test_names_and_aliases_belong_to_one_provider() -> None:
    names = [name for provider in PROVIDERS for name in (provider.name, *provider.aliases)]
    assert len(names) == len(set(names))
    assert nearest("antropic", names)[0] == "anthropic"
