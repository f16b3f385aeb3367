"""The read model of requests on the real engine."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from clickhouse_connect.driver.client import Client

from warehouse import requests, timerange
from warehouse.alike import alike, digests
from warehouse.client import Reader, insert
from warehouse.filters import compile_filter
from warehouse.neighbours import neighbour
from warehouse.previews import matches, previews
from warehouse.row import COLUMNS, Row

START = datetime(2026, 2, 1, tzinfo=UTC)
MINE, THEIRS = uuid4(), uuid4()


def row(number: int, organization_id: UUID = MINE, **values: Any) -> Row:
    at = START + timedelta(minutes=number)
    return Row(organization_id, UUID(int=number), at, at + timedelta(seconds=1), ingested_at=at, **values)


ROWS = [
    row(n, user_id=f"user-{n % 3}", cost=n * 10, properties={"Even": str(n % 2 == 0)} if n > 2 else {}, status=200 + n,
        request_body=f"question {n}", response_body=f"answer {n}", scores={"accuracy": n / 10} if n == 7 else {},
        time_to_first_token=n if n % 2 else None)
    for n in range(1, 11)
]  # fmt: skip


@pytest.fixture(scope="module")
def reader(warehouse: Client) -> Reader:
    twice = row(3)._replace(request_created_at=START - timedelta(days=1), request_body="an older one")
    rows = [*ROWS, twice, *(row(n, THEIRS) for n in range(1, 6))]
    insert(warehouse, "request_response_rmt", COLUMNS, rows, token=str(uuid4()))
    return Reader(warehouse, MINE)


def numbers(reader: Reader, **page: Any) -> list[int]:
    """The requests of a page by their number; the twice used id is left out unless it is asked for."""
    since = requests.between(START, None)
    return [UUID(text).int for text in requests.find(reader, since, columns=["request_id"], **page)["request_id"]]


def test_a_page_is_newest_first(reader: Reader) -> None:
    assert numbers(reader, limit=3) == [10, 9, 8]


def test_the_next_page_begins_where_the_last_ended(reader: Reader) -> None:
    assert numbers(reader, limit=3, offset=9) == [1]


def test_oldest_first(reader: Reader) -> None:
    assert numbers(reader, descending=False, limit=2) == [1, 2]


def test_nulls_come_last_in_either_direction(reader: Reader) -> None:
    assert numbers(reader, sort="time_to_first_token", descending=False) == [1, 3, 5, 7, 9, 10, 8, 6, 4, 2]
    assert numbers(reader, sort="time_to_first_token") == [9, 7, 5, 3, 1, 10, 8, 6, 4, 2]


def test_equals_are_newest_first(reader: Reader) -> None:
    assert numbers(reader, sort="user_id", descending=False, limit=4) == [9, 6, 3, 10]


def test_a_page_sorts_by_a_property(reader: Reader) -> None:
    assert numbers(reader, sort="properties.Even", limit=4) == [10, 8, 6, 4]


def test_a_random_page_has_all_requests(reader: Reader) -> None:
    assert sorted(numbers(reader, sort=requests.RANDOM)) == list(range(1, 11))


def test_a_page_has_the_columns_asked_for_in_their_order(reader: Reader) -> None:
    columns = ["status", "response_body", "properties.Even", "scores.accuracy", "cost_usd", "request_id", "properties"]
    page = requests.find(reader, columns=columns, limit=1, offset=3)
    assert page.rows() == [(207, "answer 7", "False", 0.7, 7e-8, str(UUID(int=7)), '{"Even":"False"}')]
    assert page.columns == columns


def test_an_entry_that_is_not_there_is_null(reader: Reader) -> None:
    columns = ["properties.Even", "properties.Nope", "scores.accuracy"]
    assert requests.find(reader, columns=columns, limit=1, offset=9).row(0) == (None, None, None)


@pytest.mark.parametrize("name", ["organization_id", "nope", "properties.", "request_headers.x", "1; DROP TABLE x"])
def test_an_unknown_column_is_refused(reader: Reader, name: str) -> None:
    with pytest.raises(KeyError):
        requests.find(reader, columns=[name])


def test_every_column_can_be_read(reader: Reader) -> None:
    page = requests.find(reader, columns=requests.COLUMNS, limit=1)
    assert page.row(0, named=True)["request_body"] == "question 10"


def test_an_empty_page_has_its_columns(reader: Reader) -> None:
    nothing = compile_filter({"request_response_rmt": {"user_id": {"equals": "nobody"}}})
    page = requests.find(reader, nothing, columns=["request_id", "request_body"])
    assert (page.columns, len(page)) == (["request_id", "request_body"], 0)


def test_count_counts_one_organisation(reader: Reader) -> None:
    assert requests.count(reader) == 11
    assert requests.count(reader, requests.between(START, START + timedelta(minutes=5))) == 4


def test_get_gives_the_latest_request_of_an_id(reader: Reader) -> None:
    found = requests.get(reader, UUID(int=3))
    assert found is not None
    assert (found["request_body"], found["request_created_at"]) == ("question 3", START + timedelta(minutes=3))
    assert found["properties"] == {"Even": "False"}


def test_get_finds_nothing_of_another_organisation(warehouse: Client, reader: Reader) -> None:
    assert requests.get(Reader(warehouse, THEIRS), UUID(int=9)) is None


def test_among_finds_requests_by_their_ids(reader: Reader) -> None:
    wanted = requests.among([UUID(int=2), UUID(int=5), UUID(int=77)])
    page = requests.find(reader, wanted, columns=["request_id"])
    assert [UUID(text).int for text in page["request_id"]] == [5, 2]


def exported(reader: Reader, columns: list[str]) -> list[list[str]]:
    text = b"".join(requests.export(reader, columns=columns)).decode()
    return list(csv.reader(io.StringIO(text)))


def test_an_export_is_csv_of_everything_newest_first(reader: Reader) -> None:
    table = exported(reader, ["request_created_at", "status", "properties.Even", "request_body", "properties"])
    assert table[0] == ["request_created_at", "status", "properties.Even", "request_body", "properties"]
    assert table[1] == ["2026-02-01 00:10:00.000", "210", "True", "question 10", '{"Even":"True"}']
    assert table[-1] == ["2026-01-31 00:00:00.000", "200", "", "an older one", "{}"]
    assert len(table) == 12


def test_an_export_has_the_order_of_the_table(reader: Reader) -> None:
    since = requests.between(START, None)
    for sort, descending in (("cost", True), ("time_to_first_token", False), ("properties.Even", True)):
        pieces = requests.export(reader, since, ["request_id", "cost_usd"], sort=sort, descending=descending)
        ids = [UUID(row[0]).int for row in list(csv.reader(io.StringIO(b"".join(pieces).decode())))[1:]]
        assert ids == numbers(reader, sort=sort, descending=descending)


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


def test_a_cell_that_a_spreadsheet_would_run_is_defused(warehouse: Client) -> None:
    organisation = uuid4()
    rows = [row(n, organisation, user_id=text, properties={"P": text}) for n, text in enumerate(FORMULAS)]
    insert(warehouse, "request_response_rmt", COLUMNS, rows, token=str(uuid4()))
    text = b"".join(requests.export(Reader(warehouse, organisation), columns=["user_id", "properties.P"])).decode()
    cells = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert cells == [[f"'{text}"] * 2 for text in reversed(FORMULAS)]


def test_a_page_reads_in_the_order_of_the_key(warehouse: Client, reader: Reader) -> None:
    """Or a page of ten million rows would sort them all."""
    sql = "EXPLAIN actions = 1 SELECT request_id FROM request_response_rmt ORDER BY request_created_at DESC, request_id DESC LIMIT 5"  # noqa: E501
    plan = "\n".join(reader.frame(sql).to_series())
    assert "InReverseOrder" in plan


def chat(*messages: dict[str, Any]) -> str:
    return json.dumps({"model": "m", "messages": messages})


def events(*events: dict[str, Any]) -> str:
    return "".join(f"event: x\ndata: {json.dumps(event)}\n\n" for event in events)


USER = {"role": "user", "content": "Where is\n  it?"}
PARTS = {"role": "user", "content": [{"type": "text", "text": "Look:"}, {"type": "image_url"}, {"text": "what?"}]}
DELTAS = [{"choices": [{"delta": {"content": part}}]} for part in ("He", "llo")]

CONVERSATIONS = [
    (chat({"role": "system", "content": "s"}, USER, {"role": "assistant", "content": "a"}), "Where is it?"),
    (chat(PARTS), "Look: what?"),
    (json.dumps({"input": "Embed me"}), "Embed me"),
    (json.dumps({"input": ["First", "Second"]}), "First"),
    (json.dumps({"input": [{"role": "user", "content": [{"type": "input_text", "text": "Hi"}]}]}), "Hi"),
    (json.dumps({"prompt": "Complete"}), "Complete"),
    (json.dumps({"contents": [{"parts": [{"text": "Gemini"}]}]}), "Gemini"),
    (json.dumps({"_type": "tool", "toolName": "weather", "input": {"city": "Rome"}}), 'weather {"city":"Rome"}'),
    (json.dumps({"_type": "vector_db", "operation": "search", "text": "tents"}), "search · tents"),
    (json.dumps({"_type": "data", "name": "users", "query": "SELECT 1"}), "users SELECT 1"),
    ('{"unknown": 1}', '{"unknown": 1}'),
    ("not JSON", "not JSON"),
    ("", ""),
]

REPLIES = [
    (json.dumps({"choices": [{"message": {"role": "assistant", "content": "Hello"}}]}), "Hello"),
    (json.dumps({"choices": [{"text": "Done"}]}), "Done"),
    (json.dumps({"choices": [{"message": {"content": None, "tool_calls": [{"function": {"name": "f"}}]}}]}), "f"),
    (json.dumps({"content": [{"type": "text", "text": "Claude"}]}), "Claude"),
    (json.dumps({"content": [{"type": "tool_use", "name": "look_up"}]}), "look_up"),
    (json.dumps({"output": [{"content": [{"type": "output_text", "text": "R1"}]}]}), "R1"),
    (json.dumps({"error": {"message": "Too fast"}}), "Too fast"),
    (json.dumps({"candidates": [{"content": {"parts": [{"text": "G"}]}}]}), "G"),
    (json.dumps({"data": [{"embedding": [1, 2]}, {"embedding": "AAAA"}]}), "2 embeddings"),
    (events(*DELTAS), "Hello"),
    (events({"type": "content_block_delta", "delta": {"type": "text_delta", "text": "Hi"}}), "Hi"),
    (events({"type": "response.output_text.delta", "delta": "Hey"}), "Hey"),
    ("<html>", "<html>"),
]


@pytest.mark.parametrize(
    ("bodies", "column"), [(CONVERSATIONS, "request"), (REPLIES, "response")], ids=["asked", "replied"]
)
def test_a_preview_shows_what_was_said(warehouse: Client, bodies: list[tuple[str, str]], column: str) -> None:
    organisation = uuid4()
    rows = [row(n, organisation, **{f"{column}_body": body}) for n, (body, _) in enumerate(bodies)]
    insert(warehouse, "request_response_rmt", COLUMNS, rows, token=str(uuid4()))
    reader = Reader(warehouse, organisation)
    page = requests.find(reader, columns=requests.KEY, descending=False)
    assert previews(reader, page)[f"{column}_preview"].to_list() == [said for _, said in bodies]


LOGGED = [
    ("tool", {"status": "success", "rows": 3}, 'success {"status": "success", "rows": 3}'),
    ("tool", {"status": "error", "error": "503"}, "error 503"),
    ("vector_db", [{"id": "a", "score": 0.9}, {"id": "b", "score": 0.8}], "2 matches: a 0.9, b 0.8"),
    ("data", {"anything": 1}, '{"anything": 1}'),
]


def test_a_preview_of_what_was_logged_says_how_it_ended(warehouse: Client) -> None:
    organisation = uuid4()
    rows = [
        row(n, organisation, request_body=json.dumps({"_type": kind}), response_body=json.dumps(body))
        for n, (kind, body, _) in enumerate(LOGGED)
    ]
    insert(warehouse, "request_response_rmt", COLUMNS, rows, token=str(uuid4()))
    reader = Reader(warehouse, organisation)
    page = previews(reader, requests.find(reader, columns=requests.KEY, descending=False))
    assert page["response_preview"].to_list() == [said for *_, said in LOGGED]


SORTED = [("request_created_at", True), ("request_created_at", False), ("cost", True), ("user_id", False),
          ("time_to_first_token", True), ("time_to_first_token", False), ("scores.accuracy", True)]  # fmt: skip


@pytest.mark.parametrize(("sort", "descending"), SORTED)
def test_neighbours_follow_each_other_through_the_whole_list(reader: Reader, sort: str, descending: bool) -> None:
    since = requests.between(START, None)
    listed = [UUID(int=n) for n in numbers(reader, sort=sort, descending=descending)]
    for step, ids in ((1, listed), (-1, listed[::-1])):
        for one, after in zip(ids, [*ids[1:], None], strict=True):
            at = START + timedelta(minutes=one.int)
            found = neighbour(reader, since, request_id=one, at=at, step=step, sort=sort, descending=descending)
            assert found == (str(after) if after else None)


SYSTEMS = [
    {"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "a"}]},
    {"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "b"}]},
    {"messages": [{"role": "system", "content": "Be short."}, {"role": "user", "content": "a"}]},
    {"messages": [{"role": "user", "content": "a"}]},
    {"messages": [{"role": "user", "content": "a"}]},
    {"system": "Be kind.", "messages": []},
]


def test_requests_that_are_alike_are_found_by_their_digests(warehouse: Client) -> None:
    mine, theirs = uuid4(), uuid4()
    rows = [row(n, owner, request_body=json.dumps(body)) for owner in (mine, theirs) for n, body in enumerate(SYSTEMS)]
    insert(warehouse, "request_response_rmt", COLUMNS, rows, token=str(uuid4()))
    reader = Reader(warehouse, mine)
    kind, plain = digests(reader, UUID(int=0)), digests(reader, UUID(int=3))
    assert set(kind) == {"instructions", "body"} and set(plain) == {"body"}

    def found(what: str, digest: str) -> list[int]:
        page = requests.find(reader, alike(what, digest), columns=["request_id"], descending=False)
        return [UUID(text).int for text in page["request_id"]]

    assert found("instructions", kind["instructions"]) == [0, 1]
    assert found("body", plain["body"]) == [3, 4]
    with pytest.raises(KeyError):
        alike("nothing", "x")


MATCHED = [
    (chat({"role": "system", "content": 'Say "please"\n& thanks — Grüße 🎉 to all'}, USER), "", "GRÜSSE", None),
    (chat({"role": "system", "content": 'Say "please"\n& thanks — Grüße 🎉 to all'}, USER), "", "thanks",
     ("request", 'Say "please" & thanks — Grüße 🎉 to all')),
    (json.dumps({"a": ["x" * 99 + " it's here", "no"]}), "here", "it's HERE", ("request", f"{'x' * 59} it's here")),
    ("plain text", "a plain reply", "reply", ("response", "a plain reply")),
    ("", "", "word", None),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "replied", "word", "match"), MATCHED)
def test_a_match_is_shown_with_the_text_around_it(
    warehouse: Client, asked: str, replied: str, word: str, match: tuple[str, str] | None
) -> None:
    organisation = uuid4()
    rows = [row(1, organisation, request_body=asked, response_body=replied), row(2, organisation)]
    insert(warehouse, "request_response_rmt", COLUMNS, rows, token=str(uuid4()))
    reader = Reader(warehouse, organisation)
    within = timerange.custom(START, START + timedelta(days=1), UTC)
    page = requests.find(reader, columns=requests.KEY)
    found = matches(reader, within, requests.EVERYTHING, page=page, words=["nowhere", word])
    assert found.select("match_in", "match").rows() == ([match] if match else [])


def test_a_preview_is_one_short_line(warehouse: Client) -> None:
    organisation = uuid4()
    insert(
        warehouse, "request_response_rmt", COLUMNS, [row(1, organisation, request_body="é " * 900)], token=str(uuid4())
    )
    reader = Reader(warehouse, organisation)
    page = previews(reader, requests.find(reader, columns=requests.KEY), characters=10)
    assert page["request_preview"].to_list() == ["é é é é é "]
