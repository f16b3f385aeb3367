"""The columns that the requests table can show, how each is drawn, and what they are called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

import polars as pl
import streamlit as st

from ui import format as fmt

LABELS = {
    "request_created_at": "Time", "status": "Status", "model": "Model", "request_preview": "Request",
    "response_preview": "Response", "latency": "Latency", "time_to_first_token": "First token", "cost": "Cost",
    "total_tokens": "Tokens", "prompt_tokens": "Input", "completion_tokens": "Output", "user_id": "User",
    "provider": "Provider", "session_id": "Session", "session_name": "Session name", "session_path": "Path",
    "prompt_id": "Prompt", "reasoning_tokens": "Reasoning", "prompt_cache_read_tokens": "Cache read",
    "prompt_cache_write_tokens": "Cache write", "is_cached": "Cached", "is_stream": "Streamed",
    "error_type": "Error", "feedback": "Feedback", "country_code": "Country", "request_id": "Id",
    "request_path": "API path", "cost_status": "Cost status", "size_bytes": "Size",
}  # fmt: skip

DEFAULT = (
    "request_created_at", "status", "model", "request_preview", "response_preview", "latency", "total_tokens", "cost",
)  # fmt: skip

PREVIEWS = ("request_preview", "response_preview")
PROPERTY = "properties."

_FIGURES = {
    "latency": fmt.duration, "time_to_first_token": fmt.duration, "cost": fmt.usd, "size_bytes": fmt.size,
    "total_tokens": fmt.number, "prompt_tokens": fmt.number, "completion_tokens": fmt.number,
    "reasoning_tokens": fmt.number, "prompt_cache_read_tokens": fmt.number, "prompt_cache_write_tokens": fmt.number,
}  # fmt: skip

_WIDTHS = {
    "request_created_at": 124, "status": 108, "model": 146, "request_preview": 194, "response_preview": 194,
    "latency": 72, "cost": 84, "total_tokens": 66,
}  # fmt: skip


def label(column: str) -> str:
    return LABELS.get(column) or column.removeprefix(PROPERTY)


def read(columns: Sequence[str]) -> tuple[str, ...]:
    """What has to be read of the warehouse to show `columns`."""
    needed = [name for name in columns if name not in PREVIEWS]
    return tuple(dict.fromkeys([*needed, "status", "cost_status"]))


def shown(rows: pl.DataFrame, columns: Sequence[str], zone: tzinfo) -> dict[str, list[Any]]:
    """The cells as people read them, by label."""
    return {label(name): _cells(rows, name, zone) for name in columns}


def config(columns: Sequence[str]) -> dict[str, Any]:
    """Figures and their heads stand on the right."""
    return {
        label(name): st.column_config.TextColumn(
            label(name), width=_WIDTHS.get(name, 120), alignment="right" if name in _FIGURES else "left"
        )
        for name in columns
    }


def _cells(rows: pl.DataFrame, name: str, zone: tzinfo) -> list[Any]:
    values = rows[name].to_list()
    if name == "request_created_at":
        return [fmt.clock(at.astimezone(zone)) for at in values]
    if name == "status":
        return [f"{'●' if 200 <= code < 400 else '▲'} {fmt.status(code)}" for code in values]
    if name == "cost":
        return [
            "unpriced" if state == "unpriced" else fmt.usd(cost)
            for cost, state in zip(values, rows["cost_status"], strict=True)
        ]
    if figure := _FIGURES.get(name):
        return [figure(value) for value in values]
    return ["" if value is None else str(value) for value in values]
