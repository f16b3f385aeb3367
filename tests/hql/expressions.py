"""Expressions made at random, in which it matters what binds to what. Few make sense; the engine says which."""

from __future__ import annotations

from hypothesis import strategies as st

ROW = "1 AS x, 5 AS n, 'text' AS s, [1, 2, 3] AS a, map('k', 7) AS m, toDate('2026-03-05') AS d"
"""What they are over."""

ATOMS = (
    *(
        "1",
        "2",
        "-3",
        "0",
        "1.5",
        ".5",
        "1e2",
        "0x1F",
        "1_000",
        "'a'",
        "'it''s'",
        "'\\\\'",
        "''",
        "NULL",
        "true",
        "[1, 2]",
    ),
    *(
        "x",
        "n",
        "s",
        "a",
        "m",
        "d",
        "(1, 'b')",
        "(1,)",
        "map('k', 1)",
        "DATE '2026-03-01'",
        "INTERVAL 1 DAY",
        "count()",
    ),
)
UNARY = (
    *("-{}", "- {}", "NOT {}", "({})", "{} IS NULL", "{} IS NOT NULL", "{}::String", "{}::Int64", "{}[1]", "{}['k']"),
    *("{}.1", "CAST({} AS String)", "abs({})", "toString({})", "arrayMap(y -> {}, [1])", "if({}, 1, 2)", "[{}]"),
    *("({}, 1)", "({},)", "sum({})", "{} IS TRUE", "{} IN (1, 2)", "{} NOT IN ('a')", "{} AS z", "quantile(0.5)({})"),
    *("CASE {} WHEN 1 THEN 2 END", "sum({}) OVER ()", "{} IN (SELECT 1)", "EXTRACT(YEAR FROM {})", "INTERVAL {} DAY"),
)
BINARY = (
    *("{} + {}", "{} - {}", "{}-{}", "{} * {}", "{} / {}", "{} % {}", "{} DIV {}", "{} MOD {}", "{} || {}", "{} = {}"),
    *("{} == {}", "{} != {}", "{} <> {}", "{} < {}", "{} >= {}", "{} AND {}", "{} OR {}", "{} LIKE {}", "{} ILIKE {}"),
    *("{} NOT LIKE {}", "{} BETWEEN 0 AND {}", "{} NOT BETWEEN {} AND 9", "{} IN ({}, 1)", "{} <=> {}", "{}[{}]"),
    *("{} IS DISTINCT FROM {}", "{} IS NOT DISTINCT FROM {}", "{} ? {} : 0", "{} ? 1 : {}", "{} REGEXP {}", "[{}, {}]"),
    *("CASE WHEN {} THEN {} ELSE 3 END", "concat({}, {})", "has({}, {})", "if({}, {}, 0)", "({}, {})", "xor({}, {})"),
)


def expressions() -> st.SearchStrategy[str]:
    """An expression of a few parts."""
    return st.recursive(
        st.sampled_from(ATOMS),
        lambda inner: st.one_of(
            st.tuples(st.sampled_from(UNARY), inner).map(lambda pair: pair[0].format(pair[1])),
            st.tuples(st.sampled_from(BINARY), inner, inner).map(lambda three: three[0].format(three[1], three[2])),
        ),
        max_leaves=5,
    )
