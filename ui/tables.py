"""Tables whose cells are links, with bars behind figures and dots of colour. Pure; every value is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Cell:
    """`share` (0 to 1) is a bar behind the text, `dot` a colour before it; `title` is what hovering tells."""

    text: str
    href: str = ""
    share: float | None = None
    colour: str = "#3f83d4"
    dot: str = ""
    title: str = ""
    dim: bool = False
    nowrap: bool = False
    long: bool = False
    """A sentence, which needs some width also where the table is wider than the screen."""
    picture: str = ""
    """An image of ui/parts.py after the text."""


def table(heads: Sequence[str | Cell], rows: Iterable[Sequence[str | Cell]], *, numeric: int = 0) -> str:
    """A table that scrolls sideways where it is too wide; the last `numeric` columns are right-aligned."""
    first = len(heads) - numeric
    head = "".join(_cell(cell, "th", index >= first) for index, cell in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(_cell(cell, "td", index >= first) for index, cell in enumerate(row)) + "</tr>" for row in rows
    )
    return (
        f'<div class="hg-wide"><table class="hg-table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(of: str | Cell, tag: str, numeric: bool) -> str:
    cell = of if isinstance(of, Cell) else Cell(of)
    kinds = " ".join(
        name for name, on in (("n", numeric), ("dim", cell.dim), ("one", cell.nowrap), ("long", cell.long)) if on
    )
    dot = f'<i class="hg-dot" style="background:{cell.dot}"></i>' if cell.dot else ""
    inner = f"{dot}{escape(cell.text)}{cell.picture}"
    if cell.href:
        inner = f'<a href="{escape(cell.href)}">{inner}</a>'
    bar = ""
    if cell.share is not None:
        width = max(0.0, min(cell.share, 1.0)) * 100
        bar = f'<span class="bar" style="width:{width:.1f}%;background:{cell.colour}"></span>'
    title = f' title="{escape(cell.title)}"' if cell.title else ""
    kind = f' class="{kinds}"' if kinds else ""
    return f"<{tag}{kind}{title}>{bar}{inner}</{tag}>"
