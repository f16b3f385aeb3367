"""A query's parameters as widgets of their types, and as texts in the URL."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlencode

import streamlit as st

from hql.errors import HqlError
from hql.guard import parameters_of
from hql.parameters import Parameter

IN_URL = "p."
_WHOLE = re.compile(r"U?Int(8|16|32|64)")
_ANY = {"Bool": False, "Date": "2026-01-01", "Date32": "2026-01-01", "UUID": "00000000-0000-0000-0000-000000000000"}
_WRITTEN = re.compile(r"\{\s*([A-Za-z_]\w{0,63})\s*:\s*([A-Z][\w(), ']*?)\s*\}")
_WIDTH = 190


def declared(text: str) -> tuple[Parameter, ...]:
    """A query's. Of one that is still being written, those that can be seen: its fields stay where they are."""
    try:
        return parameters_of(text) if text.strip() else ()
    except HqlError:
        found = {name: Parameter(name, type_) for name, type_ in _WRITTEN.findall(text)}
        return tuple(found.values())


def widgets(tab: str, parameters: Sequence[Parameter], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """A widget for each; returns the values of those that have one."""
    if not parameters:
        return {}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        values = {one.name: _widget(tab, one, defaults.get(one.name)) for one in parameters}
    return {name: value for name, value in values.items() if value is not None}


def text(value: Any) -> str:
    """A value as the URL and a saved default have it."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, list) else str(value)


def of_url(parameters: Mapping[str, str]) -> dict[str, str]:
    return {name[len(IN_URL) :]: value for name, value in parameters.items() if name.startswith(IN_URL)}


def in_url(values: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, str]:
    """What differs from the query's own defaults."""
    shown = {name: text(value) for name, value in values.items()}
    return {IN_URL + name: value for name, value in shown.items() if value != text(defaults.get(name, ""))}


def encoded(shown: Mapping[str, str]) -> str:
    return urlencode(shown, quote_via=quote)


def placeholders(parameters: Sequence[Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """`given`, and any value of its type for a parameter that has none yet: enough to look a query over."""
    return {one.name: given.get(one.name, _any(one.type)) for one in parameters}


def _any(type_: str) -> Any:
    base = _base(type_)
    if type_.startswith("Array("):
        return []
    if base.startswith("DateTime"):
        return "2026-01-01 00:00:00"
    return _ANY.get(base, 1 if base.startswith(("Int", "UInt", "Float", "Decimal")) else "")


def _widget(tab: str, parameter: Parameter, default: Any) -> Any:
    base = _base(parameter.type)
    label, shown = parameter.name, _converted(base, parameter.type, default)
    keeps: dict[str, Any] = {
        "key": f"{IN_URL}{tab} {parameter.name} {parameter.type}",
        "persist_state": "session",
        "width": _WIDTH,
    }
    if _WHOLE.fullmatch(base):
        return st.number_input(label, value=shown, step=1, min_value=0 if base.startswith("U") else None, **keeps)
    if base.startswith(("Float", "Decimal")):
        return st.number_input(label, value=shown, step=None, format="%g", **keeps)
    if base == "Bool":
        return st.checkbox(label, value=bool(shown), **keeps)
    if base in ("Date", "Date32"):
        day = st.date_input(label, value=shown, **keeps)
        return day.isoformat() if isinstance(day, date) else None
    if base.startswith("DateTime"):
        at = st.datetime_input(label, value=shown, help="In UTC", **keeps)
        return at.isoformat(" ") if at else None
    if parameter.type.startswith("Array("):
        return _items(st.text_input(label, value=shown or "", help="Several, with commas between them", **keeps))
    written = st.text_input(label, value=shown or "", **keeps)
    return written if written or base in ("String", "FixedString") else None


def _base(type_: str) -> str:
    """``LowCardinality(Nullable(UInt8))`` is a UInt8 to a widget."""
    while found := re.fullmatch(r"(?:Nullable|LowCardinality)\((.+)\)", type_):
        type_ = found[1]
    return type_.partition("(")[0]


def _converted(base: str, type_: str, value: Any) -> Any:
    """A default for its widget; None where it is none."""
    if value is None or value == "":
        return None
    try:
        if _WHOLE.fullmatch(base):
            return int(value)
        if base.startswith(("Float", "Decimal")):
            return float(value)
        if base in ("Date", "Date32"):
            return date.fromisoformat(str(value)[:10])
        if base.startswith("DateTime"):
            return datetime.fromisoformat(str(value)).replace(tzinfo=None)
    except ValueError:
        return None
    if base == "Bool":
        return str(value).lower() in ("true", "1", "yes")
    if type_.startswith("Array("):
        return ", ".join(str(item) for item in _items(text(value)))
    return text(value)


def _items(written: str) -> list[Any]:
    """``a, b`` or JSON's ``["a", "b"]``."""
    if written.lstrip().startswith("["):
        try:
            found = json.loads(written)
        except ValueError:
            found = None
        if isinstance(found, list):
            return found
    return [item.strip() for item in written.split(",") if item.strip()]
