"""A panel: a question to the warehouse, and how its answer is drawn, downloaded as CSV and asked again in HQL.

Pages are lists of panels. All questions of a page are asked at once, each once however many panels show its answer;
panels are drawn as their answers come, and one that fails says so in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import reduce
from string import Template
from typing import Any, TypeAlias

import plotly.graph_objects as go
import polars as pl

from metadata.annotations import Note
from ui import format as fmt
from ui.state import Clause, View
from warehouse.conditions import Condition, between, both, inlined, quoted
from warehouse.timerange import DAY, HOUR, TimeRange

Question = Callable[..., Any]
"""A read model's function: ``(reader, time_range, condition, **options)``."""

MONEY = ("cost", "saved_cost", "spent", "there", "user_cost", "session_cost")
"""What read models call amounts of USD × 1e9."""

_A_MONDAY = "1970-01-19"
"""On which one of the four weeks of a bucket begins."""

Drawn: TypeAlias = go.Figure | str
"""A chart, or HTML of ui/parts.py."""


@dataclass(frozen=True)
class Seen:
    """What a panel is drawn for."""

    view: View
    time_range: TimeRange
    condition: Condition
    zone: tzinfo
    annotations: Sequence[Note] = ()
    options: Mapping[str, Any] | None = None
    kept: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the page's own that a link to the page itself carries."""

    def link(self, *clauses: Clause) -> str:
        """The page with more filters."""
        return reduce(View.with_clause, clauses, self.view).query(**self.kept)

    @property
    def every(self) -> str:
        """The width of a chart's bars: "per hour"."""
        return f"per {fmt.span(self.time_range.step)}"


@dataclass(frozen=True)
class Panel:
    """`name` is what URLs and saved dashboards call it. `sub` says what is shown; ``{every}`` in it is the bars' width;
    it may also be made of the answer.

    `hql` asks the same in HQL: ``$where`` stands for the view's range and filters, ``$filters`` for these alone,
    ``$now`` and ``$before`` for what is compared, ``$at`` for the bars of time, ``$seconds`` for their width,
    ``$start``, ``$end`` and ``$zone`` for the range's, ``$<option>`` for an option's value as text. `rows` makes the
    answer a table for CSV where it is none.
    """

    name: str
    title: str
    question: Question
    draw: Callable[[Any, Seen], Drawn]
    sub: str | Callable[[Any, Seen], str] = ""
    hql: str = ""
    rows: Callable[[Any], pl.DataFrame] | None = None
    options: tuple[tuple[str, Any], ...] = ()
    over_time: bool = False
    """Its x axis is time, so that annotations are drawn on it, and the period before beside it."""
    choices: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """Options that whoever looks may choose, each with its values and their labels. What is chosen stands in the URL
    as ``<name>.<option>``."""

    def chosen(self, given: Mapping[str, str]) -> Panel:
        """The panel as the URL's parameters have it; what cannot be chosen is ignored."""
        asked = [(option, given.get(f"{self.name}.{option}"), dict(values)) for option, values in self.choices]
        return self.having(**{option: value for option, value, values in asked if value in values})

    def having(self, **options: Any) -> Panel:
        """The same panel with other options."""
        return replace(self, options=tuple(sorted({**dict(self.options), **options}.items())))

    @property
    def key(self) -> str:
        return " ".join([self.name, *(f"{name}={value}" for name, value in self.options)])

    def table(self, answer: Any) -> pl.DataFrame:
        """The answer as rows, times in UTC, amounts in dollars."""
        found = self.rows(answer) if self.rows else answer
        assert isinstance(found, pl.DataFrame), f"{self.name} needs `rows`"
        return dollars(found)

    def described(self, answer: Any, seen: Seen) -> str:
        """What is shown, in a line."""
        return self.sub.format(every=seen.every) if isinstance(self.sub, str) else self.sub(answer, seen)

    def menu(self, seen: Seen, zone_name: str) -> list[tuple[str, str]]:
        """What can be done with the panel: a label and an address each."""
        chosen = {f"o.{name}": str(value) for name, value in self.options}
        csv = "/download/panel.csv" + seen.view.query(panel=self.name, zone=zone_name, **chosen)
        items = [("Data as CSV", csv)]
        if self.hql:
            items.append(("Open as HQL", "/hql" + seen.view.query(sql=self.as_hql(seen), name=self.title, run="1")))
        # Of the page itself, where the dialog opens.
        items.append(("Add to a dashboard", seen.view.query(**{**seen.kept, **chosen, "add": self.name})))
        return items

    def as_hql(self, seen: Seen) -> str:
        """The panel's question in HQL, values written out."""
        of = seen.time_range
        given = {name: quoted(str(value)) for name, value in self.options} | {
            "where": where(seen), "at": bucket(of), "filters": inlined(seen.condition), "zone": quoted(str(of.zone)),
            "now": inlined(between(*of.compared[0])), "before": inlined(between(*of.compared[1])),
            "start": _literal(of.start), "end": _literal(of.end), "seconds": str(int(of.step.total_seconds())),
        }  # fmt: skip
        return Template(self.hql).substitute(given).strip()


def dollars(found: pl.DataFrame, names: Sequence[str] = MONEY) -> pl.DataFrame:
    """Those of the columns that there are, USD × 1e9, as dollars: `cost` becomes `cost_usd`. Pure."""
    return found.select(
        (pl.col(name) / 1e9).alias(f"{name}_usd") if name in names else pl.col(name) for name in found.columns
    )


def _literal(at: datetime) -> str:
    return f"toDateTime64('{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}', 3, 'UTC')"


def where(seen: Seen) -> str:
    """The view's range and filters as a WHERE expression."""
    return inlined(both(between(seen.time_range.start, seen.time_range.end), seen.condition))


def bucket(time_range: TimeRange, column: str = "request_created_at") -> str:
    """The bucket of time that a request falls in, as `TimeRange.edges` has them but for the first."""
    step, zone = time_range.step, quoted(str(time_range.zone))
    if step == DAY:
        return f"toDate({column}, {zone})"
    if step > DAY:
        first, days = f"toDate('{_A_MONDAY}')", step // DAY
        return f"{first} + intDiv(toDate({column}, {zone}) - {first}, {days}) * {days}"
    if step > HOUR:
        return f"toStartOfInterval({column}, INTERVAL {step // HOUR} HOUR, {zone})"
    # Up to an hour, bars begin at round times of UTC, also where the zone is half an hour off.
    return f"toStartOfInterval({column}, INTERVAL {int(step.total_seconds())} SECOND, 'UTC')"
