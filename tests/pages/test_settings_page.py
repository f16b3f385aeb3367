"""The settings page: keys, the organisation's name, retention."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from metadata import preferences
from metadata.keys import hashed
from metadata.store import MetadataUnavailable, Store, connect
from settings import Settings
from tests.pages.conftest import Dashboard, text
from ui import session


@pytest.fixture
def store(metadata_settings: Settings) -> Iterator[Store]:
    store = connect(metadata_settings)
    yield store
    store.close()


def button(app: AppTest, label: str) -> Any:
    return next(one for one in app.button if one.label == label)


def field(app: AppTest, label: str) -> Any:
    return next(one for one in app.text_input if one.label == label)


def test_a_key_is_made_shown_once_renamed_and_revoked(dashboard: Dashboard, store: Store) -> None:
    app = dashboard.open("settings")
    field(app, "A new key").set_value("CI <b>")
    button(app, "Create the key").click().run()
    secret = app.code[0].value
    assert store.organisation_of_key(hashed(secret)) == dashboard.organization_id
    assert secret in app.code[1].value
    assert f"<b>CI &lt;b&gt;</b> <code>…{secret[-4:]}</code>" in text(app)
    button(app, "I have copied it").click().run()
    assert not app.code

    (key,) = store.keys(dashboard.organization_id)
    app.button(key=f"rename key {key.id}").click().run()
    next(one for one in app.text_input if one.value == "CI <b>").set_value("Nightly")
    button(app, "Keep the name").click().run()
    assert "<b>Nightly</b>" in text(app)

    app.button(key=f"revoke key {key.id}").click().run()
    # A dialog asks first; its own buttons run in a fragment, which the runner of these tests does not know.
    assert "This cannot be undone" in text(app)
    assert store.organisation_of_key(hashed(secret))
    store.revoke_key(dashboard.organization_id, key.id)
    app.run()
    assert not any(str(one.key).startswith("revoke key ") for one in app.button)
    assert "<td>Nightly</td>" in text(app)


def test_a_key_needs_a_name(dashboard: Dashboard, store: Store) -> None:
    app = dashboard.open("settings")
    button(app, "Create the key").click().run()
    assert "Give the key a name" in app.error[0].value
    assert store.keys(dashboard.organization_id) == []


def test_keys_of_others_are_not_listed(dashboard: Dashboard, store: Store) -> None:
    store.create_key(store.create_organisation("Others").id, "their secret key")
    assert "their secret key" not in text(dashboard.open("settings"))


def test_the_organisation_is_renamed(dashboard: Dashboard, store: Store) -> None:
    app = dashboard.open("settings")
    field(app, "Name").set_value("Southwind")
    button(app, "Rename").click().run()
    names = {one.id: one.name for one in store.organisations()}
    assert names[dashboard.organization_id] == "Southwind"
    assert field(dashboard.open("settings"), "Name").value == "Southwind"


def test_deleting_older_requests_is_confirmed_by_their_number(dashboard: Dashboard, store: Store) -> None:
    dashboard.record(at=datetime.now(UTC) - timedelta(days=20))
    dashboard.record()
    app = dashboard.open("settings")
    app.toggle(key="retention on").set_value(True).run()
    app.number_input(key="retention days").set_value(7).run()
    assert any("1 requests from before" in one.value for one in app.caption)
    app.button(key="retention keep").click().run()
    assert "What is deleted cannot be brought back" in text(app)
    assert preferences.retention_days(store, dashboard.organization_id) is None


def test_the_page_says_so_while_the_metadata_database_is_away(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise MetadataUnavailable("away")

    monkeypatch.setattr(Store, "keys", away)
    shown = text(dashboard.open("settings"))
    assert "keys and settings cannot be read now" in shown
    assert "Keyboard" in shown


def test_without_a_session_there_are_no_settings(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "secret", lambda: "")
    assert "Open the dashboard by its sign-in link" in text(dashboard.open("settings"))
