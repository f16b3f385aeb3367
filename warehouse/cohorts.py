"""Who comes back: new and returning users, retention by the week of the first request, stickiness.

A user is new when first seen, of all time and whatever the view. Weeks begin on Monday; days and weeks are those of
the range's zone. Retention and stickiness look back from the range's end, further than a short range would.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

import polars as pl

from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.metrics import every_bucket, moment
from warehouse.timerange import DAY, TimeRange, floor
from warehouse.users import SEEN, named

WEEK = 7 * DAY

_BUCKET = "roundDown(toUnixTimestamp(r.at), {edges:Array(UInt32)})"


def returning(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`at, new, returning` of each bucket: distinct users first seen in it, and those that were seen before it."""
    rows, parameters = named(time_range, condition)
    sql = f"""
        SELECT a.bucket AS bucket, countIf(s.first_seen >= toDateTime(a.bucket)) AS new, count() - new AS returning
        FROM (SELECT {_BUCKET} AS bucket, r.user_id AS user_id FROM ({rows}) AS r GROUP BY bucket, user_id) AS a
        LEFT JOIN ({SEEN}) AS s ON s.who = a.user_id
        GROUP BY bucket"""
    return every_bucket(reader.frame(sql, parameters), time_range).fill_null(0)


def retention(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, weeks: int = 8
) -> pl.DataFrame:
    """`cohort` (the Monday of the week of the first request), `later` (weeks after it), `users` active then.

    Of the `weeks` weeks that end with the range; users first seen before them are in none. Only users that the
    condition leaves are counted, the first week's as well.
    """
    zone = time_range.zone
    last = floor(time_range.end - timedelta(milliseconds=1), WEEK, zone)
    within = TimeRange(_midnight(last, -7 * (weeks - 1), zone), time_range.end, WEEK, zone)
    rows, parameters = named(within, condition)
    sql = f"""
        SELECT a.cohort AS cohort, dateDiff('week', a.cohort, a.week) AS later, count() AS users
        FROM (
            SELECT r.user_id AS user_id, toMonday(any(s.first_seen), {{zone:String}}) AS cohort,
                toMonday(r.at, {{zone:String}}) AS week
            FROM ({rows}) AS r
            INNER JOIN ({SEEN}) AS s ON s.who = r.user_id
            WHERE s.first_seen >= {moment("range_start")}
            GROUP BY user_id, week
        ) AS a
        GROUP BY cohort, later
        ORDER BY cohort, later"""
    return reader.frame(sql, parameters)


def stickiness(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, days: int = 28
) -> pl.DataFrame:
    """`day, daily, weekly`: distinct users of the day, and of the seven days that end with it.

    Of the `days` days that end with the range; the last one may still be under way.
    """
    zone = time_range.zone
    last = floor(time_range.end - timedelta(milliseconds=1), DAY, zone)
    first = _midnight(last, 1 - days, zone)
    rows, parameters = named(TimeRange(_midnight(first, -6, zone), time_range.end, DAY, zone), condition)
    sql = f"""
        SELECT day, uniqExactIf(user_id, back = 0) AS daily, uniqExact(user_id) AS weekly
        FROM (
            SELECT user_id, back, seen + back AS day
            FROM (SELECT r.user_id AS user_id, toDate(r.at, {{zone:String}}) AS seen FROM ({rows}) AS r
                GROUP BY user_id, seen)
            ARRAY JOIN range(7) AS back
        )
        WHERE day >= {{first:Date}} AND day <= {{last:Date}}
        GROUP BY day
        ORDER BY day"""
    bounds = {name: at.astimezone(zone).date() for name, at in (("first", first), ("last", last))}
    return reader.frame(sql, parameters | bounds)


def _midnight(of: datetime, days: int, zone: tzinfo) -> datetime:
    """The midnight so many days after `of`, which is one, also where a day on the way has 23 or 25 hours."""
    return floor(of + days * DAY + DAY / 2, DAY, zone)
