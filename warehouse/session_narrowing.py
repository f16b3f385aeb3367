"""What sessions are narrowed by beside a view's filters. Pure.

It is text, as it stands in addresses and in the options of panels: a part of an id or name, bounds on figures
(``cost:0.5:,requests:2:10``: the least and the most, in USD and seconds), ids as a JSON array.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from warehouse import conditions
from warehouse.conditions import Condition, bound, compared

SCALES = {"requests": 1, "cost": 10**9, "tokens": 1, "duration": 10**3, "errors": 1}
"""Figures that have bounds, and what a bound is multiplied by to be in the figure's own unit."""
WHOLE = frozenset(name for name, scale in SCALES.items() if scale == 1)
"""Figures whose bounds are whole numbers."""
BEYOND = 2**53
"""No bound is so high: up to here whole numbers are exact, in browsers too."""

Bounds = Mapping[str, tuple[float | None, float | None]]
"""The least and the most of each figure, in USD and seconds."""


def parsed(bounds: str) -> dict[str, tuple[float | None, float | None]]:
    """Bounds of their text; what cannot be read is ignored."""
    found = {}
    for one in bounds.split(","):
        name, least, most = (*one.split(":"), "", "")[:3]
        ends = (_number(least, name in WHOLE), _number(most, name in WHOLE))
        if name in SCALES and ends != (None, None):
            found[name] = ends
    return found


def written(bounds: Bounds) -> str:
    """Bounds as text, no digit lost."""
    ends = {name: ["" if end is None else repr(end).removesuffix(".0") for end in of] for name, of in bounds.items()}
    return ",".join(f"{name}:{least}:{most}" for name, (least, most) in sorted(ends.items()) if least or most)


def within(bounds: str, figures: Mapping[str, str]) -> Condition:
    """The condition on a session's `figures`: expressions in their own units."""
    return conditions.both(
        *(
            compared(figures[name], sign, conditions.number(end, name, SCALES[name]))
            for name, of in sorted(parsed(bounds).items())
            for sign, end in zip((">=", "<="), of, strict=True)
            if end is not None
        )
    )


def named(search: str) -> Condition:
    """The condition on a row that its session's id or name contains `search`, in any case."""
    return conditions.joined(
        "OR", [conditions.matches(name, "contains", search, "search") for name in ("session_id", "session_name")]
    )


def listed(ids: Iterable[str]) -> str:
    return json.dumps([*ids], ensure_ascii=False)


def ids(among: str) -> Condition:
    """The ids that `listed` has written, as a parameter. Raises `ValueError`."""
    found = json.loads(among)
    if not isinstance(found, list):
        raise ValueError("among: must be a JSON array of ids")
    return bound("Array(String)", [str(one) for one in found])


def _number(text: str, whole: bool) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    if not 0 <= value < BEYOND or (whole and not value.is_integer()):
        return None
    return int(value) if whole else value
