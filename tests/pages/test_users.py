"""The users page: the table by search, order and page, one user, and views in which nobody is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import streamlit as st

from hql.guard import guard
from hql.run import Runner
from tests.conftest import Warehouse
from tests.pages.conftest import Dashboard, text
from ui.users.table import Order
from warehouse.client import insert
from warehouse.row import Row

HOUR = timedelta(hours=1)


@pytest.fixture
def people(dashboard: Dashboard) -> Dashboard:
    now = datetime.now(UTC)
    rows = []
    for number in range(30):
        at = now - timedelta(minutes=5 + number)
        rows.append(
            Row(
                dashboard.organization_id, uuid4(), at, at, user_id=f"user-{number:02}", model="gpt-4o", status=200,
                cost=(number + 1) * 10_000_000, cost_status="priced", prompt_tokens=10, session_id=f"s-{number}",
                ingested_at=at,
            )
        )  # fmt: skip
    insert(dashboard.client, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    dashboard.record(at=now - 2 * HOUR, user_id="<b>eve</b>", cost_status="unpriced", model="secret-model")
    dashboard.record(
        at=now - 50 * HOUR,
        user_id="user-29",
        status=429,
        properties={"Helicone-Rate-Limit-Status": "bucket_rate_limited"},
    )
    return dashboard


@pytest.fixture(scope="module")
def runner(embedded_warehouse: Warehouse) -> Iterator[Runner]:
    runner = Runner(embedded_warehouse.settings)
    yield runner
    runner.close()


def test_the_costliest_come_first_and_pages_turn(people: Dashboard) -> None:
    app = people.open("users", range="7d")
    shown = text(app)
    assert shown.index("user-29") < shown.index("user-28")
    assert "user-05" in shown
    assert "user-02<" not in shown
    assert "1–25 of 31" in shown
    assert "range=7d&amp;user=user-29" in shown
    [after] = [button for button in app.button if button.label == "Next"]
    after.click().run()
    assert app.query_params["page"] == "2"
    assert "user-02" in text(app)
    assert "26–31 of 31" in text(app)
    app.text_input[0].set_value(" user-1 ").run()
    assert app.query_params["search"] == "user-1"
    assert "page" not in app.query_params
    assert "10 users with" in text(app)


def test_ids_are_escaped_and_unknown_cost_is_no_zero(people: Dashboard) -> None:
    shown = text(people.open("users", range="7d", search="EVE"))
    assert "&lt;b&gt;eve&lt;/b&gt;" in shown
    assert "<b>eve" not in shown
    assert "unpriced" in shown
    assert "1 user with “EVE”" in shown
    assert "No user&#x27;s id contains “nobody”." in text(people.open("users", range="7d", search="nobody"))


def test_an_order_is_kept_by_a_search(people: Dashboard) -> None:
    app = people.open("users", range="7d", sort="-requests")
    app.text_input[0].set_value("user-2").run()
    assert (app.query_params["search"], app.query_params["sort"]) == ("user-2", "-requests")
    # The one with two requests comes last.
    assert text(app).rindex("user=user-29") > text(app).rindex("user=user-20")


def test_a_page_beyond_the_last_is_the_last_one(people: Dashboard) -> None:
    shown = text(people.open("users", range="7d", page="999"))
    assert "31 users" in shown and "26–31 of 31" in shown
    assert "No user&#x27;s id contains “nobody”." in text(people.open("users", range="7d", search="nobody", page="4"))


def test_a_user_s_page_leads_back_to_the_list_as_it_was(people: Dashboard) -> None:
    shown = {"search": "user", "sort": "-requests", "page": "2"}
    listed = text(people.open("users", range="7d", **shown))
    assert "/users?range=7d&amp;user=user-29&amp;search=user&amp;sort=-requests&amp;page=2" in listed
    of_one = text(people.open("users", range="7d", user="user-29", **shown))
    assert 'href="/users?range=7d&amp;search=user&amp;sort=-requests&amp;page=2"' in of_one


@pytest.mark.parametrize("sort", ["-cost", "requests", "user_id", "-user_id", "first_seen", "-tokens_per_request"])
def test_csv_and_hql_have_the_users_in_the_order_shown(people: Dashboard, runner: Runner, sort: str) -> None:
    shown = text(people.open("users", range="7d", search="user-2", sort=sort))
    csv, hql = (
        parse_qs(urlsplit(href).query)
        for href in re.findall('href="([^"]*(?:panel.csv|hql)[^"]*)"', unescape(shown))[:2]
    )
    listed = list(dict.fromkeys(re.findall(r"user=(user-\d+)", shown)))
    options = {name.removeprefix("o."): value for name, [value] in csv.items() if name.startswith("o.")}
    assert (options["sort"], options["descending"]) == (sort.removeprefix("-"), "0" if sort.startswith("-") else "1")
    rows = runner.execute(guard(hql["sql"][0], people.organization_id, {})).page(0, 25)
    assert [row[0] for row in rows] == listed


def test_one_user_has_a_page(people: Dashboard) -> None:
    app = people.open("users", range="7d", user="user-29")
    shown = text(app)
    assert not app.exception
    assert "/sessions?range=7d&amp;f=user_id%3Aequals%3Auser-29&amp;session=s-29" in shown
    assert "request=" in shown
    for name in ("first seen", "Rate-limited", "Latest sessions", "Models used", "Properties"):
        assert name in shown
    assert "user-28" not in shown
    assert "Users by cost" not in shown
    assert "This user sent nothing in this view" in text(people.open("users", range="1h", user="nobody"))


def test_requests_that_name_nobody_are_told_of(dashboard: Dashboard) -> None:
    dashboard.record(model="gpt-4o")
    shown = text(dashboard.open("users", range="24h"))
    assert "Helicone-User-Id" in shown


def test_a_page_of_one_user_says_when_its_warehouse_is_gone(people: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICKHOUSE_URL", "http://default:x@127.0.0.1:9/heliograph")
    st.cache_resource.clear()
    st.cache_data.clear()
    app = people.open("users", range="7d", user="user-29")
    assert "The warehouse does not answer" in text(app)
    assert not app.exception


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, Order()),
        ({"sort": "-requests", "page": "3"}, Order("", "requests", False, 2)),
        ({"sort": "nonsense; --", "page": "x", "search": "a"}, Order("a")),
        ({"page": "0"}, Order()),
        ({"page": "²"}, Order()),
        ({"page": "9" * 5_000}, Order()),
    ],
)
def test_an_order_is_read_from_the_url(given: dict[str, str], expected: Order) -> None:
    assert Order.of(given) == expected
    assert Order.of(expected.parameters) == expected


def test_a_head_sorts_from_its_first_row_on_and_then_the_other_way() -> None:
    assert Order(page=4).by("requests") == Order("", "requests", True)
    assert Order().by("cost") == Order("", "cost", False)
    assert Order().by("user_id") == Order("", "user_id", False)
