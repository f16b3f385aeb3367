"""Kill -9 of gateway, worker and warehouse in turn, at random moments, under load: nothing missing, nothing twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

import settings as settings_module
from bench.stack import free_port, module, wait_until_ready
from ingest import spool
from metadata import store
from settings import Settings
from warehouse.client import connect
from warehouse.errors import WarehouseError
from warehouse.migrate import migrate

KILLS = int(os.environ.get("CRASH_KILLS", "30"))
SEED = int(os.environ.get("CRASH_SEED", str(random.randrange(1 << 30))))
KEY = "sk-helicone-crashes-crashes-crashes-crashes"

pytestmark = [pytest.mark.crash, pytest.mark.timeout(600)]


@dataclass
class Part:
    """A process that can be killed and started again."""

    command: list[str]
    env: dict[str, str]
    ready: str = ""
    child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.child = subprocess.Popen(self.command, env=os.environ | self.env, start_new_session=True)
        if self.ready:
            wait_until_ready(self.ready, self.child, 60)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        assert self.child is not None
        os.killpg(self.child.pid, how)
        self.child.wait(10)


@dataclass
class Traffic:
    """Clients that ask for whole and streamed replies and note which answers they got to the end."""

    url: str
    attempted: set[str] = field(default_factory=set)
    delivered: set[str] = field(default_factory=set)
    stopped: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self, clients: int) -> None:
        self.threads = [threading.Thread(target=self.run, args=(n,)) for n in range(clients)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def run(self, number: int) -> None:
        with httpx.Client(timeout=10) as client:
            while not self.stopped.is_set():
                request_id = str(uuid4())
                self.attempted.add(request_id)
                try:
                    if self.ask(client, request_id, streamed=number % 2 == 0):
                        self.delivered.add(request_id)
                except httpx.HTTPError:
                    time.sleep(0.05)

    def ask(self, client: httpx.Client, request_id: str, *, streamed: bool) -> bool:
        """Whether the whole answer arrived; of a stream, what an SDK takes for the whole: up to ``[DONE]``."""
        body = {"model": "demo/gpt-4o-mini", "stream": streamed, "messages": [{"role": "user", "content": request_id}]}
        headers = {"authorization": f"Bearer {KEY}", "helicone-request-id": request_id, "helicone-user-id": "crash"}
        with client.stream("POST", self.url, json=body, headers=headers) as answer:
            assert answer.status_code == 200, answer.read()
            if not streamed:
                return bool(answer.read())
            return any(line == "data: [DONE]" for line in answer.iter_lines())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    environ = {
        "HELIOGRAPH_DATA_DIR": str(tmp_path / "data"),
        "HELIOGRAPH_BOOTSTRAP_API_KEY": KEY,
        "HELIOGRAPH_DEMO": "true",
        "HELIOGRAPH_BATCH_SECONDS": "0.2",
        "HELIOGRAPH_SPOOL_SEGMENT_MB": "1",
        **{f"HELIOGRAPH_{name}": str(free_port()) for name in ("PORT", "WAREHOUSE_PORT", "DEMO_PORT")},
    }
    for name, value in environ.items():
        os.environ[name] = value
    loaded = settings_module.load()
    loaded.data_dir.mkdir()
    store.migrate(loaded)
    metadata = store.connect(loaded)
    store.bootstrap(metadata, loaded)
    metadata.close()
    return loaded


@pytest.fixture
def parts(settings: Settings) -> Iterator[dict[str, Part]]:
    env = {name: value for name, value in os.environ.items() if name.startswith("HELIOGRAPH_")}
    running = {
        "warehouse": Part(module("warehouse.embedded"), env, f"http://127.0.0.1:{settings.warehouse_port}/ping"),
        "provider": Part(module("demo.provider"), env, f"{settings.demo_url}/v1/models"),
        "gateway": Part(module("api"), env, f"{settings.gateway_url}/healthz"),
        "worker": Part(module("ingest.worker"), env),
    }
    running["warehouse"].start()
    client = connect(settings)
    migrate(client, settings)
    client.close()
    for name in ("provider", "gateway", "worker"):
        running[name].start()
    yield running
    for part in running.values():
        part.kill()
    for name in env:
        del os.environ[name]


def test_killing_gateway_worker_and_warehouse_loses_nothing_and_counts_nothing_twice(
    settings: Settings, parts: dict[str, Part]
) -> None:
    chance = random.Random(SEED)
    print(f"CRASH_SEED={SEED} CRASH_KILLS={KILLS}")
    traffic = Traffic(f"{settings.gateway_url}/v1/chat/completions")
    traffic.start(clients=4)
    for number in range(KILLS):
        time.sleep(chance.uniform(0.2, 1.2))
        part = parts[("gateway", "worker", "warehouse")[number % 3]]
        part.kill()
        time.sleep(chance.uniform(0, 0.3))
        part.start()
    time.sleep(1)
    traffic.stop()
    wait_until_drained(settings)
    rows = rows_by_id(settings)
    assert traffic.delivered, "the clients got no answer at all"
    assert traffic.delivered - rows.keys() == set(), "answers that reached a client have no row"
    assert rows.keys() - traffic.attempted == set()
    assert {request_id: times for request_id, times in rows.items() if times > 1} == {}
    assert_rollups_equal_the_facts(settings)


def wait_until_drained(settings: Settings, wait_s: float = 60) -> None:
    """Until every directory of a dead gateway is gone and the living one's records are all acknowledged."""
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline:
        if not sum(pending_bytes(directory) for directory in spool.directories(settings.spool_dir)):
            return
        time.sleep(0.2)
    raise AssertionError("the worker did not catch up")


def pending_bytes(directory: Path) -> int:
    try:
        cursor = spool.read_cursor(directory)
        sizes = [path.stat().st_size for path in spool.segments(directory) if int(path.stem) >= cursor.segment]
    except FileNotFoundError:
        return 0
    return sum(sizes) - cursor.offset if sizes else 0


def rows_by_id(settings: Settings) -> dict[str, int]:
    return dict(query(settings, "SELECT toString(request_id), count() FROM request_response_rmt GROUP BY request_id"))


def assert_rollups_equal_the_facts(settings: Settings) -> None:
    facts = "count(), sum(cost), sum(prompt_tokens), sum(completion_tokens), sum(latency)"
    rolled = "sum(requests), sum(cost), sum(prompt_tokens), sum(completion_tokens), sum(latency)"
    expected = query(settings, f"SELECT {facts} FROM request_response_rmt")
    assert query(settings, f"SELECT {rolled} FROM requests_hourly") == expected
    daily = query(settings, "SELECT sum(requests), sum(cost), sum(prompt_tokens) FROM users_daily")
    assert daily[0] == expected[0][:3]


def query(settings: Settings, sql: str, wait_s: float = 20) -> list[tuple[object, ...]]:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            client = connect(settings)
            return list(client.query(sql).result_rows)
        except WarehouseError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
