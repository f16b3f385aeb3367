"""What the filter tree refuses, and in which words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.filters import FIELDS, Condition, FilterError, compile_filter

TIME = "must be a time like 2026-01-31T12:00:00Z, not"


def leaf(field: str, *rest: Any, table: str = "request_response_rmt") -> dict[str, Any]:
    """leaf("model", "equals", "x") -> {"request_response_rmt": {"model": {"equals": "x"}}}"""
    tree = rest[-1]
    for key in reversed((table, field, *rest[:-1])):
        tree = {key: tree}
    return dict(tree)


def nested(depth: int) -> Any:
    tree: Any = leaf("user_id", "equals", "bob")
    for number in range(depth):
        tree = {"left": tree, "operator": ("and", "or")[number % 2], "right": leaf("status", "equals", number)}
    return tree


RMT = ".request_response_rmt"
TEXTUAL = "equals, not-equals, like, ilike, contains, not-contains"
LATEST = "9999-12-31T23:00:00-02:00"
JOIN = "join leaves with and or or"
BRANCH = "a branch has left, operator and right"

REFUSED: list[tuple[Any, str, str]] = [
    (None, "", 'must be a leaf, a branch or "all", not null'),
    ("everything", "", "must be a leaf, a branch or \"all\", not 'everything'"),
    ([], "", 'must be a leaf, a branch or "all", not list'),
    (leaf("modle", "equals", "x"), RMT + ".modle", "unknown field, did you mean model?"),
    (
        {"left": leaf("modle", "equals", "x"), "operator": "and", "right": "all"},
        ".left" + RMT + ".modle",
        "unknown field, did you mean model?",
    ),
    (leaf("model", "is", "x"), RMT + ".model.is", f"unknown operator; model takes {TEXTUAL}"),
    (leaf("model", "equals", 5), RMT + ".model.equals", "must be text, not int"),
    (leaf("model", "equals", "\ud800"), RMT + ".model.equals", "is not valid Unicode"),
    (
        leaf("model", "like", "a\\"),
        RMT + ".model.like",
        "ends with a \\ that escapes nothing; write \\\\ for a backslash",
    ),
    (leaf("status", "equals", "200"), RMT + ".status.equals", "must be a number, not '200'"),
    (leaf("status", "equals", True), RMT + ".status.equals", "must be a number, not bool"),
    (leaf("status", "equals", float("nan")), RMT + ".status.equals", "must be a number, not float"),
    (leaf("status", "equals", 10**400), RMT + ".status.equals", "is too large a number"),
    (leaf("cached", "equals", "true"), RMT + ".cached.equals", "must be true or false, not 'true'"),
    (leaf("request_created_at", "gte", "soon"), RMT + ".request_created_at.gte", f"{TIME} 'soon'"),
    (leaf("request_created_at", "gte", 5), RMT + ".request_created_at.gte", f"{TIME} int"),
    (leaf("request_created_at", "gte", LATEST), RMT + ".request_created_at.gte", f"{TIME} '{LATEST}'"),
    (leaf("cache_reference_id", "equals", "x"), RMT + ".cache_reference_id.equals", "must be a UUID, not 'x'"),
    (leaf("scores", "accuracy", "gt", "high"), RMT + ".scores.accuracy.gt", "must be a number, not 'high'"),
    (leaf("latency", {"gte": 1, "lte": 2}), RMT + ".latency", f"one operator a leaf, not several (gte, lte); {JOIN}"),
    (
        {"request_response_rmt": {"model": {"equals": "x"}, "status": {"equals": 1}}},
        RMT,
        f"one field a leaf, not several (model, status); {JOIN}",
    ),
    ({"request_response_rmt": {}}, RMT, "names no field"),
    (leaf("model", {}), RMT + ".model", "names no operator"),
    (leaf("properties", "App", {}), RMT + ".properties.App", "names no operator"),
    (leaf("model", "x"), RMT + ".model", "must be an object naming one operator, not 'x'"),
    (leaf("model", "equals", "x", table="requests"), ".requests", "unknown table, did you mean request?"),
    (
        leaf("organization_id", "equals", "x"),
        RMT + ".organization_id",
        "a key sees the requests of its own organisation and no others",
    ),
    (
        leaf("session_tag", "equals", "x", table="sessions_request_response_rmt"),
        ".sessions_request_response_rmt.session_tag",
        "sessions have no tags",
    ),
    (
        {"values": {"x": {"equals": "y"}}},
        ".values",
        "the inputs of prompts are not recorded apart from the request's body",
    ),
    ({"left": "all", "right": "all"}, "", f"{BRANCH}; operator is missing"),
    ({"left": "all", "operator": "xor", "right": "all"}, ".operator", "must be and or or, not 'xor'"),
    ({"left": "all", "operator": "or", "right": "all", "model": 1}, ".model", f"{BRANCH}, nothing else"),
]


@pytest.mark.parametrize(("tree", "where", "problem"), REFUSED, ids=lambda value: ascii(value)[:60])
def test_what_cannot_be_answered_is_refused_by_name(tree: Any, where: str, problem: str) -> None:
    with pytest.raises(FilterError) as refusal:
        compile_filter(tree)
    assert str(refusal.value) == f"filter{where}: {problem}"


@pytest.mark.parametrize("name", ["node_id", "job_id"])
def test_jobs_are_refused_with_the_reason(name: str) -> None:
    with pytest.raises(FilterError, match="jobs and their nodes are not recorded"):
        compile_filter(leaf(name, "equals", "x"))


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (nested(102), "nested more than 100 levels deep"),
        (nested(5000), "nested more than 100 levels deep"),
        (leaf("model", "equals", "x" * 100_001), "all values together are longer than 100,000 characters"),
    ],
    ids=["deep", "very deep", "long"],
)
def test_a_tree_that_is_too_much_is_refused(tree: Any, message: str) -> None:
    with pytest.raises(FilterError, match=message):
        compile_filter(tree)


def test_too_many_conditions_are_refused() -> None:
    tree: Any = "all"
    for _ in range(501):
        tree = {"left": leaf("user_id", "equals", "x"), "operator": "or", "right": tree}
    with pytest.raises(FilterError, match="more than 500 conditions"):
        compile_filter(tree)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["left", "right", "operator", "request_response_rmt", "properties", "feedback", *FIELDS, "equals"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(JSON)
@settings(max_examples=300, deadline=None)
def test_whatever_json_comes_is_compiled_or_refused(tree: Any) -> None:
    try:
        assert isinstance(compile_filter(tree), Condition)
    except FilterError as error:
        assert str(error).startswith("filter")
