"""What is said of a request after it was made, or before its row exists: scores, feedback, properties.

Each goes to the spool, as the requests themselves do: it is durable when it is answered, and the worker brings it to
the row within seconds.
"""

from __future__ import annotations

import time
from uuid import UUID

from fastapi import APIRouter

from api import schemas
from api.auth import Organisation
from api.context import Context, Here
from api.errors import ApiError
from api.schemas import RequestId
from ingest import record
from ingest.request_id import request_id as uuid_of

router = APIRouter(tags=["Request"])
Done = schemas.Envelope[None]


@router.post("/v1/request/{request_id:path}/score", summary="Score a request")
async def score(request_id: RequestId, body: schemas.Scores, organisation: Organisation, here: Here) -> Done:
    """Numbers stay what they are, booleans become 1 and 0. The request may still be under way."""
    return _spooled(
        here,
        record.Score(
            organization_id=organisation, request_id=uuid_of(request_id), created_at=_now(), scores=body.scores
        ),
    )


@router.post("/v1/request/{request_id:path}/feedback", summary="Rate a request")
async def feedback(request_id: RequestId, body: schemas.Feedback, organisation: Organisation, here: Here) -> Done:
    """The latest rating counts. The request may still be under way."""
    return _spooled(here, _rating(organisation, request_id, body.rating))


@router.post("/v1/feedback", summary="Rate a request named in the body")
async def feedback_of(body: schemas.FeedbackOf, organisation: Organisation, here: Here) -> Done:
    """The older form of rating a request."""
    return _spooled(here, _rating(organisation, body.helicone_id, body.rating))


@router.put("/v1/request/{request_id:path}/property", summary="Set properties of a request")
async def put_property(request_id: RequestId, body: schemas.Properties, organisation: Organisation, here: Here) -> Done:
    """`{"key": "Environment", "value": "production"}`, or several at once: `{"Environment": "production", …}`.
    Names compare without case; a property set again is replaced."""
    if set(body) == {"key", "value"}:
        body = {body["key"]: body["value"]}
    if "" in body:
        raise ApiError(400, "key: must not be empty")
    request, at = uuid_of(request_id), _now()
    return _spooled(
        here,
        *(
            record.Property(organization_id=organisation, request_id=request, created_at=at, name=name, value=value)
            for name, value in body.items()
        ),
    )


def _rating(organisation: UUID, request_id: str, rating: bool) -> record.Feedback:
    return record.Feedback(
        organization_id=organisation, request_id=uuid_of(request_id), created_at=_now(), rating=rating
    )


def _now() -> int:
    """Microseconds since the epoch."""
    return time.time_ns() // 1000


def _spooled(here: Context, *records: record.Annotation) -> Done:
    if not all(here.spool.append(one) for one in records):
        raise ApiError(503, "this could not be stored now (the disk is full or the spool at its limit); try again")
    return Done(data=None)
