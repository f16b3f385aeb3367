"""The dashboard's process, ``python -m ui.server``: Streamlit and some routes of ours on one port.

``/sign-in?token=`` turns the one-time link into a cookie, ``/sign-out`` ends the session, ``/download/requests.csv``
streams what the requests page shows. Those of the HQL page are in ui/hql/routes.py.
"""

from __future__ import annotations

import functools
import gc
import importlib
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import streamlit as st
import uvicorn
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

import settings as settings_module
from metadata.store import SESSION_LIFETIME, MetadataUnavailable, Store
from metadata.store import connect as connect_metadata
from settings import Settings, SettingsError
from ui.hql.routes import routes as hql_routes
from ui.session import cookie_name, organisation_of
from ui.state import View, zone_of
from ui.welcome import link_page
from warehouse import client as warehouse
from warehouse import requests
from warehouse.conditions import FilterError
from warehouse.errors import WarehouseError

log = logging.getLogger("dashboard")

_client = functools.cache(functools.partial(warehouse.connect, query_timeout_s=600))


def create(settings: Settings, store: Store) -> st.App:
    """The ASGI application."""
    routes = [
        Route(path, functools.partial(answer, settings=settings, store=store))
        for path, answer in (("/sign-in", sign_in), ("/sign-out", sign_out), ("/download/requests.csv", download))
    ]
    return st.App(Path(__file__).parent.parent / "app.py", routes=[*routes, *hql_routes(settings, store)])


async def sign_in(request: Request, settings: Settings, store: Store) -> Response:
    """Use the token up and give the browser its cookie. A look ahead (HEAD, prefetch) leaves the link as it was."""
    if request.method == "HEAD" or _is_prefetch(request):
        return Response()
    try:
        secret = await run_in_threadpool(store.open_session, request.query_params.get("token", ""))
    except MetadataUnavailable as error:
        log.error("%s", error)
        return HTMLResponse(link_page("The dashboard cannot sign you in now", "Its database does not answer."), 503)
    if secret is None:
        return HTMLResponse(link_page("This sign-in link has been used or is too old", "A link works once."), 403)
    response = RedirectResponse("/", 303)
    response.set_cookie(
        cookie_name(settings),
        secret,
        max_age=int(SESSION_LIFETIME.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings.app_url.startswith("https://"),
    )
    return response


async def sign_out(request: Request, settings: Settings, store: Store) -> Response:
    name = cookie_name(settings)
    if request.method != "HEAD" and (secret := request.cookies.get(name)):
        await run_in_threadpool(store.close_session, secret)
    response = RedirectResponse("/", 303)
    response.delete_cookie(name)
    return response


async def download(request: Request, settings: Settings, store: Store) -> Response:
    """The requests of the view in the URL as CSV; `columns` (comma-separated) picks and orders them."""
    try:
        organisation = await run_in_threadpool(organisation_of, request.cookies, settings, store)
        if organisation is None:
            return PlainTextResponse("Sign in first: the link is in the terminal that runs Heliograph.", 401)
        pieces = await run_in_threadpool(_export, request, settings, store, organisation.id)
        first = await run_in_threadpool(next, pieces, b"")
    except (FilterError, KeyError) as error:
        return PlainTextResponse(f"This link asks for what there is not: {error}", 400)
    except (WarehouseError, MetadataUnavailable) as error:
        log.error("download: %s", error)
        return PlainTextResponse("The warehouse does not answer now; try again in a moment.", 503)
    headers = {"Content-Disposition": 'attachment; filename="requests.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_body(first, pieces), media_type="text/csv; charset=utf-8", headers=headers)


def _export(request: Request, settings: Settings, store: Store, organization_id: UUID) -> Iterator[bytes]:
    view = View.parse(request.query_params.multi_items())
    condition = view.condition(store.property_names(organization_id))
    within = view.range(zone_of(request.query_params.get("zone")) or ZoneInfo("UTC"))
    columns = [name for name in request.query_params.get("columns", "").split(",") if name]
    reader = warehouse.Reader(_client(settings), organization_id)
    bounds = requests.between(within.start, within.end)
    return requests.export(reader, requests.both(bounds, condition), columns or requests.COLUMNS)


async def _body(first: bytes, rest: Iterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in iterate_in_threadpool(rest):
        yield piece


def _is_prefetch(request: Request) -> bool:
    headers = request.headers
    return "prefetch" in headers.get("sec-purpose", "") + headers.get("purpose", "") + headers.get("x-moz", "")


def _warm_up() -> None:
    """Import what the pages need before the first visitor waits for it, and keep it out of every later collection."""
    for name in ("overview", "requests", "pipeline", "hql.page"):
        importlib.import_module(f"ui.{name}")
    gc.collect()
    gc.freeze()


def main() -> None:
    """Serve the dashboard until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    try:
        settings = settings_module.load()
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    app = create(settings, connect_metadata(settings))
    _warm_up()
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.app_port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
