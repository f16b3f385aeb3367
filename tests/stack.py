"""A whole installation as a user starts it: ``run.py`` in a process of its own, on free ports."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
PORTS = ("HELIOGRAPH_PORT", "HELIOGRAPH_APP_PORT", "HELIOGRAPH_WAREHOUSE_PORT", "HELIOGRAPH_DEMO_PORT")
OURS = re.compile(r"HELIOGRAPH_|CLICKHOUSE_URL|DATABASE_URL|REDIS_URL|_API_KEY$|_API_BASE$")
READY_WITHIN_S = 100.0


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now, no two the same."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """The environment of an installation of its own: nothing of ours is inherited."""
    inherited = {name: value for name, value in os.environ.items() if not OURS.search(name)}
    ports = {name: str(port) for name, port in zip(PORTS, free_ports(len(PORTS)), strict=True)}
    # The demo provider stands in for the providers themselves, which a test never calls.
    demo = f"http://127.0.0.1:{ports['HELIOGRAPH_DEMO_PORT']}"
    providers = {"OPENAI_API_BASE": demo, "ANTHROPIC_API_BASE": demo, "OPENAI_API_KEY": "sk-of-the-server"}
    ours = {"HELIOGRAPH_DATA_DIR": str(data_dir), "HELIOGRAPH_DEMO": "true"}
    return {**inherited, **ports, **providers, **ours, **more}


def run_py(*arguments: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the launcher to its end, for calls that end soon."""
    command = [sys.executable, "run.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60)


def children(pid: int) -> list[int]:
    """Processes whose parent is `pid`."""
    done = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = [line.split() for line in done.stdout.splitlines()]
    return [int(child) for child, parent in pairs if int(parent) == pid]


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return done.stdout.strip()[:1] not in ("", "Z")


def wait_until_gone(pids: list[int], within_s: float) -> list[int]:
    """The processes that still run after that time; returns as soon as there is none."""
    deadline = time.monotonic() + within_s
    while (left := [pid for pid in pids if alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


@dataclass
class Stack:
    """A running installation. `banner` is what it printed when it was ready, `output` all lines so far."""

    environ: dict[str, str]
    process: subprocess.Popen[str]
    output: list[str] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)

    @property
    def banner(self) -> str:
        return "\n".join(self.output[self.output.index("  Heliograph is running.") :])

    @property
    def data_dir(self) -> Path:
        return Path(self.environ["HELIOGRAPH_DATA_DIR"])

    @property
    def gateway_url(self) -> str:
        return f"http://127.0.0.1:{self.environ['HELIOGRAPH_PORT']}"

    @property
    def app_url(self) -> str:
        return f"http://127.0.0.1:{self.environ['HELIOGRAPH_APP_PORT']}"

    @property
    def api_key(self) -> str:
        found = re.search(r"API key +(\S+)", self.banner)
        assert found
        return found[1]

    def sign_in_link(self) -> str:
        """A fresh link, as `make link` prints it."""
        return run_py("link", environ=self.environ).stdout.strip()

    def processes(self) -> list[int]:
        return [self.process.pid, *children(self.process.pid)]

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Ask it to stop and wait; returns the launcher's exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=30)

    def read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.output.append(line.rstrip("\n"))
            if "Ctrl-C stops everything" in line:
                self.ready.set()
        self.ready.set()


@contextmanager
def running(environ: dict[str, str], *arguments: str) -> Iterator[Stack]:
    """Start an installation, yield it when it is ready, and end what is left of it."""
    command = [sys.executable, "run.py", *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    stack = Stack(environ, process)
    reader = threading.Thread(target=stack.read, daemon=True)
    reader.start()
    try:
        in_time = stack.ready.wait(READY_WITHIN_S)
        assert in_time and process.poll() is None, "it did not start:\n" + "\n".join(stack.output)
        yield stack
    finally:
        if process.poll() is None:
            stack.stop(signal.SIGTERM)
        reader.join(timeout=10)
        assert process.stdout
        process.stdout.close()
