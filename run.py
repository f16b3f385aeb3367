"""Run an installation in the foreground: ``python run.py [--demo]``; ``python run.py link`` prints a sign-in link.

Exit codes: 0 stopped on request, 1 a process failed, 2 nothing was started (the reason is one sentence).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from dataclasses import replace

from honcho.printer import Printer

import settings as settings_module
from launcher import preflight, stack
from launcher.banner import banner, sign_in_link
from launcher.supervisor import ProcessEnded, Supervisor
from metadata import store as metadata
from settings import Settings, SettingsError


def main() -> int:
    arguments = _arguments()
    os.chdir(stack.ROOT)
    try:
        settings = settings_module.load()
        if arguments.what == "link":
            return print_link(settings)
        return run(replace(settings, demo=settings.demo or arguments.demo), load_demo=arguments.demo)
    except (SettingsError, preflight.CannotStart, metadata.MetadataUnavailable) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:  # before anything was started
        return 130


def run(settings: Settings, *, load_demo: bool) -> int:
    """Check, start, wait; returns the exit code."""
    lock = preflight.check(settings)
    metadata.migrate(settings)
    store = metadata.connect(settings)
    _, key = metadata.bootstrap(store, settings)
    try:
        return asyncio.run(_run(settings, store, key, load_demo=load_demo))
    finally:
        store.close()
        os.close(lock)


def print_link(settings: Settings) -> int:
    """Print a fresh sign-in link to an installation that has run."""
    if not settings.database_url and not (settings.data_dir / "metadata.db").exists():
        raise preflight.CannotStart(f"Nothing has run on the data directory {settings.data_dir} yet: `make run` first.")
    store = metadata.connect(settings)
    link = sign_in_link(settings, store)
    store.close()
    if link is None:
        raise preflight.CannotStart("There is no organisation yet: `make run` first.")
    print(link)
    return 0


async def _run(settings: Settings, store: metadata.Store, key: str, *, load_demo: bool) -> int:
    supervisor = Supervisor(stack.environment(settings, os.environ), Printer(sys.stdout, width=10))
    supervisor.stop_on_signals()
    starting = asyncio.create_task(_start(supervisor, settings, store, key, load_demo=load_demo))
    asked = asyncio.create_task(supervisor.stopping.wait())
    await asyncio.wait({starting, asked}, return_when=asyncio.FIRST_COMPLETED)
    if starting.done() and (error := starting.exception()):
        if not isinstance(error, ProcessEnded):
            await supervisor.stop(last=stack.LAST)
            raise error
        supervisor.failure = supervisor.failure or str(error)
        supervisor.stopping.set()
    await asked
    starting.cancel()
    if supervisor.failure:
        supervisor.say(supervisor.failure)
    else:
        supervisor.say("Stopping.")
    await supervisor.stop(last=stack.LAST)
    return 1 if supervisor.failure else 0


async def _start(
    supervisor: Supervisor, settings: Settings, store: metadata.Store, key: str, *, load_demo: bool
) -> None:
    await stack.start(supervisor, settings)
    if load_demo:
        await supervisor.run("demo data", "python -m demo.load", own_terminal=True)
    print(banner(settings, sign_in_link(settings, store), key, os.environ), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", nargs="?", choices=["run", "link"], default="run")
    parser.add_argument("--demo", action="store_true", help="load a month of demo traffic and offer demo/… models")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
