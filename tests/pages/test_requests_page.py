"""The requests page, by Streamlit's own test runner over a real warehouse."""

from __future__ import annotations

import json
import re
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from metadata.store import connect
from settings import Settings
from tests.pages.conftest import CHAT, REPLY, Dashboard, text
from ui.frame import Context
from ui.requests import copying, rating
from ui.requests.shown import Shown
from ui.requests.table import Order
from ui.state import View
from warehouse import requests
from warehouse.client import Reader


def table(app: AppTest) -> list[dict[str, str]]:
    """The table's rows: cells by their heads."""
    rows = re.findall(r'<a [^>]*class="row[^"]*">(.*?)</a>', text(app), re.DOTALL)
    cell = re.compile(r'<span class="[^"]*" data-label="([^"]*)">(.*?)</span>(?=<span class|$)', re.DOTALL)
    return [dict(cell.findall(row)) for row in rows]


def button(app: AppTest, label: str) -> Any:
    return next(one for one in app.button if one.label == label)


def test_the_requests_are_listed_newest_first(busy: Dashboard) -> None:
    busy.record(at=datetime.now(UTC) - timedelta(seconds=5), model="newest")
    shown = table(busy.open("requests", range="1h"))
    assert len(shown) == 4
    assert shown[0]["Model"] == "newest"
    row = next(row for row in shown if row["Cost"] == "$1.50")
    assert (row["Request"], row["Tokens"], row["Latency"]) == ("Where is my parcel?", "1,234", "800 ms")
    assert row["Response"] == "On its way &lt;b&gt;now&lt;/b&gt;."


def test_pages_of_the_table_follow_each_other(dashboard: Dashboard) -> None:
    base = datetime.now(UTC) - timedelta(minutes=2)
    for index in range(27):
        dashboard.record(at=base + timedelta(seconds=index), model=f"m{26 - index:02d}")
    app = dashboard.open("requests", range="1h")
    app.selectbox(key="size").select(25).run()
    assert [row["Model"] for row in table(app)] == [f"m{index:02d}" for index in range(25)]
    button(app, "Next").click().run()
    assert [row["Model"] for row in table(app)] == ["m25", "m26"]


def test_the_url_says_what_the_table_is_sorted_by(busy: Dashboard) -> None:
    app = busy.open("requests", range="1h", sort="-latency")
    assert [row["Latency"] for row in table(app)] == ["20 ms", "50 ms", "800 ms"]
    app.selectbox(key="sort").select("cost").run()
    assert app.query_params == {"range": "1h", "sort": "cost"}
    assert table(app)[0]["Cost"] == "$1.50"
    assert "sort=-cost" in text(app)


@pytest.mark.parametrize(
    ("given", "order"),
    [("cost", Order("cost")), ("-scores.x", Order("scores.x", False)), ("nope", Order()), ("", Order())],
)
def test_an_order_is_what_its_url_says(given: str, order: Order) -> None:
    assert Order.parse(given) == order
    assert Order.parse(order.text) == order


def test_scores_and_ratings_can_be_columns(dashboard: Dashboard) -> None:
    dashboard.record(model="m", scores={"accuracy": 0.25}, feedback=False)
    app = dashboard.open("requests", range="1h")
    app.button_group(key="columns").set_value(["model", "feedback", "scores.accuracy"]).run()
    assert table(app) == [{"Model": "m", "Feedback": "bad", "accuracy": "0.25"}]


def test_a_search_finds_all_its_words_and_marks_them(busy: Dashboard) -> None:
    busy.record(model="other", request_body='{"prompt": "a parcel of nothing"}')
    app = busy.open("requests", range="1h")
    app.text_input(key="search").set_value("PARCEL way").run()
    assert app.query_params["f"] == "text:contains:PARCEL way"
    (row,) = table(app)
    assert row["Request"] == "Where is my <mark>parcel</mark>?"
    assert row["Response"] == "On its <mark>way</mark> &lt;b&gt;now&lt;/b&gt;."
    app.text_input(key="search").set_value("").run()
    assert len(table(app)) == 4


SYSTEM = {"role": "system", "content": 'Always\n"kindly" promise a refund before anything else.'}
ASKED = {"role": "user", "content": "Where is my parcel?"}


def hint(of: str) -> str:
    return f'<small class="where" data-of="{of}" title="In the {of.lower()} body, beyond its preview">body</small> '


def test_a_match_outside_of_the_previews_is_shown_from_its_body(busy: Dashboard) -> None:
    busy.record(model="in request", request_body=json.dumps({"messages": [SYSTEM, ASKED]}), response_body=REPLY)
    called = {"choices": [{"message": {"content": "Done.", "reasoning": "A <refund> is due"}}]}
    busy.record(model="in response", request_body=CHAT, response_body=json.dumps(called))
    busy.record(model="in preview", request_body='{"prompt": "Refund me"}')
    shown = {row["Model"]: row for row in table(busy.open("requests", range="1h", f="text:contains:REFUND"))}
    assert shown["in request"]["Request"] == hint("Request") + (
        "…&quot; promise a <mark>refund</mark> before anything else."
    )
    assert shown["in request"]["Response"] == "On its way &lt;b&gt;now&lt;/b&gt;."
    assert shown["in response"]["Request"] == "Where is my parcel?"
    assert shown["in response"]["Response"] == hint("Response") + "A &lt;<mark>refund</mark>&gt; is due"
    assert shown["in preview"]["Request"] == "<mark>Refund</mark> me"


def test_the_model_asked_for_can_be_filtered_by_and_shown(busy: Dashboard) -> None:
    busy.record(model="gpt-4o-2024-08-06", request_model="gpt-4o")
    app = busy.open("requests", range="1h", f="request_model:equals:gpt-4o", cols="model,request_model")
    assert {(row["Model"], row["Requested model"]) for row in table(app)} == {
        ("gpt-4o-2024-08-06", "gpt-4o"), ("gpt-4o", "gpt-4o")
    }  # fmt: skip
    app.selectbox(key="filter field").set_value("request_model").run()
    assert app.selectbox(key="filter value request_model ").options == ["gpt-4o", "house-model"]


@pytest.mark.parametrize(("typed", "asked"), [("0,01", "cost:equals:0.01"), ("0.5", "cost:equals:0.5")])
def test_a_number_may_have_a_decimal_comma(busy: Dashboard, typed: str, asked: str) -> None:
    app = busy.open("requests", range="1h")
    app.selectbox(key="filter field").set_value("cost").run()
    app.text_input(key="filter value cost ").set_value(typed).run()
    button(app, "Add the filter").click().run()
    assert app.query_params["f"] == asked


def test_a_comma_between_thousands_is_no_decimal_one(busy: Dashboard) -> None:
    app = busy.open("requests", range="1h")
    app.selectbox(key="filter field").set_value("latency").run()
    app.text_input(key="filter value latency ").set_value("1,500").run()
    button(app, "Add the filter").click().run()
    assert "'1,500' is not a number" in app.error[0].value


def test_a_filter_may_have_several_values(busy: Dashboard) -> None:
    app = busy.open("requests", range="1h", f=["model:any-of:house-model,gpt-4o", "status:any-of:429,500"])
    assert [row["Latency"] for row in table(app)] == ["20 ms"]
    assert "Model is house\\-model or gpt\\-4o" in [one.label for one in app.button]


def test_a_request_in_the_url_opens_with_its_conversation(busy: Dashboard) -> None:
    request_id = busy.record(model="gpt-4o", request_body=CHAT, response_body=REPLY, user_id="bob", session_id="s 1")
    shown = text(busy.open("requests", range="1h", request=str(request_id), f="text:contains:parcel"))
    assert '<div class="role">User</div><div class="text">Where is my <mark>parcel</mark>?</div>' in shown
    assert "On its way &lt;b&gt;now&lt;/b&gt;." in shown
    assert '<a href="/sessions?range=1h&amp;session=s+1" target="_self">Same session</a>' in shown
    assert '<a href="/users?range=1h&amp;user=bob" target="_self">Same user</a>' in shown


def test_requests_like_an_open_one_are_a_click_away(busy: Dashboard) -> None:
    named = busy.record(model="m", prompt_id="greet", prompt_version="2")
    shown = text(busy.open("requests", range="1h", request=str(named)))
    assert "f=prompt_id%3Aequals%3Agreet&amp;f=prompt_version%3Aequals%3A2" in shown
    twin = busy.record(model="m", request_body=CHAT)
    shown = text(busy.open("requests", range="1h", request=str(twin)))
    digest = re.search(r"f=alike\.body%3Aequals%3A([0-9a-f]{16})", shown)
    assert digest
    found = busy.open("requests", range="1h", f=f"alike.body:equals:{digest[1]}")
    assert len(table(found)) == 2
    assert "This link" in text(busy.open("requests", f="alike.nothing:equals:x"))


def test_the_next_request_may_lie_beyond_the_page(dashboard: Dashboard) -> None:
    base = datetime.now(UTC) - timedelta(minutes=2)
    ids = [dashboard.record(at=base - timedelta(seconds=n), model=f"m{n}") for n in range(26)]
    app = dashboard.open("requests", range="1h")
    app.selectbox(key="size").select(25).run()
    app.query_params["request"] = str(ids[24])
    app.run()
    app.button(key="step-next").click().run()
    assert app.query_params == {"range": "1h", "rows": "25", "page": "2", "request": str(ids[25])}
    assert app.button(key="step-next").disabled
    app.button(key="step-previous").click().run()
    assert app.query_params == {"range": "1h", "rows": "25", "request": str(ids[24])}


def recorded_in_order(dashboard: Dashboard, number: int) -> None:
    """Requests to the models m0, m1, …, the newest first."""
    base = datetime.now(UTC) - timedelta(minutes=2)
    for index in range(number):
        dashboard.record(at=base - timedelta(seconds=index), model=f"m{index}")


def test_another_number_of_rows_shows_the_page_of_the_first_row(dashboard: Dashboard) -> None:
    recorded_in_order(dashboard, 55)
    app = dashboard.open("requests", range="1h", rows="25", page="3")
    assert table(app)[0]["Model"] == "m50"
    app.selectbox(key="size").select(50).run()
    assert app.query_params == {"range": "1h", "page": "2"}
    assert table(app)[0]["Model"] == "m50"
    app.selectbox(key="size").select(25).run()
    assert app.query_params == {"range": "1h", "rows": "25", "page": "3"}
    assert "rows=25&amp;page=3&amp;request=" in text(app)


def test_rows_and_columns_are_of_the_url_or_else_as_chosen_last(busy: Dashboard) -> None:
    app = busy.open("requests", range="1h", rows="100", cols="latency,model")
    assert app.selectbox(key="size").value == 100
    assert list(table(app)[0]) == ["Model", "Latency"]
    app.query_params.clear()
    assert list(table(app.run())[0]) == ["Model", "Latency"]
    app.query_params["range"] = "1h"
    app.run()
    app.button_group(key="columns").set_value(["status"]).run()
    app.selectbox(key="size").select(200).run()
    assert app.query_params == {"range": "1h", "rows": "200", "cols": "status"}
    app.query_params.clear()
    app.run()
    assert (app.selectbox(key="size").value, list(table(app)[0])) == (200, ["Status"])
    assert "rows=200&amp;cols=status&amp;request=" in text(app)
    app.query_params["page"] = "1"
    assert app.run().selectbox(key="size").value == 50, "a page is counted in the rows of its own URL"


@pytest.mark.parametrize("page", ["²", "٣", "-1", "x", "0", "9" * 5000])
def test_an_odd_page_shows_the_nearest_there_is(dashboard: Dashboard, page: str) -> None:
    recorded_in_order(dashboard, 26)
    app = dashboard.open("requests", range="1h", rows="25", page=page)
    assert table(app)[0]["Model"] == ("m25" if page.startswith("9") else "m0")


def test_beyond_the_last_page_the_ways_back_lead_on(dashboard: Dashboard) -> None:
    recorded_in_order(dashboard, 51)
    app = dashboard.open("requests", range="1h", rows="25", page="99")
    assert "51–51 of 51 requests" in text(app)
    assert "page=3&amp;request=" in text(app)
    button(app, "Previous").click().run()
    assert app.query_params["page"] == "2"


def test_a_copied_link_shows_the_same_table() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    context = Context("", View("", at, at + timedelta(hours=1)), UTC, "UTC")
    seen = Shown(("model", "properties.a,b"), Order("cost", False), 200, 2, True, ())
    address = copying.link(context, {"request_id": "r"}, "http://here", seen)
    assert parse_qsl(address.partition("?")[2]) == [
        ("from", "2026-03-01T00:00:00Z"), ("to", "2026-03-01T01:00:00Z"), ("sort", "-cost"), ("rows", "200"),
        ("cols", "model,properties.a%2Cb"), ("page", "3"), ("request", "r"),
    ]  # fmt: skip


def test_the_open_tab_stays_when_the_drawer_goes_on(busy: Dashboard) -> None:
    request_id = busy.record(model="m", at=datetime.now(UTC) - timedelta(seconds=5))
    app = busy.open("requests", range="1h", request=str(request_id))
    app.session_state["request-tab"] = "Raw"
    app.button(key="step-next").click().run()
    assert app.query_params["request"] != str(request_id)
    (tabs,) = app.get("tab_container")
    assert tabs.proto.tab_container.default_tab_index == 3


@pytest.mark.parametrize("request_id", ["00000000-0000-0000-0000-00000000abcd", "not-an-id"])
def test_a_request_that_is_not_there_is_said(busy: Dashboard, request_id: str) -> None:
    assert "No such request" in text(busy.open("requests", range="1h", request=request_id))


def test_another_organisations_request_is_not_there(busy: Dashboard) -> None:
    stranger = Dashboard(UUID(int=7), busy.client, busy.open)
    request_id = stranger.record(model="secret-model", request_body=CHAT)
    assert "No such request" in text(busy.open("requests", range="1h", request=str(request_id)))


def read(dashboard: Dashboard, request_id: UUID) -> dict[str, Any]:
    found = requests.get(Reader(dashboard.client, dashboard.organization_id), request_id)
    assert found is not None
    return found


def test_what_is_said_of_a_request_is_written_and_shown_at_once(busy: Dashboard, metadata_settings: Settings) -> None:
    request_id = busy.record(model="m", properties={"App": "chat"})
    busy.record(model="m", scores={"accuracy": 0.5})
    with closing(connect(metadata_settings)) as store:
        store.keep_property_names(busy.organization_id, ["App"])
    app = busy.open("requests", range="1h", request=str(request_id))
    app.button(key="rate-bad").click().run()
    app.selectbox(key="say-score-name").set_value("accuracy")
    app.text_input(key="say-score-value").set_value("0,92")
    button(app, "Save the score").click().run()
    assert "<b>accuracy</b> 0.92" in text(app)
    app.selectbox(key="say-property-name").set_value("App")
    app.text_input(key="say-property-value").set_value("<mail>")
    button(app, "Save the property").click().run()
    assert "&lt;mail&gt;" in text(app)
    row = read(busy, request_id)
    assert (row["feedback"], row["scores"], row["properties"]) == (False, {"accuracy": 0.92}, {"App": "<mail>"})


def test_what_cannot_be_said_is_told(busy: Dashboard) -> None:
    request_id = busy.record(model="m")
    busy.record(model="m", scores={"accuracy": 0.5})
    app = busy.open("requests", range="1h", request=str(request_id))
    app.selectbox(key="say-score-name").set_value("accuracy")
    app.text_input(key="say-score-value").set_value("very good")
    button(app, "Save the score").click().run()
    assert "neither" in app.error[0].value
    assert read(busy, request_id)["scores"] == {}


@pytest.mark.parametrize(("given", "score"), [("0.5", 0.5), ("0,5", 0.5), ("TRUE", True), ("no", False), ("-3", -3.0)])
def test_a_score_is_read_as_people_write_it(given: str, score: float | bool) -> None:
    assert rating.parsed(given) is score or rating.parsed(given) == score
    with pytest.raises(ValueError, match="neither"):
        rating.parsed("good")


def test_a_call_can_be_made_again() -> None:
    row = {"request_path": "/v1/chat/completions", "request_body": """{"model": "m", "user": "it's\\n"}"""}
    curl = copying.as_curl(row, "http://gateway:8585")
    assert curl.startswith("curl http://gateway:8585/v1/chat/completions")
    assert '-H "Authorization: Bearer $HELIOGRAPH_KEY"' in curl
    assert """'{"model": "m", "user": "it'"'"'s\\n"}'""" in curl
    compiled: dict[str, Any] = {}
    script = copying.as_python(row, "http://gateway:8585").replace("import requests", "").replace("print", "")
    fake = type("R", (), {"text": "", "post": staticmethod(lambda url, **sent: compiled.update(sent) or fake)})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HELIOGRAPH_KEY", "sk")
        exec(script, {"requests": fake})
    assert compiled["json"] == json.loads(row["request_body"])
    assert compiled["headers"]["Authorization"] == "Bearer sk"


@pytest.mark.parametrize(("path", "body"), [("/custom/v1/log", "{}"), ("", "{}"), ("/v1/messages", "")])
def test_what_was_only_logged_is_no_call(path: str, body: str) -> None:
    assert not copying.is_repeatable({"request_path": path, "request_body": body})


def test_the_download_link_carries_the_view_and_the_columns(busy: Dashboard) -> None:
    app = busy.open("requests", range="7d", f="model:equals:gpt-4o", cols="cost,latency,properties.a%2Cb")
    link = next(str(element.proto.url) for element in app.get("link_button") if "download" in element.proto.url)
    assert link == (
        "/download/requests.csv?range=7d&f=model%3Aequals%3Agpt-4o&zone=UTC"
        "&columns=request_id%2Clatency%2Ccost_usd%2Cstatus%2Ccost_status"
    )


def test_the_download_link_carries_the_order(busy: Dashboard) -> None:
    app = busy.open("requests", range="7d", sort="-latency")
    link = next(str(element.proto.url) for element in app.get("link_button") if "download" in element.proto.url)
    assert link.startswith("/download/requests.csv?range=7d&zone=UTC&sort=-latency&columns=")


def test_filters_are_saved_used_deleted_and_brought_back(busy: Dashboard) -> None:
    app = busy.open("requests", range="24h", f="outcome:equals:failed")
    app.text_input(key="saved filter name").set_value("Failed *ones*")
    button(app, "Save these filters").click().run()
    button(app, "Outcome is failed").click().run()
    assert app.query_params == {"range": "24h"}
    app = busy.open("", range="7d")
    button(app, "Failed \\*ones\\*").click().run()
    assert app.query_params == {"range": "7d", "f": "outcome:equals:failed"}
    next(one for one in app.button if str(one.key).startswith("delete ")).click().run()
    assert not any(one.label == "Failed \\*ones\\*" for one in app.button)
    app.button(key="undo filters").click().run()
    assert any(one.label == "Failed \\*ones\\*" for one in app.button)
