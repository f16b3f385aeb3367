"""Dashboards of an organisation: kept, ordered, its own."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from metadata import dashboards
from metadata import store as metadata
from metadata.dashboards import Entry, NameTaken
from metadata.store import Store
from settings import Settings


@pytest.fixture
def store(tmp_path: Path) -> Store:
    settings = Settings(data_dir=tmp_path)
    metadata.migrate(settings)
    return metadata.connect(settings)


@pytest.fixture
def ours(store: Store) -> UUID:
    return store.create_organisation("ours").id


def entry(panel: str) -> Entry:
    return Entry.of({"panel": panel, "options": {"measure": "cost"}})


def test_a_dashboard_keeps_its_panels_in_order(store: Store, ours: UUID) -> None:
    made = dashboards.create(store, ours, " Money ", [entry("cost"), entry("tokens")])
    assert made.name == "Money"
    dashboards.arrange(store, ours, made.id, [entry("tokens"), entry("cost")])
    assert dashboards.add(store, ours, made.id, entry("latency"))
    assert not dashboards.add(store, ours, made.id, entry("latency"))
    [kept] = dashboards.dashboards(store, ours)
    assert [one.panel for one in kept.entries] == ["tokens", "cost", "latency"]
    assert dict(kept.entries[0].options) == {"measure": "cost"}


def test_names_are_an_organisations_own(store: Store, ours: UUID) -> None:
    theirs = store.create_organisation("theirs").id
    first = dashboards.create(store, ours, "Money")
    dashboards.create(store, theirs, "Money")
    with pytest.raises(NameTaken):
        dashboards.create(store, ours, "Money")
    dashboards.remove(store, theirs, first.id)
    dashboards.rename(store, ours, first.id, "Spend")
    assert [one.name for one in dashboards.dashboards(store, ours)] == ["Spend"]
    assert [one.name for one in dashboards.dashboards(store, theirs)] == ["Money"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 300])
def test_a_name_that_cannot_be_is_refused(store: Store, ours: UUID, name: str) -> None:
    with pytest.raises(ValueError):
        dashboards.create(store, ours, name)
