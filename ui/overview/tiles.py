"""The headline figures, each drawn as soon as its answer is there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import polars as pl
from streamlit.delta_generator import DeltaGenerator

from ui import asking, parts, theme
from ui import format as fmt
from ui.cached import Answer
from ui.frame import Context, sentence
from ui.overview.lists import money
from ui.parts import Tile
from warehouse import latency, metrics
from warehouse.errors import WarehouseError
from warehouse.metrics import Totals

NAMES = ("Requests", "Error rate", "Cost", "Latency", "First token", "Tokens", "Active users")
_READS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "series": (metrics.series, {}),
    "compared": (metrics.compared, {}),
    "latency": (latency.histogram, {}),
    "time_to_first_token": (latency.histogram, {"measure": "time_to_first_token"}),
    "active_users": (metrics.active_users, {}),
}


class Tiles:
    """Asked when made; `draw` shows what is there by then."""

    def __init__(self, context: Context) -> None:
        self._asked = {name: asking.begin(context, read, **options) for name, (read, options) in _READS.items()}
        self._levels: dict[str, tuple[dict[str, float] | None, list[float | None]]] = {}
        self._place: DeltaGenerator | None = None

    @property
    def series(self) -> Future[Answer]:
        return self._asked["series"]

    @property
    def begun(self) -> dict[Callable[..., Any], Future[Answer]]:
        """Those without options, for panels that show them too."""
        return {read: self._asked[name] for name, (read, options) in _READS.items() if not options}

    @property
    def reads(self) -> dict[Future[Any], Callable[[], None]]:
        return dict.fromkeys(self._asked.values(), self.draw)

    def at(self, place: DeltaGenerator) -> None:
        self._place = place

    def draw(self) -> None:
        assert self._place is not None, "the tiles have no place yet"
        self._place.html(parts.tiles(self._tile(name) for name in NAMES))

    def _tile(self, name: str) -> Tile:
        try:
            return _TILES[name](self)
        except _Awaited:
            return Tile(name, "…")
        except WarehouseError as error:
            return Tile(name, fmt.NOTHING, sentence(error))

    def answer(self, name: str) -> Answer:
        """Raises `_Awaited` and the `WarehouseError` that it failed with."""
        if not self._asked[name].done():
            raise _Awaited
        return self._asked[name].result()

    def totals(self) -> tuple[pl.DataFrame, Totals]:
        series: pl.DataFrame = self.answer("series").value
        return series, metrics.totals(series)

    def levels(self, measure: str) -> tuple[dict[str, float] | None, list[float | None]]:
        """The percentiles of the whole range, and the median of each bucket; worked out once, however often drawn."""
        found = self.answer(measure)
        if measure not in self._levels:
            course = latency.percentiles(found.value, found.time_range)["p50"].to_list()
            self._levels[measure] = latency.overall(found.value), course
        return self._levels[measure]

    def change(self, of: Callable[[Totals], float], shown: Callable[[Totals], str]) -> str:
        """How a figure went, against as long a part of the period before."""
        before = self.before()
        if before is None:
            return ""
        changed = fmt.change(of(self.answer("compared").value[0]), of(before))
        return f"{changed} from {shown(before)}" if changed else "nothing before it"

    def before(self) -> Totals | None:
        """What is compared with; None while it is awaited and where it cannot be had."""
        try:
            before: Totals = self.answer("compared").value[1]
        except (_Awaited, WarehouseError):
            return None
        return before


class _Awaited(Exception):
    """The answer is not there yet."""


def _requests(tiles: Tiles) -> Tile:
    series, totals = tiles.totals()
    note = tiles.change(lambda t: t.requests, lambda t: fmt.number(t.requests))
    return Tile("Requests", fmt.number(totals.requests), note, series["requests"].to_list(), theme.SUCCEEDED)


def _error_rate(tiles: Tiles) -> Tile:
    series, totals = tiles.totals()
    failed = f"{fmt.number(totals.errors)} failed"
    before = tiles.before()
    if before and before.error_rate is not None:
        failed += f"; was {fmt.percent(before.error_rate)}"
    errors = (series["requests"] - series["succeeded"]).to_list()
    return Tile("Error rate", fmt.percent(totals.error_rate), failed, errors, theme.SERVER_ERROR)


def _cost(tiles: Tiles) -> Tile:
    series, totals = tiles.totals()
    note = tiles.change(lambda t: t.cost, lambda t: money(t.cost, t.unpriced))
    return Tile("Cost", money(totals.cost, totals.unpriced), note, series["cost"].to_list(), theme.COST)


def _quantiles(name: str, measure: str, missing: str) -> Callable[[Tiles], Tile]:
    def tile(tiles: Tiles) -> Tile:
        of, trend = tiles.levels(measure)
        if of is None:
            return Tile(name, fmt.NOTHING, missing)
        return Tile(name, fmt.duration(of["p50"]), f"median; p95 {fmt.duration(of['p95'])}", trend, _MEDIAN)

    return tile


def _tokens(tiles: Tiles) -> Tile:
    series, totals = tiles.totals()
    tokens = (series["prompt_tokens"] + series["completion_tokens"]).to_list()
    note = tiles.change(lambda t: t.total_tokens, lambda t: fmt.number(t.total_tokens))
    return Tile("Tokens", fmt.number(totals.total_tokens), note, tokens, theme.TOKENS["input"])


def _users(tiles: Tiles) -> Tile:
    active, series = tiles.answer("active_users").value
    note = "distinct, with a user id"
    return Tile("Active users", fmt.number(active), note, series["users"].to_list(), theme.USERS)


_MEDIAN = theme.PERCENTILES["p50"]
_TILES: dict[str, Callable[[Tiles], Tile]] = {
    "Requests": _requests,
    "Error rate": _error_rate,
    "Cost": _cost,
    "Latency": _quantiles("Latency", "latency", "no requests"),
    "First token": _quantiles("First token", "time_to_first_token", "nothing was streamed"),
    "Tokens": _tokens,
    "Active users": _users,
}
