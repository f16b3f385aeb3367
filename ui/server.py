"""The dashboard's process, ``python -m ui.server``: Streamlit and some routes of ours on one port.

``/sign-in?token=`` turns the one-time link into a cookie, ``/sign-out`` ends the session. ``/download/…`` is in
ui/downloads.py, what the HQL page asks in ui/hql/routes.py.
"""

from __future__ import annotations

import functools
import gc
import importlib
import logging
from pathlib import Path

import streamlit as st
import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

import settings as settings_module
from metadata.store import SESSION_LIFETIME, MetadataUnavailable, Store
from metadata.store import connect as connect_metadata
from settings import Settings, SettingsError
from ui import registry
from ui.downloads import routes as download_routes
from ui.hql.routes import routes as hql_routes
from ui.session import cookie_name
from ui.welcome import link_page

log = logging.getLogger("dashboard")


def create(settings: Settings, store: Store) -> st.App:
    """The ASGI application."""
    routes = [
        Route(path, functools.partial(answer, settings=settings, store=store))
        for path, answer in (("/sign-in", sign_in), ("/sign-out", sign_out))
    ]
    given = [*routes, *download_routes(settings, store), *hql_routes(settings, store)]
    return st.App(Path(__file__).parent.parent / "app.py", routes=given)


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


def _is_prefetch(request: Request) -> bool:
    headers = request.headers
    return "prefetch" in headers.get("sec-purpose", "") + headers.get("purpose", "") + headers.get("x-moz", "")


def _warm_up() -> None:
    """Import what the pages need before the first visitor waits for it, and keep it out of every later collection."""
    for name in ("requests", "pipeline", "hql.page", "models.page", "organisation.page"):
        importlib.import_module(f"ui.{name}")
    for name in registry.PAGES:
        importlib.import_module(f"ui.{name}.page")
    registry.panels()
    # Streamlit would otherwise run the file of a page by itself, without app.py around it, for whoever comes first.
    PagesManager.uses_pages_directory = False
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
