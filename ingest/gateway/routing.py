"""Where a request goes: by its path and host name, and on the AI gateway by the model it names. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec

from ingest.gateway.errors import Dialect, GatewayError
from ingest.gateway.providers import APIS, MESSAGES, Upstream, Upstreams
from warehouse import catalogue

PROXY = "/v1/gateway/"
KEY_SEGMENT = re.compile(r"/((?:sk|pk)-helicone-[^/]+)")
TARGET = b"helicone-target-url"
MAX_MODEL = 256
MODEL = re.compile(rb'"model"\s*:\s*("(?:[^"\\]|\\.)*")')


@dataclass(frozen=True)
class Route:
    """What a path and a host name say. `api` is set on the AI gateway, `provider` on a proxy."""

    api: str = ""
    provider: str = ""
    path: str = ""
    """The provider's own path, as it was escaped, without a key of ours in it."""
    key: str = ""
    """Our key, where the path carried it."""
    lists_models: bool = False
    by_target: bool = False
    """The upstream is named by Helicone-Target-Url."""

    @property
    def dialect(self) -> Dialect:
        anthropic = self.api == MESSAGES or self.provider == "anthropic"
        return Dialect.ANTHROPIC if anthropic else Dialect.OPENAI


OWN_PATHS = {prefix + api: Route(api=api) for api in APIS for prefix in ("/v1/", "/")}
OWN_PATHS |= dict.fromkeys(("/v1/models", "/models"), Route(lists_models=True))
"""The AI gateway's paths."""


@dataclass(frozen=True)
class Choice:
    """Who serves a model, and what it is called there."""

    upstream: Upstream
    model: str


class Asked(msgspec.Struct):
    """What the gateway reads of a body."""

    model: str = ""


decode_asked = msgspec.json.Decoder(Asked).decode


class Router:
    """Routes requests among `upstreams`. `own_host`: the host name that is this server's and nobody's alias."""

    def __init__(self, upstreams: Upstreams, own_host: str = "") -> None:
        self._upstreams = upstreams
        self._own_host = own_host
        self.choose = lru_cache(maxsize=4096)(self._choose)
        # Looking for near names goes over thousands of them; a client that repeats its mistake must not cost that.
        self._nearest = lru_cache(maxsize=1024)(catalogue.nearest)

    def route(self, scope: Mapping[str, Any]) -> Route | None:
        """The route of an HTTP scope, None where the request is not the gateway's."""
        path: str = scope["path"]
        host = _host(scope["headers"])
        if host != self._own_host:
            label = host.partition(".")[0]
            if (upstream := self._upstreams.by_host_label(label)) is not None:
                own, key = _without_key(_raw_path(scope))
                return Route(provider=upstream.name, path=own, key=key)
            # Without the header it may just be what this server is called.
            if label == "gateway" and any(name == TARGET for name, _ in scope["headers"]):
                own, key = _without_key(_raw_path(scope))
                return Route(path=own, key=key, by_target=True)
        if (route := OWN_PATHS.get(path)) is not None:
            return route
        if path.startswith(PROXY):
            own, key = _without_key(_raw_path(scope)[len(PROXY) - 1 :])
            provider, _, rest = own[1:].partition("/")
            upstream = self._upstreams.get(provider)
            return Route(provider=upstream.name if upstream else provider, path=f"/{rest}", key=key)
        return None

    def target(self, route: Route, target_url: str) -> Upstream:
        """The upstream of a proxied request. Raises GatewayError where there is none."""
        if route.by_target or target_url:
            if (upstream := self._upstreams.by_target(target_url)) is None:
                known = ", ".join(sorted(up.host for up in self._upstreams.all))
                raise GatewayError(400, "target_not_allowed", f"The target may be one of: {known}.")
            return upstream
        if (upstream := self._upstreams.get(route.provider)) is None:
            near = self._nearest(route.provider, self._upstreams.names()) or ["openai", "anthropic"]
            raise GatewayError(
                404, "provider_not_found",
                f"There is no provider “{route.provider}”. Did you mean {_either(near)}? "
                "The path is /v1/gateway/<provider>/<the provider's own path>.",
            )  # fmt: skip
        return upstream

    def _choose(self, api: str, model: str) -> Choice:
        """Who serves `model` on `api`. Raises GatewayError with what to do when nobody can."""
        if not model:
            raise GatewayError(400, "missing_model", 'The body names no model: set "model", e.g. "gpt-4o-mini".')
        if len(model) > MAX_MODEL:
            raise GatewayError(404, "model_not_found", f"No model has a name of {len(model)} characters.")
        if "," in model:
            raise GatewayError(400, "model_list", f"Name one model, not a list: {model.split(',')[0]!r}, for instance.")
        candidates = self._pinned(model) or self._offering(model)
        speaking = [choice for choice in candidates if api in choice.upstream.provider.apis]
        if not speaking:
            raise _wrong_api(api, candidates[0])
        choice = next((choice for choice in speaking if choice.upstream.has_key), None)
        if choice is None:
            raise _no_key([choice.upstream for choice in speaking])
        return choice

    def _pinned(self, model: str) -> list[Choice]:
        """`model/provider`, or `provider/model`."""
        name, _, last = model.rpartition("/")
        if name and (upstream := self._upstreams.get(last)) is not None:
            return [Choice(upstream, name)]
        first, _, rest = model.partition("/")
        if rest and (upstream := self._upstreams.get(first)) is not None:
            return [Choice(upstream, rest)]
        return []

    def _offering(self, model: str) -> list[Choice]:
        offered = catalogue.providers_of(model)
        found = [Choice(up, model) for name in offered if (up := self._upstreams.get(name)) is not None]
        if found:
            return found
        if model.startswith("demo/"):
            raise GatewayError(
                404, "demo_is_off",
                "The demo provider is off. Start with `make demo`, or set HELIOGRAPH_DEMO=true and run demo.provider.",
            )  # fmt: skip
        if offered:
            raise GatewayError(
                404, "provider_not_found",
                f"{model!r} is offered by {_either(list(offered))}, which this gateway cannot call. "
                "Another provider can be named as model/provider.",
            )  # fmt: skip
        raise self._unknown(model)

    def _unknown(self, model: str) -> GatewayError:
        name, _, provider = model.rpartition("/")
        if name and (near_providers := self._nearest(provider, self._upstreams.names())):
            near = [f"{name}/{near}" for near in near_providers]
        else:
            near = self._nearest(model)
        hint = f"Did you mean {_either(near)}? " if near else ""
        return GatewayError(
            404, "model_not_found",
            f"No provider is known for the model {model!r}. {hint}A model that is not listed can be called by naming "
            f"its provider: {name or model}/openai, for instance.",
        )  # fmt: skip


def with_model(body: bytes, model: str) -> bytes:
    """`body` with another value of its top-level "model", every other byte kept."""
    for match in MODEL.finditer(body):
        changed = body[: match.start(1)] + msgspec.json.encode(model) + body[match.end(1) :]
        # The first "model" may be somebody else's, in a nested object.
        if decode_asked(changed).model == model:
            return changed
    whole = msgspec.json.decode(body)
    whole["model"] = model
    return msgspec.json.encode(whole)


def _host(headers: Iterable[tuple[bytes, bytes]]) -> str:
    for name, value in headers:
        if name == b"host":
            return value.decode("latin-1").lower()
    return ""


def _without_key(path: str) -> tuple[str, str]:
    """A path without any key of ours, and the first key in it."""
    match = KEY_SEGMENT.search(path)
    if match is None:
        return path, ""
    return KEY_SEGMENT.sub("", path) or "/", match[1]


def _raw_path(scope: Mapping[str, Any]) -> str:
    return str(scope["raw_path"].decode("latin-1"))


def _wrong_api(api: str, choice: Choice) -> GatewayError:
    paths = ", ".join(f"/v1/{spoken}" for spoken in APIS if spoken in choice.upstream.provider.apis)
    return GatewayError(
        400, "unsupported_api",
        f"{choice.model!r} is served by {choice.upstream.name}, which does not speak /v1/{api}. Call {paths} instead.",
    )  # fmt: skip


def _no_key(upstreams: list[Upstream]) -> GatewayError:
    variables = _either([up.provider.keys[0] for up in upstreams])
    return GatewayError(
        400, "provider_not_configured",
        f"This server has no key for {_either([up.name for up in upstreams])}: set {variables} in its environment "
        "and restart it.",
    )  # fmt: skip


def _either(names: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
