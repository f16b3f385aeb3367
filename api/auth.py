"""Whose request is this? The organisation of its API key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader

from api.context import Here
from api.errors import ApiError

scheme = APIKeyHeader(
    name="Authorization",
    scheme_name="api_key",
    description="An organisation's API key: `Bearer sk-helicone-…`. The bare key, or `Helicone-Auth`, work as well.",
    auto_error=False,
)


def api_key(headers: Mapping[str, str]) -> str:
    """The key that a request carries, "" if none: `Helicone-Auth` before `Authorization`, with or without Bearer."""
    for name in ("helicone-auth", "authorization"):
        words = headers.get(name, "").split()
        if words and words[0].lower() == "bearer":
            words = words[1:]
        if words:
            return words[0]
    return ""


async def organisation(request: Request, here: Here, _: Annotated[str | None, Security(scheme)]) -> UUID:
    """The organisation that asks. Raises `ApiError` 401."""
    key = api_key(request.headers)
    if not key:
        raise ApiError(401, "no API key: send it as Authorization: Bearer sk-helicone-…")
    found = await here.keys.organisation(key)
    if found is None:
        raise ApiError(401, "this API key belongs to no organisation, or was revoked")
    return found


Organisation = Annotated[UUID, Depends(organisation)]
"""The id of the organisation that asks, as a handler's argument."""
