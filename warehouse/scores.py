"""Scores and feedback: how good the answers were, over time, how they are spread, by what they differ, and examples.

A score belongs to the time of its request, whenever it was given, and the latest value of each counts. Users' feedback
is one of the scores, called `FEEDBACK`. A request without a score counts nowhere. A score is boolean, and its mean a
rate, if it was sent as true or false and never as another number than 0 and 1, or if Helicone's suffix says so.

Every read is one of the requests that were scored, which have a table of their own, unless a filter asks for what that
does not have: then of the facts, with the same figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from warehouse import metrics
from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.intervals import Interval, Sample, of_mean, wilson
from warehouse.metrics import Source, every_bucket
from warehouse.previews import previews
from warehouse.scored import scored
from warehouse.timerange import TimeRange

FEEDBACK = "helicone-score-feedback"
"""What Helicone calls users' feedback among the scores."""
SUFFIX = "-hcone-bool"
"""By which Helicone marks the name of a boolean score."""

LATEST = 1000
"""Scored requests, the newest, of which the most frequent score is taken where none is named."""
SAMPLE = 1000
"""Answers of which a small picture of the distribution is drawn."""
MOST_VALUES = 30
MOST_BARS = 20
FEW_VALUES = 12
"""So many different values have a bar each."""

DIMENSIONS = ("prompt_version", "model", "provider", "session_name", "prompt_id", "user_id", "country_code")
"""What scores are told apart by, beside any ``properties.<name>``; a version is ``<prompt_id> <prompt_version>``."""

BARS = (
    "min(value) OVER () AS lowest, max(value) OVER () AS highest, count() OVER () AS different, "
    f"(highest - lowest) / {MOST_BARS} AS rough, exp10(floor(log10(rough))) AS power, rough / power - 1e-9 AS times, "
    "power * multiIf(times <= 1, 1, times <= 2, 2, times <= 5, 5, 10) AS step, "
    "least(floor(value / step + 1e-9), ceil(highest / step - 1e-9) - 1) AS bar, "
    f"different <= {FEW_VALUES} AS few, if(few, value, round(bar * step, 12)) AS low, "
    "if(few, value, round((bar + 1) * step, 12)) AS high"
)
"""The bar of a histogram that a `value` falls in, where rows are the different values, as a SELECT list."""

BOOLEANS = "SELECT toString(name) FROM scores GROUP BY name HAVING max(is_boolean) AND min(value IN (0, 1))"
_FEEDBACK = "toFloat64(assumeNotNull(t.feedback))"
SCORED = "(notEmpty(t.scores) OR isNotNull(t.feedback))"


@dataclass(frozen=True)
class Key:
    """A score, and whether its mean is a rate."""

    name: str
    is_boolean: bool = False


@dataclass(frozen=True)
class Scored:
    """What was found of a score."""

    key: Key
    rows: pl.DataFrame


def overview(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """Every score: `name, is_boolean, count, share` (of all requests), `mean, low, high` (95 % interval), `least,
    most, trend` (the mean of each bucket) and `sample` (some of the values); most answers first."""
    rows = scored(time_range, condition)
    sql = (
        f"SELECT toString(name) AS name, bucket, count() AS count, {moments('value')}, min(value) AS least, "
        f"max(value) AS most, groupArraySample({SAMPLE}, 1)(value) AS sample "
        f"FROM (SELECT {rows.bucket} AS bucket, name, value FROM {answers(rows)}) "
        "GROUP BY GROUPING SETS ((name, bucket), (name))"
    )
    found = reader.frame(sql, rows.parameters)
    whole = found.filter(pl.col("bucket") == 0)  # no bucket begins there
    rates = set(reader.frame(BOOLEANS)[:, 0]) | {FEEDBACK}
    requests = metrics.totals(metrics.series(reader, time_range, condition)).requests
    boolean = pl.col("name").is_in(list(rates)) | pl.col("name").str.ends_with(SUFFIX)
    listed = with_intervals(whole.with_columns(is_boolean=boolean, share=pl.col("count") / max(requests, 1)))
    trends = [
        every_bucket(found.filter(pl.col("name") == name, pl.col("bucket") > 0), time_range)["mean"].to_list()
        for name in listed["name"]
    ]
    return (
        listed.with_columns(pl.Series("trend", trends, dtype=pl.List(pl.Float64)))
        .sort(["count", "name"], descending=[True, False])
        .select("name", "is_boolean", "count", "share", "mean", "low", "high", "least", "most", "trend", "sample")
    )


def trend(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, score: str = "") -> Scored:
    """`at, count, mean, low, high, least, most` of every bucket, null where there was no answer."""
    key, rows, parameters = begun(reader, time_range, condition, score)
    has, value = answer(key)
    sql = (
        f"SELECT {rows.bucket} AS bucket, count() AS count, {moments(value)}, min({value}) AS least, "
        f"max({value}) AS most FROM {rows.sql} WHERE {has} GROUP BY bucket"
    )
    found = reader.frame(sql, parameters).with_columns(is_boolean=pl.lit(key.is_boolean))
    columns = every_bucket(with_intervals(found), time_range).select(
        "at", "count", "mean", "low", "high", "least", "most"
    )
    return Scored(key, columns.with_columns(pl.col("count").fill_null(0)))


def distribution(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, score: str = ""
) -> Scored:
    """`low, high, count`: the bars of a histogram from `low` (inclusive) to `high` (exclusive but for the last); both
    are the value itself where there are few different ones."""
    key, rows, parameters = begun(reader, time_range, condition, score)
    has, value = answer(key)
    sql = (
        f"SELECT low, high, sum(answers) AS count FROM (SELECT value, answers, {BARS} "
        f"FROM (SELECT {value} AS value, count() AS answers FROM {rows.sql} WHERE {has} GROUP BY value)) "
        "GROUP BY low, high ORDER BY low"
    )
    return Scored(key, reader.frame(sql, parameters))


def by(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    score: str = "",
    by: str = "prompt_version",
    most: int = MOST_VALUES,
) -> Scored:
    """`value, count, mean, low, high, of` by a dimension, most answers first; `of` is how many values there are.

    Raises `ValueError` for a dimension that there is not.
    """
    key, rows, parameters = begun(reader, time_range, condition, score)
    has, value = answer(key)
    told, apart = dimension(by)
    sql = (
        f"SELECT {apart} AS value, count() AS count, {moments(value)}, count() OVER () AS of FROM {rows.sql} "
        f"WHERE {has} AND {told} GROUP BY value ORDER BY count DESC, value LIMIT {{most:UInt32}}"
    )
    found = reader.frame(sql, parameters | named(by) | {"most": most})
    found = with_intervals(found.with_columns(is_boolean=pl.lit(key.is_boolean)))
    return Scored(key, found.select("value", "count", "mean", "low", "high", "of"))


def examples(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    score: str = "",
    order: Literal["lowest", "highest"] = "lowest",
    most: int = 8,
) -> Scored:
    """The requests with the lowest or the highest values, among equals the newest: `request_created_at, request_id,
    model, value, request_preview, response_preview`."""
    key, rows, parameters = begun(reader, time_range, condition, score)
    has, value = answer(key)
    direction = "DESC" if order == "highest" else "ASC"
    sql = (
        "SELECT t.request_created_at AS request_created_at, toString(t.request_id) AS request_id, "
        f"toString(t.model) AS model, {value} AS value FROM {rows.sql} WHERE {has} "
        f"ORDER BY value {direction}, request_created_at DESC, request_id LIMIT {{most:UInt32}}"
    )
    return Scored(key, previews(reader, reader.frame(sql, parameters | {"most": most})))


def begun(
    reader: Reader, time_range: TimeRange, condition: Condition, score: str
) -> tuple[Key, Source, dict[str, Any]]:
    """What every read of one score begins with: the score, its most frequent where `score` is empty; the requests; and
    their parameters."""
    rows = scored(time_range, condition)
    key = key_of(reader, score or _most_frequent(reader, rows))
    return key, rows, rows.parameters | {"score": key.name}


def answers(rows: Source) -> str:
    """A row for each score and rating of the rows, with its `name` and `value`, as what follows FROM."""
    # The name keeps its dictionary: made a plain text, or a pair with its value, it takes twice as long.
    return (
        f"{rows.sql} ARRAY JOIN arrayPushBack(mapKeys(t.scores), '{FEEDBACK}') AS name, "
        "arrayPushBack(mapValues(t.scores), toFloat64(ifNull(t.feedback, false))) AS value "
        f"WHERE name != '{FEEDBACK}' OR isNotNull(t.feedback)"
    )


def answer(key: Key, parameter: str = "score") -> tuple[str, str]:
    """Whether a row `t` has the score that `parameter` names, and its value."""
    if key.name == FEEDBACK:
        return "isNotNull(t.feedback)", _FEEDBACK
    return f"mapContains(t.scores, {{{parameter}:String}})", f"t.scores[{{{parameter}:String}}]"


def dimension(name: str) -> tuple[str, str]:
    """Whether a row `t` has a value of the dimension, and the value. Raises `ValueError`."""
    if name.startswith("properties."):
        return "mapContains(t.properties, {property:String})", "t.properties[{property:String}]"
    if name not in DIMENSIONS:
        raise ValueError(f"{name!r} is none of {', '.join(DIMENSIONS)} and no property")
    if name == "prompt_version":
        return "t.prompt_id != '' AND t.prompt_version != ''", "concat(t.prompt_id, ' ', t.prompt_version)"
    return f"t.{name} != ''", f"toString(t.{name})"


def named(dimension: str) -> dict[str, str]:
    """The parameter of `dimension`, of a property."""
    return {"property": dimension.removeprefix("properties.")} if dimension.startswith("properties.") else {}


def moments(value: str) -> str:
    """The mean and the variance, as a SELECT list."""
    return f"avg({value}) AS mean, ifNotFinite(varSampStable({value}), 0) AS variance"


def interval(of: Sample, is_boolean: bool) -> Interval | None:
    """Of a rate or of a mean."""
    if not of.count:
        return None
    return wilson(of.yes, of.count) if is_boolean else of_mean(of)


def with_intervals(found: pl.DataFrame) -> pl.DataFrame:
    """`found` (`is_boolean, count, mean, variance`) with `low` and `high`, null where there is no interval."""
    columns = found.select("count", "mean", "variance", "is_boolean").iter_rows()
    intervals = [interval(Sample(*of), is_boolean) for *of, is_boolean in columns]
    ends = {name: [of[side] if of else None for of in intervals] for side, name in enumerate(("low", "high"))}
    return found.with_columns(pl.Series(name, values, dtype=pl.Float64) for name, values in ends.items())


def _most_frequent(reader: Reader, rows: Source) -> str:
    """ "" if there is no score."""
    names = f"if(isNull(t.feedback), mapKeys(t.scores), arrayPushBack(mapKeys(t.scores), '{FEEDBACK}'))"
    sql = (
        f"SELECT toString(name) AS name FROM (SELECT {names} AS names FROM {rows.sql} WHERE {SCORED} "
        f"ORDER BY t.request_created_at DESC LIMIT {LATEST}) ARRAY JOIN names AS name "
        "GROUP BY name ORDER BY count() DESC, name LIMIT 1"
    )
    found = reader.frame(sql, rows.parameters)["name"]
    return str(found[0]) if len(found) else ""


def key_of(reader: Reader, name: str) -> Key:
    """The score of that name."""
    if name == FEEDBACK or name.endswith(SUFFIX):
        return Key(name, True)
    # As `BOOLEANS` has it; but a number is found to be one at the first that is neither 0 nor 1.
    of = "SELECT 1 FROM scores WHERE name = {score:String} AND"
    sql = f"SELECT EXISTS({of} is_boolean) AND NOT EXISTS({of} value NOT IN (0, 1)) AS is_boolean"
    found = reader.frame(sql, {"score": name})
    return Key(name, bool(found.item()))
