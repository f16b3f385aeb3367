"""Queries that run while their page is looked at: each in a thread, stopped when asked to or when nobody watches.

Knows nothing of Streamlit. The page looks at a run twice a second; one that was not looked at for some seconds has lost
its page (closed, or another one opened), and is stopped in the engine.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID, uuid4
from weakref import WeakValueDictionary

from hql.errors import HqlError
from hql.results import Progress, Result

log = logging.getLogger("dashboard")

UNWATCHED_S = 10.0
"""Browsers let a page in the background look once a second at most."""
PATROL_S = 0.25

Execute = Callable[[str], Result]
"""Runs a query by the id that it is given."""

_known: WeakValueDictionary[str, Run] = WeakValueDictionary()


@dataclass(eq=False)
class Run:
    """One run: `result` or `error` once it is done. It lives as long as the session keeps it."""

    organization_id: UUID | None
    id: str = field(default_factory=lambda: f"app-{uuid4()}")
    progress: Progress = field(default_factory=Progress)
    result: Result | None = None
    error: HqlError | None = None
    started: float = field(default_factory=time.monotonic)
    watched: float = field(default_factory=time.monotonic)
    stopping: bool = False
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self.started

    @property
    def share(self) -> float:
        """How much of what is to be read has been read, from 0 to 1."""
        return min(self.progress.rows_read / self.progress.rows_total, 1.0) if self.progress.rows_total else 0.0

    def watch(self, wait_s: float = 0.0) -> bool:
        """Whether it is done, perhaps after a short wait. Who watches keeps it running."""
        self.watched = time.monotonic()
        return self.done.wait(wait_s)

    def stop(self) -> None:
        self.stopping = True


class Engine(Protocol):
    """Where queries run, seen from beside: by their ids."""

    def cancel(self, query_id: str) -> None: ...
    def reading(self, query_id: str) -> Progress | None: ...


def start(organization_id: UUID, execute: Execute, engine: Engine) -> Run:
    """Run `execute` in a thread, with an eye on it."""
    run = Run(organization_id)
    _known[run.id] = run
    threading.Thread(target=_work, args=(run, execute), name=run.id, daemon=True).start()
    threading.Thread(target=_patrol, args=(run, engine), name=f"{run.id} patrol", daemon=True).start()
    return run


def refused(error: HqlError) -> Run:
    """A run that ended before it began."""
    run = Run(None, error=error)
    run.done.set()
    return run


def find(run_id: str, organization_id: UUID) -> Run | None:
    """The organisation's run of that id, if someone still keeps it."""
    run = _known.get(run_id)
    return run if run and run.organization_id == organization_id else None


def _work(run: Run, execute: Execute) -> None:
    try:
        run.result = execute(run.id)
    except HqlError as error:
        run.error = error
    except Exception:
        log.exception("a query failed in an unforeseen way")
        run.error = HqlError("HQL_UNEXPECTED_ERROR", "The query failed for a reason that is in the dashboard's log.")
    finally:
        run.done.set()


def _patrol(run: Run, engine: Engine) -> None:
    """See how far it is, and stop it if it is to be stopped.

    Again and again: the engine may not have begun when it is first told.
    """
    while not run.done.wait(PATROL_S):
        if run.stopping or time.monotonic() - run.watched > UNWATCHED_S:
            engine.cancel(run.id)
        elif seen := engine.reading(run.id):
            run.progress = seen
