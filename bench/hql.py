"""HQL: the guard by itself, a guarded query beside the same SQL sent directly, and downloads of 300,000 rows.

``python -m bench.hql <organisation> <format>`` is the process that downloads: it prints what that took, as JSON.
"""

from __future__ import annotations

import gc
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import clickhouse_connect
from clickhouse_connect.driver.client import Client

import settings as settings_module
from bench.seed import seed
from bench.stack import module, resident_mb
from bench.worker import environment, installation
from hql.export import FORMATS, export
from hql.guard import GuardedQuery, guard
from hql.run import FORMAT, HEADER, Runner
from hql.scope import ORGANISATION
from settings import Settings
from warehouse.client import connect

EXAMPLES = {
    "top costly requests": """
        SELECT request_created_at, request_model, response_body, provider_total_cost
        FROM request_response_rmt
        WHERE request_created_at > now() - INTERVAL 7 DAY
        ORDER BY provider_total_cost DESC
        LIMIT 100""",
    "error rate": """
        SELECT COUNTIf(status BETWEEN 400 AND 599) AS error_count, COUNT() AS total_requests,
            ROUND(error_count / total_requests, 4) AS error_rate
        FROM request_response_rmt
        WHERE request_created_at >= toDateTime64(now(), 3) - INTERVAL 24 HOUR""",
    "active users by day": """
        SELECT toDate(request_created_at) AS day, COUNT(DISTINCT user_id) AS dau
        FROM request_response_rmt
        WHERE request_created_at >= toDateTime64(now(), 3) - INTERVAL 14 DAY
        GROUP BY day
        ORDER BY day""",
    "sessions by a property": """
        SELECT properties['Helicone-Session-Id'] AS session_id, COUNT(*) AS requests, sum(cost) AS total_cost
        FROM request_response_rmt
        WHERE request_created_at >= toDateTime64(now(), 3) - INTERVAL 7 DAY
            AND properties['Helicone-Session-Id'] IS NOT NULL
        GROUP BY session_id
        ORDER BY total_cost DESC
        LIMIT 100""",
    "cost by model": """
        SELECT request_model, sum(cost) AS total_cost, COUNT() AS request_count
        FROM request_response_rmt
        WHERE request_created_at >= toDateTime64(now(), 3) - INTERVAL 30 DAY
        GROUP BY request_model
        ORDER BY total_cost DESC""",
    "cost in USD": """
        SELECT request_model, sum(cost) / 1000000000 AS total_cost_usd
        FROM request_response_rmt
        WHERE request_created_at > now() - INTERVAL 7 DAY
        GROUP BY request_model""",
}
"""The examples of Helicone's page on HQL."""

EVERYTHING = "SELECT * FROM request_response_rmt"


@dataclass(frozen=True)
class Download:
    """Of one format, all columns of 300,000 rows."""

    extra_mb: float
    """Peak resident memory of the process that streams, over what it had before."""
    seconds: float
    size: int


@dataclass(frozen=True)
class Figures:
    guard_ms: dict[str, float]
    """Median by example."""
    direct_ms: float
    new_ms: float
    """Median by which a guarded query of a text not seen before takes longer than its SQL sent directly."""
    again_ms: float
    """The same for a text that the second wall has seen."""
    downloads: dict[str, Download]


def measure(rows: int = 300_000) -> Figures:
    guards = {name: timed_guard(text) for name, text in EXAMPLES.items()}
    with installation() as (settings, organization_id, _):
        seed(connect(settings), organization_id, rows=rows)
        direct, new, again = overheads(settings, organization_id)
        return Figures(guards, direct, new, again, downloads(settings, organization_id))


def timed_guard(text: str, rounds: int = 101) -> float:
    """Median milliseconds of the guard, the first call left out."""
    organization_id = uuid4()
    return statistics.median([milliseconds(guard, text, organization_id) for _ in range(rounds + 1)][1:])


def overheads(settings: Settings, organization_id: UUID, rounds: int = 20) -> tuple[float, float, float]:
    """Medians in ms: a direct query, what HQL adds to a text it has not seen, and what to one that it has."""
    runner, client = Runner(settings), reader(settings)
    samples = []
    for number in range(rounds + 1):
        for example in EXAMPLES.values():
            text = longer(example, number)
            query = guard(text, organization_id)
            before = milliseconds(ask_directly, client, query)
            new = milliseconds(ask, runner, text, organization_id)
            again = milliseconds(ask, runner, text, organization_id)
            direct = (before + milliseconds(ask_directly, client, query)) / 2
            samples.append((direct, new - direct, again - direct))
    runner.close()
    client.close()
    directs, news, agains = zip(*samples[len(EXAMPLES) :], strict=True)
    return statistics.median(directs), statistics.median(news), statistics.median(agains)


def longer(text: str, by: int) -> str:
    """The same question of more days or hours: a text that the second wall has not seen."""
    return re.sub(r"INTERVAL (\d+)", lambda found: f"INTERVAL {int(found[1]) + by}", text)


def ask(runner: Runner, text: str, organization_id: UUID) -> None:
    runner.execute(guard(text, organization_id)).close()


def ask_directly(client: Client, query: GuardedQuery) -> None:
    parameters = {**query.parameters, ORGANISATION: str(query.organization_id)}
    client.raw_query(
        query.sql, parameters, fmt=FORMAT, transport_settings={HEADER: str(query.organization_id)}
    )  # fmt: skip


def reader(settings: Settings) -> Client:
    """The driver's own client, signed in as HQL is."""
    url = urlsplit(settings.warehouse_reader_url)
    account = {"X-ClickHouse-User": url.username or "", "X-ClickHouse-Key": url.password or ""}
    return clickhouse_connect.get_client(
        host=url.hostname, port=url.port, username="", database=url.path.strip("/"), headers=account,
        autogenerate_session_id=False,
    )  # fmt: skip


def milliseconds(work: Callable[..., object], *arguments: object) -> float:
    started = time.perf_counter()
    work(*arguments)
    return (time.perf_counter() - started) * 1000


def downloads(settings: Settings, organization_id: UUID) -> dict[str, Download]:
    """Every format, each in a process of its own."""
    environ = os.environ | environment(settings)
    return {
        format: Download(
            **json.loads(subprocess.check_output(module("bench.hql", organization_id, format), env=environ))
        )
        for format in FORMATS
    }


def download(settings: Settings, organization_id: UUID, format: str) -> Download:
    runner = Runner(settings)
    runner.check(guard(EVERYTHING, organization_id))
    gc.collect()
    before = resident_mb(os.getpid())
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    started = time.perf_counter()
    size = sum(len(piece) for piece in export(runner, guard(EVERYTHING, organization_id), format))
    return Download(peak_mb() - before, time.perf_counter() - started, size)


def peak_mb() -> float:
    """The most resident memory that this process had since its peak was last reset, in MB (Linux)."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    print(json.dumps(asdict(download(settings_module.load(), UUID(sys.argv[1]), sys.argv[2]))))
