"""What must be so before anything is started. Each check raises `CannotStart` with one sentence that says the fix."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

from settings import Settings, variable

_DEFAULT_PORTS = {"http": 8123, "https": 8443, "postgres": 5432, "postgresql": 5432}


class CannotStart(Exception):
    """Something outside of us is in the way; the text names it and what to do."""


def check(settings: Settings) -> int:
    """Check ports, the data directory and outside services; returns the data directory's lock, held while we run."""
    lock = take_data_dir(settings.data_dir)
    check_ports(settings)
    for name in ("clickhouse_url", "database_url"):
        if url := getattr(settings, name):
            check_answers(url, name)
    return lock


def take_data_dir(data_dir: Path) -> int:
    """Make the data directory, prove that it can be written, and take it for this process."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = os.open(data_dir / "run.lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise CannotStart(
            f"The data directory {data_dir} cannot be written ({error.strerror}): "
            f"set {variable('data_dir')} to a directory that can."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise CannotStart(
            f"Heliograph is already running on the data directory {data_dir}: "
            f"stop it, or set {variable('data_dir')} to another directory."
        ) from None
    return lock


def ports(settings: Settings) -> dict[str, tuple[str, int]]:
    """What will listen: the setting's name -> address and port."""
    wanted = {"port": (settings.host, settings.port), "app_port": (settings.host, settings.app_port)}
    if not settings.clickhouse_url:
        wanted["warehouse_port"] = ("127.0.0.1", settings.warehouse_port)
    if settings.demo:
        wanted["demo_port"] = ("127.0.0.1", settings.demo_port)
    if settings.worker_metrics_port:
        wanted["worker_metrics_port"] = (settings.host, settings.worker_metrics_port)
    return wanted


def check_ports(settings: Settings) -> None:
    """Every port can be listened on, and no two are the same."""
    taken: dict[int, str] = {}
    for name, (host, port) in ports(settings).items():
        if port in taken:
            raise CannotStart(f"{variable(name)} and {variable(taken[port])} are both {port}: give one another port.")
        taken[port] = name
        _check_port(name, host, port)


def _check_port(name: str, host: str, port: int) -> None:
    if not 0 < port < 65_536:
        raise CannotStart(f"{variable(name)}={port} is not a port: choose one from 1 to 65535.")
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except socket.gaierror:
        raise CannotStart(f"{variable('host')}={host} is not an address of this machine.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"Port {port} is in use: stop what listens there, or set {variable(name)} to a free port."
            ) from None
        raise CannotStart(
            f"Port {port} of {host} cannot be listened on ({error.strerror}): set {variable(name)} to another."
        ) from None


def check_answers(url: str, name: str) -> None:
    """Something accepts connections at `url`. One without a host (a socket's file) is taken on trust."""
    parts = urlsplit(url)
    if not parts.hostname:
        return
    try:
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
        socket.create_connection((parts.hostname, port), timeout=5).close()
    except (OSError, ValueError) as error:
        raise CannotStart(f"Nothing answers at {variable(name)} ({parts.hostname}): {error}.") from None
