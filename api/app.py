"""The application of the gateway's port: the gateway where a request is its, the REST API for the rest."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from api import errors, schemas
from api.context import Context, Hql, Warehouse
from api.limits import BodyLimit
from api.routers import docs, health, hql, labels, requests
from ingest.gateway.app import Gateway
from ingest.spool import SpoolWriter
from metadata import store as metadata
from metadata.keyring import KeyRing
from settings import Settings

log = logging.getLogger("api")

MEGABYTE = 1_000_000
DESCRIPTION = (
    "Reads, annotates and queries in SQL the requests that went through the gateway. Speaks Helicone's protocol."
)
FAILURES = (400, 401, 413, 503)
METADATA_PAUSE_S = 2.0


class Port:
    """Both applications as one. `rest` keeps the lifespan of both."""

    def __init__(self, gateway: Gateway, rest: FastAPI) -> None:
        self.gateway = gateway
        self.rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.gateway.handles(scope):
            await self.gateway(scope, receive, send)
        else:
            await self.rest(scope, receive, send)


def build(settings: Settings) -> Port:
    """Everything of this process, wired. Raises `OSError` if the data directory cannot be written."""
    store = metadata.connect(settings)
    keys = KeyRing(store)
    spool = SpoolWriter(
        settings.spool_dir,
        limit_bytes=settings.spool_limit_mb * MEGABYTE,
        segment_bytes=settings.spool_segment_mb * MEGABYTE,
    )
    gateway = Gateway(settings, keys, spool)
    hql = Hql(settings, store)
    return Port(gateway, rest(Context(settings, store, keys, spool, gateway, Warehouse(settings), hql)))


def rest(context: Context) -> FastAPI:
    """The REST API."""
    app = FastAPI(
        title="Heliograph",
        description=DESCRIPTION,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        strict_content_type=False,
        responses={status: {"model": schemas.Failure} for status in FAILURES},
    )
    app.state.context = context
    app.add_middleware(BodyLimit, limit_bytes=context.settings.body_limit_mb * MEGABYTE)
    errors.install(app)
    for router in (requests.router, labels.router, hql.router, health.router, docs.router):
        app.include_router(router)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    here: Context = app.state.context
    await here.gateway.start()
    # What stands now stays: without this every full collection walks all of it, some 40 ms in which nobody is served.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    preparing = None if await _prepared(here) else asyncio.create_task(_prepare_later(here))
    try:
        yield
    finally:
        if preparing is not None:
            preparing.cancel()
        await here.gateway.stop()
        here.spool.close()
        here.keys.close()
        here.hql.close()
        here.warehouse.close()
        here.store.close()


async def _prepared(here: Context) -> bool:
    """Bring the metadata database up to date; False while it does not answer."""
    try:
        await asyncio.to_thread(_prepare, here)
    except metadata.MetadataUnavailable as error:
        log.warning("%s; requests that need no key of ours are proxied and recorded all the same", error)
        return False
    return True


async def _prepare_later(here: Context) -> None:
    while not await _prepared(here):
        await asyncio.sleep(METADATA_PAUSE_S)


def _prepare(here: Context) -> None:
    metadata.migrate(here.settings)
    metadata.bootstrap(here.store, here.settings)
