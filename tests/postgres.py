"""A PostgreSQL server of the tests' own, where its programs are found."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg

from bench.stack import free_port

OPTIONS = ("listen_addresses=127.0.0.1", "fsync=off", "shared_buffers=16MB", "max_connections=60")


def programs() -> Path | None:
    """The directory of PostgreSQL's programs, the newest version's; None if there are none."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return installed[-1] if installed else None


@contextlib.contextmanager
def running(programs: Path) -> Iterator[str]:
    """A server's address without a database. PostgreSQL does not run as root: somebody else does it then."""
    owner = _somebody()
    directory = Path(tempfile.mkdtemp(prefix="postgres-"))
    os.chown(directory, owner.pw_uid, owner.pw_gid)
    user = owner.pw_uid if os.getuid() == 0 else None
    data, port = directory / "data", free_port()
    try:
        init = [programs / "initdb", "-D", data, "-U", "tests", "--auth=trust", "--no-sync", "--encoding=UTF8"]
        subprocess.run(init, check=True, capture_output=True, user=user)
        command = [programs / "postgres", "-D", data, "-k", directory, "-p", str(port)]
        command += [part for option in OPTIONS for part in ("-c", option)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, user=user) as server:
            try:
                url = f"postgresql://tests@127.0.0.1:{port}"
                _wait(url)
                yield url
            finally:
                server.send_signal(signal.SIGINT)
    finally:
        shutil.rmtree(directory)


def database(server: str) -> str:
    """The address of a new, empty database."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server}/{name}"


def _somebody() -> pwd.struct_passwd:
    if os.getuid():
        return pwd.getpwuid(os.getuid())
    known = {user.pw_name: user for user in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _wait(server: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(f"{server}/postgres").close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
