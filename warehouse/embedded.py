"""The embedded warehouse: ``python -m warehouse.embedded`` serves ClickHouse's HTTP interface on loopback.

One process owns the data directory. Its key is ``Settings.secret("warehouse")``; the address other parts use is
``Settings.warehouse_url``. SIGTERM and SIGINT cancel what runs and end it within 3 s.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import socket
import threading
import time
from http.client import HTTPException
from pathlib import Path
from typing import IO

import settings as configuration
from warehouse.engine import Engine, EngineError
from warehouse.watch import Watch

log = logging.getLogger("warehouse")

START_TIMEOUT_S = 120.0
"""Loading the parts of a large directory takes the engine's time; beyond this something is wrong."""

HQL_LIMITS = ("hql_timeout_s", "hql_memory_bytes", "hql_rows_to_read")
"""Settings that the engine itself holds HQL's account to."""


class StartError(RuntimeError):
    """The warehouse cannot start here; the text says why in one sentence."""


def main() -> int:
    """Serve until told to stop. Returns the process's exit status."""
    # Blocked before the engine starts its threads, which inherit it: only the main thread, in `_wait`, is signalled.
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    try:
        settings = configuration.load()
        logging.getLogger().setLevel(settings.log_level.upper())
        return serve(settings)
    except (StartError, configuration.SettingsError) as error:
        log.error("%s", error)
        return 1


def serve(settings: configuration.Settings) -> int:
    """Serve `settings.warehouse_dir` on `settings.warehouse_port` until a signal comes. Raises `StartError`.

    The engine may still be running when this returns or raises: end the process with `os._exit`.
    """
    directory = settings.warehouse_dir.resolve()
    _check_port(settings.warehouse_port)
    with _owned(directory):
        engine = Engine(
            directory,
            settings.warehouse_port,
            settings.secret("warehouse"),
            settings.secret("warehouse_reader"),
            {configuration.variable(name): str(getattr(settings, name)) for name in HQL_LIMITS},
        )
        engine.start()
        _await_ready(engine)
        log.info("ready on http://127.0.0.1:%d, data in %s", engine.port, directory)
        watch = Watch(engine)
        watch.start()
        stopped = _wait(engine)
        watch.stop()
        if not stopped:
            log.error("the engine ended by itself")
        elif not engine.stop():
            log.warning("the engine did not close in time; what it acknowledged is on disk")
    return 0 if stopped else 1


_STOP = {signal.SIGTERM, signal.SIGINT}


def _wait(engine: Engine) -> bool:
    """Return True at a stop signal, False when the engine ended by itself."""
    told = threading.Event()
    for number in _STOP:
        signal.signal(number, lambda *_: told.set())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP)
    while engine.alive():
        if told.wait(1.0):
            return True
    return False


def _await_ready(engine: Engine) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and engine.alive():
        try:
            engine.execute("SELECT 1")
        except (OSError, HTTPException):
            time.sleep(0.02)
        except EngineError as error:
            raise StartError(f"the engine answers, but not to us: {error}") from None
        else:
            return
    raise StartError("the engine did not start; its own message is above")


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise StartError(f"port {port} of 127.0.0.1 cannot be used: {error.strerror}") from None


def _owned(directory: Path) -> IO[str]:
    """The directory's lock, held until closed or until the process dies. Raises `StartError` naming the owner."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = open(directory / "owner", "a+")  # noqa: SIM115
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        raise StartError(f"{directory} is in use by process {file.read().strip()}") from None
    except OSError as error:
        raise StartError(f"{directory} cannot be used: {error.strerror}") from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


if __name__ == "__main__":
    os._exit(main())
