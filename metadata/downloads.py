"""Downloads: an address that gives a query's result to whoever holds it, for an hour.

The address is signed, so it needs no API key and cannot be guessed or prolonged. What it stands for is kept here.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from metadata.models import Download, now
from metadata.store import Store
from settings import Settings

LIFETIME = timedelta(hours=1)
PATH = "/v1/helicone-sql/download"


class Forged(Exception):
    """The signature is not ours."""


class Expired(Exception):
    """The address was good and is no longer."""


class Downloads:
    """The downloads of all organisations. Thread-safe, as the store is. Raises `MetadataUnavailable`."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def create(self, organisation_id: UUID, sql: str, parameters: Mapping[str, Any], format: str) -> str:
        """The signed address of a new download. Expired ones are forgotten."""
        at = now()
        made = Download(
            id=uuid4(),
            organisation_id=organisation_id,
            sql=sql,
            parameters=dict(parameters),
            format=format,
            created_at=at,
            expires_at=at + LIFETIME,
        )
        with self._store.session() as session:
            session.execute(delete(Download).where(Download.expires_at < at))
            session.add(made)
            session.commit()
        expires = str(int(made.expires_at.timestamp()))
        signature = self._signature(str(made.id), expires)
        return f"{self._settings.gateway_url}{PATH}/{made.id}?expires={expires}&signature={signature}"

    def open(self, download_id: str, expires: str, signature: str) -> Download:
        """What the parts of an address stand for. Raises `Forged` or `Expired`."""
        if not hmac.compare_digest(self._signature(download_id, expires).encode(), signature.encode()):
            raise Forged
        if int(expires) < now().timestamp():
            raise Expired
        with self._store.session() as session:
            found = session.scalar(select(Download).where(Download.id == UUID(download_id)))
        if found is None:
            raise Expired
        return found

    def first_use(self, download_id: UUID) -> bool:
        """Whether it is fetched for the first time: true once, whoever asks."""
        with self._store.session() as session:
            unused = (Download.id == download_id, Download.used_at.is_(None))
            used = session.scalar(update(Download).where(*unused).values(used_at=now()).returning(Download.id))
            session.commit()
        return used is not None

    def _signature(self, download_id: str, expires: str) -> str:
        key = self._settings.secret("downloads").encode()
        return hmac.new(key, f"{download_id}.{expires}".encode(), hashlib.sha256).hexdigest()
