"""The matrices' files: cases that each begin with a line ``--- name word … key=value …``.

A word marks the case: `ordered`, the order of the rows is part of the answer; `guarded`, the engine has no answer to
hold the guard's against; `wall`, ClickHouse lets any account do it, so that the second wall alone refuses it. ``code=``
is the refusal it must get; any other key is a parameter of the query, whose value is JSON if it can be read as that and
a text otherwise.
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    name: str
    sql: str
    marks: frozenset[str]
    code: str
    parameters: dict[str, Any]

    @property
    def is_ordered(self) -> bool:
        return "ordered" in self.marks


def load(path: Path) -> list[Case]:
    """The cases of one file in order."""
    pieces = re.split(r"(?m)^--- (.+)\n", path.read_text())
    return [_case(path.stem, heading, sql) for heading, sql in zip(pieces[1::2], pieces[2::2], strict=True)]


def _case(file: str, heading: str, sql: str) -> Case:
    name, *words = shlex.split(heading)
    pairs = dict(word.split("=", 1) for word in words if "=" in word)
    code = pairs.pop("code", "")
    marks = frozenset(word for word in words if "=" not in word)
    return Case(f"{file}/{name}", sql.strip("\n"), marks, code, {key: _value(text) for key, text in pairs.items()})


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def cases(*patterns: str) -> list[Case]:
    """All cases of the files that match, such as ``corpus/*.sql``."""
    return [case for pattern in patterns for path in sorted(HERE.glob(pattern)) for case in load(path)]


def parametrize(*patterns: str) -> pytest.MarkDecorator:
    """Run a test with each case as `case`."""
    return pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in cases(*patterns)])
