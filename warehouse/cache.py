"""The gateway's response cache: what it answered, what that saved, and how old the answers were.

A request took part in caching if it asked for it (Helicone-Cache-Enabled) or was answered from the cache.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.metrics import every_bucket, moment, source
from warehouse.previews import previews
from warehouse.timerange import TimeRange

_HIT = "t.cache_reference_id != toUUID('00000000-0000-0000-0000-000000000000')"
_KEYS = frozenset({"provider", "model"})
"""Of cache_hits_hourly, beside the stored request."""
_UNKNOWN = f"{_HIT} AND t.saved_cost = 0 AND t.price_id = ''"

AGES = {
    "under a minute": 60, "under 10 minutes": 600, "under an hour": 3_600, "under 6 hours": 21_600,
    "under a day": 86_400, "under a week": 604_800, "older": 2**32 - 1,
}  # fmt: skip
"""How old a stored answer was: a name, and the seconds it stays below."""


@dataclass(frozen=True)
class Usage:
    """Sums over requests that took part in caching. `saved_cost` in USD × 1e9, `saved_latency` in ms.

    `unknown` are hits whose saving is not known, as when the model's price is not.
    """

    enabled: int = 0
    hits: int = 0
    unknown: int = 0
    saved_cost: int = 0
    saved_latency: int = 0

    @property
    def rate(self) -> float | None:
        return self.hits / self.enabled if self.enabled else None


SUMS = ("enabled", "hits", "unknown", "saved_cost", "saved_latency")


def usage(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`bucket` (epoch seconds at which the bucket of time begins), `request_model` and the columns of `Usage`."""
    rows = source(time_range, condition, rollup="cache_hourly", keys=_KEYS | {"request_model"})
    if rows.hourly:
        counts, within = "sum(t.requests) AS enabled, sum(t.hits) AS hits, sum(t.unknown) AS unknown", "1"
    else:
        counts = f"count() AS enabled, countIf({_HIT}) AS hits, countIf({_UNKNOWN}) AS unknown"
        within = f"(t.cache_enabled OR {_HIT})"
    sql = (
        f"SELECT {rows.bucket} AS bucket, toString(t.request_model) AS request_model, {counts}, "
        "sum(t.saved_cost) AS saved_cost, sum(t.saved_latency) AS saved_latency "
        f"FROM {rows.sql} WHERE {within} GROUP BY bucket, request_model"
    )
    return reader.frame(sql, rows.parameters)


def totals(of: pl.DataFrame) -> Usage:
    """The sum of a `usage`. Pure."""
    return Usage(**{name: int(of[name].sum() or 0) for name in SUMS})


def over_time(of: pl.DataFrame, time_range: TimeRange) -> pl.DataFrame:
    """`at` and the columns of `Usage` for every bucket of the range. Pure."""
    found = of.group_by("bucket").agg(pl.col(name).sum() for name in SUMS)
    return every_bucket(found, time_range).fill_null(0)


def timed(of: pl.DataFrame) -> pl.DataFrame:
    """`at` and the columns of `Usage` for every bucket that has any. Pure."""
    found = of.group_by("bucket").agg(pl.col(name).sum() for name in SUMS).sort("bucket")
    return found.select(pl.from_epoch("bucket").dt.replace_time_zone("UTC").alias("at"), *SUMS)


def by_model(of: pl.DataFrame) -> pl.DataFrame:
    """`request_model` and the columns of `Usage`, most requests first. Pure.

    By the model asked for: what was not answered, and so missed, has no other.
    """
    found = of.group_by("request_model").agg(pl.col(name).sum() for name in SUMS)
    return found.sort("enabled", "request_model", descending=[True, False])


def top(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, most: int = 12) -> pl.DataFrame:
    """The stored answers that were served most often, with a preview of their prompt.

    `reference` (the request whose response is served), `model, hits, unknown, saved_cost, saved_latency`, and of the
    latest hit `request_created_at, request_id, request_preview`.
    """
    rows = source(time_range, condition, rollup="cache_hits_hourly", keys=_KEYS | {"cache_reference_id"})
    if rows.hourly:
        counts, last, within = "sum(t.hits) AS hits, sum(t.unknown) AS unknown", "t.last_hit", "1"
    else:
        counts, last, within = f"count() AS hits, countIf({_UNKNOWN}) AS unknown", "t.request_created_at", _HIT
    sql = (
        f"SELECT toString(t.cache_reference_id) AS reference, toString(any(t.model)) AS model, {counts}, "
        "sum(t.saved_cost) AS saved_cost, sum(t.saved_latency) AS saved_latency, "
        f"max({last}) AS request_created_at FROM {rows.sql} WHERE {within} "
        "GROUP BY t.cache_reference_id ORDER BY hits DESC, saved_cost DESC, reference LIMIT {most:UInt32}"
    )
    found = reader.frame(sql, rows.parameters | {"most": most})
    # The ids of all hits would take as long as all the rest; those of these moments are found by the key.
    facts = source(time_range, condition, rollup="")
    sql = (
        "SELECT toString(t.cache_reference_id) AS reference, toString(max(t.request_id)) AS request_id "
        f"FROM {facts.sql} WHERE t.request_created_at IN {{times:Array(DateTime64(3, 'UTC'))}} "
        "AND t.cache_reference_id IN {references:Array(UUID)} GROUP BY reference, t.request_created_at "
        "ORDER BY t.request_created_at DESC LIMIT 1 BY reference"
    )
    times = [f"{at:%Y-%m-%d %H:%M:%S.%f}"[:-3] for at in found["request_created_at"].unique()]
    ids = reader.frame(sql, facts.parameters | {"times": times, "references": found["reference"].to_list()})
    found = found.join(ids, on="reference", how="left", maintain_order="left")
    return previews(reader, found).drop("response_preview")


def origins(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`age` (one of `AGES`), `hits`, `tokens`: how old the served answers were, and the tokens that were not bought.

    Hits whose original is no longer kept have the age "unknown" and no tokens.
    """
    rows = source(time_range, condition, rollup="")
    hits = f"SELECT t.cache_reference_id AS reference, t.request_created_at AS at FROM {rows.sql} WHERE {_HIT}"
    sql = f"""
        SELECT if(o.known, toString(multiIf({ages("dateDiff('second', o.at, h.at)")})), 'unknown') AS age,
            count() AS hits, sum(o.tokens) AS tokens
        FROM ({hits}) AS h
        LEFT JOIN (
            SELECT request_id AS reference, any(request_created_at) AS at, true AS known,
                any(toUInt64(prompt_tokens) + completion_tokens) AS tokens
            FROM request_response_rmt
            WHERE cache_enabled AND request_id IN (
                SELECT cache_reference_id FROM cache_hits_hourly
                WHERE hour >= toStartOfHour({moment("range_start")}) AND hour <= {moment("range_end", True)}
            )
            GROUP BY request_id
        ) AS o ON o.reference = h.reference
        GROUP BY age"""
    found = reader.frame(sql, rows.parameters)
    order = {age: index for index, age in enumerate([*AGES, "unknown"])}
    return found.sort(pl.col("age").replace_strict(order, return_dtype=pl.Int64))


def ages(seconds: str) -> str:
    """The arguments of multiIf that name the age of an expression in seconds. Pure."""
    *limited, last = AGES
    return ", ".join([f"{seconds} < {AGES[name]}, '{name}'" for name in limited] + [f"'{last}'"])
