"""Tags of sessions, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from metadata import session_tags
from metadata.store import Store


def test_a_sessions_tags_are_replaced_found_and_its_organisations_own(metadata_store: Store) -> None:
    ours, theirs = (metadata_store.create_organisation(name).id for name in ("Ours", "Theirs"))
    assert session_tags.set_tags(metadata_store, ours, "s1", [" odd  one", "slow", "slow"]) == ["odd one", "slow"]
    session_tags.set_tags(metadata_store, theirs, "s1", ["theirs"])
    session_tags.set_tags(metadata_store, ours, "s2", ["slow"])
    assert session_tags.tags_of(metadata_store, ours, ["s1", "s3"]) == {"s1": ["odd one", "slow"]}
    assert session_tags.tagged(metadata_store, ours, "slow") == ["s1", "s2"]
    session_tags.set_tags(metadata_store, ours, "s1", [])
    assert session_tags.all_tags(metadata_store, ours) == ["slow"]
    assert session_tags.all_tags(metadata_store, theirs) == ["theirs"]


@pytest.mark.parametrize("tags", [["x" * 65], [str(number) for number in range(21)]])
def test_too_many_or_too_long_tags_are_refused(metadata_store: Store, tags: list[str]) -> None:
    ours = metadata_store.create_organisation("Ours").id
    with pytest.raises(ValueError):
        session_tags.set_tags(metadata_store, ours, "s", tags)
