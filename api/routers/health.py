"""Whether the process lives, whether it can do all of its work, and its counters."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.context import Context, Here
from api.metrics import registry
from metadata.store import MetadataUnavailable
from warehouse.client import translated
from warehouse.errors import WarehouseError

router = APIRouter(tags=["Health"])


@router.get("/healthz", summary="Liveness", response_class=PlainTextResponse)
async def healthz() -> str:
    """The process answers; nothing is asked of anything else."""
    return "ok"


@router.get("/readyz", summary="Readiness", responses={503: {"description": "Something is missing"}})
def readyz(here: Here) -> Response:
    """Whether all of it works, and what is missing if not. Requests are proxied and recorded in either case."""
    missing = [sentence for sentence in (_metadata(here), _warehouse(here)) if sentence]
    return JSONResponse({"ready": not missing, "missing": missing}, 503 if missing else 200)


@router.get("/metrics", summary="Prometheus metrics", response_class=PlainTextResponse)
def metrics(here: Here) -> Response:
    """Counters of the gateway, the spool and the workers, in Prometheus's text format."""
    return Response(generate_latest(registry(here)), media_type=CONTENT_TYPE_LATEST)


def _metadata(here: Context) -> str:
    try:
        return "" if here.store.organisations() else "the metadata database has no organisation yet"
    except MetadataUnavailable as error:
        return str(error)


def _warehouse(here: Context) -> str:
    try:
        client = here.warehouse.client()
        with translated():
            stands = str(client.command("EXISTS TABLE request_response_rmt")) == "1"
    except WarehouseError:
        return "the warehouse does not answer"
    return "" if stands else "the warehouse has no tables yet: python -m warehouse.migrate makes them"
