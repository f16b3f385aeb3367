"""The columns that the requests table can show: what they are called, how each is drawn and how wide it is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from html import escape
from typing import Any

from ui import format as fmt
from ui import theme
from ui.marks import around, marked
from warehouse.requests import COLUMNS

LABELS = {
    "request_created_at": "Time", "status": "Status", "model": "Model", "request_model": "Requested model",
    "request_preview": "Request", "response_preview": "Response", "latency": "Latency",
    "time_to_first_token": "First token", "cost": "Cost", "total_tokens": "Tokens", "prompt_tokens": "Input",
    "completion_tokens": "Output", "user_id": "User", "provider": "Provider", "session_id": "Session",
    "session_name": "Session name", "session_path": "Path", "prompt_id": "Prompt", "prompt_version": "Prompt version",
    "reasoning_tokens": "Reasoning", "prompt_cache_read_tokens": "Cache read",
    "prompt_cache_write_tokens": "Cache write", "is_cached": "Cached", "is_stream": "Streamed", "error_type": "Error",
    "feedback": "Feedback", "country_code": "Country", "request_id": "Id", "request_path": "API path",
    "cost_status": "Cost status", "size_bytes": "Size",
}  # fmt: skip

DEFAULT = (
    "request_created_at", "status", "model", "request_preview", "response_preview", "latency", "cost", "total_tokens",
)  # fmt: skip

PREVIEWS = ("request_preview", "response_preview")
PREVIEW_CHARACTERS = 160
PROPERTY, SCORE = "properties.", "scores."
IN_CSV = {"cost": "cost_usd"}
"""Columns that a CSV has in another unit."""

_FIGURES = {
    "latency": fmt.duration, "time_to_first_token": fmt.duration, "cost": fmt.usd, "size_bytes": fmt.size,
    "total_tokens": fmt.number, "prompt_tokens": fmt.number, "completion_tokens": fmt.number,
    "reasoning_tokens": fmt.number, "prompt_cache_read_tokens": fmt.number, "prompt_cache_write_tokens": fmt.number,
}  # fmt: skip

_WIDTHS = {"request_created_at": "8.1rem", "status": "minmax(3.4rem, 9rem)", "request_id": "9rem"}
_RATINGS = {None: "", True: "good", False: "bad"}


def label(column: str) -> str:
    return LABELS.get(column) or column.removeprefix(PROPERTY).removeprefix(SCORE)


def is_known(column: str) -> bool:
    """Whether requests can be sorted by it."""
    return column in COLUMNS or any(column.startswith(of) and column != of for of in (PROPERTY, SCORE))


def is_figure(column: str) -> bool:
    """Figures and their heads stand on the right."""
    return column in _FIGURES or column.startswith(SCORE)


def read(columns: Sequence[str]) -> tuple[str, ...]:
    """What has to be read of the warehouse to show `columns`."""
    needed = [name for name in columns if name not in PREVIEWS]
    return tuple(dict.fromkeys([*needed, "status", "cost_status"]))


def has_match(row: dict[str, Any], words: Sequence[str]) -> bool:
    """Whether a preview has one of `words`, whatever its case."""
    previews = " ".join(row[name] or "" for name in PREVIEWS).casefold()
    return any(word.casefold() in previews for word in words)


def widths(columns: Sequence[str]) -> str:
    """The widths of `columns` as a CSS grid has them: previews share what the others leave."""
    return " ".join(map(_width, columns))


def cell(row: dict[str, Any], name: str, zone: tzinfo, words: Sequence[str] = ()) -> str:
    """The cell as HTML; `words` of a search are marked in previews. What was found elsewhere in a body (`match`) stands
    in the place of that body's preview."""
    value = row[name]
    if name in PREVIEWS:
        found = row.get("match") if name == f"{row.get('match_in')}_preview" else None
        return (_where(name) if found else "") + marked(around(found or value or "", words, PREVIEW_CHARACTERS), words)
    if name == "status":
        colour = theme.status_colour(value)
        shape = "" if 200 <= value < 400 else " bad"
        return f'<i class="hg-dot{shape}" style="background:{colour}"></i>{escape(fmt.status(value))}'
    return escape(_text(row, name, value, zone))


def _where(name: str) -> str:
    """The hint that a match is of the body, not of its preview; a narrow screen, which has no heads, says of which."""
    whose = label(name)
    return (
        f'<small class="where" data-of="{whose}" title="In the {whose.lower()} body, beyond its preview">body</small> '
    )


def _text(row: dict[str, Any], name: str, value: Any, zone: tzinfo) -> str:
    if name == "request_created_at":
        return fmt.clock(value.astimezone(zone))
    if name == "cost" and row["cost_status"] == "unpriced":
        return "unpriced"
    if name == "feedback":
        return _RATINGS[value]
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.startswith(SCORE):
        return f"{value:.4g}"
    figure = _FIGURES.get(name)
    return figure(value) if figure else str(value)


def _width(name: str) -> str:
    if name in PREVIEWS:
        return "minmax(9rem, 3fr)"
    return _WIDTHS.get(name) or ("minmax(3.6rem, max-content)" if is_figure(name) else "minmax(4rem, 10rem)")
