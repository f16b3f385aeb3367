"""How the list of sessions is shown beside the view's filters, kept in the URL: a search, a tag, bounds on figures, an
order, a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from warehouse import session_narrowing
from warehouse.session_narrowing import Bounds
from warehouse.sessions import FIGURES

LABELS = {
    "requests": "Requests", "cost": "Cost, USD", "tokens": "Tokens", "duration": "Time, s", "errors": "Errors",
}  # fmt: skip
STEPS = {"cost": 0.0005, "duration": 0.5}
"""What the buttons of a bound add; of the others, which are whole numbers, one."""
ORDERS = {
    "started_at": "start", "duration": "time", "latency": "mean latency", "unpriced": "unpriced requests",
    "last_request_at": "last request", "ended_at": "end",
}  # fmt: skip
"""What sessions can be sorted by, where it is called otherwise than its column."""
SIZE = 50


@dataclass(frozen=True)
class Narrowing:
    """`bounds` are in USD and seconds; `page` is from 0."""

    search: str = ""
    tag: str = ""
    bounds: Bounds = field(default_factory=dict)
    sort: str = "started_at"
    descending: bool = True
    page: int = 0

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Narrowing:
        """Of the URL's parameters; what cannot be read is ignored."""
        sort, page = given.get("sort", ""), given.get("page", "")
        known = sort.removeprefix("-") in FIGURES
        return cls(
            given.get("search", "").strip(),
            given.get("tag", ""),
            session_narrowing.parsed(given.get("bounds", "")),
            sort.removeprefix("-") if known else "started_at",
            not (known and sort.startswith("-")),
            max(int(page) - 1, 0) if re.fullmatch("[0-9]{1,9}", page) else 0,
        )

    @property
    def options(self) -> dict[str, str]:
        """Of the read models, but for the sessions that have the tag."""
        return {"search": self.search, "bounds": session_narrowing.written(self.bounds)}

    @property
    def is_narrow(self) -> bool:
        return bool(self.search or self.tag or self.bounds)

    @property
    def said(self) -> str:
        """What sessions must be, as the end of a sentence; "" where nothing is asked."""
        asked = [
            f"has “{self.search}” in its id or name" if self.search else "",
            f"is tagged “{self.tag}”" if self.tag else "",
            "has such figures" if self.bounds else "",
        ]
        return " and ".join(filter(None, asked))


def ordered(sort: str, descending: bool) -> str:
    """The order in words: the latest first, by cost."""
    by = f"by {ORDERS.get(sort, sort)}"
    if sort in ("started_at", "last_request_at", "ended_at"):
        first = "the latest first" if descending else "the earliest first"
        return first if sort == "started_at" else f"{by}, {first}"
    return f"{by}, the {'highest' if descending else 'lowest'} first"
