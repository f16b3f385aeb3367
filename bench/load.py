"""The load: wrk for throughput and latency, a raw socket for time to first byte. Bounded in time, loopback only."""

from __future__ import annotations

import json
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

PROMPT = "Please summarise the following text in one sentence. " * 75
BODY = json.dumps({"model": "gpt-4o-mini", "messages": [{"role": "user", "content": PROMPT}]})
"""About 4 kB, as the answer is."""
STREAM_BODY = json.dumps({"model": "gpt-4o-mini", "stream": True, "messages": [{"role": "user", "content": PROMPT}]})


@dataclass(frozen=True)
class Target:
    """Where to send the chat completion, with what headers."""

    name: str
    url: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Load:
    requests_per_s: float
    p50_ms: float
    p99_ms: float
    errors: int


def wrk(target: Target, *, connections: int, seconds: float) -> Load:
    """POST `BODY` from `connections` keep-alive connections. Raises RuntimeError if wrk is not installed."""
    if not shutil.which("wrk"):
        raise RuntimeError("wrk is needed for the gateway's figures: install the package `wrk`")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        headers = {"content-type": "application/json", **target.headers}
        script.write('wrk.method = "POST"\n' + f"wrk.body = {json.dumps(BODY)}\n")
        script.writelines(f"wrk.headers[{json.dumps(k)}] = {json.dumps(v)}\n" for k, v in headers.items())
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--latency", "-s", script.name, target.url]
        out = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30, check=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    return Load(_number(r"Requests/sec:\s+([\d.]+)", out), _ms("50%", out), _ms("99%", out), int(bad[1]) if bad else 0)


def first_byte_ms(target: Target, *, rounds: int) -> list[float]:
    """Milliseconds from sending a streaming request on an open connection to the body's first byte."""
    parts = urlsplit(target.url)
    head = "".join(f"{k}: {v}\r\n" for k, v in {"content-type": "application/json", **target.headers}.items())
    start = f"POST {parts.path or '/'} HTTP/1.1\r\nhost: {parts.netloc}\r\n{head}"
    request = f"{start}content-length: {len(STREAM_BODY)}\r\n\r\n{STREAM_BODY}".encode()
    times = []
    for _ in range(rounds):
        # Some of the peers close after a stream, so each request has a connection of its own.
        with socket.create_connection((parts.hostname or "", parts.port or 80)) as sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            started = time.perf_counter()
            sock.sendall(request)
            data = b""
            while b"data: " not in data:
                if not (piece := sock.recv(65536)):
                    raise RuntimeError(f"{target.name} sent no event: {data[:300]!r}")
                data += piece
            times.append((time.perf_counter() - started) * 1000)
            while not data.endswith(b"0\r\n\r\n") and (piece := sock.recv(65536)):
                data += piece
    return times


def median(values: list[float]) -> float:
    return statistics.median(values)


def _number(pattern: str, text: str) -> float:
    if not (found := re.search(pattern, text)):
        raise RuntimeError(f"wrk printed no {pattern!r}: {text}")
    return float(found[1])


def _ms(percentile: str, text: str) -> float:
    found = re.search(rf"^\s*{percentile}\s+([\d.]+)(us|ms|s)", text, re.M)
    if not found:
        raise RuntimeError(f"wrk printed no {percentile}")
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]
