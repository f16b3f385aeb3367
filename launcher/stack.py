"""The order in which an installation starts, and how each part shows that it is ready."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from honcho.environ import parse_procfile

from ingest.status import load_all
from launcher.supervisor import ProcessEnded, Supervisor
from settings import Settings, variable

ROOT = Path(__file__).parent.parent
LOOPBACK = "127.0.0.1"
READY_WITHIN_S = 90.0
LAST = "warehouse"
"""Stops after the others, which may still be writing to it."""


@dataclass(frozen=True)
class Part:
    """A process of the Procfile, and the address that answers once it is ready."""

    name: str
    host: str
    port: int
    path: str


async def start(supervisor: Supervisor, settings: Settings) -> None:
    """Start every part and wait for each to be ready. Raises `ProcessEnded` if one is not in time."""
    commands = dict(parse_procfile((ROOT / "Procfile").read_text()).processes)
    host = LOOPBACK if settings.host in ("0.0.0.0", "::") else settings.host
    warehouse = Part("warehouse", LOOPBACK, settings.warehouse_port, "/ping")
    others = [
        Part("gateway", host, settings.port, "/healthz"),
        Part("dashboard", host, settings.app_port, "/_stcore/health"),
    ]
    if settings.demo:
        others.append(Part("provider", LOOPBACK, settings.demo_port, "/v1/models"))
    if not settings.clickhouse_url:
        await supervisor.start(warehouse.name, commands[warehouse.name])
    for part in others:
        await supervisor.start(part.name, commands[part.name])
    if not settings.clickhouse_url:
        await _ready(warehouse)
    await supervisor.run("release", commands["release"])
    await supervisor.start("worker", commands["worker"])
    await asyncio.gather(_working(settings, time.time()), *(_ready(part) for part in others))
    await _ready(Part("gateway", host, settings.port, "/readyz"))


def environment(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """What the processes see: ours, unbuffered output, and thread pools that fit a small machine."""
    threads = str(min(4, os.cpu_count() or 1))
    quiet = {
        "PYTHONUNBUFFERED": "1",
        "POLARS_MAX_THREADS": threads,
        "OMP_NUM_THREADS": threads,
        "TOKENIZERS_PARALLELISM": "false",
        # glibc keeps an arena a thread otherwise, which costs a many-threaded process most of its memory.
        "MALLOC_ARENA_MAX": "2",
    }
    ours = {variable("demo"): "true" if settings.demo else "false"}
    return {**quiet, **environ, **ours, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environ.get('PATH', '')}"}


async def _ready(part: Part) -> None:
    await _until(lambda: _answers(part), part.name)


async def _working(settings: Settings, since: float) -> None:
    """The worker has no port of its own: it is ready once it has written how it is doing."""

    async def has_reported() -> bool:
        return any(status.updated_at >= since for status in load_all(settings.spool_dir))

    await _until(has_reported, "worker")


async def _until(ready: Callable[[], Awaitable[bool]], name: str) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + READY_WITHIN_S
    while not await ready():
        if loop.time() > deadline:
            raise ProcessEnded(f"The {name} process was not ready within {READY_WITHIN_S:.0f} seconds.")
        await asyncio.sleep(0.1)


async def _answers(part: Part) -> bool:
    """Whether a GET of the part's address is answered with a 2xx."""
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection(part.host, part.port)
            writer.write(f"GET {part.path} HTTP/1.1\r\nHost: {part.host}\r\nConnection: close\r\n\r\n".encode())
            status = await reader.readline()
            writer.close()
    except (OSError, TimeoutError):
        return False
    return status.split(b" ")[1:2] != [] and status.split(b" ")[1].startswith(b"2")
