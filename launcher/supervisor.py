"""Runs processes in the foreground, together: their output prefixed, one's end the end of all.

Each process leads a session of its own, so that a terminal's Ctrl-C reaches the launcher alone and a signal to the
process's group reaches its children too. On Linux the kernel ends them should the launcher be killed outright.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import shlex
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Coroutine, Mapping
from datetime import datetime
from functools import partial

from honcho.colour import get_colours
from honcho.printer import Message, Printer

GRACE_S = 4.0
"""From the wish to stop to the last SIGKILL; the promise is 5 seconds."""

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class ProcessEnded(Exception):
    """A process ended, or did not become ready, and nobody had asked for it."""


class Supervisor:
    """Starts, watches and stops processes; everything happens on one event loop, in the main thread."""

    def __init__(self, environ: Mapping[str, str], printer: Printer) -> None:
        self.stopping = asyncio.Event()
        self.failure = ""
        self._environ = dict(environ)
        self._printer = printer
        self._colours = get_colours()
        self._processes: dict[str, Process] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def stop_on_signals(self) -> None:
        """Ctrl-C, SIGTERM and a closed terminal ask for a stop; a second one changes nothing."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Whoever started us with nohup wants us to outlive the terminal.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                loop.add_signal_handler(number, self.stopping.set)

    async def start(self, name: str, command: str) -> None:
        """Start a process that is to run until the end."""
        process = await self._spawn(name, command)
        self._keep(self._watch(name, process))

    async def run(self, name: str, command: str, *, own_terminal: bool = False) -> None:
        """Run a process to its end. Raises `ProcessEnded` if it fails."""
        process = await self._spawn(name, command, own_terminal=own_terminal)
        code = await process.wait()
        del self._processes[name]
        if code:
            raise ProcessEnded(f"{name} failed ({_ending(code)}); its own words are above.")

    async def stop(self, *, last: str, grace_s: float = GRACE_S) -> None:
        """End every process, `last` after the others or after 0.6 of the grace; what is left at its end is killed."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        self.stopping.set()
        others = [name for name in self._processes if name != last]
        self._signal(others, signal.SIGTERM)
        await self._ended(others, 0.6 * grace_s)
        self._signal([last], signal.SIGTERM)
        await self._ended(list(self._processes), begun + grace_s - loop.time())
        self._signal(list(self._processes), signal.SIGKILL)
        await self._ended(list(self._processes), 0.5)
        for task in self._tasks:
            task.cancel()

    def say(self, text: str) -> None:
        self._print("heliograph", text, None)

    async def _spawn(self, name: str, command: str, *, own_terminal: bool = False) -> Process:
        words = shlex.split(command)
        if words[0] == "python":
            words[0] = sys.executable
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=None if own_terminal else PIPE,
            stderr=None if own_terminal else STDOUT,
            env=self._environ,
            start_new_session=True,
            preexec_fn=partial(_end_with_parent, os.getpid()) if _libc else None,
        )
        self._processes[name] = process
        if process.stdout:
            self._keep(self._relay(name, process.stdout, next(self._colours)))
        return process

    async def _watch(self, name: str, process: Process) -> None:
        code = await process.wait()
        if not self.stopping.is_set():
            self.failure = f"The {name} process ended by itself ({_ending(code)}), so everything else stops too."
            self.stopping.set()

    async def _relay(self, name: str, output: asyncio.StreamReader, colour: str) -> None:
        rest = b""
        while piece := await output.read(1 << 16):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                self._print(name, line.decode(errors="replace"), colour)
        if rest:
            self._print(name, rest.decode(errors="replace"), colour)

    def _print(self, name: str, text: str, colour: str | None) -> None:
        # A closed terminal must not keep the processes' output from being read.
        with contextlib.suppress(OSError):
            self._printer.write(Message("line", text, datetime.now(), name, colour))

    def _signal(self, names: list[str], number: signal.Signals) -> None:
        for name in names:
            process = self._processes.get(name)
            if process and (process.returncode is None or number == signal.SIGKILL):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, number)

    async def _ended(self, names: list[str], within_s: float) -> None:
        waits = [asyncio.ensure_future(self._processes[name].wait()) for name in names]
        if waits:
            await asyncio.wait(waits, timeout=max(within_s, 0))

    def _keep(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _end_with_parent(parent: int) -> None:
    assert _libc
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    # The parent may have gone before the kernel knew of our wish.
    if os.getppid() != parent:
        os._exit(0)


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
