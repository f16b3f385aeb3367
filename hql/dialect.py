"""ClickHouse's SQL as sqlglot reads and writes it, made faithful: what is printed is what was written.

sqlglot translates between databases, so it knows functions by their meaning and prints them under one name: `median(x)`
comes out as `quantile(0.5)(x)`, `if(…)` as `CASE`. An answer's column names would change with them, and the function
that is judged would not be the one that runs. Here a call stays a call by its own name, a cast, a negation, an interval
or a literal keeps its form, and the few constructs that sqlglot's dialect lacks are added.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlglot.dialects.clickhouse import ClickHouse
from sqlglot.tokenizer_core import TokenType

from hql.printing import HqlGenerator
from hql.reading import HqlParser


class Hql(ClickHouse):
    """The dialect of HQL; not for translating, only for reading and printing it again."""

    INDEX_OFFSET = 0

    class Tokenizer(ClickHouse.Tokenizer):
        KEYWORDS: ClassVar[Any] = {**ClickHouse.Tokenizer.KEYWORDS, "MOD": TokenType.MOD}

    Parser = HqlParser
    Generator = HqlGenerator
