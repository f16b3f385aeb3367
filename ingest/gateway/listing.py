"""The models that the AI gateway can call, as OpenAI lists models."""

from __future__ import annotations

import msgspec

from ingest.gateway.providers import Upstream, Upstreams
from warehouse import catalogue

DEMO = ("demo/gpt-4o-mini", "demo/claude-haiku-4-5", "demo/text-embedding-3-small")
"""The demo provider answers to any name; these show how one is written."""


def models_body(upstreams: Upstreams) -> bytes:
    """The body of `GET /v1/models`: models of the providers that this server has a key for."""
    ready = {up.name: up for up in upstreams.all if up.has_key}
    owners = {name: "demo" for name in DEMO if "demo" in ready}
    for listed in catalogue.catalogue():
        name = _bare(listed, ready)
        owner = next((offered for offered in catalogue.providers_of(name) if offered in ready), None)
        if owner is not None:
            owners.setdefault(name, owner)
    # The catalogue does not say when a model was made.
    data = [{"id": name, "object": "model", "created": 0, "owned_by": owners[name]} for name in sorted(owners)]
    return msgspec.json.encode({"object": "list", "data": data})


def _bare(listed: str, ready: dict[str, Upstream]) -> str:
    """A listed name without the provider that some are prefixed with."""
    prefix, _, rest = listed.partition("/")
    return rest if rest and any(prefix in (up.name, *up.provider.aliases) for up in ready.values()) else listed
