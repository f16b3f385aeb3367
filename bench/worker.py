"""The worker: records a second from spool to visible row, and how long after its response a row can be seen.

Both with the real embedded warehouse and `python -m ingest.worker`, bodies of about 4 kB.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from clickhouse_connect.driver.client import Client

import settings as settings_module
from bench.gateway import KEY, heliograph
from bench.load import BODY, Target
from bench.stack import cpu_seconds, free_port, module, process
from bench.upstream import ANSWER
from ingest.record import Exchange
from ingest.spool import SpoolWriter
from metadata import store
from settings import Settings
from warehouse.client import connect
from warehouse.migrate import migrate

RECENT = "request_response_rmt WHERE request_created_at > now() - INTERVAL 10 SECOND"


@dataclass(frozen=True)
class Throughput:
    records: int
    seconds: float
    """From the worker's first row to the last record being visible."""
    worker_cpu_s: float
    warehouse_cpu_s: float

    @property
    def records_per_s(self) -> float:
        return self.records / self.seconds

    @property
    def records_per_worker_cpu_s(self) -> float:
        return self.records / self.worker_cpu_s


def throughput(records: int = 60_000) -> Throughput:
    """Spool `records`, then start the worker and wait until all are visible."""
    with installation() as (settings, organization_id, warehouse_pid):
        fill(settings, organization_id, records)
        client = connect(settings)
        env = environment(settings)
        warehouse_cpu = cpu_seconds(warehouse_pid)
        with process(
            module("ingest.worker"), ready=f"http://127.0.0.1:{settings.warehouse_port}/ping", env=env
        ) as worker:
            wait_for_rows(client, 1)
            started, seen, cpu = time.perf_counter(), count(client), cpu_seconds(worker.pid)
            wait_for_rows(client, records)
            seconds = time.perf_counter() - started
            worker_cpu = cpu_seconds(worker.pid) - cpu
        return Throughput(records - seen, seconds, worker_cpu, cpu_seconds(warehouse_pid) - warehouse_cpu)


def freshness_p99_s(*, requests_per_s: int = 300, seconds: int = 15) -> float:
    """99th percentile of the seconds from a response's end at the gateway to its row being visible to a query."""
    with installation() as (settings, _, _), contextlib.ExitStack() as stack:
        upstream = f"http://127.0.0.1:{(port := free_port())}"
        stack.enter_context(process(module("bench.upstream", port), ready=upstream))
        target, _ = stack.enter_context(heliograph(upstream, settings.data_dir, **environment(settings)))
        stack.enter_context(process(module("ingest.worker"), ready=upstream, env=environment(settings)))
        client = connect(settings)
        steady(target, 10, 1)
        wait_for_rows(client, warm := 10)
        seen: dict[str, float] = {}
        watcher = threading.Thread(target=watch, args=(settings, seen, done := threading.Event()))
        watcher.start()
        sent = steady(target, requests_per_s, seconds)
        wait_for_rows(client, warm + sent)
        time.sleep(1)
        done.set()
        watcher.join()
        ended = client.query(
            "SELECT toString(request_id), toUnixTimestamp64Milli(response_created_at) FROM request_response_rmt"
        )
        waits: list[float] = sorted(
            seen[request_id] - ms / 1000 for request_id, ms in ended.result_rows if request_id in seen
        )
        return waits[int(len(waits) * 0.99)]


def watch(settings: Settings, seen: dict[str, float], done: threading.Event) -> None:
    """Note when each row is first returned by a query, looking every 50 ms."""
    client = connect(settings)
    while not done.is_set():
        rows = client.query(f"SELECT toString(request_id) FROM {RECENT}").result_rows
        now = time.time()
        for (request_id,) in rows:
            seen.setdefault(request_id, now)
        time.sleep(0.05)


def steady(target: Target, requests_per_s: int, seconds: int) -> int:
    """Send at a fixed rate from four threads; returns how many were sent."""
    import httpx

    threads = 4
    total = requests_per_s * seconds

    def run(offset: int) -> None:
        with httpx.Client(timeout=10) as client:
            for number in range(offset, total, threads):
                wait = started + number / requests_per_s - time.perf_counter()
                if wait > 0:
                    time.sleep(wait)
                headers = {"content-type": "application/json", **target.headers}
                client.post(target.url, content=BODY, headers=headers).raise_for_status()

    started = time.perf_counter()
    running = [threading.Thread(target=run, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return total


@contextlib.contextmanager
def installation() -> Iterator[tuple[Settings, UUID, int]]:
    """A warehouse of its own, migrated, with its first organisation: (settings, organisation, warehouse's pid)."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            "HELIOGRAPH_DATA_DIR": str(Path(folder) / "data"),
            "HELIOGRAPH_WAREHOUSE_PORT": str(free_port()),
            "HELIOGRAPH_BOOTSTRAP_API_KEY": KEY,
        }
        settings = settings_module.load(environ)
        settings.data_dir.mkdir()
        store.migrate(settings)
        organisation, _ = store.bootstrap(store.connect(settings), settings)
        ping = f"http://127.0.0.1:{settings.warehouse_port}/ping"
        with process(module("warehouse.embedded"), ready=ping, env=environ) as warehouse:
            migrate(connect(settings), settings)
            yield settings, organisation.id, warehouse.pid


def environment(settings: Settings) -> dict[str, str]:
    return {
        "HELIOGRAPH_DATA_DIR": str(settings.data_dir),
        "HELIOGRAPH_WAREHOUSE_PORT": str(settings.warehouse_port),
    }


def fill(settings: Settings, organization_id: UUID, records: int) -> None:
    """Spool exchanges as the gateway would, half of them streamed."""
    writer = SpoolWriter(settings.spool_dir, limit_bytes=1 << 40, segment_bytes=64 << 20)
    chunk = b"data: " + json.dumps({"choices": [{"delta": {"content": "word " * 20}}]}).encode() + b"\n\n"
    usage = {"choices": [], "usage": {"prompt_tokens": 900, "completion_tokens": 600, "total_tokens": 1500}}
    streamed = chunk * 24 + b"data: " + json.dumps(usage).encode() + b"\n\ndata: [DONE]\n\n"
    for number in range(records):
        is_stream = number % 2 == 1
        writer.append(
            Exchange(
                request_id=uuid4(),
                organization_id=organization_id,
                provider="openai",
                target_url="https://api.openai.com/v1/chat/completions",
                path="/v1/chat/completions",
                status=200,
                received_at=int(time.time() * 1e6),
                duration=900_000,
                first_token=200_000 if is_stream else None,
                is_stream=is_stream,
                request_headers=[("content-type", "application/json"), ("user-agent", "bench")],
                response_headers=[("content-type", "text/event-stream" if is_stream else "application/json")],
                helicone={"helicone-user-id": f"user-{number % 500}", "helicone-property-environment": "production"},
                request_body=BODY.encode(),
                response_body=streamed if is_stream else ANSWER,
            )
        )
    writer.close()


def count(client: Client) -> int:
    return int(client.query("SELECT count() FROM request_response_rmt").result_rows[0][0])


def wait_for_rows(client: Client, rows: int, wait_s: float = 300) -> None:
    deadline = time.monotonic() + wait_s
    while count(client) < rows:
        if time.monotonic() > deadline:
            raise RuntimeError(f"only {count(client)} of {rows} rows are visible")
        time.sleep(0.05)
