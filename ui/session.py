"""Who is looking: the cookie that the sign-in link sets, and the organisation it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st

import settings as settings_module
from metadata.models import Organisation
from metadata.store import Store, connect
from settings import Settings


def cookie_name(settings: Settings) -> str:
    """Cookies do not know ports, so two dashboards on one host need names of their own."""
    return f"heliograph_{settings.app_port}"


@st.cache_resource
def settings() -> Settings:
    return settings_module.load()


@st.cache_resource
def store() -> Store:
    return connect(settings())


def secret() -> str:
    """The session's secret as the browser sent it when it connected."""
    return st.context.cookies.get(cookie_name(settings()), "")


def organisation_of(cookies: Mapping[str, str], settings: Settings, store: Store) -> Organisation | None:
    """The organisation of the browser that sent these cookies, or None. Raises `MetadataUnavailable`."""
    found = cookies.get(cookie_name(settings))
    return store.organisation_of_session(found) if found else None


def address() -> str:
    """The dashboard's own address, as the browser knows it."""
    found = urlsplit(st.context.url or "")
    return f"{found.scheme}://{found.netloc}" if found.netloc else f"http://127.0.0.1:{settings().app_port}"


def organisation() -> Organisation | None:
    """The organisation of the signed-in browser, or None. Raises `MetadataUnavailable`."""
    found = secret()
    return store().organisation_of_session(found) if found else None
