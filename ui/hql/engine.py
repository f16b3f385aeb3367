"""What HQL needs in this process, made once for its settings: the runner, the quota, the saved queries."""

from __future__ import annotations

import functools

from hql.functions import names
from hql.results import Progress
from hql.run import Runner
from metadata.quota import Quota
from metadata.saved_queries import SavedQueries
from settings import Settings
from ui import session
from warehouse import processes
from warehouse.client import connect
from warehouse.errors import WarehouseError
from warehouse.functions import Function, describe


class Engine:
    """The runner, and what the engine says of its queries from beside."""

    def __init__(self, settings: Settings) -> None:
        self.runner = Runner(settings)
        self._client = functools.cache(functools.partial(connect, settings))

    def cancel(self, query_id: str) -> None:
        self.runner.cancel(query_id)

    def reading(self, query_id: str) -> Progress | None:
        """How far a query is; the answer itself tells it too late where the engine holds its first rows back."""
        try:
            seen = processes.reading(self._client(), query_id)
        except WarehouseError:
            return None
        return Progress(seen.rows_read, seen.bytes_read, seen.rows_total, seen.elapsed_ms) if seen else None

    @functools.cached_property
    def functions(self) -> list[Function]:
        """What HQL's functions are for. Raises `WarehouseError`."""
        return describe(self._client(), names())


@functools.cache
def engine(settings: Settings) -> Engine:
    return Engine(settings)


def quota() -> Quota:
    return Quota(session.store())


def queries() -> SavedQueries:
    return SavedQueries(session.store())
