"""The paths that sessions take: what commonly follows what, and which whole sequences are common.

A step is known by its path, numbers at the end of a part left out (``/search-1/read`` is ``/search-*/read``), or by its
kind and model where it has no path.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from warehouse import sessions
from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.session_spread import below, sampled
from warehouse.sessions import Chosen
from warehouse.timerange import TimeRange

MOST = 8_000
"""Sessions that are looked at; of more, a part that their hashes choose, always the same."""
KEPT = 24
"""Steps of a session that the rollup keeps, the first ones."""
TOP = 7
"""Steps that stand for themselves at each place; the rest together are `OTHER`."""
OTHER = "other"

NUMBERS = r"([0-9]+|[0-9a-f]{8}-[0-9a-f-]{27})(/|$)"
"""What is left out of a path: numbers and UUIDs that a part of it ends with."""


@dataclass(frozen=True)
class Paths:
    """`edges`: `place, source, target, sessions, cost`: `source` is the `place`-th step (from 1) and `target` the next;
    `cost` (USD × 1e9) is that of the target's step. `sessions` in all were looked at, one in `one_in`."""

    edges: pl.DataFrame
    sessions: int = 0
    one_in: int = 1


def paths(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    first: int = 5,
    top: int = TOP,
    search: str = "",
    bounds: str = "",
    among: str = "",
) -> Paths:
    """What follows what among the `first` steps of each session; `warehouse.sessions.chosen` says which ones."""
    of = sessions.chosen(time_range, condition, search=search, bounds=bounds, among=among)
    taken, one_in = _taken(reader, time_range, of)
    steps = _steps(taken, first)
    steps = _with_other(steps, top)
    after = steps.select("session", pl.col("place") - 1, target="step", cost="cost")
    edges = (
        steps.select("session", "place", source="step")
        .join(after, on=["session", "place"])
        .group_by("place", "source", "target")
        .agg(sessions=pl.len(), cost=pl.col("cost").sum())
        .sort("place", "sessions", "source", "target", descending=[False, True, False, False])
    )
    return Paths(edges, len(taken), one_in)


@dataclass(frozen=True)
class Sequences:
    """`rows`: `sequence` (steps joined by `ARROW`), `sessions, share, cost, duration` (means), `failed` (the share of
    sessions with an error), `example` (an id). The most common first."""

    rows: pl.DataFrame
    sessions: int = 0
    one_in: int = 1


ARROW = " → "


def sequences(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    most: int = 12,
    search: str = "",
    bounds: str = "",
    among: str = "",
) -> Sequences:
    """The most common whole sequences, steps that repeat themselves at once said once; up to the first `KEPT` steps.
    `warehouse.sessions.chosen` says of which sessions."""
    of = sessions.chosen(time_range, condition, search=search, bounds=bounds, among=among)
    taken, one_in = _taken(reader, time_range, of)
    steps = _steps(taken, KEPT).filter(
        (pl.col("step") != pl.col("step").shift(1))
        | (pl.col("session") != pl.col("session").shift(1))
        | pl.col("first")
    )
    said = steps.group_by("session", maintain_order=True).agg(sequence=pl.col("step").str.join(ARROW))
    found = (
        taken.join(said, left_on="session_hash", right_on="session")
        .group_by("sequence")
        .agg(
            sessions=pl.len(), cost=pl.col("cost").mean(), duration=pl.col("duration").mean(),
            failed=(pl.col("errors") > 0).mean(), example=pl.col("session_id").sort_by("session_hash").first(),
        )
        .sort("sessions", "sequence", descending=[True, False])
        .head(most)
    )  # fmt: skip
    rows = found.with_columns(share=pl.col("sessions") / max(len(taken), 1))
    return Sequences(
        rows.select("sequence", "sessions", "share", "cost", "duration", "failed", "example"), len(taken), one_in
    )


def shortened(path: str) -> str:
    """The step without its numbers."""
    return re.sub(NUMBERS, r"*\2", path) if path.startswith("/") else path


def _taken(reader: Reader, time_range: TimeRange, of: Chosen) -> tuple[pl.DataFrame, int]:
    """The sessions that are looked at, with their first steps, in order."""
    one_in = sampled(reader, time_range, MOST) if of.everything else 1
    figures = ", ".join(f"{sessions.FIGURES[name]} AS {name}" for name in ("cost", "errors", "duration"))
    members = of.grouped("t.session_hash", below(one_in)) + f" LIMIT {2 * MOST}"
    # Which sessions are read is settled before the steps are: those of other days are long.
    sql = (
        "SELECT t.session_hash AS session_hash, any(t.session_id) AS session_id, "
        f"groupArraySortedMerge({KEPT})(t.first_steps) AS taken, taken.2 AS steps, taken.3 AS costs, {figures} "
        f"FROM sessions_daily AS t PREWHERE t.session_hash IN ({members}) "
        f"WHERE {sessions.DAYS} AND {below(one_in)} GROUP BY session_hash ORDER BY session_hash"
    )
    columns = "session_hash, session_id, steps, costs, cost, errors, duration"
    return reader.frame(f"SELECT {columns} FROM ({sql})", of.parameters), one_in


def _steps(taken: pl.DataFrame, first: int) -> pl.DataFrame:
    """`session, place (from 1), step, cost, first`, in order."""
    steps = taken.select(
        session="session_hash", step=pl.col("steps").list.head(first), cost=pl.col("costs").list.head(first)
    ).explode("step", "cost")
    place = pl.int_range(pl.len()).over("session") + 1
    raw = steps["step"].unique().to_list()
    steps = steps.with_columns(place=place, step=pl.col("step").replace_strict(raw, [shortened(one) for one in raw]))
    return steps.with_columns(first=pl.col("place") == 1)


def _with_other(steps: pl.DataFrame, top: int) -> pl.DataFrame:
    """At each place, steps beyond the `top` most common are `OTHER`."""
    common = (
        steps.group_by("place", "step").agg(count=pl.len())
        .sort("count", "step", descending=[True, False]).group_by("place", maintain_order=True).head(top)
        .select("place", "step", known=True)
    )  # fmt: skip
    named = steps.join(common, on=["place", "step"], how="left", maintain_order="left")
    return named.with_columns(step=pl.when(pl.col("known")).then("step").otherwise(pl.lit(OTHER))).drop("known")
