"""The page as a whole."""

from __future__ import annotations

import importlib.metadata
from uuid import UUID

import streamlit as st

from metadata import prices
from metadata.store import MetadataUnavailable
from ui import parts, session, shell
from ui.cost import pricing
from ui.frame import Context
from ui.organisation import appearance, keys, retention

LONGEST_NAME = 80
AWAY = "The metadata database does not answer: keys and settings cannot be read now. Try again in a moment."


def draw(context: Context) -> None:
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        try:
            keys.draw(context)
            retention.draw(context)
            _prices(context)
        except MetadataUnavailable:
            st.html(parts.nothing(AWAY))
    with right:
        try:
            _organisation(context)
        except MetadataUnavailable:
            st.html(parts.nothing(AWAY))
        appearance.draw(context)
        _about()


def _organisation(context: Context) -> None:
    found = session.organisation()
    if found is None:
        return
    with st.container(border=True):
        st.html(parts.panel("Organisation", f"its id is {found.id}"))
        with st.form("organisation", border=False):
            name = st.text_input("Name", found.name, max_chars=LONGEST_NAME)
            kept = st.form_submit_button("Rename")
        if kept and not name.strip():
            st.error("An organisation needs a name.")
        elif kept and name.strip() != found.name:
            session.store().rename_organisation(UUID(context.organization_id), name.strip())
            st.rerun()


def _prices(context: Context) -> None:
    own = prices.prices(session.store(), UUID(context.organization_id))
    with st.container(border=True):
        st.html(parts.panel("Prices of your own", "they come before LiteLLM's"))
        rows = [(f"{price.provider}/{price.model}", pricing.told(price)) for price in own]
        st.html(parts.table(("Model", "US dollars a million tokens"), rows) if rows else parts.nothing("None is set."))
        st.html(parts.links([("Set prices on the cost page", "/cost"), ("All models", "/models")]))


def _about() -> None:
    settings = session.settings()
    names = ("streamlit", "litellm", "clickhouse-connect", "sqlglot")
    facts = [
        ("Gateway", settings.gateway_url),
        ("Warehouse", "ClickHouse" if settings.clickhouse_url else "embedded (chDB)"),
        *((name, importlib.metadata.version(name)) for name in names),
    ]
    keys = [("/", "search"), ("?", "all keys"), *((f"g {page['key']}", page["title"]) for page in shell.pages())]
    with st.container(border=True):
        st.html(parts.panel("Keyboard", "a letter after g leads to a page"))
        st.html(parts.facts((what, key) for key, what in keys))
    with st.container(border=True):
        st.html(parts.panel("About", "this installation") + parts.facts(facts))
        st.html(parts.links([("The API's documentation", f"{settings.gateway_url}/docs"), ("Pipeline", "/pipeline")]))
