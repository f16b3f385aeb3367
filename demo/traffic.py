"""A month of the demo's traffic as records, oldest first. Pure: the same arguments give the same records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import accumulate
from random import Random
from uuid import UUID

from demo.exchanges import Recorder
from demo.people import Crowd
from demo.weather import BURST_DAYS, Weather
from demo.workflows import WORKFLOWS, Scene, burst
from ingest.record import Exchange, Record

DAYS, PER_DAY = 30, 3_000
_CUM_WEIGHTS = tuple(accumulate(weight for _, weight in WORKFLOWS))


def records(
    organization_id: UUID, now: datetime, *, days: int = DAYS, per_day: int = PER_DAY, seed: int = 1
) -> Iterator[Record]:
    """What would have been recorded in the `days` up to `now` (aware UTC), today included, in order of time."""
    random, weather = Random(seed), Weather(now, days)
    recorder, crowd = Recorder(organization_id, random, weather), Crowd(random)
    late: list[Record] = []
    for day in weather.calendar():
        played = late + _day(recorder, crowd, day, weather.requests_on(day, per_day))
        played.sort(key=moment)
        # Judgements and conversations may reach into the next day; they wait for it, so that time never runs back.
        ends = _seconds(day) + 86_400
        late = [record for record in played if moment(record) >= ends * 1_000_000]
        yield from (record for record in played[: len(played) - len(late)] if finished(record) <= now.timestamp() * 1e6)


def moment(record: Record) -> int:
    """When it was received, in microseconds since the epoch."""
    return record.received_at if isinstance(record, Exchange) else record.created_at


def finished(record: Record) -> int:
    """When it was complete, in microseconds since the epoch."""
    return record.received_at + record.duration if isinstance(record, Exchange) else record.created_at


def _day(recorder: Recorder, crowd: Crowd, day: date, requests: int) -> list[Record]:
    random, weather = recorder.random, recorder.weather
    played: list[Record] = []
    while len(played) < requests:
        workflow = random.choices(WORKFLOWS, cum_weights=_CUM_WEIGHTS)[0][0]
        played += workflow(Scene(recorder, crowd, weather.moment(day, random), day))
    if weather.days_ago(day) in BURST_DAYS:
        played += burst(Scene(recorder, crowd, _seconds(day) + 14.4 * 3600, day))
    return played


def _seconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400
