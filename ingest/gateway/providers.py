"""The providers the gateway can reach: their addresses, how they take a key, which APIs they speak themselves.

Held as data. A server's own keys and other addresses come from the environment, under LiteLLM's names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from ingest.gateway.errors import Dialect
from settings import Settings

MESSAGES = "messages"
APIS = ("chat/completions", "responses", "embeddings", "completions", MESSAGES, "images/generations")
"""The AI gateway's calls, named by their path below `/v1/`."""

Auth = Literal["bearer", "x-api-key", "none"]


@dataclass(frozen=True)
class Provider:
    """A provider as published: `root` is what a proxied path is put after, `root + prefix` its API's base."""

    name: str
    root: str
    prefix: str
    apis: frozenset[str]
    auth: Auth = "bearer"
    keys: tuple[str, ...] = ()
    """Environment variables of the server's own key; the first one set counts."""
    aliases: tuple[str, ...] = ()
    """Other names it goes by, in model strings, in proxy paths and before the first dot of a host name."""
    dialect: Dialect = Dialect.OPENAI


def _openai_like(name: str, root: str, prefix: str, apis: str, keys: str, *aliases: str) -> Provider:
    return Provider(name, root, prefix, frozenset(apis.split()), "bearer", tuple(keys.split()), aliases)


PROVIDERS = (
    _openai_like(
        "openai", "https://api.openai.com", "/v1",
        "chat/completions responses embeddings completions images/generations", "OPENAI_API_KEY", "oai",
    ),
    Provider(
        "anthropic", "https://api.anthropic.com", "/v1", frozenset({MESSAGES}), "x-api-key", ("ANTHROPIC_API_KEY",),
        dialect=Dialect.ANTHROPIC,
    ),
    _openai_like("groq", "https://api.groq.com", "/openai/v1", "chat/completions responses", "GROQ_API_KEY"),
    _openai_like("mistral", "https://api.mistral.ai", "/v1", "chat/completions embeddings", "MISTRAL_API_KEY"),
    _openai_like("deepseek", "https://api.deepseek.com", "/v1", "chat/completions", "DEEPSEEK_API_KEY"),
    _openai_like(
        "openrouter", "https://openrouter.ai", "/api/v1", "chat/completions completions responses embeddings",
        "OPENROUTER_API_KEY",
    ),
    _openai_like(
        "together", "https://api.together.xyz", "/v1", "chat/completions completions embeddings images/generations",
        "TOGETHERAI_API_KEY TOGETHER_API_KEY", "together_ai", "togetherai",
    ),
    _openai_like(
        "fireworks", "https://api.fireworks.ai", "/inference/v1", "chat/completions completions embeddings",
        "FIREWORKS_API_KEY FIREWORKS_AI_API_KEY", "fireworks_ai",
    ),
    _openai_like(
        "perplexity", "https://api.perplexity.ai", "", "chat/completions", "PERPLEXITYAI_API_KEY PERPLEXITY_API_KEY",
    ),
    _openai_like("xai", "https://api.x.ai", "/v1", "chat/completions responses images/generations", "XAI_API_KEY", "x"),
    _openai_like(
        "deepinfra", "https://api.deepinfra.com", "/v1/openai", "chat/completions completions embeddings",
        "DEEPINFRA_API_KEY",
    ),
    _openai_like(
        "novita", "https://api.novita.ai", "/v3/openai", "chat/completions completions embeddings", "NOVITA_API_KEY",
    ),
    _openai_like(
        "nebius", "https://api.tokenfactory.nebius.com", "/v1",
        "chat/completions completions embeddings images/generations", "NEBIUS_API_KEY",
    ),
    _openai_like(
        "hyperbolic", "https://api.hyperbolic.xyz", "/v1", "chat/completions completions", "HYPERBOLIC_API_KEY",
    ),
    _openai_like(
        "nvidia", "https://integrate.api.nvidia.com", "/v1", "chat/completions completions embeddings",
        "NVIDIA_NIM_API_KEY NVIDIA_API_KEY", "nvidia_nim",
    ),
    _openai_like(
        "google", "https://generativelanguage.googleapis.com", "/v1beta/openai", "chat/completions embeddings",
        "GEMINI_API_KEY GOOGLE_API_KEY", "google-ai-studio", "gemini",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Upstream:
    """A provider as this server reaches it."""

    provider: Provider
    root: str
    base: str
    key: str = field(repr=False)

    @property
    def name(self) -> str:
        return self.provider.name

    @property
    def has_key(self) -> bool:
        return bool(self.key) or self.provider.auth == "none"

    @property
    def host(self) -> str:
        return urlsplit(self.root).netloc

    def credentials(self) -> list[tuple[str, str]]:
        """The headers that carry the server's own key."""
        if self.provider.auth == "bearer":
            return [("authorization", f"Bearer {self.key}")]
        return [("x-api-key", self.key)] if self.provider.auth == "x-api-key" else []


class Upstreams:
    """Every provider this server can reach, by each of its names."""

    def __init__(self, settings: Settings, environ: Mapping[str, str]) -> None:
        known = [_upstream(provider, environ) for provider in PROVIDERS]
        if settings.demo:
            demo = Provider("demo", settings.demo_url, "/v1", frozenset(APIS), "none")
            known.append(Upstream(demo, settings.demo_url, f"{settings.demo_url}/v1", ""))
        self.all = tuple(known)
        self._by_name = {name: up for up in known for name in (up.name, *up.provider.aliases)}
        # A deployment may well be called demo.example.com or x.example.com; these take no host name for themselves.
        self._by_host_label = {name: up for name, up in self._by_name.items() if name not in ("demo", "x")}

    def get(self, name: str) -> Upstream | None:
        return self._by_name.get(name.lower())

    def by_host_label(self, label: str) -> Upstream | None:
        """The provider a host name asks for by its first label: `oai.localhost`, `anthropic.example.com`."""
        return self._by_host_label.get(label)

    def by_target(self, url: str) -> Upstream | None:
        """The provider that an address belongs to; None also where it is no address."""
        try:
            host = urlsplit(url).netloc.lower()
        except ValueError:
            return None
        return next((up for up in self.all if host in (up.host, urlsplit(up.provider.root).netloc)), None)

    def names(self) -> tuple[str, ...]:
        return tuple(self._by_name)


def _upstream(provider: Provider, environ: Mapping[str, str]) -> Upstream:
    key = next((environ[name] for name in provider.keys if environ.get(name)), "")
    prefixes = [name.removesuffix("_API_KEY") for name in provider.keys] + [provider.name.upper()]
    given = next((environ[f"{p}_API_BASE"] for p in prefixes if environ.get(f"{p}_API_BASE")), "").rstrip("/")
    if not given:
        return Upstream(provider, provider.root, provider.root + provider.prefix, key)
    if given.endswith(provider.prefix):
        return Upstream(provider, given.removesuffix(provider.prefix), given, key)
    # A bare address, as LiteLLM takes Anthropic's, gets the usual prefix; one with a path of its own is meant so.
    base = given if urlsplit(given).path else given + provider.prefix
    return Upstream(provider, given, base, key)
