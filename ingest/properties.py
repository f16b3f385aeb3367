"""A request's properties out of its Helicone headers, and the one spelling of each name that an organisation keeps.

Header names arrive in lower case from most clients, so names compare without case: the first spelling seen is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from ingest.record import Exchange
from metadata.store import Store

LONGEST_NAME = 255
PREFIX = "helicone-property-"

DOCUMENTED = {
    "helicone-session-id": "Helicone-Session-Id",
    "helicone-session-path": "Helicone-Session-Path",
    "helicone-session-name": "Helicone-Session-Name",
    "helicone-prompt-id": "Helicone-Prompt-Id",
    "helicone-prompt-version": "Helicone-Prompt-Version",
}
"""Headers that are properties as well, under these names."""


def properties_of(exchange: Exchange) -> dict[str, str]:
    """The properties sent with a request, each name as it was sent where that is known, else in Title-Case."""
    found: dict[str, str] = {}
    for header, value in exchange.helicone.items():
        if header.startswith(PREFIX):
            name = header[len(PREFIX) :]
            if name:
                found[(exchange.property_names.get(name) or title_case(name))[:LONGEST_NAME]] = value
        elif documented := DOCUMENTED.get(header):
            found[documented] = value
    if (sent := exchange.helicone.get("helicone-request-id")) and not _is_uuid(sent):
        found["Helicone-Request-Id"] = sent
    return found


def title_case(name: str) -> str:
    return "-".join(word[:1].upper() + word[1:] for word in name.split("-"))


class PropertyNames:
    """The kept spellings, remembered. Asks the metadata database only about names it has not seen."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[UUID, dict[str, str]] = {}

    def settle(self, organization_id: UUID, names: Iterable[str]) -> Mapping[str, str]:
        """Case-folded name -> kept spelling, for at least `names`. Raises `MetadataUnavailable`."""
        known = self._known.setdefault(organization_id, {})
        if missing := list(dict.fromkeys(name for name in names if name.casefold() not in known)):
            known.update(self._store.property_names(organization_id))
            if missing := [name for name in missing if name.casefold() not in known]:
                known.update(self._store.keep_property_names(organization_id, missing))
        return known


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
