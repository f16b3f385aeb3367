"""Scores and feedback of requests: every key, one key over time, its distribution, by a dimension, examples, pairs.

A score belongs to the time of its request, not to the moment at which it was given. A request without a score counts
nowhere. `score` is a score's name, or `RATING` for the users' feedback. Booleans and the feedback are 0 and 1, and
their means are rates: `is_rate` says so (names that end with ``-hcone-bool`` are Helicone's spelling of it).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from warehouse import conditions, previews
from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.metrics import every_bucket, source
from warehouse.ratings import RATING
from warehouse.timerange import TimeRange

BINS = 40
MOST_VALUES = 20
"""Distinct values up to which a distribution shows each by itself."""
MOST_GROUPS = 40
MOST_POINTS = 4_000
EXAMPLES = 8
MEASURES = {"latency": "t.latency", "cost": "t.cost / 1e9", "total_tokens": "t.prompt_tokens + t.completion_tokens"}
"""What a score may be held against, beside other scores: ms, USD, tokens."""
SCORE, PROPERTY = "scores.", "properties."

_DIMENSIONS = {
    "model": "toString(t.model)",
    "provider": "toString(t.provider)",
    "session_name": "toString(t.session_name)",
    "prompt_version": "if(t.prompt_id = '' OR t.prompt_version = '', '', concat(t.prompt_id, ' ', t.prompt_version))",
}
_GIVEN = "length(t.scores) > 0 OR isNotNull(t.feedback)"
_FEEDBACK = "if(isNull(t.feedback), [], [('', toFloat64(assumeNotNull(t.feedback)))])"
_PAIRS = f"arrayConcat(arrayZip(arrayMap(n -> toString(n), mapKeys(t.scores)), mapValues(t.scores)), {_FEEDBACK})"
_BOOLEAN = "(SELECT DISTINCT toString(s.name) FROM scores AS s WHERE s.is_boolean)"


@dataclass(frozen=True)
class Spread:
    """How the values of a score are distributed: `bins` has `value` (a bin's middle, or the value itself) and
    `answers`; `width` is a bin's, 0 where each value stands for itself."""

    is_rate: bool
    width: float
    bins: pl.DataFrame


@dataclass(frozen=True)
class Pair:
    """Two figures of the same requests: how many have both, their correlations (None where there is none to speak of;
    `spearman` is of the `points`), and `points` (`x` the score, `y` the other, `request_id`), a sample of many."""

    n: int
    pearson: float | None
    spearman: float | None
    points: pl.DataFrame


def keys(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`name, is_rate, answers, mean, variance, lowest, highest, shape` of every score and the feedback, most answers
    first; `shape` counts the answers in ten equal parts from the lowest to the highest."""
    rows = source(time_range, condition, rollup="")
    sql = (
        f"SELECT score.1 AS name, {_is_rate('name')} AS is_rate, count() AS answers, avg(score.2) AS mean, "
        "varSamp(score.2) AS variance, min(score.2) AS lowest, max(score.2) AS highest, "
        "groupArraySample(1000, 1)(score.2) AS sample "
        f"FROM (SELECT {_PAIRS} AS pairs FROM {rows.sql} WHERE {_GIVEN}) ARRAY JOIN pairs AS score "
        "GROUP BY name ORDER BY answers DESC, name"
    )
    found = reader.frame(sql, rows.parameters)
    shapes = [_shape(*row) for row in found.select("sample", "lowest", "highest").iter_rows()]
    return (
        found.drop("sample").with_columns(pl.col("is_rate").cast(pl.Boolean), pl.col("variance").fill_nan(None))
        .with_columns(shape=pl.Series(shapes, dtype=pl.List(pl.Int64)))
    )  # fmt: skip


def trend(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, score: str = RATING
) -> pl.DataFrame:
    """`at, is_rate, answers, mean, variance` of every bucket; null where there was no answer."""
    rows, of = source(time_range, condition, rollup=""), _value(score)
    sql = (
        f"SELECT bucket, {_is_rate(of.name)} AS is_rate, count() AS answers, avg(v) AS mean, varSamp(v) AS variance "
        f"FROM (SELECT {rows.bucket} AS bucket, {of.sql} AS v FROM {rows.sql} WHERE {of.has}) GROUP BY bucket"
    )
    found = every_bucket(reader.frame(sql, rows.parameters | of.parameters), time_range)
    rate = bool(found["is_rate"].max()) if found["is_rate"].count() else False
    return found.with_columns(is_rate=pl.lit(rate), variance=pl.col("variance").fill_nan(None))


def spread(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, score: str = RATING) -> Spread:
    """The distribution of a score."""
    rows, of = source(time_range, condition, rollup=""), _value(score)
    values = f"SELECT {of.sql} AS v FROM {rows.sql} WHERE {of.has}"
    sql = (
        f"WITH (SELECT (min(v), max(v), uniqUpTo({MOST_VALUES})(v)) FROM ({values})) AS whole, "
        f"if(whole.3 <= {MOST_VALUES}, 0, (whole.2 - whole.1) / {BINS}) AS step "
        f"SELECT if(step = 0, v, whole.1 + (least(floor((v - whole.1) / step), {BINS - 1}) + 0.5) * step) AS value, "
        f"count() AS answers, any(step) AS width, any({_is_rate(of.name)}) AS is_rate FROM ({values}) "
        "GROUP BY value ORDER BY value"
    )
    found = reader.frame(sql, rows.parameters | of.parameters)
    if found.is_empty():
        return Spread(score == RATING, 0, found.select("value", "answers"))
    return Spread(bool(found["is_rate"][0]), float(found["width"][0]), found.select("value", "answers"))


def by(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    score: str = RATING,
    dimension: str = "prompt_version",
) -> pl.DataFrame:
    """`value, is_rate, answers, mean, variance` by a dimension, most answers first; requests without a value of it are
    left out. The dimensions: model, provider, session_name, prompt_version ("id version"), ``properties.<name>``."""
    rows, of = source(time_range, condition, rollup=""), _value(score)
    group = _dimension(dimension)
    sql = (
        f"SELECT value, any({_is_rate(of.name)}) AS is_rate, count() AS answers, avg(v) AS mean, "
        f"varSamp(v) AS variance FROM (SELECT {group.sql} AS value, {of.sql} AS v FROM {rows.sql} WHERE {of.has}) "
        f"WHERE value != '' GROUP BY value ORDER BY answers DESC, value LIMIT {MOST_GROUPS}"
    )
    found = reader.frame(sql, rows.parameters | of.parameters | group.parameters)
    return found.with_columns(pl.col("is_rate").cast(pl.Boolean), pl.col("variance").fill_nan(None))


def examples(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    score: str = RATING,
    end: str = "lowest",
) -> pl.DataFrame:
    """The requests with the lowest or the highest values, the newest of equal ones first: `request_created_at,
    request_id, value, model, user_id` and a line of what was asked and answered."""
    rows, of = source(time_range, condition, rollup=""), _value(score)
    order = "ASC" if end == "lowest" else "DESC"
    sql = (
        f"SELECT t.request_created_at AS request_created_at, toString(t.request_id) AS request_id, {of.sql} AS value, "
        f"toString(t.model) AS model, t.user_id AS user_id FROM {rows.sql} WHERE {of.has} "
        f"ORDER BY value {order}, t.request_created_at DESC LIMIT {EXAMPLES}"
    )
    return previews.previews(reader, reader.frame(sql, rows.parameters | of.parameters))


def pair(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    score: str = RATING,
    other: str = "latency",
) -> Pair:
    """A score held against another (``scores.<name>``, `RATING` for the feedback) or one of `MEASURES`."""
    rows, of = source(time_range, condition, rollup=""), _value(score)
    with_ = _Value(MEASURES[other], "1") if other in MEASURES else _value(other.removeprefix(SCORE))
    values = (
        f"SELECT toFloat64({of.sql}) AS x, toFloat64({with_.sql}) AS y, t.request_id AS id FROM {rows.sql} "
        f"WHERE ({of.has}) AND ({with_.has})"
    )
    sql = (
        "SELECT count() AS n, corrStable(x, y) AS pearson, "
        f"groupArraySample({MOST_POINTS}, 1)((x, y, toString(id))) AS points FROM ({values})"
    )
    found = reader.rows(sql, rows.parameters | of.parameters | with_.parameters)[0]
    schema = {"x": pl.Float64, "y": pl.Float64, "request_id": pl.String}
    points = pl.DataFrame(found["points"], schema=schema, orient="row")
    # ClickHouse's rankCorr takes ties for an order; Polars gives equal values their mean rank.
    spearman = points.select(pl.corr("x", "y", method="spearman")).item() if points.height > 2 else None
    return Pair(found["n"], _finite(found["pearson"], points), _finite(spearman, points), points)


@dataclass(frozen=True)
class _Value:
    """The value of a score in SQL, whether a request has it, the score's name as a parameter."""

    sql: str
    has: str
    name: str = "''"
    parameters: dict[str, Any] = field(default_factory=dict)


def _value(score: str) -> _Value:
    if score == RATING:
        return _Value("toFloat64(assumeNotNull(t.feedback))", "isNotNull(t.feedback)")
    key = conditions.bound("String", score)
    return _Value(f"t.scores[{key.sql}]", f"mapContains(t.scores, {key.sql})", key.sql, key.parameters)


def _dimension(name: str) -> Condition:
    if not name.startswith(PROPERTY):
        return Condition(_DIMENSIONS[name])
    key = conditions.bound("String", name.removeprefix(PROPERTY))
    return Condition(f"t.properties[{key.sql}]", key.parameters)


def _is_rate(name: str) -> str:
    return f"({name} = '' OR endsWith({name}, '-hcone-bool') OR {name} IN {_BOOLEAN})"


def _shape(sample: list[float], lowest: float, highest: float) -> list[int]:
    parts = [0] * 10
    for value in sample:
        parts[min(int((value - lowest) / (highest - lowest) * 10), 9) if highest > lowest else 0] += 1
    return parts


def _finite(value: float | None, points: pl.DataFrame) -> float | None:
    """Without two different values on both sides there is no correlation."""
    varied = points.height > 2 and points["x"].n_unique() > 1 and points["y"].n_unique() > 1
    return value if varied and value is not None and value == value else None
