"""SELECTs made at random for the property tests: valid ones, whose answer does not depend on the order of rows.

Every query and subquery answers with a text `t` and a number `n`, so that each may stand wherever a table may.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

PUBLIC: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "request_response_rmt": (
        ("model", "provider", "user_id", "session_id", "error_type", "country_code", "properties['env']"),
        ("latency", "cost", "status", "prompt_tokens", "length(response_body)", "scores['quality']"),
    ),
    "scores": (("name", "toString(request_id)"), ("value", "is_boolean")),
    "feedback": (("toString(request_id)",), ("rating",)),
    "sessions": (("session_id", "session_name"), ("requests", "errors", "cost", "length(user_ids)")),
    "users": (("user_id",), ("requests", "errors", "cost", "active_days")),
    "daily_usage": (("model", "provider"), ("requests", "cost", "status")),
    "cache_metrics": (("model", "provider"), ("hits", "saved_cost")),
}
"""Table -> expressions over it that give texts, and such that give numbers."""

ANSWER = (("t",), ("n",))
CTES = ("users", "scores", "request_response_rmt", "hql", "hql_scores", "c1", "prices", "Users")
"""Names of CTEs: those of public tables, of views and of tables that nobody may read, too."""

Scope = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""What FROM may name, and what stands in it."""


@dataclass(frozen=True)
class Source:
    """What follows FROM, and the expressions over it."""

    sql: str
    texts: tuple[str, ...]
    numbers: tuple[str, ...]


class Maker:
    """Draws parts of a query; `depth` is how deep subqueries may still go."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._aliases = 0

    def query(self, depth: int, scope: Scope) -> str:
        """A query, perhaps of several arms, perhaps with CTEs."""
        head, scope = self._with(depth, scope)
        arms = self._select(depth, scope)
        if depth and self._one_in(4):
            word = self._pick("UNION ALL", "UNION DISTINCT", "INTERSECT", "EXCEPT")
            arms = f"{arms} {word} {self._select(depth - 1, scope)}"
        return head + arms

    def _with(self, depth: int, scope: Scope) -> tuple[str, Scope]:
        if not depth or not self._one_in(3):
            return "", scope
        names = self._draw(st.lists(st.sampled_from(CTES), min_size=1, max_size=2, unique=True))
        ctes = []
        for at, name in enumerate(names):
            # ClickHouse lets a CTE read itself and later ones in some places; which, is not what this is about.
            known = {table: parts for table, parts in scope.items() if table not in names[at:]}
            ctes.append(f"{name} AS ({self.query(depth - 1, known)})")
            scope = scope | {name: ANSWER}
        if self._one_in(3):
            ctes.append(f"({self._scalar(depth - 1, scope)}) AS bound")
        return f"WITH {', '.join(ctes)} ", scope

    def _select(self, depth: int, scope: Scope) -> str:
        source = self._source(depth, scope)
        text, number = self._text(source), self._number(source)
        where = f" WHERE {self._condition(depth, scope, source)}" if self._one_in(2) else ""
        kind = self._pick("plain", "group", "window", "whole", "distinct")
        if kind == "group":
            total = f"toInt64({self._aggregate(number)}) AS n"
            having = " HAVING count() > 1" if self._one_in(3) else ""
            return f"SELECT {text} AS t, {total} FROM {source.sql}{where} GROUP BY {text}{having}{self._limit()}"
        if kind == "window":
            over = f"sum({number}) OVER (PARTITION BY {self._pick(*source.texts)})"
            return f"SELECT {text} AS t, toInt64({over}) AS n FROM {source.sql}{where}{self._limit()}"
        if kind == "whole":
            return f"SELECT max({text}) AS t, toInt64({self._aggregate(number)}) AS n FROM {source.sql}{where}"
        head = "SELECT DISTINCT" if kind == "distinct" else "SELECT"
        return f"{head} {text} AS t, toInt64({number}) AS n FROM {source.sql}{where}{self._limit()}"

    def _source(self, depth: int, scope: Scope) -> Source:
        first = self._relation(depth, scope)
        if not depth or not self._one_in(3):
            return first
        alias, join = (
            self._alias(),
            self._pick("JOIN", "LEFT JOIN", "LEFT SEMI JOIN", "LEFT ANTI JOIN", "GLOBAL ANY JOIN"),
        )
        inner = f"(SELECT t, max(n) AS n FROM ({self.query(depth - 1, scope)}) GROUP BY t) AS {alias}"
        condition = f"{self._pick(*first.texts)} = {alias}.t"
        if join in ("LEFT SEMI JOIN", "LEFT ANTI JOIN"):
            return Source(f"{first.sql} {join} {inner} ON {condition}", first.texts, first.numbers)
        texts, numbers = (*first.texts, f"{alias}.t"), (*first.numbers, f"{alias}.n")
        return Source(f"{first.sql} {join} {inner} ON {condition}", texts, numbers)

    def _relation(self, depth: int, scope: Scope) -> Source:
        alias = self._alias()
        if depth and self._one_in(3):
            return _qualified(f"({self.query(depth - 1, scope)}) AS {alias}", alias, ANSWER)
        table = self._pick(*scope)
        written = self._pick(table, f"`{table}`", f'"{table}"')
        return _qualified(f"{written} AS {alias}", alias, scope[table])

    def _condition(self, depth: int, scope: Scope, source: Source) -> str:
        text, number = self._pick(*source.texts), self._pick(*source.numbers)
        simple = (
            f"{text} != ''", f"{number} > 100", f"{text} LIKE '%o%'", f"{number} BETWEEN 1 AND 1000000",
            f"match({text}, '[0-9]$')", f"arrayExists(x -> x = {text}, splitByChar('-', {text}))", "1 = 1",
            f"{text} NOT IN ('', 'x')", f"NOT ({number} % 2 = 0 OR {text} = 'is_helpful')",
        )  # fmt: skip
        if not depth or not self._one_in(2):
            return self._pick(*simple)
        inner = self.query(depth - 1, scope)
        return self._pick(
            f"{text} IN (SELECT t FROM ({inner}))",
            f"{text} GLOBAL NOT IN (SELECT t FROM ({inner}))",
            f"({text}, 1) IN (SELECT t, 1 FROM ({inner}))",
            f"{number} >= ({self._scalar(depth - 1, scope)})",
            f"EXISTS (SELECT 1 FROM ({inner}) WHERE n > 0)",
            f"{self._pick(*simple)} OR {text} IN (SELECT max(t) FROM ({inner}))",
        )

    def _scalar(self, depth: int, scope: Scope) -> str:
        return f"SELECT {self._pick('max', 'min', 'count', 'sum')}(n) FROM ({self.query(depth, scope)})"

    def _text(self, source: Source) -> str:
        text, other = self._pick(*source.texts), self._pick(*source.texts)
        return self._pick(
            f"toString({text})", f"lower({text})", f"substring({text}, 1, 5)", f"concat({text}, '/', {other})",
            f"if({text} = '', 'none', toString({text}))", f"{text} || ''", f"CAST({text} AS String)", f"{text}::String",
            f"arrayStringConcat(arrayMap(x -> upper(x), [toString({text})]), ',')",
        )  # fmt: skip

    def _number(self, source: Source) -> str:
        number, other = self._pick(*source.numbers), self._pick(*source.numbers)
        return self._pick(
            f"toInt64({number})", f"toInt64({number}) + toInt64({other})", f"-toInt64({number})",
            f"intDiv({number}, 3)",
            f"CASE WHEN {number} > {other} THEN 1 ELSE 2 END", f"length(toString({number}))", f"toInt64({number}) % 10",
        )  # fmt: skip

    def _aggregate(self, number: str) -> str:
        return self._pick(
            "count()", f"sum({number})", f"max({number})", f"uniqExact({number})", f"countIf({number} > 1)",
            f"quantileExact(0.5)({number})", f"sumIf({number}, {number} > 0)", f"count(DISTINCT {number})",
        )  # fmt: skip

    def _limit(self) -> str:
        return self._pick("", "", " ORDER BY t, n LIMIT 3", " ORDER BY t, n LIMIT 2, 4", " ORDER BY t, n LIMIT 5 BY t")

    def _alias(self) -> str:
        self._aliases += 1
        return f"{self._pick('a', 'hql', 'hql_users', 'org_id')}{self._aliases}"

    def _pick(self, *choices: str) -> str:
        return self._draw(st.sampled_from(choices))

    def _one_in(self, count: int) -> bool:
        return self._draw(st.integers(1, count)) == 1


def _qualified(sql: str, alias: str, parts: tuple[tuple[str, ...], tuple[str, ...]]) -> Source:
    texts, numbers = ([_of(alias, expression) for expression in each] for each in parts)
    return Source(sql, tuple(texts), tuple(numbers))


def _of(alias: str, expression: str) -> str:
    """``length(x)`` -> ``length(alias.x)``"""
    function, bracket, inside = expression.partition("(")
    return f"{function}({alias}.{inside}" if bracket and "[" not in function else f"{alias}.{expression}"


@st.composite
def selects(draw: st.DrawFn) -> str:
    """A whole query; the outermost adds columns without an alias, whose names are part of the answer."""
    maker = Maker(draw)
    inner = maker.query(draw(st.integers(0, 2)), dict(PUBLIC))
    head = draw(st.sampled_from(("*", "t, n", "t, lower(t), n + 1, t = '', length(t) > n", "n, *", "upper(q.t), q.n")))
    return draw(st.sampled_from((inner, f"SELECT {head} FROM ({inner}) AS q")))
