"""The filter tree on the real engine: what it finds, and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from clickhouse_connect.driver.client import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.client import Reader, insert
from warehouse.fields import OPERATORS, TABLES, Field
from warehouse.filters import FIELDS, Condition, FilterError, between, both, compile_filter
from warehouse.row import COLUMNS, Row

MINE, THEIRS = uuid4(), uuid4()
START = datetime(2026, 1, 1, tzinfo=UTC)
CACHED_FROM = UUID(int=99)
HOSTILE = (
    "%",
    "_",
    "\\",
    "\\%",
    "'",
    "\\'",
    '"',
    "`",
    "{x:String}",
    "\t",
    "\n",
    "\r",
    "\0",
    "\\N",
    "NULL",
    "é😀",
    "--",
    "; DROP",
)
NAMES = {"environment": "Environment"}


def row(number: int, organization_id: UUID = MINE, **values: Any) -> Row:
    at = START + timedelta(hours=number)
    return Row(organization_id, UUID(int=number), at, at + timedelta(seconds=1), ingested_at=at, **values)


FULL: dict[str, Any] = {
    "response_id": "chatcmpl-1", "model": "gpt-4o", "request_model": "gpt-4o-req", "response_model": "gpt-4o-2024",
    "model_override": "override-1", "provider": "openai", "target_url": "https://api.openai.com/v1", "status": 200,
    "request_path": "/v1/chat/completions", "user_id": "ann@example.com", "session_id": "session-1",
    "session_name": "Chat", "session_path": "/a/b", "trace_id": "trace-1", "span_id": "span-1",
    "parent_span_id": "parent-1", "span_kind": "llm", "properties": {"Environment": "production", "App": "mobile"},
    "scores": {"accuracy": 0.9, "ok": 1.0}, "feedback": True, "prompt_tokens": 100, "completion_tokens": 50,
    "prompt_cache_read_tokens": 20, "prompt_cache_write_tokens": 5, "reasoning_tokens": 7, "prompt_audio_tokens": 3,
    "completion_audio_tokens": 2, "usage_source": "provider", "latency": 1000, "time_to_first_token": 120,
    "gateway_overhead_us": 300, "cost": 12_000_000_000, "cost_status": "priced", "cache_enabled": True,
    "cache_reference_id": CACHED_FROM, "saved_cost": 10_000_000, "prompt_id": "prompt-1", "prompt_version": "v1",
    "country_code": "US", "request_referrer": "ai-gateway", "is_passthrough_billing": True, "is_stream": True,
    "threat": True, "assets": ("image-1", "image-2"), "error_type": "rate_limit", "error_message": "Slow down",
    "request_body": '{"messages":[{"role":"user","content":"100% of sure_things, Bob"}]}',
    "response_body": '{"content":"Hello World"}', "size_bytes": 4000,
}  # fmt: skip

ROWS = (
    row(1, **FULL),
    row(2, model="gpt-4o-mini", provider="openai", status=429, user_id="bob", feedback=False, threat=False,
        properties={"Environment": "staging"}, latency=50, prompt_tokens=10, cost_status="unpriced",
        session_id="session-1", request_body="100 of sure things"),
    row(3, model="claude-sonnet-4", provider="anthropic", user_id="a%b", properties={"Environment": ""},
        scores={"accuracy": 0.5}, latency=1000, time_to_first_token=10, cost=1, session_id="session-2"),
    row(4, status=-3, properties={"Helicone-Request-Id": "ticket-4"}),
)  # fmt: skip
OTHERS = tuple(row(10 + n, THEIRS, **FULL) for n in range(9))


@pytest.fixture(scope="module")
def reader(warehouse: Client) -> Reader:
    insert(warehouse, "request_response_rmt", COLUMNS, [*ROWS, *OTHERS], token=str(uuid4()))
    rated = [
        (MINE, UUID(int=1), True, START + timedelta(days=1)),
        (THEIRS, UUID(int=2), True, START + timedelta(days=1)),
    ]
    insert(warehouse, "feedback", ("organization_id", "request_id", "rating", "created_at"), rated, token=str(uuid4()))
    return Reader(warehouse, MINE)


def found(reader: Reader, *conditions: Condition) -> list[set[int]]:
    """For each condition, the numbers of the rows that meet it; one query for all."""
    wanted = ", ".join(f"groupArrayIf(toString(request_id), {c.sql}) AS c{n}" for n, c in enumerate(conditions))
    parameters = {name: value for c in conditions for name, value in c.parameters.items()}
    result = reader.frame(f"SELECT {wanted} FROM request_response_rmt", parameters).row(0)
    return [{UUID(text).int for text in ids} for ids in result]


def leaf(field: str, *rest: Any, table: str = "request_response_rmt") -> dict[str, Any]:
    """leaf("model", "equals", "x") -> {"request_response_rmt": {"model": {"equals": "x"}}}"""
    tree = rest[-1]
    for key in reversed((table, field, *rest[:-1])):
        tree = {key: tree}
    return dict(tree)


FOUND: list[tuple[Any, set[int]]] = [
    ("all", {1, 2, 3, 4}),
    ({}, {1, 2, 3, 4}),
    (leaf("model", "contains", "GPT-4O"), {1, 2}),
    (leaf("model", "like", "GPT-4O%"), set()),
    (leaf("model", "like", "gpt-4_"), {1}),
    (leaf("model", "ilike", "GPT-4O%"), {1, 2}),
    (leaf("provider", "equals", "OPENAI"), {1, 2}),
    (leaf("provider", "not-equals", "OpenAI"), {3, 4}),
    (leaf("user_id", "contains", "%"), {3}),
    (leaf("request_body", "contains", "100% of"), {1}),
    (leaf("request_body", "contains", "sure_"), {1}),
    (leaf("request_body", "contains", "SURE"), {1, 2}),
    (leaf("request_body", "contains", "of Sure"), {1, 2}),
    (leaf("request_body", "contains", "% OF sure_things, bo"), {1}),
    (leaf("request_body", "contains", "0 of sure t"), {2}),
    (leaf("request_body", "not-contains", "0 of sure t"), {1, 3, 4}),
    (leaf("response_body", "contains", "hello world"), {1}),
    (leaf("properties", "Environment", "equals", "production"), {1}),
    (leaf("properties", "eNVIRONMENT", "equals", "production"), {1}),
    (leaf("properties", "Environment", "equals", ""), {3}),
    (leaf("properties", "Environment", "not-equals", "production"), {2, 3, 4}),
    (leaf("properties", "Environment", "not-contains", "prod"), {2, 3, 4}),
    (leaf("properties", "Environment", "like", "%"), {1, 2, 3}),
    (leaf("properties", "Nope", "equals", ""), set()),
    (leaf("property_key", "equals", "environment"), {1, 2, 3}),
    ({"properties": {"Environment": {"equals": "staging"}}}, {2}),
    (leaf("scores", "accuracy", "gte", 0.5), {1, 3}),
    (leaf("scores", "accuracy", "gt", "0.5"), {1}),
    (leaf("scores", "accuracy", "not-equals", 0.5), {1}),
    (leaf("scores", "accuracy", "lt", 10), {1, 3}),
    (leaf("scores", "ok", "equals", True), {1}),
    (leaf("scores", "ok", "equals", "true"), {1}),
    (leaf("scores", "accuracy", "contains", "0.9"), {1}),
    (leaf("scores_column", "not-equals", "{}"), {1, 3}),
    (leaf("helicone-score-feedback", "equals", False), {2}),
    (leaf("rating", "equals", True, table="feedback"), {1}),
    (leaf("created_at", "gte", "2026-01-02", table="feedback"), {1}),
    (leaf("cost", "gt", 9), {1}),
    (leaf("cost", "gte", 12), {1}),
    (leaf("cost", "equals", 0.000000001), {3}),
    (leaf("cost", "lt", 1e-10), {2, 4}),
    (leaf("status", "lt", 0), {4}),
    (leaf("status", "lt", 2**70), {1, 2, 3, 4}),
    (leaf("time_to_first_token", "not-equals", 10), {1}),
    (leaf("cached", "equals", True), {1}),
    (leaf("cached", "equals", False), {2, 3, 4}),
    (leaf("cache_reference_id", "equals", str(CACHED_FROM)), {1}),
    (leaf("request_id", "equals", str(UUID(int=2)).upper()), {2}),
    (leaf("request_id", "equals", "ticket-4"), {4}),
    (leaf("request_id", "not-equals", "ticket-4"), {1, 2, 3}),
    (leaf("assets", "equals", "image-2"), {1}),
    (leaf("assets", "not-contains", "IMAGE"), {2, 3, 4}),
    (leaf("request_created_at", "gte", "2026-01-01T03:00:00Z"), {3, 4}),
    (leaf("request_created_at", "gt", "2026-01-01T03:00:00.000Z"), {4}),
    (leaf("request_created_at", "equals", "2026-01-01T05:00:00+02:00"), {3}),
    (leaf("request_created_at", "lte", "2026-01-01T01:00:00"), {1}),
    (leaf("request_created_at", "lt", "0001-01-01"), set()),
    (leaf("user_id", "equals", "bob", table="request"), {2}),
    (leaf("model", "contains", "req", table="request"), {1}),
    (leaf("status", "equals", 429, table="response"), {2}),
    (leaf("body_tokens", "gt", 100, table="response"), {1}),
    (leaf("session_session_id", "equals", "session-2", table="sessions_request_response_rmt"), {3}),
    (leaf("session_total_requests", "equals", 2, table="sessions_request_response_rmt"), {1, 2}),
    (leaf("session_total_cost", "lt", 1, table="sessions_request_response_rmt"), {3}),
    (leaf("session_created_at", "gt", "2026-01-01T02:00:00Z", table="sessions_request_response_rmt"), {3}),
    ({"left": "all", "operator": "and", "right": leaf("user_id", "equals", "bob")}, {2}),
    ({"left": {}, "operator": "or", "right": leaf("user_id", "equals", "bob")}, {1, 2, 3, 4}),
    (
        {
            "left": leaf("latency", "equals", 1000),
            "operator": "and",
            "right": {
                "left": leaf("status", "equals", 0),
                "operator": "or",
                "right": leaf("provider", "equals", "openai"),
            },
        },
        {1},
    ),
]


@pytest.mark.parametrize(("tree", "numbers"), FOUND, ids=lambda value: str(value)[:80])
def test_a_filter_finds_exactly_these_requests(reader: Reader, tree: Any, numbers: set[int]) -> None:
    assert found(reader, compile_filter(tree, property_names=NAMES)) == [numbers]


def values_of(field: Field) -> list[Any]:
    """Values to compare with: the full row's own, and one that no row has."""
    if field.name == "cached":
        return [True, False]
    if field.name in ("scores_column", "property_key"):
        return ["Environment"]
    own = getattr(ROWS[0], "feedback" if field.name == "helicone-score-feedback" else field.column, None)
    match field.kind:
        case "number":
            own = 150 if field.name == "total_tokens" else own
            return [float(Decimal(own) / field.scale), 7]
        case "time":
            return [own.isoformat(), "2030-01-01"]
        case "boolean":
            return [True, False]
        case "texts":
            return ["image-1", "mage"]
    return [str(own), str(own)[1:-1], "%", "nothing-like-it"]


def expected(field: Field, operator: str, value: Any) -> set[int]:
    """The same comparison in Python."""
    return {r.request_id.int for r in ROWS if meets(own_value(r, field), operator, value, field)}


def own_value(r: Row, field: Field) -> Any:
    match field.name:
        case "cached":
            return r.cache_reference_id.int != 0
        case "total_tokens":
            return r.prompt_tokens + r.completion_tokens
        case "scores_column":
            return "{" + ",".join(f'"{k}":{v:g}' for k, v in r.scores.items()) + "}"
    return getattr(r, field.column)


def meets(own: Any, operator: str, value: Any, field: Field) -> bool:
    if operator.startswith("not-") and field.kind not in ("number", "scores"):
        return not meets(own, operator.removeprefix("not-"), value, field)
    if field.kind == "property_key":
        return value in own
    if field.kind == "texts":
        return any(meets(text, operator, value, FIELDS["model"]) for text in own)
    if own is None:
        return False
    if field.kind == "number":
        own, value = Decimal(own), Decimal(str(value)) * field.scale
    elif field.kind == "time":
        at = datetime.fromisoformat(value)
        value = at.replace(tzinfo=at.tzinfo or UTC)
    elif field.kind != "boolean":
        own = str(own)
    return compares(own, operator, value)


def compares(own: Any, operator: str, value: Any) -> bool:
    match operator:
        case "like" | "ilike":
            pattern = re.escape(value).replace("%", ".*").replace("_", ".")
            return re.fullmatch(pattern, own, re.DOTALL | (re.IGNORECASE if operator == "ilike" else 0)) is not None
        case "contains":
            return value.lower() in own.lower()
    signs = {
        "equals": "__eq__",
        "not-equals": "__ne__",
        "gte": "__ge__",
        "lte": "__le__",
        "gt": "__gt__",
        "lt": "__lt__",
    }
    return bool(getattr(own, signs[operator])(value))


@pytest.mark.parametrize("field", [f for f in FIELDS.values() if not f.is_map], ids=lambda field: field.name)
def test_every_operator_of_a_field_compares_as_python_does(reader: Reader, field: Field) -> None:
    exact = ("equals", "not-equals")
    cases = [
        (operator, value)
        for operator in field.operators
        for value in (values_of(field)[:1] if field.kind == "uuid" and operator in exact else values_of(field))
    ]
    results = found(reader, *(compile_filter(leaf(field.name, operator, value)) for operator, value in cases))
    assert dict(zip(cases, results, strict=True)) == {case: expected(field, *case) for case in cases}


@pytest.mark.parametrize("name", ["properties", "search_properties"])
def test_every_operator_of_a_property_compares_as_python_does(reader: Reader, name: str) -> None:
    cases = [(operator, value) for operator in OPERATORS["properties"] for value in ("production", "prod", "%", "")]
    results = found(reader, *(compile_filter(leaf(name, "Environment", *case)) for case in cases))
    text = FIELDS["model"]
    wanted = [{r.request_id.int for r in ROWS if meets(r.properties.get("Environment"), *case, text)} for case in cases]
    assert results == wanted


def test_hostile_values_are_only_ever_text(reader: Reader, warehouse: Client) -> None:
    organisation = uuid4()
    rows = [row(n, organisation, user_id=text, properties={text: text}) for n, text in enumerate(HOSTILE, 1)]
    insert(warehouse, "request_response_rmt", COLUMNS, rows, token=str(uuid4()))
    trees = [leaf("user_id", "equals", text) for text in HOSTILE] + [
        leaf("properties", t, "equals", t) for t in HOSTILE
    ]
    results = found(Reader(warehouse, organisation), *map(compile_filter, trees))
    assert results == [{n} for n in range(1, len(HOSTILE) + 1)] * 2


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_contains_takes_its_text_literally(reader: Reader, text: str) -> None:
    condition = compile_filter(leaf("user_id", "contains", text))
    expression = condition.sql.replace("user_id", "x", 1)
    sql = f"SELECT groupArray(x) FROM values('x String', {', '.join(quoted(t) for t in HOSTILE)}) WHERE {expression}"
    assert set(reader.frame(sql, condition.parameters).item()) == {t for t in HOSTILE if text.lower() in t.lower()}


def quoted(text: str) -> str:
    return "'" + "".join(f"\\x{byte:02x}" for byte in text.encode()) + "'"


def test_a_long_run_of_one_operator_is_one_flat_expression(reader: Reader) -> None:
    tree: Any = leaf("user_id", "equals", "bob")
    for number in range(400):
        tree = {"left": leaf("user_id", "equals", f"u{number}"), "operator": "or", "right": tree}
    assert found(reader, compile_filter(tree)) == [{2}]


def nested(depth: int) -> Any:
    tree: Any = leaf("user_id", "equals", "bob")
    for number in range(depth):
        tree = {"left": tree, "operator": ("and", "or")[number % 2], "right": leaf("status", "equals", number)}
    return tree


def test_a_tree_as_deep_as_is_allowed_runs(reader: Reader) -> None:
    assert found(reader, compile_filter(nested(100))) != []


def test_conditions_join_without_their_parameters_colliding(reader: Reader) -> None:
    time = between(START + timedelta(hours=1), START + timedelta(hours=3))
    openai = compile_filter(leaf("provider", "equals", "openai"))
    mini = compile_filter(leaf("model", "equals", "gpt-4o-mini"))
    assert found(reader, time, both(time, openai), both(time, openai, mini)) == [{1, 2}, {1, 2}, {2}]
    assert both(time, openai).columns == {"request_created_at", "provider"}


VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "number": st.integers() | st.floats(),
    "time": st.datetimes().map(datetime.isoformat),
    "boolean": st.booleans(),
    "scores": st.floats() | st.booleans() | st.text(max_size=4),
}
LEAVES = st.sampled_from([(t, f) for t, fields in TABLES.items() for f in fields.items()]).flatmap(
    lambda at: st.tuples(
        st.just(at),
        st.sampled_from(at[1][1].operators),
        VALUES.get(at[1][1].kind, st.text(max_size=6) | st.sampled_from(HOSTILE)),
    )
)


@given(st.lists(LEAVES, min_size=1, max_size=25))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_compiles_runs(reader: Reader, leaves: list[Any]) -> None:
    conditions = []
    for (table, (name, field)), operator, value in leaves:
        try:
            tree = leaf(name, *(["Key'\\"] if field.is_map else []), operator, value, table=table)
            conditions.append(compile_filter(tree))
        except FilterError:
            continue
    assert len(found(reader, *conditions, compile_filter("all"))) == len(conditions) + 1
