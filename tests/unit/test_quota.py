"""Quotas: an exact window, one for all threads and processes, on both databases."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from hql import limits
from hql.errors import TooMany
from metadata import models
from metadata import store as metadata
from metadata.quota import Quota
from metadata.store import MetadataUnavailable, Store
from settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def quota(metadata_store: Store) -> Quota:
    return Quota(metadata_store)


def moved(store: Store, organisation: UUID, seconds: float) -> None:
    """What was counted, as if it had been `seconds` earlier."""
    with store.session() as session:
        row = session.scalars(select(models.Quota).where(models.Quota.organisation_id == organisation)).one()
        row.taken = [at - seconds for at in row.taken]
        session.commit()


def test_the_limit_is_reached_and_not_passed(quota: Quota) -> None:
    organisation = uuid4()
    assert [quota.take(organisation, "query", 3) for _ in range(3)] == [0.0] * 3
    assert 59 < quota.take(organisation, "query", 3) <= 60


def test_being_refused_does_not_count(quota: Quota, metadata_store: Store) -> None:
    organisation = uuid4()
    for _ in range(5):
        quota.take(organisation, "query", 1)
    moved(metadata_store, organisation, 60)
    assert quota.take(organisation, "query", 1) == 0.0


def test_the_window_slides(quota: Quota, metadata_store: Store) -> None:
    organisation = uuid4()
    quota.take(organisation, "query", 2)
    moved(metadata_store, organisation, 50)
    quota.take(organisation, "query", 2)
    assert 9 < quota.take(organisation, "query", 2) <= 10
    moved(metadata_store, organisation, 10)
    assert quota.take(organisation, "query", 2) == 0.0
    assert 49 < quota.take(organisation, "query", 2) <= 50


def test_every_window_holds_at_most_the_limit(quota: Quota) -> None:
    """Asked as fast as it goes, for several windows: however a window is laid, no more fall into it."""
    organisation, granted, end = uuid4(), [], time.monotonic() + 1.0
    while (before := time.monotonic()) < end:
        if not quota.take(organisation, "query", 4, window_s=0.25):
            granted.append((before, time.monotonic()))
    assert all(later[1] - earlier[0] >= 0.25 for earlier, later in zip(granted, granted[4:], strict=False))
    assert 12 <= len(granted) <= 20


def test_organisations_and_kinds_are_counted_apart(quota: Quota) -> None:
    organisation, other = uuid4(), uuid4()
    assert quota.take(organisation, "query", 1) == 0.0
    assert quota.take(organisation, "download", 1) == 0.0
    assert quota.take(other, "query", 1) == 0.0
    assert quota.take(organisation, "query", 1) > 0


def test_a_lower_limit_counts_what_was_taken_under_the_higher(quota: Quota, metadata_store: Store) -> None:
    organisation = uuid4()
    for _ in range(3):
        quota.take(organisation, "query", 3)
        moved(metadata_store, organisation, 10)
    assert 39 < quota.take(organisation, "query", 2) <= 40
    assert quota.take(organisation, "query", 0) == 60.0


def test_a_clock_that_was_set_back_locks_nobody_out(quota: Quota, metadata_store: Store) -> None:
    organisation = uuid4()
    quota.take(organisation, "query", 1)
    moved(metadata_store, organisation, -3600)
    assert quota.take(organisation, "query", 1) == 0.0


def test_threads_together_get_the_limit_exactly(quota: Quota) -> None:
    organisation = uuid4()
    with ThreadPoolExecutor(12) as threads:
        waits = list(threads.map(lambda _: quota.take(organisation, "query", 40), range(80)))
    assert waits.count(0.0) == 40


PROCESS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID
from metadata import store as metadata
from metadata.quota import Quota
from settings import Settings

quota = Quota(metadata.connect(Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2])))
with ThreadPoolExecutor(4) as threads:
    print([*threads.map(lambda _: quota.take(UUID(sys.argv[3]), "query", 50), range(30))].count(0.0))
"""


def test_processes_together_get_the_limit_exactly(metadata_settings: Settings) -> None:
    arguments = [str(metadata_settings.data_dir), metadata_settings.database_url, str(uuid4())]
    command = [sys.executable, "-c", PROCESS, *arguments]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert sum(int(process.communicate(timeout=60)[0]) for process in processes) == 50


def test_a_database_that_does_not_answer_is_unavailable(tmp_path: Path) -> None:
    store = metadata.connect(Settings(data_dir=tmp_path / "missing"))
    with pytest.raises(MetadataUnavailable):
        Quota(store).take(uuid4(), "query", 1)


def test_the_limits_are_the_settings_and_the_refusal_says_when(quota: Quota, metadata_settings: Settings) -> None:
    settings = Settings(data_dir=metadata_settings.data_dir, hql_queries_per_minute=2, hql_downloads_per_minute=1)
    organisation = uuid4()
    for kind in ("query", "query", "download"):
        limits.take(quota, settings, organisation, kind)
    with pytest.raises(TooMany) as queries:
        limits.take(quota, settings, organisation, "query")
    assert (queries.value.status, queries.value.retry_after_s) == (429, 60)
    assert queries.value.message == "At most 2 queries a minute; try again in 60 seconds."
    with pytest.raises(TooMany, match="At most 1 download a minute"):
        limits.take(quota, settings, organisation, "download")
