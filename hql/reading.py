"""A query's text as a tree, by a parser that keeps how things were written (see hql/dialect.py)."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from sqlglot import exp, parser
from sqlglot.parsers.clickhouse import ClickHouseParser
from sqlglot.tokenizer_core import Token, TokenType

from hql.printing import INFIX, POSTFIX, RAW, STRICT, ChosenColumns, TypedLiteral

STEPS_A_TOKEN, MIN_STEPS, MAX_JOINS = 8, 200, 100

_BYTES = re.compile(r"\\x[89a-fA-F]")
_TEXT = re.compile(r"'(?:[^'\\]|\\.|'')*'", re.DOTALL)
_NUMBER = re.compile(r"(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?")
_PREDICATES = {TokenType.IN, TokenType.BETWEEN, TokenType.LIKE, TokenType.ILIKE, TokenType.RLIKE, TokenType.IS}
_STRICTNESS = {TokenType.ANY, TokenType.ALL, TokenType.ASOF, TokenType.SEMI, TokenType.ANTI, TokenType.ARRAY,
               TokenType.PASTE}  # fmt: skip


class TooAmbiguous(Exception):
    """Reading a text takes many more steps than it has tokens: sqlglot tries ways within ways, perhaps for ever."""


class HqlParser(ClickHouseParser):
    FUNCTIONS: ClassVar[Any] = {}
    FUNCTION_PARSERS: ClassVar[Any] = {
        "CAST": lambda self: self._parse_cast_call(),
        "EXTRACT": lambda self: self._parse_worded("EXTRACT", "FROM"),
        "POSITION": lambda self: self._parse_worded("POSITION", "IN"),
        "SUBSTRING": lambda self: self._parse_worded("SUBSTRING", "FROM", "FOR"),
        "TRIM": lambda self: self._parse_trim_call(),
    }
    NO_PAREN_FUNCTION_PARSERS: ClassVar[Any] = {"CASE": parser.Parser.NO_PAREN_FUNCTION_PARSERS["CASE"]}
    NO_PAREN_FUNCTIONS: ClassVar[Any] = {}
    STRING_PARSERS: ClassVar[Any] = {
        **ClickHouseParser.STRING_PARSERS,
        TokenType.STRING: lambda self, token: self._parse_text(token),
    }
    NUMERIC_PARSERS: ClassVar[Any] = {
        **ClickHouseParser.NUMERIC_PARSERS,
        TokenType.NUMBER: lambda self, token: self._parse_written_number(token),
    }
    PRIMARY_PARSERS: ClassVar[Any] = {**ClickHouseParser.PRIMARY_PARSERS, **STRING_PARSERS, **NUMERIC_PARSERS}
    TYPE_LITERAL_PARSERS: ClassVar[Any] = {
        kind: lambda self, this, to: self.expression(TypedLiteral(this=this, kind=to.this.value))
        for kind in (exp.DType.DATE, exp.DType.TIMESTAMP)
    }
    FUNC_TOKENS: ClassVar[Any] = {*ClickHouseParser.FUNC_TOKENS, TokenType.MOD, TokenType.DIV, TokenType.IN}
    COLUMN_OPERATORS: ClassVar[Any] = {
        **{
            token: operator
            for token, operator in ClickHouseParser.COLUMN_OPERATORS.items()
            if token in (TokenType.DOT, TokenType.DOTCOLON, TokenType.DOTCARET)
        },
        TokenType.DCOLON: lambda self, this, to: self.expression(exp.Cast(this=this, to=to, action=POSTFIX)),
    }
    QUERY_MODIFIER_PARSERS: ClassVar[Any] = {
        **ClickHouseParser.QUERY_MODIFIER_PARSERS,
        TokenType.LIMIT: lambda self: self._parse_limit_or_limit_by(),
    }

    def reset(self) -> None:
        super().reset()
        self._steps = self._joins = 0

    def _advance(self, times: int = 1) -> None:
        """Counts the steps: ordinary queries take at most 2.3 a token."""
        super()._advance(times)
        self._steps += 1
        if self._steps > STEPS_A_TOKEN * self._tokens_size + MIN_STEPS:
            raise TooAmbiguous

    def _parse_function(self, *args: Any, **kwargs: Any) -> exp.Expr | None:
        """A call, and the second pair of parentheses of a parametric one: ``quantiles(0.5, 0.9)(x)``."""
        if self._match_text_seq("COLUMNS", "("):
            return self._parse_columns_call()
        call = parser.Parser._parse_function(self, *args, **kwargs)
        if isinstance(call, exp.Anonymous) and self._match(TokenType.L_PAREN):
            arguments = self._parse_function_args(True)
            self._match_r_paren()
            both = exp.ParameterizedAgg(this=call.this, params=arguments, expressions=call.expressions)
            both.update_positions(call)
            return self._parse_window(both)
        return call

    def _parse_text(self, token: Token) -> exp.Literal:
        literal = self.expression(exp.Literal(this=token.text, is_string=True), token)
        raw = self.sql[token.start : token.end + 1]
        if _BYTES.search(raw) and _TEXT.fullmatch(raw):
            literal.meta[RAW] = raw
        return literal

    def _parse_written_number(self, token: Token) -> exp.Literal:
        literal = self.expression(exp.Literal(this=token.text, is_string=False), token)
        raw = self.sql[token.start : token.end + 1]
        if raw != token.text and _NUMBER.fullmatch(raw):
            literal.meta[RAW] = raw
        return literal

    def _parse_unary(self) -> exp.Expr | None:
        minus, number = self._curr, self._next
        if (
            minus.token_type == TokenType.DASH
            and number.token_type == TokenType.NUMBER
            and minus.end + 1 != number.start
        ):
            after = self._tokens[self._index + 2 : self._index + 3]
            if after and after[0].token_type == TokenType.DCOLON:
                # ClickHouse casts the text with its space.
                self.raise_error("Expected the number right behind its sign")
        return super()._parse_unary()

    def _parse_disjunction(self) -> exp.Expr | None:
        """With the ternary operator, which sqlglot knows outside of lambdas, lists and CASE only."""
        condition = super()._parse_disjunction()
        if not self._match(TokenType.PLACEHOLDER):
            return condition
        then = self._parse_disjunction()
        if not self._match(TokenType.COLON):
            self.raise_error("Expected : after ?")
        return self.expression(exp.If(this=condition, true=then, false=self._parse_disjunction()))

    def _parse_range(self, this: exp.Expr | None = None, parse_is: bool = False) -> exp.Expr | None:
        """One predicate: of several in a row, ``a BETWEEN 1 AND 9 IN (1, 2)``, everybody's idea is another."""
        start = self._index
        found = super()._parse_range(this, parse_is=parse_is)
        if _predicates(self._tokens[start : self._index]) > 1:
            self.raise_error("Expected parentheses around one of the predicates")
        return found

    def _build_predicate(self, klass: Any, this: Any, expression: Any, *args: Any, **kwargs: Any) -> exp.Expr:
        """Where sqlglot would add parentheses to what was written without, the engine may have others in mind."""
        found = super()._build_predicate(klass, this, expression, *args, **kwargs)
        inner = found.this if isinstance(found, exp.Not) else found
        if isinstance(inner, exp.Binary) and (inner.this is not this or inner.expression is not expression):
            self.raise_error("Expected parentheses around one of the comparisons")
        return found

    def _parse_star_op(self, *keywords: str) -> list[exp.Expr] | None:
        if not self._match_texts(keywords):
            return None
        strict = bool(self._match_text_seq("STRICT"))
        if self._match(TokenType.L_PAREN, advance=False):
            columns = self._parse_wrapped_csv(self._parse_expression)
        else:
            columns = [column for column in (self._parse_expression(),) if column]
        if strict and columns:
            columns[0].meta[STRICT] = True
        return columns or None

    def _parse_columns_call(self) -> ChosenColumns:
        chosen = self._parse_csv(self._parse_lambda)
        self._match_r_paren()
        return self.expression(ChosenColumns(expressions=chosen, star=self._parse_star_ops()))

    def _parse_join_parts(self) -> tuple[Token | None, Token | None, Token | None]:
        """``ALL INNER`` and ``INNER ALL`` are the same to ClickHouse, and the same to us: what comes first last."""
        method = self._prev if self._match_set((TokenType.GLOBAL, TokenType.NATURAL)) else None
        words: list[Token] = []
        while len(words) < 3 and self._match_set(self.JOIN_SIDES | self.JOIN_KINDS):
            words.append(self._prev)
        strictness = next((word for word in words if word.token_type in _STRICTNESS), None)
        others = [word for word in words if word is not strictness]
        if strictness is not None and others and others[0].token_type not in self.JOIN_SIDES:
            return method, strictness, others[0]
        side = others[0] if others and others[0].token_type in self.JOIN_SIDES else None
        return method, side, strictness or next((word for word in others if word is not side), None)

    def _parse_cast_call(self) -> exp.Expr:
        value = self._parse_lambda()
        if self._match(TokenType.COMMA):
            return self.expression(exp.Anonymous(this="CAST", expressions=[value, self._parse_assignment()]))
        if isinstance(value, exp.Alias):
            self.raise_error("Expected a type after AS")
        if not self._match(TokenType.ALIAS):
            self.raise_error("Expected AS after CAST")
        return self.expression(exp.Cast(this=value, to=self._parse_written_type()))

    def _parse_written_type(self) -> exp.DataType | None:
        """A type, kept as it was written: its spelling is part of a column's name."""
        start = self._index
        if not self._parse_types():
            self.raise_error("Expected a type")
        text = "".join(_written(token) for token in self._tokens[start : self._index])
        return exp.DataType(this=exp.DType.USERDEFINED, kind=text, nullable=False)

    def _parse_dcolon(self) -> exp.DataType | None:
        return self._parse_written_type()

    def _parse_in(self, this: exp.Expr | None, alias: bool = False) -> exp.In:
        if self._match(TokenType.L_BRACKET, advance=False):
            return self.expression(exp.In(this=this, field=self._parse_bracket()))
        return super()._parse_in(this, alias=alias)

    def _parse_global_in(self, this: exp.Expr | None) -> Any:
        return _infix(super()._parse_global_in(this))

    def _parse_cte(self) -> Any:
        """``name AS (SELECT …)``, or ClickHouse's ``expression AS name``, which may be a lambda."""
        index = self._index
        if named := self._try_parse(lambda: parser.Parser._parse_cte(self)):
            return named
        self._retreat(index)
        value = self._parse_lambda(alias=False)
        return self.expression(exp.CTE(this=value, alias=self._parse_table_alias(), scalar=True))

    def _parse_join(self, *args: Any, **kwargs: Any) -> exp.Join | None:
        """As ClickHouse's, but of ``ARRAY JOIN`` only what is joined becomes a column, and no table within it."""
        join = parser.Parser._parse_join(self, *args, **{**kwargs, "parse_bracket": True})
        if join is not None:
            self._joins += 1
            if self._joins > MAX_JOINS:
                raise TooAmbiguous
            if join.method == "GLOBAL":
                join.set("method", None)
                join.set("global_", "GLOBAL")
            if join.kind == "ARRAY":
                for joined in (join.this, *join.expressions):
                    if isinstance(joined, exp.Table):
                        joined.replace(joined.to_column())
        return join

    def _parse_query_parameter(self) -> exp.Expr | None:
        index = self._index
        name = self._parse_id_var()
        if name is None or not self._match(TokenType.COLON):
            self._retreat(index)
            return None
        kind: Any = exp.var("Identifier") if self._match_text_seq("IDENTIFIER") else self._parse_written_type()
        if not self._match(TokenType.R_BRACE):
            self.raise_error("Expecting }")
        return self.expression(exp.Placeholder(this=exp.var(name.name), kind=kind))

    def _parse_worded(self, name: str, *words: str) -> exp.Expr:
        """A call whose arguments may be parted by words: ``EXTRACT(YEAR FROM x)``, ``substring(x FROM 2 FOR 3)``."""
        call = exp.Anonymous(this=self._tokens[self._index - 2].text)
        arguments = [self._parse_bitwise() if "IN" in words else self._parse_lambda()]
        used = []
        for word in words:
            if self._match_text_seq(word):
                used.append(word)
                arguments.append(self._parse_lambda())
        if not used and self._match(TokenType.COMMA):
            arguments += self._parse_csv(self._parse_lambda)
        call.set("expressions", arguments)
        call.set("words", used)
        return call

    def _parse_trim_call(self) -> exp.Expr:
        call = exp.Anonymous(this=self._tokens[self._index - 2].text)
        side = self._match_texts(("BOTH", "LEADING", "TRAILING")) and self._prev.text.upper()
        arguments = [self._parse_bitwise()]
        if side and self._match(TokenType.FROM):
            arguments.append(self._parse_bitwise())
            call.set("side", side)
        elif self._match(TokenType.COMMA):
            arguments.append(self._parse_bitwise())
        call.set("expressions", arguments)
        return call

    def _parse_interval(self, require_interval: bool = True, parse_function_unit: bool = True) -> Any:
        index = self._index
        if not self._match(TokenType.INTERVAL):
            return None
        amount = self._parse_term()
        unit = self._parse_var(any_token=False)
        if amount is None or (unit is None and not amount.is_string):
            self._retreat(index)
            return None
        return self.expression(exp.Interval(this=amount, unit=unit))

    def _negate_range(self, this: exp.Expr | None = None) -> Any:
        return _infix(super()._negate_range(this))

    def _parse_is(self, this: exp.Expr | None) -> Any:
        return _infix(super()._parse_is(this))

    def _parse_limit_or_limit_by(self) -> tuple[str, exp.Expr | None]:
        limit = self._parse_limit()
        if limit is not None and not limit.expressions and self._match(TokenType.OFFSET, advance=False):
            # LIMIT n OFFSET m BY …
            index = self._index
            offset = self._parse_offset()
            if offset is not None and offset.expressions:
                limit.set("offset", offset.expression)
                limit.set("expressions", offset.expressions)
            else:
                self._retreat(index)
        return ("limit_by" if limit is not None and limit.expressions else "limit"), limit


def _predicates(tokens: list[Token]) -> int:
    """How many predicates stand side by side: those within parentheses, brackets and CASE are others' business."""
    count = depth = 0
    for token in tokens:
        kind = token.token_type
        if kind in (TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE):
            depth += 1
        elif kind in (TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END):
            depth -= 1
        elif depth == 0 and kind in _PREDICATES:
            count += 1
    return count


def _infix(node: Any) -> Any:
    if isinstance(node, exp.Not):
        node.meta[INFIX] = True
    return node


def _written(token: Token) -> str:
    if token.token_type == TokenType.STRING:
        return exp.Literal.string(token.text).sql("clickhouse")
    if token.token_type == TokenType.IDENTIFIER:
        return exp.to_identifier(token.text, quoted=True).sql("clickhouse")
    return token.text + (" " if token.token_type in (TokenType.COMMA, TokenType.VAR) else "")
