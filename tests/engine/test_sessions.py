"""Sessions on a real ClickHouse: exact figures of seeded rows, of two tenants, with and without a filter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import polars as pl
import pytest
from clickhouse_connect.driver.client import Client

from hql.guard import guard
from hql.run import Runner
from tests.conftest import Warehouse
from ui.panel import Panel, Seen
from ui.sessions import panels
from ui.state import View
from warehouse import session_paths, session_spread, session_steps, sessions
from warehouse.client import Reader, insert
from warehouse.conditions import EVERYTHING, Condition
from warehouse.filters import compile_filter
from warehouse.row import Row
from warehouse.timerange import DAY as ONE_DAY
from warehouse.timerange import TimeRange, custom, floor

DAY = floor(datetime.now(UTC), ONE_DAY, UTC) - timedelta(days=20)
ALPHA, BETA = UUID(int=0x5E1), UUID(int=0x5E2)


def steps(session: str, name: str, *of: dict[str, Any], **common: Any) -> list[dict[str, Any]]:
    return [{"session_id": session, "session_name": name, "latency": 1000, **common, **one} for one in of]


SPECIFIED = [
    *steps(
        "long", "agent",
        {"at": 20.0, "session_path": "/plan", "cost": 500, "model": "m1"},
        {"at": 23.0, "session_path": "/search-1", "cost": 10, "model": "m2", "status": 500},
        {"at": 25.0, "session_path": "/search-2", "cost": 20, "model": "m2"},
        {"at": 26.0, "session_path": "/write", "cost": 300, "model": "m1", "feedback": True},
        user_id="ann", prompt_tokens=7, completion_tokens=3, cost_status="priced",
    ),
    *steps(
        "short", "agent",
        {"at": 30.0, "session_path": "/plan", "cost": 400, "model": "m1", "user_id": "bob"},
        {"at": 30.001, "session_path": "/search-9", "model": "m3", "cost_status": "unpriced", "user_id": "cat"},
    ),
    *steps("chat", "talk", {"at": 31.0, "model": "m1", "span_kind": "llm", "latency": 4000, "cost": 100}),
    {"at": 32.0, "model": "m1", "cost": 9},
]  # fmt: skip
"""Rows of `ALPHA`, `at` in hours after `DAY`; the long session goes past midnight."""

WHOLE = custom(DAY, DAY + timedelta(days=3))
SECOND = custom(DAY + ONE_DAY, DAY + timedelta(days=2))
HOURS = custom(DAY + timedelta(hours=29), DAY + timedelta(hours=31, minutes=30))
"""Within a day: read from the facts."""
NARROWED: list[tuple[dict[str, str], int]] = [
    ({"search": "HOR"}, 1), ({"bounds": "requests:2:"}, 2), ({"among": '["chat", "it\'s $no {such}"]'}, 1),
    ({"search": "agent", "bounds": "errors:1:,duration:0.5:99999,cost:0.0000001:,tokens:1:", "among": '["long"]'}, 1),
    ({"among": "[]"}, 0),
]  # fmt: skip
"""Options of every panel of sessions, and how many of `ALPHA`'s they leave."""
NAMED = compile_filter({"request_response_rmt": {"session_name": {"equals": "agent"}}})
MODEL = compile_filter({"request_response_rmt": {"model": {"equals": "m2"}}})


@pytest.fixture(scope="module")
def seeded(warehouse: Client) -> Client:
    rows = [_row(ALPHA, **values) for values in SPECIFIED]
    rows += [_row(BETA, at=30, session_id="short", session_name="agent", cost=7, latency=1)]
    # In two batches, so that what the rollup has of a session lies in several parts.
    for part in (rows[::2], rows[1::2]):
        insert(warehouse, "request_response_rmt", Row._fields, part, token=str(uuid4()))
    return warehouse


@pytest.fixture
def alpha(seeded: Client) -> Iterator[Reader]:
    yield Reader(seeded, ALPHA)


def _row(organization_id: UUID, *, at: float, **values: Any) -> Row:
    created = DAY + timedelta(hours=at)
    ended = created + timedelta(milliseconds=values.get("latency", 0))
    return Row(organization_id, uuid4(), created, ended, ingested_at=ended, **values)


def ids(found: pl.DataFrame) -> list[str]:
    return found["session_id"].to_list()


def test_a_sessions_figures_are_of_the_whole_session(alpha: Reader) -> None:
    found = sessions.find(alpha, WHOLE)
    assert ids(found) == ["chat", "short", "long"]
    long = found.row(2, named=True)
    start = DAY + timedelta(hours=20)
    assert (long["session_name"], long["user_ids"], long["started_at"]) == ("agent", ["ann"], start)
    assert (long["requests"], long["errors"], long["cost"], long["tokens"], long["unpriced"]) == (4, 1, 830, 40, 0)
    assert (long["duration"], long["latency"]) == (6 * 3_600_000 + 1000, 1000)
    assert (found["unpriced"][1], found["user_ids"][1].to_list()) == (1, ["bob", "cat"])


@pytest.mark.parametrize("condition", [EVERYTHING, NAMED, MODEL], ids=["all", "named", "model"])
def test_a_session_that_began_before_the_range_is_whole_all_the_same(alpha: Reader, condition: Condition) -> None:
    found = sessions.find(alpha, SECOND, condition).filter(pl.col("session_id") == "long")
    assert found.select("requests", "cost").rows() == [(4, 830)]


def test_sessions_without_a_request_in_the_range_do_not_count(alpha: Reader) -> None:
    before = custom(DAY + timedelta(hours=1), DAY + timedelta(hours=25, minutes=30))
    assert ids(sessions.find(alpha, before)) == ["long"]
    assert ids(sessions.find(alpha, HOURS)) == ["chat", "short"]
    assert ids(sessions.find(alpha, custom(DAY + timedelta(hours=26, minutes=1), DAY + timedelta(days=3)))) == [
        "chat", "short",
    ]  # fmt: skip


def test_a_gap_in_a_session_is_no_request(alpha: Reader) -> None:
    assert ids(sessions.find(alpha, custom(DAY + timedelta(hours=21), DAY + timedelta(hours=22)))) == []


def test_a_filter_chooses_sessions_with_such_a_request(alpha: Reader) -> None:
    assert ids(sessions.find(alpha, WHOLE, MODEL)) == ["long"]
    assert ids(sessions.find(alpha, WHOLE, NAMED)) == ["short", "long"]


def test_search_bounds_tags_order_and_pages(alpha: Reader) -> None:
    assert ids(sessions.find(alpha, WHOLE, search="HOR")) == ["short"]
    assert ids(sessions.find(alpha, WHOLE, search="alk")) == ["chat"]
    assert ids(sessions.find(alpha, WHOLE, bounds="cost:0.0000004:0.0000008")) == ["short"]
    assert ids(sessions.find(alpha, WHOLE, bounds="errors:1:,requests::4")) == ["long"]
    assert ids(sessions.find(alpha, WHOLE, among='["chat", "nowhere"]')) == ["chat"]
    assert ids(sessions.find(alpha, WHOLE, among="[]")) == []
    assert ids(sessions.find(alpha, WHOLE, sort="cost", limit=2)) == ["long", "short"]
    assert ids(sessions.find(alpha, WHOLE, sort="duration", descending=False, limit=1, offset=1)) == ["short"]


def test_options_that_cannot_be_are_refused(alpha: Reader) -> None:
    for options in ({"sort": "nothing"}, {"among": "chat"}, {"among": "1"}):
        with pytest.raises(ValueError):
            sessions.find(alpha, WHOLE, **options)  # type: ignore[arg-type]


def test_names_add_up_to_the_totals(alpha: Reader) -> None:
    found = sessions.names(alpha, WHOLE)
    assert found.select("session_name", "sessions", "requests", "errors", "cost", "unpriced").rows() == [
        ("agent", 2, 6, 1, 1230, 1), ("talk", 1, 1, 0, 100, 0),
    ]  # fmt: skip
    assert sessions.names(alpha, WHOLE, search="chat")["sessions"].to_list() == [1]


def test_tenants_see_their_own_sessions_alone(seeded: Client) -> None:
    beta = Reader(seeded, BETA)
    assert sessions.find(beta, WHOLE).select("session_id", "requests", "cost").rows() == [("short", 1, 7)]
    assert sessions.find(beta, WHOLE, MODEL).is_empty()
    assert len(session_steps.steps(beta, session="short")) == 1
    assert session_steps.steps(beta, session="long").is_empty()
    assert sessions.names(Reader(seeded, uuid4()), WHOLE).is_empty()


def test_ratings_of_a_page(alpha: Reader) -> None:
    assert sessions.feedback(alpha, sessions.find(alpha, WHOLE)).rows() == [("long", 1, 0)]


def test_the_steps_of_a_session_come_in_order(alpha: Reader) -> None:
    found = session_steps.steps(alpha, session="long")
    assert found["session_path"].to_list() == ["/plan", "/search-1", "/search-2", "/write"]
    assert found["status"].to_list() == [200, 500, 200, 200]
    assert session_steps.steps(alpha, session="nowhere").is_empty()


def test_sessions_of_the_same_name(alpha: Reader) -> None:
    assert sessions.same_name(alpha, "long").select("session_id", "requests").rows() == [("short", 2)]


def test_a_distribution_is_cut_at_its_percentiles(alpha: Reader) -> None:
    cost = session_spread.spread(alpha, WHOLE, of="cost", cut="all")
    assert (cost.sessions, cost.mean, cost.median, cost.one_in) == (3, pytest.approx(1330 / 3), 400, 1)
    assert cost.bars.filter(pl.col("sessions") > 0).rows() == [(100, 125, 1), (400, 425, 1), (825, 850, 1)]
    assert session_spread.spread(alpha, WHOLE, of="requests", cut="p50").bars.rows() == [(1, 2, 1), (2, 3, 1)]
    assert session_spread.spread(alpha, HOURS, of="duration", cut="all").bars["sessions"].sum() == 2


def test_distributions_and_paths_are_of_the_narrowed_sessions(alpha: Reader) -> None:
    for options, count in NARROWED:
        assert session_spread.spread(alpha, WHOLE, **options).sessions == count
        assert session_paths.paths(alpha, WHOLE, **options).sessions == count
        assert session_paths.sequences(alpha, WHOLE, **options).sessions == count


def test_a_sample_is_part_of_the_whole(alpha: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_spread, "MOST", 3)
    found = session_spread.spread(alpha, WHOLE, of="cost")
    assert found.one_in > 1
    assert found.sessions <= 3


def test_paths_leave_numbers_out(alpha: Reader) -> None:
    found = session_paths.paths(alpha, WHOLE, NAMED)
    assert found.edges.rows() == [
        (1, "/plan", "/search-*", 2, 10), (2, "/search-*", "/search-*", 1, 20), (3, "/search-*", "/write", 1, 300),
    ]  # fmt: skip
    rows = session_paths.sequences(alpha, WHOLE).rows
    assert rows.select("sequence", "sessions", "cost", "failed", "example").rows() == [
        ("/plan → /search-*", 1, 400.0, 0.0, "short"),
        ("/plan → /search-* → /write", 1, 830.0, 1.0, "long"),
        ("llm m1", 1, 100.0, 0.0, "chat"),
    ]


def test_steps_beyond_the_most_common_are_other(alpha: Reader) -> None:
    found = session_paths.paths(alpha, WHOLE, NAMED, top=1)
    assert (3, "/search-*", "/write") in found.edges.select("place", "source", "target").rows()
    assert session_paths.OTHER in session_paths.paths(alpha, WHOLE, NAMED, top=0).edges["source"].to_list()


@pytest.mark.parametrize("text, said", [("/a/b-12/c3", "/a/b-*/c*"), ("/x/", "/x/"), ("llm gpt-4", "llm gpt-4"),
                                        ("/s/0c1d7b52-6f52-4d3c-9a5e-1b2c3d4e5f60/t", "/s/*/t")])  # fmt: skip
def test_a_step_without_its_numbers(text: str, said: str) -> None:
    assert session_paths.shortened(text) == said


@pytest.fixture(scope="module")
def runner(warehouse: Client, embedded_warehouse: Warehouse) -> Iterator[Runner]:
    runner = Runner(embedded_warehouse.settings)
    yield runner
    runner.close()


def asked(runner: Runner, panel: Panel, within: TimeRange, condition: Condition) -> list[list[Any]]:
    seen = Seen(View("", within.start, within.end), within, condition, UTC, options=dict(panel.options))
    return list(runner.execute(guard(panel.as_hql(seen), ALPHA, {})))


@pytest.mark.parametrize("cut", session_spread.CUTS)
def test_hql_gives_the_same_distribution(alpha: Reader, runner: Runner, cut: str) -> None:
    for panel in panels.SPREADS:
        chosen = panel.having(cut=cut)
        bars = session_spread.spread(alpha, SECOND, MODEL if cut == "all" else EVERYTHING, **dict(chosen.options)).bars
        told = asked(runner, chosen, SECOND, MODEL if cut == "all" else EVERYTHING)
        assert [tuple(map(int, row)) for row in told] == bars.filter(pl.col("sessions") > 0).rows()


def test_hql_gives_the_same_paths(alpha: Reader, runner: Runner) -> None:
    edges, sequences = panels.PATHS
    told = [(int(row[0]), row[1], row[2], int(row[3])) for row in asked(runner, edges, WHOLE, EVERYTHING)]
    assert told == session_paths.paths(alpha, WHOLE).edges.select("place", "source", "target", "sessions").rows()
    told = [(row[0], int(row[1])) for row in asked(runner, sequences, WHOLE, EVERYTHING)]
    assert told == session_paths.sequences(alpha, WHOLE).rows.select("sequence", "sessions").rows()


@pytest.mark.parametrize("options, count", NARROWED)
def test_hql_is_narrowed_as_the_panels_are(alpha: Reader, runner: Runner, options: dict[str, str], count: int) -> None:
    assert len(asked(runner, panels.LIST.having(**options), WHOLE, EVERYTHING)) == count
    for panel in (*panels.SPREADS, panels.PATHS[1]):
        chosen = panel.having(**options)
        chosen = chosen.having(cut="all") if panel in panels.SPREADS else chosen
        place = 2 if panel in panels.SPREADS else 1
        assert sum(int(row[place]) for row in asked(runner, chosen, WHOLE, EVERYTHING)) == count


@pytest.mark.parametrize("sort", sessions.FIGURES)
@pytest.mark.parametrize("descending", [0, 1])
def test_hql_lists_in_the_order_of_the_panel(alpha: Reader, runner: Runner, sort: str, descending: int) -> None:
    panel = panels.LIST.having(sort=sort, descending=descending, limit=2)
    told = asked(runner, panel, WHOLE, EVERYTHING)
    found = sessions.find(alpha, WHOLE, **dict(panel.options))
    assert [(row[0], row[1]) for row in told] == found.select("session_id", "session_name").rows()
