"""Saved queries, their runs, and downloads, on both databases."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select

from hql import saved
from hql.errors import HqlError, NameTaken, NotFound
from metadata import downloads, models, saved_queries
from metadata import store as metadata
from metadata.downloads import Downloads, Expired, Forged
from metadata.models import QueryRun, SavedQuery, now
from metadata.saved_queries import SavedQueries
from metadata.store import MetadataUnavailable, Store
from settings import Settings

SQL = "SELECT count() FROM request_response_rmt WHERE status = {status:Int32}"
PARAMETERS = [{"name": "status", "type": "Int32", "default": 200}]


@pytest.fixture
def queries(metadata_store: Store) -> SavedQueries:
    return SavedQueries(metadata_store)


@pytest.fixture
def organisation(metadata_store: Store) -> UUID:
    return metadata_store.create_organisation("Acme").id


@pytest.fixture
def other(metadata_store: Store) -> UUID:
    return metadata_store.create_organisation("Other").id


def make(queries: SavedQueries, organisation: UUID, name: str = "Errors", **given: Any) -> SavedQuery:
    return saved.create(queries, organisation, **({"name": name, "sql": SQL, "owner": "Dashboard"} | given))


def names(found: list[SavedQuery]) -> list[str]:
    return [query.name for query in found]


def count(store: Store, model: type[models.Base]) -> int:
    with store.session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_query_is_kept_whole(queries: SavedQueries, organisation: UUID) -> None:
    sql = "SELECT 'ünï' -- " + "x" * 5000
    made = make(queries, organisation, " Errors ", sql=sql, description="All\nof them", parameters=PARAMETERS)
    found = saved.get(queries, organisation, made.id)
    assert (found.name, found.sql, found.description, found.owner) == ("Errors", sql, "All\nof them", "Dashboard")
    assert (found.parameters, found.last_run_at) == (PARAMETERS, None)
    assert found.created_at == made.created_at and found.created_at.tzinfo is not None


def test_queries_are_listed_by_name(queries: SavedQueries, organisation: UUID) -> None:
    for name in ("beta", "Alpha", "Ärger", "alpha"):
        make(queries, organisation, name)
    assert names(queries.find(organisation)) == ["Alpha", "alpha", "beta", "Ärger"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ÄRGER", ["Ärger mit Kosten"]),
        ("kosten ärger", ["Ärger mit Kosten"]),
        ("p95", ["Latency"]),
        ("QUANTILE", ["Latency"]),
        ("100%", ["100% of it"]),
        ("%", ["100% of it"]),
        ("nothing", []),
        ("  ", ["100% of it", "Latency", "Ärger mit Kosten"]),
    ],
)
def test_a_search_looks_for_its_words_in_name_description_and_sql(
    queries: SavedQueries, organisation: UUID, search: str, found: list[str]
) -> None:
    make(queries, organisation, "Ärger mit Kosten")
    make(queries, organisation, "Latency", description="The p95", sql="SELECT quantile(0.95)(latency)")
    make(queries, organisation, "100% of it")
    assert names(queries.find(organisation, search)) == found


def test_a_name_is_an_organisations_own(queries: SavedQueries, organisation: UUID, other: UUID) -> None:
    make(queries, organisation)
    make(queries, other)
    with pytest.raises(NameTaken) as refused:
        make(queries, organisation, " Errors")
    assert (refused.value.status, refused.value.code) == (409, "HQL_QUERY_NAME_EXISTS")
    assert [len(queries.find(whose)) for whose in (organisation, other)] == [1, 1]


def test_a_change_keeps_what_is_not_given(queries: SavedQueries, organisation: UUID) -> None:
    made = make(queries, organisation, description="d", parameters=PARAMETERS)
    changed = saved.update(queries, organisation, made.id, sql="SELECT 1", parameters=[])
    found = saved.get(queries, organisation, made.id)
    for query in (changed, found):
        assert (query.name, query.sql, query.description, query.parameters) == ("Errors", "SELECT 1", "d", [])
    assert found.updated_at > made.updated_at


def test_a_query_can_take_its_own_name_and_no_other_s(queries: SavedQueries, organisation: UUID) -> None:
    made, _ = make(queries, organisation), make(queries, organisation, "Costs")
    assert saved.update(queries, organisation, made.id, name="Errors").name == "Errors"
    with pytest.raises(NameTaken, match="Costs"):
        saved.update(queries, organisation, made.id, name="Costs")
    assert saved.get(queries, organisation, made.id).name == "Errors"


def test_another_organisations_query_is_nobody_s(queries: SavedQueries, organisation: UUID, other: UUID) -> None:
    made = make(queries, organisation)
    for attempt in (
        lambda: saved.get(queries, other, made.id),
        lambda: saved.update(queries, other, made.id, name="Mine"),
        lambda: saved.delete(queries, other, made.id),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert queries.delete_many(other, [made.id]) == 0
    queries.record_run(other, made.id, started_at=now(), duration_ms=1)
    assert queries.runs(organisation, made.id) == queries.runs(other, made.id) == []
    assert saved.get(queries, organisation, made.id).last_run_at is None


def test_deleting_takes_the_runs_along(queries: SavedQueries, organisation: UUID, metadata_store: Store) -> None:
    made = [make(queries, organisation, name) for name in "abc"]
    for query in made:
        queries.record_run(organisation, query.id, started_at=now(), duration_ms=1)
    assert queries.delete_many(organisation, [made[0].id, made[1].id, uuid4()]) == 2
    assert queries.delete(organisation, made[0].id) is False
    assert names(queries.find(organisation)) == ["c"]
    assert count(metadata_store, QueryRun) == 1
    assert queries.delete_many(organisation, []) == 0


def test_the_latest_runs_are_kept(
    queries: SavedQueries, organisation: UUID, metadata_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_queries, "RUNS_KEPT", 5)
    made, spared, start = make(queries, organisation), make(queries, organisation, "Other"), now()
    queries.record_run(organisation, spared.id, started_at=start, duration_ms=1)
    for number in range(8):
        at = start + timedelta(seconds=number)
        queries.record_run(organisation, made.id, started_at=at, duration_ms=number, bytes_read=2**40)
    runs = queries.runs(organisation, made.id, 3)
    assert [(run.duration_ms, run.bytes_read, run.error) for run in runs] == [(n, 2**40, "") for n in (7, 6, 5)]
    assert count(metadata_store, QueryRun) == 6
    assert saved.get(queries, organisation, made.id).last_run_at == start + timedelta(seconds=7)


def test_a_run_that_fails_is_kept_with_its_code(queries: SavedQueries, organisation: UUID) -> None:
    def fails() -> Any:
        raise HqlError("HQL_UNKNOWN_COLUMN", "There is no column modle.")

    made = make(queries, organisation)
    with pytest.raises(HqlError, match="modle"):
        saved.run(queries, made, fails)
    assert [run.error for run in queries.runs(organisation, made.id)] == ["HQL_UNKNOWN_COLUMN"]


def test_a_run_stands_though_it_cannot_be_kept(queries: SavedQueries, organisation: UUID, tmp_path: Path) -> None:
    class Result:
        row_count, rows_read, bytes_read = 1, 2, 3

    made, result = make(queries, organisation), Result()
    away = SavedQueries(metadata.connect(Settings(data_dir=tmp_path / "missing")))
    assert saved.run(away, made, lambda: result) is result
    assert saved.run(queries, made, lambda: result) is result
    (run,) = queries.runs(organisation, made.id)
    assert (run.rows, run.rows_read, run.bytes_read, run.error) == (1, 2, 3, "")


def test_given_values_go_before_defaults_and_defaults_of_former_parameters_are_left_out(
    queries: SavedQueries, organisation: UUID
) -> None:
    parameters = [*PARAMETERS, {"name": "former", "default": 1}, {"name": "model", "default": "gpt-4o"}, {"name": "n"}]
    sql = SQL + " AND model = {model:String} AND latency > {n:UInt32}"
    made = make(queries, organisation, sql=sql, parameters=parameters)
    assert saved.values(made, {"status": 500, "more": 1}) == {"status": 500, "model": "gpt-4o", "more": 1}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": " \n"}, "HQL_MISSING_QUERY_NAME"),
    ({"name": "n" * 256}, "HQL_QUERY_NAME_TOO_LONG"),
    ({"name": "a\0b"}, "HQL_INVALID_QUERY_NAME"),
    ({"name": "a\nb"}, "HQL_INVALID_QUERY_NAME"),
    ({"name": "a\ud800"}, "HQL_INVALID_QUERY_NAME"),
    ({"sql": "  "}, "HQL_MISSING_QUERY_SQL"),
    ({"sql": "SELECT '\0'"}, "HQL_SYNTAX_ERROR"),
    ({"sql": "x" * 32_769}, "HQL_QUERY_TOO_LONG"),
    ({"description": "\udfff"}, "HQL_INVALID_QUERY_DESCRIPTION"),
    ({"parameters": [{"name": "a"}, {"name": "a"}]}, "HQL_INVALID_PARAMETER"),
    ({"parameters": [{"name": "1a"}]}, "HQL_INVALID_PARAMETER"),
    ({"parameters": [{"name": "ä"}]}, "HQL_INVALID_PARAMETER"),
    ({"parameters": [{"name": "a", "default": float("nan")}]}, "HQL_INVALID_PARAMETER"),
    ({"parameters": [{"name": "a", "default": "\ud800"}]}, "HQL_INVALID_PARAMETER"),
    ({"parameters": [{"name": f"p{n}"} for n in range(101)]}, "HQL_INVALID_PARAMETER"),
]


@pytest.mark.parametrize(("wrong", "code"), REFUSED)
def test_what_cannot_be_kept_is_refused_by_its_code(
    queries: SavedQueries, organisation: UUID, wrong: dict[str, Any], code: str
) -> None:
    made = make(queries, organisation)
    for attempt in (
        lambda: make(queries, organisation, **({"name": "New"} | wrong)),
        lambda: saved.update(queries, organisation, made.id, **wrong),
    ):
        with pytest.raises(HqlError) as refused:
            attempt()
        assert (refused.value.code, refused.value.status) == (code, 400)
    assert names(queries.find(organisation)) == ["Errors"]


def test_a_name_of_255_characters_fits(queries: SavedQueries, organisation: UUID) -> None:
    assert make(queries, organisation, " " + "ä" * 255).name == "ä" * 255


def test_a_draft_that_does_not_run_is_kept(queries: SavedQueries, organisation: UUID) -> None:
    assert make(queries, organisation, sql="SELEC what FROM").sql == "SELEC what FROM"


def test_without_the_database_every_call_says_so(tmp_path: Path) -> None:
    queries = SavedQueries(metadata.connect(Settings(data_dir=tmp_path / "missing")))
    with pytest.raises(MetadataUnavailable):
        queries.find(uuid4())
    with pytest.raises(MetadataUnavailable):
        saved.create(queries, uuid4(), name="n", sql="s", owner="o")


def parts(url: str) -> tuple[str, str, str]:
    found = re.fullmatch(r"http://127\.0\.0\.1:8585/v1/helicone-sql/download/(\S+)\?expires=(\d+)&signature=(\w+)", url)
    assert found is not None
    return found[1], found[2], found[3]


@pytest.fixture
def made_downloads(metadata_store: Store, metadata_settings: Settings) -> Downloads:
    return Downloads(metadata_store, metadata_settings)


def test_an_address_gives_back_what_it_was_made_for(made_downloads: Downloads, organisation: UUID) -> None:
    address = parts(made_downloads.create(organisation, SQL, {"status": 200}, "csv"))
    found = made_downloads.open(*address)
    assert (found.organisation_id, found.sql, found.parameters, found.format) == (
        organisation, SQL, {"status": 200}, "csv",
    )  # fmt: skip
    assert [made_downloads.first_use(found.id) for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize(
    "forge",
    [
        lambda i, e, s: (str(uuid4()), e, s),
        lambda i, e, s: (i, str(int(e) + 1), s),
        lambda i, e, s: (i, e, s[:-1] + ("0" if s[-1] != "0" else "1")),
        lambda i, e, s: (i, e, ""),
        lambda i, e, s: (i, e, "ä"),
        lambda i, e, s: (i, "", s),
        lambda i, e, s: (i.upper(), e, s),
        lambda i, e, s: ("", "x", ""),
    ],
)
def test_a_forged_address_is_none(made_downloads: Downloads, organisation: UUID, forge: Any) -> None:
    address = parts(made_downloads.create(organisation, SQL, {}, "csv"))
    with pytest.raises(Forged):
        made_downloads.open(*forge(*address))


def test_an_address_of_another_installation_is_forged(
    made_downloads: Downloads, metadata_store: Store, organisation: UUID, tmp_path: Path
) -> None:
    elsewhere = Downloads(metadata_store, Settings(data_dir=tmp_path / "elsewhere"))
    with pytest.raises(Forged):
        made_downloads.open(*parts(elsewhere.create(organisation, SQL, {}, "csv")))


def test_an_address_expires_and_is_forgotten(
    made_downloads: Downloads, metadata_store: Store, organisation: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = parts(made_downloads.create(organisation, SQL, {}, "csv"))
    later = now() + downloads.LIFETIME + timedelta(seconds=1)
    monkeypatch.setattr(downloads, "now", lambda: later)
    with pytest.raises(Expired):
        made_downloads.open(*address)
    made_downloads.create(organisation, SQL, {}, "csv")
    assert count(metadata_store, models.Download) == 1
    monkeypatch.undo()
    with pytest.raises(Expired):
        made_downloads.open(*address)


def test_the_migrations_make_on_this_database_what_the_models_declare(
    metadata_store: Store, metadata_settings: Settings
) -> None:
    engine = sa.create_engine(metadata_settings.metadata_url)
    inspector = sa.inspect(engine)
    there = {
        name: {column["name"]: column["nullable"] for column in inspector.get_columns(name)}
        for name in models.Base.metadata.tables
    }
    engine.dispose()
    assert there == {
        name: {column.name: column.nullable for column in table.columns}
        for name, table in models.Base.metadata.tables.items()
    }
