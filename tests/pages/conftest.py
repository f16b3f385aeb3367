"""The dashboard as a signed-in browser runs it, over a real warehouse and a metadata database of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import streamlit as st
from clickhouse_connect.driver.client import Client
from streamlit.testing.v1 import AppTest

from metadata import store as metadata
from settings import Settings
from tests.stack import OURS
from ui import session
from warehouse.client import insert
from warehouse.row import Row

ROOT = Path(__file__).parents[2]
CHAT = '{"model": "gpt-4o", "messages": [{"role": "user", "content": "Where is my parcel?"}]}'
REPLY = '{"choices": [{"message": {"role": "assistant", "content": "On its way <b>now</b>."}}]}'


@dataclass
class Dashboard:
    """The app of one organisation. `open` runs a page with a URL's parameters."""

    organization_id: UUID
    client: Client
    open: Callable[..., AppTest]

    def record(self, **values: Any) -> UUID:
        """One request, a minute ago unless told; returns its id."""
        at = values.pop("at", datetime.now(UTC) - timedelta(minutes=1))
        values.setdefault("request_model", values.get("model", ""))
        row = Row(self.organization_id, values.pop("request_id", uuid4()), at, at, ingested_at=at, **values)
        insert(self.client, "request_response_rmt", Row._fields, [row], token=str(row.request_id))
        return row.request_id


@pytest.fixture(scope="session")
def metadata_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data_dir=tmp_path_factory.mktemp("pages"))
    metadata.migrate(settings)
    return settings


@pytest.fixture
def dashboard(
    warehouse: Client,
    warehouse_server: str,
    reader_url: str,
    metadata_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Dashboard]:
    """An organisation without any data yet, and the app signed in to it."""
    for name in filter(OURS.match, list(os.environ)):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HELIOGRAPH_DATA_DIR", str(metadata_settings.data_dir))
    monkeypatch.setenv("CLICKHOUSE_URL", warehouse_server)
    monkeypatch.setenv("CLICKHOUSE_READER_URL", reader_url)
    store = metadata.connect(metadata_settings)
    organisation = store.create_organisation("Northwind & <Sons>")
    secret = store.open_session(store.create_sign_in(organisation.id))
    # A browser's cookies do not exist here: this is the one thing that stands in for it.
    monkeypatch.setattr(session, "secret", lambda: secret)
    st.cache_data.clear()
    st.cache_resource.clear()
    yield Dashboard(organisation.id, warehouse, run)
    store.close()


@pytest.fixture
def busy(dashboard: Dashboard) -> Dashboard:
    """Three requests: one priced and streamed, one unpriced, one failed."""
    dashboard.record(
        model="gpt-4o", provider="openai", user_id="ann@example.com", cost=1_500_000_000, cost_status="priced",
        latency=800, prompt_tokens=1200, completion_tokens=34, is_stream=True, time_to_first_token=120,
        request_body=CHAT, response_body=REPLY, properties={"App": "chat"},
    )  # fmt: skip
    dashboard.record(model="house-model", provider="vllm", cost_status="unpriced", latency=50)
    dashboard.record(model="gpt-4o", provider="openai", status=429, error_type="rate_limit", latency=20)
    return dashboard


def run(page: str = "", /, **parameters: Any) -> AppTest:
    """The app at a page (``requests``, ``pipeline``, the overview by default) with URL parameters."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in parameters.items():
        app.query_params["from" if name == "from_" else name] = value
    if page:
        app = app.switch_page(f"pages/{page}.py")
    return app.run()


def text(app: AppTest) -> str:
    """Everything that our own HTML says on the page."""
    return "\n".join(str(element.proto.body) for element in app.get("html"))
