"""Filters under a name, keys and what an organisation keeps, on SQLite and on PostgreSQL."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from metadata import preferences, saved_filters
from metadata.keys import hashed
from metadata.saved_filters import NameTaken
from metadata.store import Store


@pytest.fixture
def ours(metadata_store: Store) -> UUID:
    return metadata_store.create_organisation("Ours").id


@pytest.fixture
def theirs(metadata_store: Store) -> UUID:
    return metadata_store.create_organisation("Theirs").id


def test_filters_are_kept_renamed_forgotten_and_brought_back(metadata_store: Store, ours: UUID) -> None:
    kept = saved_filters.keep(metadata_store, ours, " Slow ", ["latency:gt:5000"])
    saved_filters.keep(metadata_store, ours, "failed", ["outcome:equals:failed"])
    assert [one.name for one in saved_filters.kept(metadata_store, ours)] == ["failed", "Slow"]
    assert saved_filters.rename(metadata_store, ours, kept.id, "Very slow")
    forgotten = saved_filters.forget(metadata_store, ours, kept.id)
    assert forgotten is not None
    assert (forgotten.name, forgotten.filters) == ("Very slow", ("latency:gt:5000",))
    saved_filters.keep(metadata_store, ours, forgotten.name, forgotten.filters)
    assert [one.name for one in saved_filters.kept(metadata_store, ours)] == ["failed", "Very slow"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "taken"])
def test_a_name_that_cannot_be_used_is_refused(metadata_store: Store, ours: UUID, name: str) -> None:
    saved_filters.keep(metadata_store, ours, "taken", [])
    with pytest.raises(NameTaken if name == "taken" else ValueError):
        saved_filters.keep(metadata_store, ours, name, [])


def test_filters_of_others_are_nobodys(metadata_store: Store, ours: UUID, theirs: UUID) -> None:
    kept = saved_filters.keep(metadata_store, theirs, "secret", ["model:equals:x"])
    assert saved_filters.kept(metadata_store, ours) == []
    assert not saved_filters.rename(metadata_store, ours, kept.id, "mine")
    assert saved_filters.forget(metadata_store, ours, kept.id) is None
    saved_filters.keep(metadata_store, ours, "secret", [])


def test_a_key_is_listed_renamed_and_revoked_by_its_own_organisation(
    metadata_store: Store, ours: UUID, theirs: UUID
) -> None:
    secret = metadata_store.create_key(ours, "CI")
    (key,) = metadata_store.keys(ours)
    assert (key.name, key.hint, key.revoked_at) == ("CI", secret[-4:], None)
    metadata_store.rename_key(theirs, key.id, "stolen")
    metadata_store.revoke_key(theirs, key.id)
    metadata_store.rename_key(ours, key.id, "Nightly")
    assert metadata_store.organisation_of_key(hashed(secret)) == ours
    metadata_store.revoke_key(ours, key.id)
    assert metadata_store.organisation_of_key(hashed(secret)) is None
    (revoked,) = metadata_store.keys(ours)
    assert revoked.name == "Nightly" and revoked.revoked_at is not None


def test_retention_is_an_organisations_own(metadata_store: Store, ours: UUID, theirs: UUID) -> None:
    assert preferences.retention_days(metadata_store, ours) is None
    preferences.set_retention_days(metadata_store, ours, 30)
    preferences.set_retention_days(metadata_store, theirs, 7)
    preferences.set_retention_days(metadata_store, theirs, None)
    assert preferences.retentions(metadata_store) == {ours: 30}
    assert preferences.retention_days(metadata_store, uuid4()) is None
    with pytest.raises(ValueError, match="1 to"):
        preferences.set_retention_days(metadata_store, ours, 0)
