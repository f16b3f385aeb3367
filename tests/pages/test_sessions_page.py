"""The sessions' pages: the list and what narrows it, a session and its steps, two beside each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.pages.conftest import Dashboard, text
from warehouse.client import insert
from warehouse.row import Row


@pytest.fixture
def played(dashboard: Dashboard) -> Dashboard:
    """Two runs of an agent, of which the second searches twice and fails once, and a chat."""
    begin = datetime.now(UTC) - timedelta(minutes=30)

    def step(session: str, name: str, at: int, path: str, **more: Any) -> None:
        dashboard.record(
            at=begin + timedelta(seconds=at), session_id=session, session_name=name, session_path=path, latency=900,
            user_id="ann", **{"model": "gpt-4o", "cost": 2_000_000, "cost_status": "priced", "status": 200, **more},
        )  # fmt: skip

    for session, searches in (("run-1", 1), ("run-2", 2)):
        step(session, "agent", 0, "/run/plan", response_body='{"choices": [{"message": {"content": "I plan"}}]}')
        for number in range(searches):
            step(
                session, "agent", 5 + number, f"/run/search-{number}", span_kind="tool", model="tool:web", cost=0,
                status=500 if number else 200, request_body='{"_type": "tool", "toolName": "web", "input": "parcels"}',
                response_body='{"results": 3}',
            )  # fmt: skip
        step(session, "agent", 20, "/run/write")
    step("talk <1>", "chat", 0, "/chat")
    return dashboard


def names(app: Any) -> list[str]:
    return [str(one.label) for one in app.button]


def test_the_list_has_totals_names_and_links(played: Dashboard) -> None:
    shown = text(played.open("sessions", range="24h"))
    assert "3 sessions" in shown
    assert "8 requests, $0.010" in shown
    assert "2 · $0.0080" in shown
    assert "session=run-2" in shown and "talk &lt;1&gt;" in shown
    assert "f=session_name%3Aequals%3Aagent" in shown


@pytest.mark.parametrize(
    "given, found",
    [
        ({"search": "run-2"}, ["run-2"]),
        ({"bounds": "errors:1:"}, ["run-2"]),
        ({"bounds": "cost::0.003"}, ["talk"]),
        ({"f": "session_name:equals:agent"}, ["run-1", "run-2"]),
        ({"sort": "requests"}, ["run-2", "run-1", "talk"]),
    ],
)
def test_the_list_is_narrowed_by_the_url(played: Dashboard, given: dict[str, str], found: list[str]) -> None:
    shown = text(played.open("sessions", range="24h", **given))
    at = [shown.find(f"session={one}") for one in found]
    assert all(place > 0 for place in at)
    if "sort" in given:
        assert at == sorted(at)
    else:
        assert f"{len(found)} session" in shown


def test_the_names_stay_to_be_chosen_when_one_is(played: Dashboard) -> None:
    shown = text(played.open("sessions", range="24h", f="session_name:equals:chat"))
    assert 'class="on"' in shown
    assert "session_name%3Aequals%3Aagent" in shown


def test_a_search_goes_into_the_url(played: Dashboard) -> None:
    app = played.open("sessions", range="24h")
    app.text_input(key="search").set_value("talk").run()
    assert app.query_params["search"] in ("talk", ["talk"])
    assert "1 session" in text(app)


def test_nothing_that_matches_can_be_cleared(played: Dashboard) -> None:
    app = played.open("sessions", range="24h", search="nobody")
    assert "Nothing here" in text(app)
    app.button[names(app).index("Clear the filters")].click().run()
    assert "3 sessions" in text(app)


def test_distributions_and_paths(played: Dashboard) -> None:
    spread = text(played.open("sessions", range="24h", show="spread"))
    assert "mean 2.7, median 3 a session" in spread
    paths = text(played.open("sessions", range="24h", show="paths"))
    assert "/run/search-*" in paths


def test_a_session_has_its_figures_and_its_steps(played: Dashboard) -> None:
    app = played.open("sessions", session="run-2", range="24h")
    shown = text(app)
    assert not app.exception
    assert "agent · run-2" in shown
    assert "$0.0040" in shown and "25.0 % of its requests" in shown and "user ann" in shown
    assert "Where the cost went" in shown
    assert "session_id%3Aequals%3Arun-2" in shown


def test_a_step_is_opened_by_its_link(played: Dashboard) -> None:
    at = datetime.now(UTC) - timedelta(minutes=20)
    ids = {
        kind: str(played.record(at=at, session_id="kinds", session_path=f"/{kind}", span_kind=kind, **more))
        for kind, more in {
            "tool": {"request_body": '{"toolName": "web", "input": "x"}', "response_body": '{"ok": 1}'},
            "vector_db": {"request_body": '{"text": "where"}', "response_body": '[{"id": "d1", "score": 0.5}]'},
            "llm": {"response_body": '{"choices": [{"message": {"role": "assistant", "content": "Hello"}}]}'},
        }.items()
    }
    for kind, said in (("tool", "Calls web"), ("vector_db", "<td>d1</td>"), ("llm", "Hello")):
        app = played.open("sessions", session="kinds", step=ids[kind])
        assert said in text(app)
        assert not app.exception


def test_a_session_can_be_tagged_and_found_by_its_tag(played: Dashboard) -> None:
    app = played.open("sessions", session="run-1")
    app.multiselect[0].set_value(["odd one"]).run()
    assert app.multiselect[0].value == ["odd one"]
    shown = text(played.open("sessions", range="24h", tag="odd one"))
    assert "1 session" in shown and '<span class="tag">odd one</span>' in shown


def test_two_sessions_beside_each_other(played: Dashboard) -> None:
    app = played.open("sessions", session="run-1", **{"with": "run-2"})
    shown = text(app)
    assert "The first 2 steps agree; then they part: only in the second." in shown
    assert "1 step" in shown and "of 3 and 4" in shown
    assert not app.exception
    assert "no session with the second id" in text(played.open("sessions", session="run-1", **{"with": "none"}))


def test_a_session_that_is_not_there_is_said_to_be_missing(played: Dashboard) -> None:
    assert "No such session" in text(played.open("sessions", session="none"))


def test_another_organisations_session_is_not_there(played: Dashboard) -> None:
    at = datetime.now(UTC) - timedelta(minutes=5)
    theirs = Row(uuid4(), uuid4(), at, at, ingested_at=at, session_id="theirs", session_name="agent")
    insert(played.client, "request_response_rmt", Row._fields, [theirs], token=str(theirs.request_id))
    assert "No such session" in text(played.open("sessions", session="theirs"))
    assert "theirs" not in text(played.open("sessions", range="24h"))
