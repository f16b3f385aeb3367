"""What the overview shows: its figures and lists, what changed, comparisons, annotations, dashboards of one's own."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from metadata import annotations, dashboards
from metadata import store as metadata
from metadata.dashboards import Entry
from metadata.saved_queries import SavedQueries
from metadata.store import Store
from settings import Settings
from tests.pages.conftest import Dashboard, text


@pytest.fixture
def store(metadata_settings: Settings) -> Store:
    store = metadata.connect(metadata_settings)
    yield store
    store.close()


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def kept(store: Store, of: Dashboard) -> list[tuple[str, list[str]]]:
    found = dashboards.dashboards(store, of.organization_id)
    return [(one.name, [entry.query or entry.panel for entry in one.entries]) for one in found]


def test_the_overview_shows_the_figures(busy: Dashboard) -> None:
    shown = text(busy.open(range="1h"))
    for figure in ("33.3 %", "$1.50", "1 failed", "1,234", "median; p95 789 ms"):
        assert figure in shown
    assert "Northwind &amp; &lt;Sons&gt;" in shown


def test_the_overview_lists_models_providers_errors_and_users(busy: Dashboard) -> None:
    shown = text(busy.open(range="24h"))
    for label in ("gpt-4o", "house-model", "vllm", "429 rate limited", "ann@example.com"):
        assert f'title="{label}' in shown


def test_what_has_no_price_is_said_to_be_unpriced(busy: Dashboard) -> None:
    shown = text(busy.open(range="1h", f="model:equals:house-model"))
    assert '<span class="figure dim">unpriced</span>' in shown
    assert "1 unpriced requests left out" in shown
    assert "$0" not in shown


def test_every_chart_over_time_has_a_title_and_its_bucket(busy: Dashboard) -> None:
    app = busy.open(range="24h")
    assert len(app.get("plotly_chart")) >= 6
    for title in ("Requests", "Cost", "Latency", "Time to first token", "Tokens", "Active users"):
        assert f'<div class="hg-panel">{title}<small>per hour' in text(app)


def test_the_overview_compares_with_the_period_before_by_its_url(busy: Dashboard) -> None:
    busy.record(at=datetime.now(UTC) - timedelta(hours=30), model="gpt-4o", provider="openai")
    alone, compared = busy.open(range="24h"), busy.open(range="24h", compare="1")
    assert not compared.exception

    def traces(app: AppTest) -> int:
        return sum(
            len(re.findall(r'"name": ?"(?:\w+ )?before"', chart.proto.spec)) for chart in app.get("plotly_chart")
        )

    assert traces(alone) == 0 < traces(compared)


def test_a_panel_of_any_page_is_added_to_a_new_dashboard_by_its_menu(busy: Dashboard, store: Store) -> None:
    app = busy.open("users", range="24h", sort="requests", add="users-by-cost")
    app.text_input(key="pin panel name").set_value("Ours").run()
    app.button(key="pin panel add").click().run()
    assert not app.exception
    assert kept(store, busy) == [("Ours", ["users-by-cost"])]
    link = app.get("page_link")[-1].proto
    assert (link.label, link.query_string) == (
        "Open the dashboard",
        f"dashboard={dashboards.dashboards(store, busy.organization_id)[0].id}",
    )


def test_what_changed_leads_to_the_requests_behind_it(busy: Dashboard) -> None:
    for hours in (4, 5, 30, 60):
        busy.record(at=datetime.now(UTC) - timedelta(hours=hours), model="gpt-4o", cost=10**7, cost_status="priced")
    busy.record(
        at=datetime.now(UTC) - timedelta(hours=3), model="gpt-5", cost=5 * 10**9, cost_status="priced",
        properties={"Release": "2.4.0"},
    )  # fmt: skip
    shown = text(busy.open(range="24h"))
    label = re.escape('class="label" title="Model gpt-5 (also Release 2.4.0)"')
    [line] = re.findall(f'href="(/requests[^"]*)"><span[^>]*></span><span {label}', shown)
    asked = parse_qs(urlsplit(line.replace("&amp;", "&")).query)
    assert asked == {"range": ["24h"], "f": ["model:equals:gpt-5"], "sort": ["cost"]}


def test_another_measure_of_what_changed_goes_into_the_url(busy: Dashboard) -> None:
    app = busy.open(range="24h")
    next(one for one in app.segmented_control if one.label == "What changed: of").set_value("latency").run()
    assert app.query_params == {"range": "24h", "what-changed.of": "latency"}
    app.segmented_control[0].set_value("7d").run()
    assert app.query_params == {"range": "7d", "what-changed.of": "latency"}


def test_an_annotation_is_noted_drawn_removed_and_brought_back(busy: Dashboard, store: Store) -> None:
    app = busy.open(range="1h")
    app.text_input(key="annotation text").set_value("Release 2 & <co>")
    press(app, "Add")
    [note] = annotations.notes(store, busy.organization_id)
    assert note.text == "Release 2 & <co>"
    assert "Release 2 &amp; &lt;co&gt;" in app.get("plotly_chart")[1].proto.spec.replace("\\u0026", "&")
    app.button(key=f"annotation remove {note.id}").click().run()
    assert annotations.notes(store, busy.organization_id) == []
    app.button(key="annotation undo").click().run()
    assert [one.at for one in annotations.notes(store, busy.organization_id)] == [note.at]


def test_a_dashboard_is_made_filled_ordered_renamed_and_deleted(busy: Dashboard, store: Store) -> None:
    app = busy.open(range="24h")
    app.text_input(key="new dashboard name").set_value("Money").run()
    press(app, "Make it")
    for panel in ("cost", "tokens"):
        app.selectbox(key="add panel Overview").select(panel).run()
        app.button(key="add panel now").click().run()
    assert kept(store, busy) == [("Money", ["cost", "tokens"])]
    app.button(key="Up 1").click().run()
    app.button(key="Remove 1").click().run()
    [board] = dashboards.dashboards(store, busy.organization_id)
    app.text_input(key=f"name of {board.id} Money").set_value("Tokens").run()
    app.button(key="rename dashboard").click().run()
    assert kept(store, busy) == [("Tokens", ["tokens"])]
    assert len(app.get("plotly_chart")) == 1
    app.button(key="delete dashboard").click().run()
    assert kept(store, busy) == []
    assert app.query_params == {"range": "24h"}
    assert "What changed" in text(app)


def test_a_dashboard_that_is_gone_or_anothers_is_the_overview(busy: Dashboard, store: Store) -> None:
    theirs = dashboards.create(store, store.create_organisation("theirs").id, "Theirs", [Entry("cost")])
    shown = text(busy.open(range="24h", dashboard=str(theirs.id)))
    assert "There is no such dashboard any more" in shown
    assert "What changed" in shown


def test_a_saved_query_stands_on_a_dashboard_with_its_chart_or_its_error(busy: Dashboard, store: Store) -> None:
    save, owner = SavedQueries(store).create, busy.organization_id
    sql = "SELECT model, sum(cost_usd) AS cost_usd FROM request_response_rmt GROUP BY model ORDER BY cost_usd DESC"
    good = save(owner, name="Cost <by> model", sql=sql)
    bad = save(owner, name="Broken", sql="SELECT nothing FROM request_response_rmt")
    theirs = save(store.create_organisation("theirs").id, name="Theirs", sql="SELECT 1 AS one")
    entries = [Entry(query=str(query.id), chart="bar:model:cost_usd") for query in (good, bad, theirs)]
    board = dashboards.create(store, owner, "Queries", [*entries, Entry(query=str(good.id), chart="table"), Entry("x")])
    app = busy.open(range="24h", dashboard=str(board.id))
    shown = text(app)
    assert not app.exception
    assert len(app.get("plotly_chart")) == 1
    for said in ("Cost &lt;by&gt; model", "house-model", "no column nothing", "There is no such panel any more"):
        assert said in shown
    assert "Theirs" not in shown


def test_the_chart_of_a_saved_query_is_pinned_from_the_hql_page(busy: Dashboard, store: Store) -> None:
    sql = "SELECT model, sum(cost_usd) AS cost_usd FROM request_response_rmt GROUP BY model ORDER BY cost_usd DESC"
    query = SavedQueries(store).create(busy.organization_id, name="Costs", sql=sql)
    app = busy.open("hql", query=str(query.id), run="1")
    app.segmented_control(key="hql-view ").set_value("Chart").run()
    app.text_input(key=f"pin {query.id} name").set_value("Pinned").run()
    app.button(key=f"pin {query.id} add").click().run()
    assert not app.exception
    [board] = dashboards.dashboards(store, busy.organization_id)
    assert board.entries == (Entry(query=str(query.id), chart="bar:model:cost_usd"),)
