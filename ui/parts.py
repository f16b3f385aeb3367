"""The dashboard's own pieces of HTML: tiles, lists with bars, facts. Pure; every value is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

_MARK = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32' fill='none' stroke='#e69f00' stroke-width='2.6' "
    "stroke-linecap='round'><circle cx='16' cy='16' r='5.4' fill='#e69f00' stroke='none'/>"
    "<path d='M16 3v4M16 25v4M3 16h4M25 16h4M6.8 6.8l2.8 2.8M22.4 22.4l2.8 2.8M6.8 25.2l2.8-2.8M22.4 9.6l2.8-2.8'/>"
    "</svg>"
)
"""Sunlight, which a heliograph signals with."""


def image(svg: str, kind: str = "") -> str:
    """An SVG as an image: Streamlit takes inline SVG out of HTML."""
    return f'<img class="{kind}" alt="" src="data:image/svg+xml,{quote(svg)}">'


SUN = image(_MARK, "sun")
ICON = f"data:image/svg+xml,{quote(_MARK)}"


@dataclass(frozen=True)
class Tile:
    """A headline figure with what it is compared to, and how it went."""

    name: str
    value: str
    note: str = ""
    trend: Sequence[float | None] = ()
    colour: str = "currentColor"


@dataclass(frozen=True)
class Bar:
    """A line of a list: a label, figures, a bar of `share` (0 to 1), and where a click leads."""

    label: str
    figures: tuple[str, str]
    share: float
    href: str = ""
    colour: str = "#3f83d4"
    dot: bool = False


def brand(organisation: str) -> str:
    name = escape(organisation)
    return f'<div class="hg-brand">{SUN}Heliograph</div><div class="hg-org" title="Organisation">{name}</div>'


def title(text: str, sub: str = "") -> str:
    return f'<h1 class="hg-title">{escape(text)}</h1><div class="hg-sub">{escape(sub)}</div>'


def text(of: str) -> str:
    """Plain text for use in HTML."""
    return escape(of)


def cut(text: str, longest: int = 90) -> str:
    """The beginning of a text."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def plain(text: str, longest: int = 160) -> str:
    """Text that Streamlit's Markdown, as of buttons, shows as it stands."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(f"\\{character}" if character in "\\`*_{}[]()#+-.!|$:<>~" else character for character in cut)


def panel(text: str, sub: str = "", menu: Iterable[tuple[str, str]] = ()) -> str:
    """A panel's head; `menu` has the label and the address of each of its items."""
    return f'<div class="hg-panel">{escape(text)}<small>{escape(sub)}</small>{_menu(text, menu)}</div>'


def nothing(text: str) -> str:
    return f'<div class="hg-none">{escape(text)}</div>'


def tiles(of: Iterable[Tile]) -> str:
    return f'<div class="hg-tiles">{"".join(map(_tile, of))}</div>'


def bars(heads: tuple[str, str, str], of: Iterable[Bar]) -> str:
    label, *figures = (escape(head) for head in heads)
    head = f'<div class="head"><span>{label}</span>' + "".join(f'<span class="figure">{f}</span>' for f in figures)
    return f'<div class="hg-list">{head}</div>{"".join(map(_bar, of))}</div>'


def facts(of: Iterable[tuple[str, str]]) -> str:
    pairs = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in of)
    return f'<dl class="hg-facts">{pairs}</dl>'


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: int = 0, summed: bool = False) -> str:
    """A small table; the last `numeric` columns are right-aligned, the last row is a sum where `summed`."""
    body = [[escape(cell) for cell in row] for row in rows]
    kind = [' class="n"' if index >= len(heads) - numeric else "" for index in range(len(heads))]
    head = "".join(f"<th{k}>{escape(text)}</th>" for k, text in zip(kind, heads, strict=True))
    lines = ["".join(f"<td{k}>{cell}</td>" for k, cell in zip(kind, row, strict=True)) for row in body]
    marks = [' class="sum"' if summed and index == len(lines) - 1 else "" for index in range(len(lines))]
    text = "".join(f"<tr{mark}>{line}</tr>" for mark, line in zip(marks, lines, strict=True))
    return f'<table class="hg-table"><thead><tr>{head}</tr></thead><tbody>{text}</tbody></table>'


def links(of: Iterable[tuple[str, str]]) -> str:
    """Links in a row: the label and the address of each."""
    items = "".join(f'<a href="{escape(to)}">{escape(label)}</a>' for label, to in of)
    return f'<div class="hg-links">{items}</div>'


def empty(heading: str, text: str) -> str:
    return f'<div class="hg-empty">{SUN}<h2>{escape(heading)}</h2><p>{escape(text)}</p></div>'


def pill(text: str, colour: str) -> str:
    return f'<span class="hg-status" style="border-color:{colour}">{escape(text)}</span>'


def _menu(of: str, items: Iterable[tuple[str, str]]) -> str:
    links = "".join(f'<a href="{escape(to)}">{escape(label)}</a>' for label, to in items)
    if not links:
        return ""
    label = escape(f"Menu of {of}")
    return (
        f'<details class="hg-menu"><summary aria-label="{label}" title="Menu">⋯</summary><div>{links}</div></details>'
    )


def _tile(tile: Tile) -> str:
    return (
        f'<div class="hg-tile"><span class="name">{escape(tile.name)}</span>'
        f'<span class="value">{escape(tile.value)}</span>'
        f'<span class="note" title="{escape(tile.note)}">{escape(tile.note) or "&nbsp;"}</span>'
        f"{_trend(tile.trend, tile.colour)}</div>"
    )


def _trend(values: Sequence[float | None], colour: str) -> str:
    """A line without axes; gaps stay gaps."""
    known = [value for value in values if value is not None]
    if len(values) < 2 or not any(known):
        return ""
    highest, step = max(known), 100 / (len(values) - 1)
    path, pen = [], "M"
    for index, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        path.append(f"{pen}{index * step:.1f} {28 - value / highest * 26:.1f}")
        pen = "L"
    line = f"fill='none' stroke='{colour}' stroke-width='1.6' vector-effect='non-scaling-stroke'"
    box = "xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 30' preserveAspectRatio='none'"
    return image(f"<svg {box}><path d='{''.join(path)}' {line}/></svg>", "trend")


def _bar(bar: Bar) -> str:
    width = max(0.0, min(bar.share, 1.0)) * 100
    dot = f'<i class="hg-dot" style="background:{bar.colour}"></i>' if bar.dot else ""
    first, second = (escape(figure) for figure in bar.figures)
    inner = (
        f'<span class="bar" style="width:{width:.1f}%;background:{bar.colour}"></span>'
        f'<span class="label" title="{escape(bar.label)}">{dot}{escape(bar.label)}</span>'
        f'<span class="figure">{first}</span><span class="figure dim">{second}</span>'
    )
    if not bar.href:
        return f"<div>{inner}</div>"
    return f'<a href="{escape(bar.href)}">{inner}</a>'
