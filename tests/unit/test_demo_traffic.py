"""The demo's traffic: believable, labelled, the same for the same seed, and loaded once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import msgspec
import pytest

from demo.load import CannotLoad, Places, load, remaining
from demo.traffic import finished, moment, records
from demo.weather import Weather
from ingest.record import Exchange, Feedback, Record, Score
from ingest.spool import SpoolReader, directories
from settings import Settings

NOW = datetime(2026, 3, 17, 15, 30, tzinfo=UTC)
ORGANISATION = UUID(int=7)


@pytest.fixture(scope="module")
def traffic() -> list[Record]:
    return list(records(ORGANISATION, NOW, per_day=400))


@pytest.fixture(scope="module")
def exchanges(traffic: list[Record]) -> list[Exchange]:
    return [record for record in traffic if isinstance(record, Exchange)]


def day_of(exchange: Exchange) -> Any:
    return datetime.fromtimestamp(exchange.received_at / 1e6, UTC).date()


def test_the_same_seed_gives_the_same_records() -> None:
    first = list(records(ORGANISATION, NOW, days=2, per_day=50))
    assert first == list(records(ORGANISATION, NOW, days=2, per_day=50))
    assert first != list(records(ORGANISATION, NOW, days=2, per_day=50, seed=2))


def test_records_come_in_order_of_time_and_none_from_the_future(traffic: list[Record]) -> None:
    assert all(moment(one) <= moment(next_one) for one, next_one in pairwise(traffic))
    assert max(finished(record) for record in traffic) <= NOW.timestamp() * 1e6


def test_every_day_of_the_month_has_its_share(exchanges: list[Exchange]) -> None:
    days = Counter(day_of(exchange) for exchange in exchanges)
    assert len(days) == 30
    weekend, week = [[n for day, n in days.items() if (day.weekday() >= 5) is late] for late in (True, False)]
    assert median(weekend) < 0.7 * median(week)


def test_every_exchange_is_labelled_as_demo_and_no_request_id_is_used_twice(exchanges: list[Exchange]) -> None:
    assert {exchange.helicone["helicone-property-demo"] for exchange in exchanges} == {"true"}
    assert {exchange.organization_id for exchange in exchanges} == {ORGANISATION}
    assert len({exchange.request_id for exchange in exchanges}) == len(exchanges)


def test_bodies_are_what_the_providers_send(exchanges: list[Exchange]) -> None:
    for exchange in exchanges[:2_000]:
        msgspec.json.decode(exchange.request_body)
        if not exchange.is_stream:
            assert exchange.status < 0 or msgspec.json.decode(exchange.response_body) is not None
        elif exchange.status == 200:
            end = b"message_stop" if exchange.provider == "anthropic" else b"[DONE]"
            assert end in exchange.response_body[-60:]


def test_no_placeholder_is_left_in_what_people_ask(exchanges: list[Exchange]) -> None:
    assert [e for e in exchanges if b"{order}" in e.request_body or b"{digits}" in e.request_body] == []


def test_all_kinds_of_traffic_are_there(exchanges: list[Exchange]) -> None:
    assert {exchange.status for exchange in exchanges} >= {200, 400, 429, 500, -1, -3}
    assert {exchange.span_kind for exchange in exchanges} == {"", "tool", "vector_db", "data", "agent"}
    assert {exchange.provider for exchange in exchanges} == {"openai", "anthropic", "vllm", "custom"}
    assert any(b"data:image/png;base64" in exchange.request_body for exchange in exchanges)
    assert len({exchange.helicone["helicone-user-id"] for exchange in exchanges}) > 200


def test_only_streams_have_a_first_token_and_it_comes_before_the_end(exchanges: list[Exchange]) -> None:
    timed = [exchange for exchange in exchanges if exchange.first_token is not None]
    assert timed and all(exchange.is_stream and exchange.first_token < exchange.duration for exchange in timed)  # type: ignore[operator]


def test_a_cache_hit_serves_an_earlier_response(exchanges: list[Exchange]) -> None:
    by_id = {exchange.request_id: exchange for exchange in exchanges}
    hits = [exchange for exchange in exchanges if exchange.cache_reference_id]
    assert hits
    for hit in hits:
        original = by_id[hit.cache_reference_id]  # type: ignore[index]
        assert original.received_at + original.duration < hit.received_at
        assert (hit.response_body, hit.saved_latency) == (original.response_body, original.duration // 1000)


def test_judgements_follow_their_request(traffic: list[Record], exchanges: list[Exchange]) -> None:
    ends = {exchange.request_id: finished(exchange) for exchange in exchanges}
    judged = [record for record in traffic if isinstance(record, Score | Feedback)]
    assert {type(record) for record in judged} == {Score, Feedback}
    assert all(record.created_at >= ends[record.request_id] for record in judged)


def test_the_slow_afternoon_can_be_found(exchanges: list[Exchange]) -> None:
    weather = Weather(NOW, 30)
    chats = [e for e in exchanges if e.provider == "openai" and e.path == "/v1/chat/completions" and e.status == 200]
    chats = [e for e in chats if not e.cache_reference_id and b'"gpt-4o-mini"' in e.request_body]
    slow = [e.duration for e in chats if weather.slowness(e.received_at / 1e6, "openai") > 2]
    assert median(slow) > 2.5 * median(e.duration for e in chats)


def test_the_costly_release_is_the_one_that_calls_the_large_model(exchanges: list[Exchange]) -> None:
    tagger = [e for e in exchanges if e.helicone["helicone-property-app"] == "catalogue-tagger"]
    costly = {e.helicone["helicone-property-release"] for e in tagger if b'"model":"gpt-5"' in e.request_body}
    days = {day_of(e) for e in tagger if e.helicone["helicone-property-release"] == "2.4.0"}
    assert (costly, len(days)) == ({"2.4.0"}, 3)


def test_a_script_runs_into_the_rate_limit(exchanges: list[Exchange]) -> None:
    limited = [e for e in exchanges if "helicone-property-helicone-rate-limit-status" in e.helicone]
    assert {(e.status, e.helicone["helicone-user-id"]) for e in limited} == {(429, "script.kiddo")}


def test_an_agent_sends_spans_of_which_some_run_at_once(exchanges: list[Exchange]) -> None:
    spans = [exchange for exchange in exchanges if exchange.span_id]
    known = {(one.trace_id, one.span_id) for one in spans}
    assert len(known) == len(spans)
    roots = [one for one in spans if not one.parent_span_id]
    assert {one.span_kind for one in roots} == {"agent"}
    orphans = [one for one in spans if one.parent_span_id and (one.trace_id, one.parent_span_id) not in known]
    assert 0 < len(orphans) < 0.2 * len(spans)
    tools = [one for one in spans if one.span_kind == "tool"]
    assert any(
        one.trace_id == other.trace_id and one.received_at < other.received_at < finished(one)
        for one, other in pairwise(tools)
    )


# Loading


def some() -> list[Record]:
    return list(records(ORGANISATION, NOW, days=1, per_day=60))


def read_all(settings: Settings) -> list[Record]:
    found: list[Record] = []
    for directory in directories(settings.spool_dir):
        reader = SpoolReader.claim(directory)
        assert reader
        while batch := reader.next(max_records=40, max_bytes=1 << 20):
            found += batch.records
            reader.acknowledge(batch)
        reader.close()
    return found


def test_what_is_loaded_lies_in_the_spool_once(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    note = load(settings, some())
    assert load(settings, some()) == note
    assert read_all(settings) == some()
    assert note.records == len(some())


def test_an_interrupted_load_is_finished_by_the_next(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    places = Places.of(settings)

    def interrupted() -> Any:
        yield from some()[:10]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(settings, interrupted())
    assert not places.spool.exists()
    note = load(settings, some())
    # As if the last one had ended between its note and its move.
    (places.spool / note.directory).rename(places.draft / note.directory)
    load(settings, some())
    assert read_all(settings) == some()


def test_a_spool_too_small_is_an_error_and_loads_nothing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, spool_limit_mb=0)
    with pytest.raises(CannotLoad, match="HELIOGRAPH_SPOOL_LIMIT_MB too small"):
        load(settings, some())
    assert not Places.of(settings).spool.exists()


def test_what_remains_falls_from_one_to_nothing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    directory = settings.spool_dir / load(settings, some()).directory
    reader = SpoolReader.claim(directory)
    assert reader and remaining(directory) == 1
    left = []
    while batch := reader.next(max_records=20, max_bytes=1 << 20):
        reader.acknowledge(batch)
        left.append(remaining(directory))
    assert left == sorted(left, reverse=True) and left[-1] == 0
    assert reader.remove_if_done() and remaining(directory) == 0
    reader.close()
