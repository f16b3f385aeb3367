"""Small pictures for a table's cells: how a score went, and how it is spread. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from ui import parts, theme

WIDTH, HEIGHT = 96, 22
_BARS = 12


def line(values: Sequence[float | None]) -> str:
    """A line from the lowest to the highest of the values, with gaps; a point that stands alone is a dot."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, span = min(known), (max(known) - min(known)) or 1
    step = WIDTH / max(len(values) - 1, 1)
    path = ""
    for index, value in enumerate(values):
        if value is not None:
            x, y = index * step, HEIGHT - 3 - (value - low) / span * (HEIGHT - 6)
            joined = index > 0 and values[index - 1] is not None
            path += f"{'L' if joined else 'M'}{x:.1f} {y:.1f}" + ("" if joined else "l0 0")
    drawn = f"<path d='{path}' fill='none' stroke='{theme.SCORE}' stroke-width='1.5' stroke-linecap='round'/>"
    return _picture(drawn)


def bars(values: Sequence[float], low: float, high: float) -> str:
    """A histogram of the values, which lie from `low` to `high`."""
    if not values:
        return ""
    span = high - low
    places = Counter(min(math.floor((value - low) / span * _BARS), _BARS - 1) if span else 0 for value in values)
    most, width = max(places.values()), WIDTH / _BARS
    drawn = "".join(
        f"<rect x='{place * width:.1f}' y='{HEIGHT - height:.1f}' width='{width - 1:.1f}' height='{height:.1f}' "
        f"fill='{theme.SCORE}'/>"
        for place, count in sorted(places.items())
        for height in (max(count / most * HEIGHT, 1.0),)
    )
    return _picture(drawn)


def share(rate: float) -> str:
    """Two bars of a rate: no and yes."""
    wide, most = WIDTH / 2 - 2, max(rate, 1 - rate)
    drawn = "".join(
        f"<rect x='{place * (wide + 4):.1f}' y='{HEIGHT - height:.1f}' width='{wide:.1f}' height='{height:.1f}' "
        f"fill='{colour}'/>"
        for place, part, colour in ((0, 1 - rate, theme.BEFORE), (1, rate, theme.SCORE))
        for height in (part / most * HEIGHT,)
    )
    return _picture(drawn)


def _picture(drawn: str) -> str:
    box = f"xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{HEIGHT}' viewBox='0 0 {WIDTH} {HEIGHT}'"
    return parts.image(f"<svg {box}>{drawn}</svg>")
