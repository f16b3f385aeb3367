"""The library of ready queries: what people who run LLM applications ask most, one file each in `ready/`.

A file begins with comments that say what it is; the rest is the query::

    -- name: Cost by model and day
    -- description: What each model cost on each day.
    -- chart: bar day cost_usd model
    -- parameter: days = 30

A chart is its kind, the column along x, those along y (commas between them) and, where there is one, the column that
tells series apart; of a heatmap the series are its rows and y is the colour. `parameter` gives a parameter's default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

_FOLDER = Path(__file__).parent / "ready"


@dataclass(frozen=True)
class Chart:
    """How to draw a result first."""

    kind: str
    x: str
    y: tuple[str, ...]
    series: str = ""


@dataclass(frozen=True)
class Ready:
    """A query of the library, with a default for each of its parameters."""

    slug: str
    name: str
    description: str
    sql: str
    parameters: Mapping[str, str]
    chart: Chart | None = None


def parse(slug: str, text: str) -> Ready:
    """A query from its file's text. Raises `ValueError` for one without a name or with a line of another kind."""
    head = list(takewhile(lambda line: line.startswith("-- "), text.splitlines()))
    facts: dict[str, str] = {}
    parameters: dict[str, str] = {}
    for line in head:
        label, _, value = line.removeprefix("-- ").partition(": ")
        if label == "parameter":
            name, _, default = value.partition(" = ")
            parameters[name] = default
        elif label in ("name", "description", "chart"):
            facts[label] = value
        else:
            raise ValueError(f"{slug}: what is {line!r}?")
    if not facts.get("name") or not facts.get("description"):
        raise ValueError(f"{slug}: its name or its description is missing")
    sql = "\n".join(text.splitlines()[len(head) :])
    return Ready(slug, facts["name"], facts["description"], sql, parameters, _chart(facts.get("chart", "")))


def _chart(text: str) -> Chart | None:
    if not text:
        return None
    kind, x, y, *series = text.split()
    return Chart(kind, x, tuple(y.split(",")), *series)


def _load() -> tuple[Ready, ...]:
    files = sorted(_FOLDER.glob("*.sql"))
    return tuple(parse(path.stem, path.read_text(encoding="utf-8")) for path in files)


LIBRARY: tuple[Ready, ...] = _load()
"""Every query, in the order of their slugs."""
