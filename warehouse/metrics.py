"""How many requests, at what cost, over time and by model, provider, status and user.

Every read takes the hourly rollups where they answer it exactly (whole hours, a filter on their keys alone) and the
facts otherwise; both give the same figures. A request succeeded if its status is 2xx or 3xx.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.timerange import DAY, TimeRange, floor

FACTS = "request_response_rmt"
ROLLUP_KEYS = frozenset({"provider", "model", "request_model", "status", "error_type"})
COST_KEYS = frozenset({"provider", "model", "cost_status"})
"""Of costs_hourly."""
SEGMENT_KEYS = frozenset({"provider", "model"})
"""Of the rollups by segment, by properties and by user, beside these."""

_SUMMED = (
    "cost", "saved_cost", "prompt_tokens", "completion_tokens", "prompt_cache_read_tokens",
    "prompt_cache_write_tokens", "reasoning_tokens", "latency",
)  # fmt: skip
_FLAGS = {
    "cached": "t.cache_reference_id != toUUID('00000000-0000-0000-0000-000000000000')",
    "unpriced": "t.cost_status = 'unpriced'",
    "streamed": "t.is_stream",
}
_CLASSES = {
    "succeeded": "t.status BETWEEN 200 AND 399",
    "client_errors": "t.status BETWEEN 400 AND 499",
    "server_errors": "t.status >= 500",
    "not_answered": "t.status < 200",
}


PRICED = "t.cost_status IN ('priced', 'provider')"
USED = "t.cost_status IN ('priced', 'provider', 'unpriced')"


@dataclass(frozen=True)
class Totals:
    """Sums over a stretch of time. `cost` and `saved_cost` in USD × 1e9, `latency` in ms over all requests.

    `not_answered` are those without a provider's answer: timeouts, cancelled by the client, blocked.
    """

    requests: int = 0
    succeeded: int = 0
    client_errors: int = 0
    server_errors: int = 0
    not_answered: int = 0
    cached: int = 0
    unpriced: int = 0
    streamed: int = 0
    cost: int = 0
    saved_cost: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_cache_read_tokens: int = 0
    prompt_cache_write_tokens: int = 0
    reasoning_tokens: int = 0
    latency: int = 0

    @property
    def errors(self) -> int:
        return self.requests - self.succeeded

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    @property
    def error_rate(self) -> float | None:
        return self.errors / self.requests if self.requests else None


@dataclass(frozen=True)
class Source:
    """Where a read is answered from: the rows of a range that meet a condition, named `t` in the SQL."""

    sql: str
    parameters: dict[str, Any]
    hourly: bool

    @property
    def bucket(self) -> str:
        return (
            f"roundDown(toUnixTimestamp(t.{'hour' if self.hourly else 'request_created_at'}), {{edges:Array(UInt32)}})"
        )

    @property
    def measures(self) -> str:
        """A `Totals`, as a SELECT list."""
        count = "sumIf(t.requests, {})" if self.hourly else "countIf({})"
        flag = "sum(t.{0})" if self.hourly else "countIf({1})"
        return ", ".join(
            [f"{'sum(t.requests)' if self.hourly else 'count()'} AS requests"]
            + [f"{count.format(test)} AS {name}" for name, test in _CLASSES.items()]
            + [f"{flag.format(name, test)} AS {name}" for name, test in _FLAGS.items()]
            + [f"sum(t.{name}) AS {name}" for name in _SUMMED]
        )


def source(
    time_range: TimeRange,
    condition: Condition,
    *,
    rollup: str = "requests_hourly",
    keys: frozenset[str] = ROLLUP_KEYS,
    facts: str = FACTS,
) -> Source:
    """The rollup where it can answer, else the facts; without one the facts. `keys` are what it is grouped by, `facts`
    another table with the facts' columns."""
    hourly = bool(rollup) and time_range.hourly and condition.columns <= keys
    edges = [int(edge.timestamp()) for edge in time_range.edges]
    parameters = {"edges": edges, **ends(time_range.start, time_range.end), **condition.parameters}
    return Source(_rows(rollup if hourly else "", condition, facts), parameters, hourly)


def series(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """The columns of `Totals` for every bucket of the range, `at` first; zeros where nothing happened."""
    rows = source(time_range, condition)
    found = reader.frame(
        f"SELECT {rows.bucket} AS bucket, {rows.measures} FROM {rows.sql} GROUP BY bucket", rows.parameters
    )
    return every_bucket(found, time_range).fill_null(0)


def totals(of: pl.DataFrame) -> Totals:
    """The sum of a `series`. Pure."""
    return Totals(**{f.name: int(of[f.name].sum() or 0) for f in fields(Totals)})


def compared(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> tuple[Totals, Totals]:
    """Like for like: the totals of the range's finished part, and of as long a part of the period before."""
    (start, end), (start_before, end_before) = time_range.compared
    rows = source(time_range, condition)
    parameters = rows.parameters | ends(start_before, end) | ends(start, end_before, "cut")
    at = "t.hour" if rows.hourly else "t.request_created_at"
    now, before = f"{at} >= {moment('cut_start', rows.hourly)}", f"{at} < {moment('cut_end', rows.hourly)}"
    sql = f"SELECT {now} AS present, {rows.measures} FROM {rows.sql} WHERE {now} OR {before} GROUP BY present"
    found = reader.frame(sql, parameters)
    return totals(found.filter(pl.col("present") == 1)), totals(found.filter(pl.col("present") == 0))


def breakdown(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`Totals` by provider, model, status and error type."""
    rows = source(time_range, condition)
    keys = "t.provider AS provider, t.model AS model, t.status AS status, t.error_type AS error_type"
    return reader.frame(f"SELECT {keys}, {rows.measures} FROM {rows.sql} GROUP BY ALL", rows.parameters)


def averages(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`at, priced, cost, used, prompt_tokens, completion_tokens` of each bucket: what averages per request are made of.

    `priced` are the requests whose cost is known and was paid, `used` those that used tokens: neither a request that
    failed before the provider counted anything nor one that the cache answered makes a model look cheaper.
    """
    rows = source(time_range, condition, rollup="costs_hourly", keys=COST_KEYS)
    count = "sumIf(t.requests, {})" if rows.hourly else "countIf({})"
    buckets = "t.input + t.cache_read + t.cache_write + t.cache_write_1h + t.input_audio"
    prompt = buckets if rows.hourly else "t.prompt_tokens"
    completion = "t.output + t.reasoning + t.output_audio" if rows.hourly else "t.completion_tokens"
    sql = (
        f"SELECT {rows.bucket} AS bucket, {count.format(PRICED)} AS priced, sum(t.cost) AS cost, "
        f"{count.format(USED)} AS used, sum({prompt}) AS prompt_tokens, sum({completion}) AS completion_tokens "
        f"FROM {rows.sql} GROUP BY bucket"
    )
    return every_bucket(reader.frame(sql, rows.parameters), time_range).fill_null(0)


def per_minute(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, now: datetime | None = None
) -> pl.DataFrame:
    """`at, total, prompt, completion`: tokens a minute in each bucket; of the one that is under way, up to `now`."""
    found = series(reader, time_range, condition)
    now = now or datetime.now(UTC)
    minutes = pl.Series(
        [
            # At least a minute: what arrived in the first second of a bucket is no rate.
            max(min(width, now - at), timedelta(minutes=1)) / timedelta(minutes=1)
            for at, width in zip(time_range.edges, time_range.widths, strict=True)
        ]
    )
    prompt, completion = found["prompt_tokens"] / minutes, found["completion_tokens"] / minutes
    return found.select("at").with_columns(total=prompt + completion, prompt=prompt, completion=completion)


def threats(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`at, checked, threats` of each bucket: requests that were looked at, and those taken for an attack."""
    rows = source(time_range, condition)
    sums = ("sum(t.checked)", "sum(t.threats)") if rows.hourly else ("count(t.threat)", "countIf(t.threat)")
    sql = f"SELECT {rows.bucket} AS bucket, {sums[0]} AS checked, {sums[1]} AS threats FROM {rows.sql} GROUP BY bucket"
    return every_bucket(reader.frame(sql, rows.parameters), time_range).fill_null(0)


def countries(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, most: int = 8
) -> pl.DataFrame:
    """`country_code, requests, cost, unpriced` of the countries with the most requests, most first."""
    rows = source(time_range, condition, rollup="segments_hourly", keys=SEGMENT_KEYS)
    if rows.hourly:
        key, measures = "t.value", "sum(t.requests) AS requests, sum(t.cost) AS cost, sum(t.unpriced) AS unpriced"
        within = "t.segment = 'country_code'"
    else:
        key, within = "t.country_code", "t.country_code != ''"
        measures = f"count() AS requests, sum(t.cost) AS cost, countIf({_FLAGS['unpriced']}) AS unpriced"
    sql = (
        f"SELECT toString({key}) AS country_code, {measures} FROM {rows.sql} WHERE {within} "
        "GROUP BY country_code ORDER BY requests DESC, country_code LIMIT {most:UInt32}"
    )
    return reader.frame(sql, rows.parameters | {"most": most})


def active_users(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> tuple[int, pl.DataFrame]:
    """Distinct users of the whole range, and `at, users` of each bucket; beyond some thousands within 1 %."""
    rows = source(time_range, condition, rollup="users_hourly" if condition == EVERYTHING else "requests_hourly")
    users = "uniqCombinedMerge(14)(t.users)" if rows.hourly else "uniqCombinedIf(14)(t.user_id, t.user_id != '')"
    # The rollup of the groups is their union, so the whole range costs no second read; 0 is no bucket.
    sql = f"SELECT {rows.bucket} AS bucket, {users} AS users FROM {rows.sql} GROUP BY bucket WITH ROLLUP"
    found = reader.frame(sql, rows.parameters)
    total = found.filter(pl.col("bucket") == 0)["users"]
    return int(total[0]) if len(total) else 0, every_bucket(found, time_range).fill_null(0)


def top_users(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, most: int = 8
) -> pl.DataFrame:
    """The users with the highest cost and those with the most requests: `most` of each, highest cost first."""
    columns = "user_id, requests, errors, cost"
    rows, parameters = _user_rows(time_range, condition)
    sums = ", ".join(f"sum(t.{name}) AS {name}" for name in columns.split(", ")[1:])
    sql = (
        f"SELECT * FROM (SELECT t.user_id AS user_id, {sums} FROM ({rows}) AS t GROUP BY user_id) "
        "QUALIFY row_number() OVER (ORDER BY cost DESC, user_id) <= {most:UInt32} "
        "OR row_number() OVER (ORDER BY requests DESC, user_id) <= {most:UInt32} ORDER BY cost DESC, user_id"
    )
    return reader.frame(sql, parameters | {"most": most})


def first_request(reader: Reader) -> datetime | None:
    """The hour of the organisation's first request, or None if there is none yet."""
    found = reader.rows("SELECT hour FROM requests_hourly ORDER BY hour LIMIT 1")
    return found[0]["hour"].replace(tzinfo=UTC) if found else None


def every_bucket(found: pl.DataFrame, time_range: TimeRange) -> pl.DataFrame:
    """A row for every bucket of the range, null where `found` has none; `bucket` (epoch seconds) becomes `at`."""
    edges = list(time_range.edges)
    keys = pl.Series("bucket", [int(edge.timestamp()) for edge in edges], dtype=pl.UInt32)
    frame = pl.DataFrame({"at": edges, "bucket": keys})
    return frame.join(found.with_columns(pl.col("bucket").cast(pl.UInt32)), on="bucket", how="left").drop("bucket")


def _user_rows(time_range: TimeRange, condition: Condition) -> tuple[str, dict[str, Any]]:
    """Rows of users: whole days of UTC from the rollup by day, what the range has before and after them from the one
    by hour, or from the facts."""
    parameters = ends(time_range.start, time_range.end) | condition.parameters
    rolled = condition.columns <= SEGMENT_KEYS
    if rolled and time_range.hourly:
        columns = "value AS user_id, requests, errors, cost"
        rest = f"SELECT {columns} FROM {_rows('segments_hourly', condition)} WHERE segment = 'user_id'"
        at = "hour"
    else:
        errors = "toUInt64(status NOT BETWEEN 200 AND 399)"
        columns = f"user_id, toUInt64(1) AS requests, {errors} AS errors, cost"
        rest = f"SELECT {columns} FROM {_rows('', condition)} WHERE user_id != ''"
        at = "request_created_at"
    first, last = floor(time_range.start + DAY - timedelta(milliseconds=1), DAY, UTC), floor(time_range.end, DAY, UTC)
    if not rolled or first >= last:
        return rest, parameters
    days = (
        "SELECT user_id, requests, errors, cost FROM users_daily "
        f"WHERE day >= toDate({moment('days_start')}) AND day < toDate({moment('days_end')}) AND ({condition.sql})"
    )
    hourly = at == "hour"
    ragged = f"({at} < {moment('days_start', hourly)} OR {at} >= {moment('days_end', hourly)})"
    return f"{days} UNION ALL {rest} AND {ragged}", parameters | ends(first, last, "days")


def _rows(rollup: str, condition: Condition, facts: str = FACTS) -> str:
    # A subquery, so that no alias of the SELECT list can stand for a column of the condition.
    at = "hour" if rollup else "request_created_at"
    within = f"{at} >= {moment('range_start', bool(rollup))} AND {at} < {moment('range_end', bool(rollup))}"
    return f"(SELECT * FROM {rollup or facts} WHERE {within} AND ({condition.sql})) AS t"


def moment(name: str, hourly: bool = False) -> str:
    """The parameter `name` as a moment, to be compared with an hour or a request's own time."""
    # Of the column's own type: the primary key is not used for a comparison with another.
    given = f"{{{name}:DateTime64(3, 'UTC')}}"
    return f"toDateTime({given})" if hourly else given


def ends(start: datetime, end: datetime, name: str = "range") -> dict[str, str]:
    """The parameters `<name>_start` and `<name>_end`."""
    moments = {f"{name}_start": start, f"{name}_end": end}
    return {key: f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}" for key, at in moments.items()}
