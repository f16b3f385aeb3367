"""The port as it is served, before a real warehouse and the demo provider, with a worker behind it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from clickhouse_connect.driver.client import Client

from api.app import Port, build
from demo.provider import DemoProvider
from ingest.gateway.protocol import SpellingProtocol
from ingest.worker import Worker
from metadata import store as metadata
from metadata.keys import hashed
from settings import Settings
from tests.gateway.serving import served

KEY = "sk-helicone-aaaaaaa-aaaaaaa-aaaaaaa-aaaaaaa"


@dataclass(frozen=True)
class Api:
    """A running port, the organisation of `KEY`, and another organisation's key."""

    url: str
    port: Port
    settings: Settings
    organisation: UUID
    other: UUID
    other_key: str

    def client(self, key: str = KEY) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {key}"}, timeout=30)


@pytest.fixture(scope="session")
def api(
    warehouse: Client, warehouse_server: str, reader_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    with served(DemoProvider()) as demo_url:
        settings = Settings(
            data_dir=tmp_path_factory.mktemp("api"),
            clickhouse_url=warehouse_server,
            clickhouse_reader_url=reader_url,
            bootstrap_api_key=KEY,
            demo=True,
            demo_port=int(demo_url.rpartition(":")[2]),
            batch_seconds=0.05,
            body_limit_mb=1,
        )
        port = build(settings)
        with served(port, lifespan="on", http=SpellingProtocol) as url:
            store = port.rest.state.context.store
            mine = store.organisation_of_key(hashed(KEY))
            other = store.create_organisation("Other").id
            yield Api(url, port, settings, mine, other, store.create_key(other, "key"))


@pytest.fixture(scope="session")
def client(api: Api) -> Iterator[httpx.Client]:
    with api.client() as client:
        yield client


@pytest.fixture(scope="session")
def other_client(api: Api) -> Iterator[httpx.Client]:
    with api.client(api.other_key) as client:
        yield client


@pytest.fixture(scope="module")
def worker(api: Api) -> Iterator[None]:
    """Not longer than it is needed: a worker also makes rollups anew that other tests look at."""
    store = metadata.connect(api.settings)
    worker = Worker(api.settings, store)
    thread = threading.Thread(target=worker.run)
    thread.start()
    yield
    worker.stop()
    thread.join()
    store.close()


Row = dict[str, Any]


@pytest.fixture(scope="module")
def arrived(worker: None, client: httpx.Client) -> Callable[..., Row]:
    """The request of an id, once its row is there and `ready` of it is true."""

    def wait(request_id: str, ready: Callable[[Row], bool] = bool) -> Row:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            answer = client.get(f"/v1/request/{request_id}").json()
            if answer["data"] and ready(answer["data"]):
                return dict(answer["data"])
            time.sleep(0.02)
        raise TimeoutError(answer)

    return wait
