"""Where the money goes: cost by one dimension or two, and by kind of token.

A `Bill` has the tokens of a range in disjoint buckets by the price that was applied to them, so that every part of the
cost can be worked out from it: tokens × rate, as each request was charged. One dimension is read from a rollup where
that answers it, two from the facts but for those that a rollup has both. Requests without a value of a dimension are
in none of its values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.metrics import COST_KEYS, ROLLUP_KEYS, SEGMENT_KEYS, Source, every_bucket, source
from warehouse.prices import BUCKETS, SPLIT, Price, all_of
from warehouse.timerange import TimeRange

DIMENSIONS: Mapping[str, str] = {
    "model": "Model", "provider": "Provider", "user_id": "User", "session_name": "Session name",
    "prompt_id": "Prompt", "prompt_version": "Prompt version", "country_code": "Country", "status": "Status",
    "cost_status": "Cost status",
}  # fmt: skip
"""What cost can be taken apart by, and its name; ``properties.<name>`` besides."""
PROPERTY = "properties."
ALWAYS = frozenset({"model", "provider", "status", "cost_status"})
"""Dimensions that every request has a value of."""
DECLARED, ROUNDING = "declared", "rounding"
"""Parts of a cost that are no tokens: what providers declared, and what rounding each request's cost came to."""

_VERSION = "if(t.prompt_id = '' OR t.prompt_version = '', '', concat(t.prompt_id, ' ', t.prompt_version))"
_UNPRICED = "t.cost_status = 'unpriced'"


@dataclass(frozen=True)
class Bill:
    """`lines`: `at, provider, model, cost_status, price_id, requests, cost, saved_cost` and the tokens by bucket.

    `prices`: those that were applied, by id.
    """

    lines: pl.DataFrame
    prices: Mapping[str, Price] = field(default_factory=dict)


@dataclass(frozen=True)
class Stacked:
    """`values`: `at, value, cost` of the values with the highest cost, `value` null for all others together.

    `rest`: `at, cost` of the requests that have no value; `of` is the dimension.
    """

    of: str
    values: pl.DataFrame
    rest: pl.DataFrame


def over_time(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, by: str = "model", most: int = 6
) -> Stacked:
    """Cost of each bucket of time by a dimension. Raises `KeyError` for a dimension that there is not."""
    rows, value, has, more = _dimension(time_range, condition, by)
    inner = f"SELECT {rows.bucket} AS bucket, {value} AS value, sum(t.cost) AS cost FROM {rows.sql} WHERE {has}"
    ranked = (
        "SELECT bucket, value, cost, dense_rank() OVER (ORDER BY whole DESC, value) AS place FROM "
        f"(SELECT *, sum(cost) OVER (PARTITION BY value) AS whole FROM ({inner} GROUP BY bucket, value))"
    )
    found = reader.frame(
        "SELECT bucket, place <= {most:UInt32} AS named, if(named, value, '') AS value, sum(cost) AS cost "
        f"FROM ({ranked}) GROUP BY ALL ORDER BY bucket, cost DESC, value",
        rows.parameters | more | {"most": most},
    )
    found = found.with_columns(value=pl.when(pl.col("named") == 1).then("value")).drop("named")
    empty = every_bucket(pl.DataFrame({"bucket": [], "cost": []}, {"bucket": pl.UInt32, "cost": pl.Int64}), time_range)
    if by in ALWAYS:
        rest = empty.fill_null(0)
    else:
        whole = source(time_range, condition)
        sums = reader.frame(
            f"SELECT {whole.bucket} AS bucket, sum(t.cost) AS cost FROM {whole.sql} GROUP BY bucket", whole.parameters
        )
        with_value = found.group_by("bucket").agg(with_value=pl.col("cost").sum())
        sums = sums.join(with_value, on="bucket", how="left").with_columns(
            cost=pl.col("cost").cast(pl.Int64) - pl.col("with_value").fill_null(0).cast(pl.Int64)
        )
        rest = every_bucket(sums.select("bucket", "cost"), time_range).fill_null(0)
    edges = every_bucket(pl.DataFrame({"bucket": found["bucket"].unique()}), time_range)["at"]
    named = pl.DataFrame(
        {"bucket": [int(at.timestamp()) for at in edges], "at": edges}, {"bucket": pl.UInt32, "at": edges.dtype}
    )
    values = found.with_columns(pl.col("bucket").cast(pl.UInt32)).join(named, on="bucket").select("at", "value", "cost")
    return Stacked(by, values, rest)


def ranked(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, by: str = "model", most: int = 12
) -> pl.DataFrame:
    """`value, requests, cost, unpriced` of the values with the highest cost, highest first; raises as `over_time`."""
    rows, value, has, more = _dimension(time_range, condition, by)
    sql = (
        f"SELECT {value} AS value, {_measures(rows, by)} FROM {rows.sql} WHERE {has} GROUP BY value "
        "ORDER BY cost DESC, requests DESC, value LIMIT {most:UInt32}"
    )
    return reader.frame(sql, rows.parameters | more | {"most": most})


def crossed(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    rows: str = "provider",
    columns: str = "model",
    most: int = 8,
) -> pl.DataFrame:
    """`row, column, requests, cost, unpriced` of requests that have both dimensions: the `most` values of either with
    the highest cost, all others together as null. Raises as `over_time`."""
    within = _of_both(time_range, condition, rows, columns)
    row, has_row, more = _value(within, rows, "row")
    column, has_column, also = _value(within, columns, "column")
    cells = (
        f"SELECT {row} AS r, {column} AS c, {_measures(within, columns if rows != 'cost_status' else rows)} "
        f"FROM {within.sql} WHERE {has_row} AND {has_column} GROUP BY r, c"
    )
    whole = f"SELECT *, sum(cost) OVER (PARTITION BY r) AS rs, sum(cost) OVER (PARTITION BY c) AS cs FROM ({cells})"
    places = (
        "SELECT *, dense_rank() OVER (ORDER BY rs DESC, r) <= {most:UInt32} AS row_kept, "
        f"dense_rank() OVER (ORDER BY cs DESC, c) <= {{most:UInt32}} AS column_kept FROM ({whole})"
    )
    found = reader.frame(
        "SELECT row_kept, column_kept, if(row_kept, r, '') AS row, if(column_kept, c, '') AS column, "
        "sum(requests) AS requests, sum(cost) AS cost, sum(unpriced) AS unpriced "
        f"FROM ({places}) GROUP BY ALL ORDER BY cost DESC, row, column",
        within.parameters | more | also | {"most": most},
    )
    return found.with_columns(
        row=pl.when(pl.col("row_kept") == 1).then("row"), column=pl.when(pl.col("column_kept") == 1).then("column")
    ).drop("row_kept", "column_kept")


def bill(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> Bill:
    """All that was charged in the range, by bar of time, model and price."""
    rows = source(time_range, condition, rollup="costs_hourly", keys=COST_KEYS)
    keys = ", ".join(f"toString(t.{key}) AS {key}" for key in ("provider", "model", "cost_status", "price_id"))
    sql = f"SELECT {rows.bucket} AS bucket, {keys}, {_charged(rows)} FROM {rows.sql} GROUP BY ALL ORDER BY ALL"
    found = reader.frame(sql, rows.parameters)
    at = pl.from_epoch(pl.col("bucket").cast(pl.Int64)).dt.replace_time_zone("UTC")
    lines = found.select(at.alias("at"), pl.exclude("bucket"))
    return Bill(lines, all_of(reader, set(lines["price_id"]) - {""}) if len(lines) else {})


def models(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`provider, model, cost_status, requests, cost, saved_cost`, the tokens by bucket, `first_seen` and `last_seen`
    (of the hour, where a rollup answers) of all that used tokens."""
    rows = source(time_range, condition, rollup="costs_hourly", keys=COST_KEYS)
    at = "t.hour" if rows.hourly else "t.request_created_at"
    sql = (
        "SELECT toString(t.provider) AS provider, toString(t.model) AS model, toString(t.cost_status) AS cost_status, "
        f"{_charged(rows)}, toDateTime64(min({at}), 3, 'UTC') AS first_seen, "
        f"toDateTime64(max({at}), 3, 'UTC') AS last_seen FROM {rows.sql} "
        "WHERE t.cost_status IN ('priced', 'provider', 'unpriced') GROUP BY ALL ORDER BY requests DESC, provider, model"
    )
    return reader.frame(sql, rows.parameters)


def parts(of: Bill) -> pl.DataFrame:
    """`at, part, tokens, cost`: what each bucket's tokens cost, DECLARED and ROUNDING; they add up. Pure."""
    priced = _rated(of)
    long = [
        priced.select("at", part=pl.lit(name), tokens=pl.col(name), cost=pl.col(name) * pl.col(f"rate_{name}") * 1e9)
        for name in BUCKETS
    ]
    charged = pl.col("cost").cast(pl.Float64)
    worked_out = pl.sum_horizontal(pl.col(name) * pl.col(f"rate_{name}") * 1e9 for name in BUCKETS)
    rounding = priced.select("at", part=pl.lit(ROUNDING), tokens=pl.lit(0, pl.UInt64), cost=charged - worked_out)
    declared = of.lines.filter(pl.col("cost_status") != "priced")
    others = declared.select("at", part=pl.lit(DECLARED), tokens=pl.lit(0, pl.UInt64), cost=charged)
    found = pl.concat([*(one.with_columns(pl.col("tokens").cast(pl.UInt64)) for one in long), rounding, others])
    return found.group_by("at", "part", maintain_order=True).agg(pl.col("tokens", "cost").sum())


def savings(of: Bill) -> pl.DataFrame:
    """`at, read, written, gateway` in USD × 1e9: what tokens read from the prompt cache would have cost more as plain
    input, what those written to it cost more than that, and what the gateway's cache saved. Pure."""
    rated = _rated(of)
    plain = pl.col("rate_input")
    read = pl.col("cache_read") * (plain - pl.col("rate_cache_read"))
    written = pl.col("cache_write") * (pl.col("rate_cache_write") - plain) + pl.col("cache_write_1h") * (
        pl.col("rate_cache_write_1h") - plain
    )
    prompt = rated.group_by("at").agg(read=(read * 1e9).sum(), written=(written * 1e9).sum())
    gateway = of.lines.group_by("at").agg(gateway=pl.col("saved_cost").sum().cast(pl.Float64))
    return gateway.join(prompt, on="at", how="left").fill_null(0).select("at", "read", "written", "gateway").sort("at")


def by_price(of: Bill) -> pl.DataFrame:
    """`price_id, provider, model, requests, cost` and the tokens by bucket of all that was priced, highest cost first.
    Pure."""
    priced = of.lines.filter(pl.col("cost_status") == "priced")
    return (
        priced.group_by("price_id", "provider", "model")
        .agg(pl.col("requests", "cost", *BUCKETS).sum())
        .sort("cost", "price_id", descending=[True, False])
    )


def _rated(of: Bill) -> pl.DataFrame:
    """The lines that were priced, with the rate of each bucket beside its tokens."""
    rates = pl.DataFrame(
        [
            {"price_id": id, **{f"rate_{name}": price.rates.get(name, 0.0) for name in BUCKETS}}
            for id, price in of.prices.items()
        ],
        {"price_id": pl.String, **{f"rate_{name}": pl.Float64 for name in BUCKETS}},
    )
    priced = of.lines.filter(pl.col("cost_status") == "priced")
    return priced.join(rates, on="price_id", how="left").with_columns(pl.col("^rate_.*$").fill_null(0.0))


def _charged(rows: Source) -> str:
    requests = "sum(t.requests)" if rows.hourly else "count()"
    tokens = (f"toUInt64(sum({f't.{name}' if rows.hourly else SPLIT[name]})) AS {name}" for name in BUCKETS)
    # The sums of tokens first: the names of their columns must not be taken for those of the sums.
    return f"{', '.join(tokens)}, {requests} AS requests, sum(t.cost) AS cost, sum(t.saved_cost) AS saved_cost"


def _measures(rows: Source, by: str) -> str:
    if not rows.hourly:
        return f"count() AS requests, sum(t.cost) AS cost, countIf({_UNPRICED}) AS unpriced"
    unpriced = f"sumIf(t.requests, {_UNPRICED})" if by == "cost_status" else "sum(t.unpriced)"
    return f"sum(t.requests) AS requests, sum(t.cost) AS cost, {unpriced} AS unpriced"


def _dimension(time_range: TimeRange, condition: Condition, by: str) -> tuple[Source, str, str, dict[str, Any]]:
    """Where a dimension is read from, its value, whether a row has one, and the parameters of these."""
    if by in ("model", "provider", "status"):
        rows = source(time_range, condition)
    elif by == "cost_status":
        rows = source(time_range, condition, rollup="costs_hourly", keys=COST_KEYS)
    else:
        rows = source(time_range, condition, rollup="segments_hourly", keys=SEGMENT_KEYS)
        if rows.hourly and (by in DIMENSIONS or by.startswith(PROPERTY)):
            return rows, "t.value", "t.segment = {segment:String}", {"segment": by}
    return rows, *_value(rows, by, "by")


def _of_both(time_range: TimeRange, condition: Condition, first: str, second: str) -> Source:
    if {first, second} <= ROLLUP_KEYS:
        return source(time_range, condition)
    if {first, second} <= COST_KEYS:
        return source(time_range, condition, rollup="costs_hourly", keys=COST_KEYS)
    return source(time_range, condition, rollup="", keys=frozenset())


def _value(rows: Source, by: str, name: str) -> tuple[str, str, dict[str, Any]]:
    if by.startswith(PROPERTY):
        key = f"{{{name}:String}}"
        return f"t.properties[{key}]", f"mapContains(t.properties, {key})", {name: by.removeprefix(PROPERTY)}
    if by not in DIMENSIONS:
        raise KeyError(by)
    value = _VERSION if by == "prompt_version" else f"toString(t.{by})"
    return value, "1" if by in ALWAYS else f"{value} != ''", {}
