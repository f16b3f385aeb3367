"""A running gateway, before the demo provider and one that misbehaves, and what it leaves in its spool."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import anthropic
import httpx
import openai
import pytest

from demo.provider import DemoProvider
from ingest.gateway.app import Gateway
from ingest.gateway.protocol import SpellingProtocol
from ingest.record import Exchange
from ingest.spool import SpoolReader, SpoolWriter
from metadata import store as metadata
from metadata.keyring import KeyRing
from settings import Settings
from tests.gateway.faults import FaultProvider
from tests.gateway.serving import served

KEY = "sk-helicone-testing-testing-testing-testing"
SERVER_KEYS = {"OPENAI_API_KEY": "sk-server-openai-0123456789", "ANTHROPIC_API_KEY": "sk-ant-server-0123456789"}
CALLER_KEY = "sk-caller-0123456789abcdef"


class Served:
    """The gateway with the lifespan that its composition root gives it."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            return await self.gateway(scope, receive, send)
        for start, kind in ((self.gateway.start, "startup"), (self.gateway.stop, "shutdown")):
            await receive()
            await start()
            await send({"type": f"lifespan.{kind}.complete"})


@dataclass
class Running:
    """A gateway on a socket, and its spool's records in the order of their writing."""

    url: str
    gateway: Gateway
    organisation: UUID
    spool: SpoolWriter
    records: list[Exchange] = field(default_factory=list)
    taken: int = 0

    def next(self, wait_s: float = 5) -> Exchange:
        """The record after those already taken; for records that are written after the client is done."""
        deadline = time.monotonic() + wait_s
        while len(self.records) <= self.taken and time.monotonic() < deadline:
            self.read()
            time.sleep(0.005)
        assert len(self.records) > self.taken, "no record was written"
        self.taken += 1
        return self.records[self.taken - 1]

    def read(self) -> None:
        reader = SpoolReader.claim(self.spool.directory)
        assert reader is not None
        while (batch := reader.next(max_records=1000, max_bytes=1 << 30)) is not None:
            assert batch.torn == 0
            self.records += [record for record in batch.records if isinstance(record, Exchange)]
            reader.acknowledge(batch)
        reader.close()

    def last(self) -> Exchange:
        """The newest record, which has to be the only new one, and to be there already."""
        self.read()
        assert len(self.records) == self.taken + 1
        return self.next(0)

    def nothing_new(self) -> bool:
        self.read()
        return len(self.records) == self.taken


@pytest.fixture(scope="session")
def demo_url() -> Iterator[str]:
    with served(DemoProvider(), timeout_keep_alive=75) as url:
        yield url


@pytest.fixture(scope="session")
def faults() -> Iterator[FaultProvider]:
    with FaultProvider.running() as provider:
        yield provider


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[metadata.Store]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), bootstrap_api_key=KEY)
    metadata.migrate(settings)
    store = metadata.connect(settings)
    metadata.bootstrap(store, settings)
    yield store
    store.close()


@pytest.fixture(scope="session")
def start(
    tmp_path_factory: pytest.TempPathFactory, store: metadata.Store, demo_url: str, faults: FaultProvider
) -> Callable[..., Any]:
    """Start a gateway: `with start(environ, **settings)`. OpenAI is the demo provider, Groq the faulty one."""

    @contextlib.contextmanager
    def start(
        environ: dict[str, str] | None = None,
        keys: Any = None,
        spool_limit: int = 1 << 30,
        grace_s: int | None = None,
        **changed: Any,
    ) -> Iterator[Running]:
        settings = Settings(data_dir=tmp_path_factory.mktemp("data"), upstream_timeout_s=0.4, **changed)
        spool = SpoolWriter(settings.spool_dir, limit_bytes=spool_limit, segment_bytes=1 << 26)
        bases = {"OPENAI_API_BASE": f"{demo_url}/v1", "ANTHROPIC_API_BASE": demo_url}
        bases |= {"GROQ_API_BASE": f"{faults.url}/openai/v1", "GROQ_API_KEY": "sk-server-groq-0123456789"}
        ring = KeyRing(keys or store)
        gateway = Gateway(settings, ring, spool, {**bases, **SERVER_KEYS, **(environ or {})})
        organisation = store.organisations()[0].id
        options = {"lifespan": "on", "http": SpellingProtocol, "date_header": False}
        with served(Served(gateway), timeout_graceful_shutdown=grace_s, **options) as url:
            yield Running(url, gateway, organisation, spool)
        ring.close()
        spool.close()

    return start


@pytest.fixture(scope="session")
def _running(start: Callable[..., Any]) -> Iterator[Running]:
    with start() as running:
        yield running


@pytest.fixture
def gateway(_running: Running) -> Running:
    """The shared gateway, with the records of earlier tests out of the way."""
    _running.read()
    _running.taken = len(_running.records)
    return _running


@pytest.fixture(scope="session")
def http(_running: Running) -> Iterator[httpx.Client]:
    """A client of the shared gateway that adds nothing of its own to a request but what HTTP needs."""
    with httpx.Client(base_url=_running.url, timeout=10) as client:
        client.headers.clear()
        yield client


@pytest.fixture(scope="session")
def client(_running: Running) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{_running.url}/v1", api_key=KEY, max_retries=0) as client:
        yield client


@pytest.fixture(scope="session")
def claude(_running: Running) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=_running.url, api_key=KEY, max_retries=0) as client:
        yield client
