"""The page of properties: all of them, one with its values, hiding, and what happens where there is nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from metadata import preferences
from metadata.store import MetadataUnavailable
from tests.pages.conftest import Dashboard, text
from ui import session


@pytest.fixture
def tagged(dashboard: Dashboard) -> Dashboard:
    """Two requests of the chat, one of the mail robot, one without a property."""
    priced = {"cost": 2_000_000_000, "cost_status": "priced", "latency": 900, "status": 200}
    earlier = datetime.now(UTC) - timedelta(hours=2)
    dashboard.record(properties={"App": "chat's <b>", "Plan": "pro"}, user_id="ann", session_id="s-1", **priced)
    dashboard.record(properties={"App": "chat's <b>", "Plan": "free"}, user_id="bob", session_id="s-1", **priced)
    dashboard.record(properties={"App": "mail", "Plan": "pro"}, cost_status="unpriced", latency=100, status=500)
    dashboard.record(latency=100, status=200, at=earlier)
    return dashboard


def test_all_properties_are_listed_with_how_many_requests_have_them(tagged: Dashboard) -> None:
    app = tagged.open("properties", range="24h")
    shown = text(app)
    assert not app.exception
    assert 'href="/properties?range=24h&amp;key=App"' in shown
    assert "75.0 %" in shown
    assert "≥ $4.00" in shown
    assert "Cost by App" in shown


def test_a_property_has_its_values_their_unit_economics_and_a_second_property(tagged: Dashboard) -> None:
    app = tagged.open("properties", range="24h", key="App")
    shown = text(app)
    assert not app.exception
    assert "chat&#x27;s &lt;b&gt;</a>" in shown
    assert "/requests?range=24h&amp;f=properties.App%3Aequals%3Amail" in shown
    assert "unpriced" in shown  # the robot's cost is not known
    assert "$4.00" in shown  # a session of the chat
    assert "App by Plan" in shown
    assert "f=properties.App%3Aequals%3Amail&amp;f=properties.Plan%3Aequals%3Apro" in shown
    assert "(empty)" not in shown


def test_the_url_says_how_values_are_searched_sorted_and_crossed(tagged: Dashboard) -> None:
    parameters = {"key": "App", "sort": "latency", "containing": "MAIL", "properties-cross.measure": "error_rate"}
    app = tagged.open("properties", range="24h", **parameters)
    shown = text(app)
    assert "Latency ▾" in shown
    assert "cost and tokens are means" in shown
    assert shown.count(">mail</a>") == 3  # of the values, of the unit economics and crossed
    assert shown.count("chat&#x27;s &lt;b&gt;</a>") == 2
    assert "100 %" in shown
    assert "MAIL" in [field.value for field in app.text_input]


def test_another_property_is_chosen(tagged: Dashboard) -> None:
    app = tagged.open("properties", range="24h", key="App", containing="mail")
    next(box for box in app.selectbox if box.label == "Property").set_value("Plan").run()
    assert (app.query_params["key"], "containing" in app.query_params) == ("Plan", False)
    assert "Plan by App" in text(app)


def test_a_property_is_hidden_and_shown_again(tagged: Dashboard) -> None:
    app = tagged.open("properties", range="24h", key="App")
    next(button for button in app.button if button.label == "Hide").click().run()
    assert "key" not in app.query_params
    assert 'key=App"' not in text(app)
    assert preferences.hidden_properties(session.store(), tagged.organization_id) == ["App"]
    app.multiselect[0].set_value([]).run()
    assert 'key=App"' in text(app)
    assert preferences.hidden_properties(session.store(), tagged.organization_id) == []


def test_nothing_is_hidden_while_the_metadata_database_is_away(
    tagged: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(store: object, organization_id: UUID) -> list[str]:
        raise MetadataUnavailable("away")

    monkeypatch.setattr(preferences, "hidden_properties", away)
    assert 'key=App"' in text(tagged.open("properties", range="24h"))


def test_without_any_property_the_page_says_how_to_send_one(dashboard: Dashboard) -> None:
    dashboard.record(latency=1, status=200)
    assert "Helicone-Property-Environment" in text(dashboard.open("properties", range="24h"))


def test_an_unknown_property_and_a_view_without_requests_say_so(tagged: Dashboard) -> None:
    assert "has the property Nope" in text(tagged.open("properties", range="24h", key="Nope"))
    assert "Nothing here" in text(tagged.open("properties", range="24h", f="model:equals:none"))
