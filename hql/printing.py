"""The tree as text again: faithful to what was written (see hql/dialect.py).

Where the tree keeps how something was written, in what is defined here, it is printed that way.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.generators.clickhouse import ClickHouseGenerator

INFIX = "infix"
"""Meta of a `Not` written as ``x NOT IN …`` or ``x IS NOT NULL``: another function than ``NOT (x IN …)``."""

POSTFIX = "::"
"""A cast written ``x::T``: of a literal it is another one than ``CAST(x AS T)``."""


class TypedLiteral(exp.Expression):
    """``DATE '2026-01-31'`` and ``TIMESTAMP '…'``."""

    arg_types = {"this": True, "kind": True}  # noqa: RUF012 - sqlglot's own form


class ChosenColumns(exp.Expression):
    """``COLUMNS('_tokens$') EXCEPT (total_tokens)``: what is chosen, and a star with what follows."""

    arg_types = {"expressions": True, "star": True}  # noqa: RUF012 - sqlglot's own form


RAW = "raw"
"""Meta of a literal that must keep its own spelling: bytes that are no UTF-8, such as '\\xff', and 1_000."""

STRICT = "strict"
"""Meta of the first column of ``* EXCEPT STRICT (…)``."""


class HqlGenerator(ClickHouseGenerator):
    TRANSFORMS: ClassVar[Any] = {
        **ClickHouseGenerator.TRANSFORMS,
        ChosenColumns: lambda self, node: self._columns_sql(node),
        TypedLiteral: lambda self, node: f"{node.args['kind']} {self.sql(node, 'this')}",
    }

    def literal_sql(self, expression: exp.Literal) -> str:
        return str(expression.meta.get(RAW) or super().literal_sql(expression))

    def tuple_sql(self, expression: exp.Tuple) -> str:
        items = self.expressions(expression, flat=True)
        is_value = not isinstance(expression.parent, exp.Distinct)
        return f"tuple({items})" if is_value and len(expression.expressions) == 1 else f"({items})"

    def _columns_sql(self, columns: ChosenColumns) -> str:
        return f"COLUMNS({self.expressions(columns, flat=True)}){self.sql(columns, 'star').removeprefix('*')}"

    def star_sql(self, expression: exp.Star) -> str:
        star = super().star_sql(expression)
        for word, key in (("EXCEPT", "except_"), ("REPLACE", "replace")):
            if any(column.meta.get(STRICT) for column in expression.args.get(key) or ()):
                star = star.replace(f" {word} (", f" {word} STRICT (", 1)
        return star

    def anonymous_sql(self, expression: exp.Anonymous) -> str:
        name = self.sql(expression, "this") if isinstance(expression.this, exp.Identifier) else expression.name
        arguments = [self.sql(argument) for argument in expression.expressions]
        if side := expression.args.get("side"):
            return f"{name}({side} {' FROM '.join(arguments)})"
        if words := expression.args.get("words"):
            pairs = zip(["", *(f" {word} " for word in words)], arguments, strict=True)
            return f"{name}({''.join(word + argument for word, argument in pairs)})"
        return f"{name}({', '.join(arguments)})"

    def if_sql(self, expression: exp.If) -> str:
        return f"if({', '.join(self.sql(expression, name) for name in ('this', 'true', 'false'))})"

    def not_sql(self, expression: exp.Not) -> str:
        inner = expression.this
        if not expression.meta.get(INFIX):
            return f"NOT {self.sql(inner)}"
        if isinstance(inner, exp.Is):
            return f"{self.sql(inner, 'this')} IS NOT {self.sql(inner, 'expression')}"
        return self.sql(inner)

    def in_sql(self, expression: exp.In) -> str:
        word = "GLOBAL " if expression.args.get("is_global") else ""
        word += "NOT IN" if _is_negated(expression) else "IN"
        if query := expression.args.get("query"):
            among = self.sql(query)
        elif field := expression.args.get("field"):
            among = self.sql(field)
        else:
            among = f"({self.expressions(expression, flat=True)})"
        return f"{self.sql(expression, 'this')} {word} {among}"

    def between_sql(self, expression: exp.Between) -> str:
        this, low, high = (self.sql(expression, name) for name in ("this", "low", "high"))
        return f"{this} {'NOT ' if _is_negated(expression) else ''}BETWEEN {low} AND {high}"

    def cast_sql(self, expression: exp.Cast, safe_prefix: str | None = None) -> str:
        this, to = self.sql(expression, "this"), self.sql(expression, "to")
        return f"{this}::{to}" if expression.args.get("action") == POSTFIX else f"CAST({this} AS {to})"

    def intdiv_sql(self, expression: exp.IntDiv) -> str:
        return self.binary(expression, "DIV")

    def nullsafeeq_sql(self, expression: exp.NullSafeEQ) -> str:
        return self.binary(expression, "<=>")

    def eq_sql(self, expression: exp.EQ) -> str:
        return self.binary(expression, "=")

    def neq_sql(self, expression: exp.NEQ) -> str:
        return self.binary(expression, "<>")

    def is_sql(self, expression: exp.Is) -> str:
        return f"{self.sql(expression, 'this')} IS {self.sql(expression, 'expression')}"

    def interval_sql(self, expression: exp.Interval) -> str:
        unit = expression.args.get("unit")
        return f"INTERVAL {self.sql(expression, 'this')}{f' {self.sql(unit)}' if unit else ''}"

    def offset_limit_modifiers(self, expression: exp.Expr, fetch: bool, limit: Any) -> list[str]:
        by = expression.args.get("limit_by")
        return [self._limit_by_sql(by) if by else "", *super().offset_limit_modifiers(expression, fetch, limit)]

    def _limit_by_sql(self, limit: exp.Expr) -> str:
        offset = limit.args.get("offset")
        shift = f" OFFSET {self.sql(offset)}" if offset else ""
        return f"{self.seg('LIMIT')} {self.sql(limit, 'expression')}{shift} BY {self.expressions(limit, flat=True)}"


def _is_negated(node: exp.Expr) -> bool:
    return isinstance(node.parent, exp.Not) and bool(node.parent.meta.get(INFIX))
