"""What the list of sessions is narrowed by beside the view's filters, kept in the URL: a search, a tag, bounds on
figures (``bounds=cost:0.5:,requests:2:10``; USD and seconds), an order, a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from warehouse.sessions import BOUNDED, FIGURES, Bounds

SCALES = {"cost": 1e9, "duration": 1e3}
"""What a bound, as people write it, is multiplied by."""
LABELS = {
    "requests": "Requests", "cost": "Cost, USD", "tokens": "Tokens", "duration": "Time, s", "errors": "Errors",
}  # fmt: skip
SIZE = 50


@dataclass(frozen=True)
class Narrowing:
    """`bounds` are as people write them: USD, seconds."""

    search: str = ""
    tag: str = ""
    bounds: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    sort: str = "started_at"
    descending: bool = True
    page: int = 0

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Narrowing:
        """Of the URL's parameters; what cannot be read is ignored."""
        sort, page = given.get("sort", ""), given.get("page", "1")
        known = sort.removeprefix("-") in FIGURES
        return cls(
            given.get("search", "").strip(),
            given.get("tag", ""),
            _bounds(given.get("bounds", "")),
            sort.removeprefix("-") if known else "started_at",
            not (known and sort.startswith("-")),
            max(int(page) - 1, 0) if page.isdigit() else 0,
        )

    @property
    def asked(self) -> Bounds:
        """The bounds as the warehouse has them."""
        return tuple(
            (name, _times(least, SCALES.get(name, 1)), _times(most, SCALES.get(name, 1)))
            for name, (least, most) in sorted(self.bounds.items())
        )

    @property
    def is_narrow(self) -> bool:
        return bool(self.search or self.tag or self.bounds)


def written(bounds: Mapping[str, tuple[float | None, float | None]]) -> str:
    """Bounds as the URL has them."""
    ends = {name: [("" if end is None else f"{end:g}") for end in given] for name, given in bounds.items()}
    return ",".join(f"{name}:{least}:{most}" for name, (least, most) in sorted(ends.items()) if least or most)


def _bounds(text: str) -> dict[str, tuple[float | None, float | None]]:
    found = {}
    for one in filter(None, text.split(",")):
        name, least, most = (*one.split(":"), "", "")[:3]
        ends = (_number(least), _number(most))
        if name in BOUNDED and ends != (None, None):
            found[name] = ends
    return found


def _times(value: float | None, scale: float) -> float | None:
    return None if value is None else value * scale


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
