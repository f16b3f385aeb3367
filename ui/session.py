"""Who is looking: the cookie that the sign-in link sets, and the organisation it stands for."""

from __future__ import annotations

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


def organisation() -> Organisation | None:
    """The organisation of the signed-in browser, or None. Raises `MetadataUnavailable`."""
    found = secret()
    return store().organisation_of_session(found) if found else None
