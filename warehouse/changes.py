"""What changed: the values that a rise or a fall of cost, errors or latency comes from.

The range is compared with the period before, as `metrics.compared` does; where the organisation's requests do not
reach back so far, the later half of the range with the earlier one. One statement reads both periods by every
dimension at once: model (of errors and latency: the model asked for), provider, status and error type, users, session
names, prompts and their versions, countries, and every property; from the rollups where they answer it, else from the
facts.

Of cost and errors, a value's contribution is its amount now less its amount before; of latency it is the change of the
mean, less what that change is without the value's requests. `share` is that of the whole change.

A value that all the traffic has contributes everything and explains nothing. So values are ranked by `excess`: their
share, at most the whole, less what was to be expected of them, which is their share of the requests now or that of the
amount before (of latency: of the requests before), whichever is greater. Those below `LEAST` are left out, and a whole
change of less than `STEADY` is not explained at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, get_args

import polars as pl

from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition, one_of
from warehouse.metrics import SEGMENT_KEYS, ends, first_request, moment
from warehouse.properties import DOCUMENTED_SEGMENTS
from warehouse.timerange import DAY, HOUR, TimeRange, floor

Measure = Literal["cost", "errors", "latency"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
Periods = tuple[tuple[datetime, datetime], tuple[datetime, datetime]]

LEAST = 0.05
"""Of the whole change, to be named."""
STEADY = 0.03
"""Of the amount before: less is no change."""
ALMOST_ALL = 0.95
FEW_REQUESTS = 5
CANDIDATES = 40
"""Values of a dimension that are looked at: those whose amount changed most."""

_AMOUNTS = ("now", "before", "requests_now", "requests_before")
_SIDES = ("start", "end")
_FAILED = "status NOT BETWEEN 200 AND 399"
_KEYS = (
    "[('', ''), ('model', toString(model)), ('request_model', toString(request_model)), "
    "('provider', toString(provider)), ('status', toString(status)), ('error_type', toString(error_type))]"
)
_VERSION = "if(prompt_id = '' OR prompt_version = '', '', concat(prompt_id, ' ', prompt_version))"
_OTHERS = (
    "[('user_id', user_id), ('session_name', toString(session_name)), ('prompt_id', toString(prompt_id)), "
    f"('prompt_version', {_VERSION}), ('country_code', toString(country_code))], "
    "arrayMap((name, value) -> (concat('properties.', name), value), mapKeys(properties), mapValues(properties))"
)
DIMENSIONS = f"arrayConcat({_KEYS}, {_OTHERS})"
"""Of a row of facts, as HQL knows them too: pairs of a dimension and its value."""


@dataclass(frozen=True)
class Changes:
    """`now` and `before`: the amount of either of `periods`, of latency the mean in ms.

    `values` has a row of each value that stands out, most first: `segment` (as a filter names it), `value`, `now`,
    `before`, `requests_now`, `requests_before`, `contribution`, `share`, `excess`, and `also`: ``segment=value`` of
    those with the very same figures.
    """

    measure: Measure
    now: float
    before: float
    requests_now: int
    requests_before: int
    values: pl.DataFrame
    periods: Periods | None = None
    halved: bool = False
    """The periods are the halves of the range."""

    @property
    def change(self) -> float:
        return self.now - self.before

    @property
    def steady(self) -> bool:
        return abs(self.change) <= STEADY * self.before


def changes(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, of: Measure = "cost", most: int = 8
) -> Changes:
    """The values that the change of `of` comes from, at most `most`. Raises `ValueError` for another measure."""
    one_of(of, MEASURES)
    periods = time_range.compared
    first = first_request(reader)
    if halved := first is None or first > periods[1][0]:
        periods = _halves(time_range, first)
    sql, parameters = _statement(periods, condition, of)
    return replace(ranked(reader.frame(sql, parameters), of, most), periods=periods, halved=halved)


def ranked(found: pl.DataFrame, of: Measure, most: int) -> Changes:
    """What stands out among `segment, value, now, before, requests_now, requests_before`; the row of the empty segment
    is the whole. Pure."""
    whole = found.filter(pl.col("segment") == "")
    total = whole.row(0, named=True) if len(whole) else dict.fromkeys(_AMOUNTS, 0)
    now, before = float(total["now"]), float(total["before"])
    requests = int(total["requests_now"]), int(total["requests_before"])
    rows = found.filter((pl.col("segment") != "") & (pl.col("value") != "") & ~_told_otherwise(of))
    rows = rows.with_columns(pl.col(name).cast(pl.Float64) for name in _AMOUNTS)
    expected = pl.col("requests_now") / max(requests[0], 1)
    if of == "latency":
        expected = pl.max_horizontal(expected, pl.col("requests_before") / max(requests[1], 1))
        rows = _on_the_mean(rows, now, before, *requests)
        now, before = _mean(now, requests[0]), _mean(before, requests[1])
    else:
        rows = rows.with_columns(contribution=pl.col("now") - pl.col("before"))
        expected = pl.max_horizontal(expected, pl.col("before") / max(before, 1))
    share = pl.col("contribution") / ((now - before) or 1)
    scored = rows.with_columns(share=share).with_columns(excess=share.clip(upper_bound=1) - expected)
    listed = scored.filter((pl.col("share") >= LEAST) & (pl.col("excess") >= LEAST))
    order = listed.sort("excess", "share", "segment", "value", descending=[True, True, False, False])
    answer = Changes(of, now, before, *requests, _folded(order).head(most))
    return answer if requests[1] and not answer.steady else replace(answer, values=answer.values.clear())


def _told_otherwise(of: Measure) -> pl.Expr:
    """Segments that others tell better. The properties that say a request's session and prompt are its columns, too.
    What failed knows the model asked for alone, and what it cost is by the model that answered."""
    segment = pl.col("segment")
    again = segment.str.contains(DOCUMENTED_SEGMENTS)
    return again | (segment == ("request_model" if of == "cost" else "model"))


def _on_the_mean(
    rows: pl.DataFrame, now: float, before: float, requests_now: int, requests_before: int
) -> pl.DataFrame:
    """`contribution`: the change of the mean less the change of the mean of all requests but the value's. A handful of
    requests, and a value that nearly all have, can be told nothing of."""
    rest_now, rest_before = requests_now - pl.col("requests_now"), requests_before - pl.col("requests_before")
    kept = rows.filter(
        (pl.col("requests_now") + pl.col("requests_before") >= FEW_REQUESTS)
        & (rest_now > (1 - ALMOST_ALL) * requests_now)
        & (rest_before > (1 - ALMOST_ALL) * requests_before)
    )
    change = _mean(now, requests_now) - _mean(before, requests_before)
    of_rest = (now - pl.col("now")) / rest_now - (before - pl.col("before")) / rest_before
    return kept.with_columns(
        contribution=change - of_rest,
        now=pl.col("now") / pl.max_horizontal("requests_now", 1),
        before=pl.col("before") / pl.max_horizontal("requests_before", 1),
    )


def _mean(total: float, requests: int) -> float:
    return total / requests if requests else 0.0


def _folded(rows: pl.DataFrame) -> pl.DataFrame:
    """Values with the very same figures are those of the same requests: the first stands for all, and names them."""
    named = pl.concat_str("segment", pl.lit("="), "value")
    return rows.group_by(_AMOUNTS, maintain_order=True).agg(
        pl.col("segment", "value", "contribution", "share", "excess").first(), also=named.slice(1)
    )


def _halves(time_range: TimeRange, first: datetime | None) -> Periods:
    (start, end), _ = time_range.compared
    start = max(start, first or start)
    middle = floor(start + (end - start) / 2, HOUR, UTC) if end - start >= 2 * HOUR else start + (end - start) / 2
    return (middle, end), (start, middle)


def _statement(periods: Periods, condition: Condition, of: Measure) -> tuple[str, dict[str, object]]:
    """Both periods by every value: ``segment, value``, the amounts and the requests."""
    whole_hours = all(at.timestamp() % 3600 == 0 for period in periods for at in period)
    rolled = condition.columns <= SEGMENT_KEYS and whole_hours
    rows, days = _rolled(of, periods, condition) if rolled else (_facts(condition, of), {})
    # Only what changed most of a dimension is worth ranking: millions of users need not leave the engine.
    sql = (
        f"SELECT * FROM ({rows}) ORDER BY segment = '' DESC, abs(now - before) DESC, segment, value "
        "LIMIT {candidates:UInt32} BY segment"
    )
    bounds = ends(*periods[0], "now") | ends(*periods[1], "before")
    return sql, {**bounds, **days, **condition.parameters, "candidates": CANDIDATES}


def _rolled(of: Measure, periods: Periods, condition: Condition) -> tuple[str, dict[str, str]]:
    present, within = _periods("hour", hourly=True)
    failed = f"if({_FAILED}, requests, 0)" if of == "errors" else of
    by_key = (
        f"SELECT key.1 AS segment, key.2 AS value, {_sums(failed, 'requests', present)} "
        f"FROM requests_hourly ARRAY JOIN {_KEYS} AS key WHERE {within} AND ({condition.sql}) GROUP BY segment, value"
    )
    by_segment = f"SELECT toString(s.segment) AS segment, s.value AS value, {_sums(f's.{of}', 's.requests', present)} "
    by_segment += f"FROM segments_hourly AS s WHERE {within} AND ({condition.sql})"
    if of == "latency":
        return f"{by_key} UNION ALL {by_segment} GROUP BY segment, value", {}
    # Users are many: their whole days (of UTC) are read from the rollup by day, hours alone before and after them.
    today, on_days = _periods("day", of="days")
    in_days = _periods("hour", hourly=True, of="days")[1]
    by_day = (
        f"SELECT 'user_id' AS segment, d.user_id AS value, {_sums(f'd.{of}', 'd.requests', today)} "
        f"FROM users_daily AS d WHERE {on_days} AND ({condition.sql}) GROUP BY value"
    )
    by_segment += f" AND (s.segment != 'user_id' OR NOT {in_days}) GROUP BY segment, value"
    sums = ", ".join(f"sum({name}) AS {name}" for name in _AMOUNTS)
    parts = f"SELECT segment, value, {sums} FROM ({by_segment} UNION ALL {by_day}) GROUP BY segment, value"
    return f"{by_key} UNION ALL {parts}", _whole_days(periods)


def _whole_days(periods: Periods) -> dict[str, str]:
    """Of either period, where its first whole day begins and its last one ends; both the same where it has none."""
    bounds: dict[str, str] = {}
    for name, (start, end) in zip(("now", "before"), periods, strict=True):
        first, last = floor(start + DAY - HOUR, DAY, UTC), floor(end, DAY, UTC)
        bounds |= ends(first, max(first, last), f"{name}_days")
    return bounds


def _facts(condition: Condition, of: Measure) -> str:
    present, within = _periods("request_created_at")
    # A subquery, so that no alias of the SELECT list can stand for a column of the condition.
    rows = f"(SELECT * FROM request_response_rmt WHERE ({within}) AND ({condition.sql}))"
    amount = f"toUInt64({_FAILED})" if of == "errors" else of
    return (
        f"SELECT key.1 AS segment, key.2 AS value, {_sums(amount, 'toUInt64(1)', present)} "
        f"FROM {rows} ARRAY JOIN {DIMENSIONS} AS key GROUP BY segment, value"
    )


def _sums(amount: str, requests: str, present: str) -> str:
    return (
        f"toFloat64(sumIf({amount}, {present})) AS now, toFloat64(sumIf({amount}, NOT ({present}))) AS before, "
        f"sumIf({requests}, {present}) AS requests_now, sumIf({requests}, NOT ({present})) AS requests_before"
    )


def _periods(column: str, *, hourly: bool = False, of: str = "") -> tuple[str, str]:
    """Whether a row is of the present period, and whether it is of either; with `of`, of their whole days."""
    bounds = [f"{period}_{of}_{side}" if of else f"{period}_{side}" for period in ("now", "before") for side in _SIDES]
    given = [f"toDate({moment(name)})" if column == "day" else moment(name, hourly) for name in bounds]
    now, before = (f"{column} >= {start} AND {column} < {end}" for start, end in (given[:2], given[2:]))
    return now, f"(({now}) OR ({before}))"
