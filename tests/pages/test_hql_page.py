"""What the HQL page shows, by Streamlit's own test runner over a real warehouse.

The editor itself is the browser's (tests/browser/test_hql.py); here queries come by the URL, as a link opens them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from metadata import store as metadata
from metadata.models import SavedQuery
from metadata.saved_queries import SavedQueries
from metadata.store import MetadataUnavailable
from settings import Settings
from tests.pages.conftest import Dashboard, text
from ui import session
from ui.hql.desk import READY

COSTS = "SELECT model, count() AS requests, sum(cost) AS cost FROM request_response_rmt GROUP BY model ORDER BY model"

Save = Callable[..., SavedQuery]


@pytest.fixture
def save(dashboard: Dashboard, metadata_settings: Settings) -> Save:
    """Saves a query of the organisation."""
    store = metadata.connect(metadata_settings)

    def create(sql: str, name: str = "Costs", **more: Any) -> SavedQuery:
        return SavedQueries(store).create(dashboard.organization_id, name=name, sql=sql, owner="First key", **more)

    yield create
    store.close()


def opened(dashboard: Dashboard, query: SavedQuery, **more: str) -> AppTest:
    """The page as a link to the query opens it, once its run is over."""
    app = dashboard.open("hql", query=str(query.id), run="1", **more)
    for _ in range(100):
        if "Running for" not in [bar.proto.text[:11] for bar in app.get("progress")]:
            return app
        app.run()
    raise AssertionError("the query does not end")


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_where_nothing_was_asked_the_page_says_what_can_be(dashboard: Dashboard) -> None:
    dashboard.record(model="gpt-4o")
    app = dashboard.open("hql")
    assert "Ask anything of your data" in text(app)
    assert "No request has been recorded yet" not in text(app)
    assert {"Cost by model and day", "Error spikes"} <= set(labels(app))
    assert next(button for button in app.button if button.label == "Run").disabled
    assert not app.exception


def test_before_the_first_request_it_is_said_that_the_tables_are_empty(dashboard: Dashboard) -> None:
    assert "No request has been recorded yet" in text(dashboard.open("hql"))


def test_an_answer_is_a_table_with_costs_in_usd(dashboard: Dashboard, save: Save) -> None:
    for cost in (1_500_000_000, 250_000):
        dashboard.record(model="gpt-4o", cost=cost, cost_status="priced")
    app = opened(dashboard, save(COSTS))
    table = app.dataframe[0].value
    assert list(table.columns) == ["model", "requests", "cost", "cost (USD)"]
    assert table.iloc[0].tolist() == ["gpt-4o", 2, 1_500_250_000, "$1.50"]
    # How much is read counts whole granules, which other tests' rows share.
    assert re.search(r"1 row · .* · \S+ rows and .* read", text(app))


def test_an_answer_without_rows_says_so(dashboard: Dashboard, save: Save) -> None:
    app = opened(dashboard, save(COSTS))
    assert "The query ran and found no rows." in text(app)


def test_only_the_organisations_own_rows_are_seen(dashboard: Dashboard, save: Save) -> None:
    dashboard.record(model="mine")
    mine = dashboard.organization_id
    dashboard.organization_id = type(mine)(int=mine.int ^ 1)
    dashboard.record(model="theirs")
    dashboard.organization_id = mine
    assert opened(dashboard, save(COSTS)).dataframe[0].value["model"].tolist() == ["mine"]


def test_what_is_wrong_is_said_with_its_place_and_code(dashboard: Dashboard, save: Save) -> None:
    app = opened(dashboard, save("SELECT model,\n       modle FROM request_response_rmt"))
    shown = app.error[0].value
    assert shown.startswith("Line 2, column 8\\. There is no column modle") or "Line 2, column 8" in shown
    assert "HQL_UNKNOWN_COLUMN" in shown
    assert not app.dataframe


def test_a_result_that_was_cut_says_so(dashboard: Dashboard, save: Save) -> None:
    app = opened(dashboard, save("SELECT arrayJoin(range(300001)) AS number"))
    assert "300,000 rows ·" in text(app)
    assert "These are the first 300,000 rows" in text(app)
    assert len(app.dataframe[0].value) == 100


def test_pages_of_an_answer_follow_each_other(dashboard: Dashboard, save: Save) -> None:
    app = opened(dashboard, save("SELECT arrayJoin(range(250)) AS number"))
    app.selectbox(key="hql-size").select(500).run()
    assert len(app.dataframe[0].value) == 250


def test_a_parameter_is_a_widget_with_its_default_and_the_url_overrules_it(dashboard: Dashboard, save: Save) -> None:
    query = save(
        "SELECT {days:UInt16} AS days, {who:String} AS who",
        parameters=[
            {"name": "days", "type": "UInt16", "default": 30},
            {"name": "who", "type": "String", "default": "ann"},
        ],
    )
    app = opened(dashboard, query, **{"p.days": "7"})
    assert app.number_input[0].value == 7
    assert app.dataframe[0].value.iloc[0].tolist() == [7, "ann"]
    assert app.query_params["p.days"] == "7"
    assert "run" not in app.query_params and "p.who" not in app.query_params


def test_a_link_runs_nothing_unless_it_says_so(dashboard: Dashboard, save: Save) -> None:
    app = dashboard.open("hql", query=str(save(COSTS).id))
    assert "Run the query to see its answer here." in text(app)
    assert not app.dataframe


@pytest.mark.parametrize("query", ["00000000-0000-0000-0000-00000000abcd", "no-id"])
def test_a_query_that_is_not_there_is_said(dashboard: Dashboard, query: str) -> None:
    app = dashboard.open("hql", query=query, run="1")
    assert "There is no such saved query" in text(app)
    assert not app.exception


def test_another_organisations_query_is_not_there(dashboard: Dashboard, metadata_settings: Settings) -> None:
    store = metadata.connect(metadata_settings)
    stranger = store.create_organisation("Stranger")
    query = SavedQueries(store).create(stranger.id, name="Theirs", sql="SELECT 'secret'", owner="x")
    store.close()
    app = dashboard.open("hql", query=str(query.id), run="1")
    assert "There is no such saved query" in text(app)
    app.segmented_control(key="hql-side").set_value("Saved").run()
    assert "Theirs" not in labels(app)


@pytest.mark.parametrize("slug", list(READY))
def test_every_query_of_the_library_runs_and_draws_its_chart(dashboard: Dashboard, slug: str) -> None:
    dashboard.record(model="gpt-4o", cost=1_500_000_000, cost_status="priced", user_id="ann", session_id="s")
    app = dashboard.open("hql", library=slug, run="1")
    assert not app.error and not app.exception
    app.segmented_control(key="hql-view ").set_value("Chart").run()
    assert not app.exception


def test_saved_queries_are_listed_and_found(dashboard: Dashboard, save: Save) -> None:
    save(COSTS, "Costs [by model]", description="What each cost")
    save("SELECT 1", "One")
    app = dashboard.open("hql")
    app.segmented_control(key="hql-side").set_value("Saved").run()
    assert {"Costs \\[by model\\]", "One"} <= set(labels(app))
    assert "First key · never run" in text(app)
    app.text_input(key="hql-find Saved").set_value("each cost").run()
    assert "One" not in labels(app)
    app.text_input(key="hql-find Saved").set_value("nothing like it").run()
    assert "No query has all of these words." in text(app)


def test_the_run_of_a_saved_query_is_kept_with_it(
    dashboard: Dashboard, save: Save, metadata_settings: Settings
) -> None:
    query = save(COSTS)
    opened(dashboard, query)
    store = metadata.connect(metadata_settings)
    runs = SavedQueries(store).runs(dashboard.organization_id, query.id)
    store.close()
    assert [run.error for run in runs] == [""]


def test_a_query_is_deleted_only_after_it_is_asked(
    dashboard: Dashboard, save: Save, metadata_settings: Settings
) -> None:
    query = save(COSTS)
    app = dashboard.open("hql", query=str(query.id))
    app.session_state[f"hql desk {dashboard.organization_id}"].dialog = "delete"
    app.run()
    assert any("Costs" in element.value for element in app.markdown)
    app.button(key="hql-delete-now").click().run()
    store = metadata.connect(metadata_settings)
    assert SavedQueries(store).find(dashboard.organization_id) == []
    store.close()
    assert "Costs" in app.toast[0].value


def test_more_queries_than_are_allowed_are_refused(
    dashboard: Dashboard, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELIOGRAPH_HQL_QUERIES_PER_MINUTE", "0")
    st.cache_resource.clear()
    app = opened(dashboard, save(COSTS))
    assert "HQL_RATE_LIMIT_EXCEEDED" in app.error[0].value


def test_a_server_without_an_account_for_hql_is_said(
    dashboard: Dashboard, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLICKHOUSE_READER_URL")
    st.cache_resource.clear()
    app = opened(dashboard, save(COSTS))
    assert "HQL has no account on this ClickHouse server" in app.error[0].value.replace("\\", "")


def test_without_a_session_nothing_is_shown(dashboard: Dashboard, save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    query = save(COSTS)
    monkeypatch.setattr(session, "secret", lambda: "")
    app = dashboard.open("hql", query=str(query.id), run="1")
    assert "Open the dashboard by its sign-in link" in text(app)
    assert not app.dataframe


def test_the_metadata_database_being_away_is_said(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise MetadataUnavailable("away")

    monkeypatch.setattr(SavedQueries, "get", away)
    monkeypatch.setattr(SavedQueries, "find", away)
    app = dashboard.open("hql", query="00000000-0000-0000-0000-00000000abcd")
    assert "database does not answer" in text(app)
    assert not app.exception
