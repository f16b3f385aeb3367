"""Whose key is this? The metadata database's answers, kept in memory so that a request rarely waits for it."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from metadata.keys import hashed
from metadata.store import MetadataUnavailable, Store

FRESH_S = 60.0
"""How long an answer is taken without asking again: also the time a revoked key still works."""
UNKNOWN_FRESH_S = 5.0
"""The same for a key that belongs to nobody: short, so that a new key works soon."""
PATIENCE_S = 2.0
"""How long a request waits for the database before it does without."""
PAUSE_S = 1.0
"""How long the database is left alone after it did not answer."""
MAX_UNKNOWN = 10_000


_hashed = lru_cache(maxsize=4096)(hashed)


@dataclass(slots=True)
class _Entry:
    organisation: UUID | None
    until: float


class KeyRing:
    """Organisations by key. Belongs to one event loop; the database is asked in threads of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._entries: dict[str, _Entry] = {}
        self._asking: dict[str, asyncio.Future[UUID | None]] = {}
        self._away_until = 0.0
        self._unknown = 0
        # Not the loop's own threads: those resolve host names, and a hanging database must not stop that.
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="keyring")

    async def organisation(self, key: str) -> UUID | None:
        """The organisation of a key, None if nobody has it.

        While the database is away, what was known last is used. Raises `MetadataUnavailable` if nothing was.
        """
        key_hash = _hashed(key)
        entry = self._entries.get(key_hash)
        if entry is not None and entry.until > time.monotonic():
            return entry.organisation
        try:
            organisation = await self._ask(key_hash)
        except MetadataUnavailable:
            if entry is None or entry.organisation is None:
                raise
            return entry.organisation
        self._keep(key_hash, organisation)
        return organisation

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _ask(self, key_hash: str) -> UUID | None:
        """One question at a time for a key, however many requests wait for the answer."""
        if time.monotonic() < self._away_until:
            raise MetadataUnavailable("the metadata database did not answer a moment ago")
        asked = self._asking.get(key_hash)
        if asked is None:
            loop = asyncio.get_running_loop()
            asked = loop.run_in_executor(self._threads, self._store.organisation_of_key, key_hash)
            self._asking[key_hash] = asked
            asked.add_done_callback(lambda done: self._answered(key_hash, done))
        try:
            return await asyncio.wait_for(asyncio.shield(asked), PATIENCE_S)
        except (MetadataUnavailable, TimeoutError) as error:
            self._away_until = time.monotonic() + PAUSE_S
            raise MetadataUnavailable("the metadata database does not answer") from error

    def _answered(self, key_hash: str, done: asyncio.Future[UUID | None]) -> None:
        self._asking.pop(key_hash, None)
        if not done.cancelled():
            # Looked at, or asyncio would report it as never retrieved when every waiter has gone.
            done.exception()

    def _keep(self, key_hash: str, organisation: UUID | None) -> None:
        if organisation is None:
            self._unknown += 1
            if self._unknown > MAX_UNKNOWN:
                # Somebody is trying keys: forget those, so that memory stays bounded.
                self._entries = {name: kept for name, kept in self._entries.items() if kept.organisation}
                self._unknown = 0
        fresh = UNKNOWN_FRESH_S if organisation is None else FRESH_S
        self._entries[key_hash] = _Entry(organisation, time.monotonic() + fresh)
