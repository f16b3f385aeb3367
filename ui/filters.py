"""The filter bar of every page: each filter a sentence that a click takes away, and a form that adds one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from ui import cached, parts
from ui.state import OUTCOME, TEXT, Clause, View
from ui.url import go_to
from warehouse.fields import OPERATORS
from warehouse.filters import FIELDS, FilterError

OPERATOR_LABELS = {
    "equals": "is", "not-equals": "is not", "contains": "contains", "not-contains": "does not contain",
    "like": "is like", "ilike": "is like (any case)", "gte": "is at least", "lte": "is at most", "gt": "is above",
    "lt": "is below",
}  # fmt: skip
SIGNS = {"gte": "≥", "lte": "≤", "gt": ">", "lt": "<"}

OWN_LABELS = {OUTCOME: "Outcome", TEXT: "Text of the bodies"}

OFFERED = (
    OUTCOME, "model", "provider", "status", "error_type", "user_id", "session_id", "session_name", "properties",
    "cost", "latency", "time_to_first_token", "total_tokens", "prompt_tokens", "completion_tokens", TEXT, "is_stream",
    "cached", "cost_status", "usage_source", "prompt_id", "scores", "feedback", "country_code", "request_id",
)  # fmt: skip


def label(field: str) -> str:
    return OWN_LABELS.get(field) or FIELDS[field].label


def sentence(clause: Clause) -> str:
    """The filter as it is read: "Latency > 500 ms", "Environment is production"."""
    field = FIELDS.get(clause.field)
    name = clause.key or (label(clause.field) if field or clause.field in OWN_LABELS else clause.field)
    sign = SIGNS.get(clause.operator) or OPERATOR_LABELS.get(clause.operator, clause.operator)
    unit = f" {field.unit}" if field and field.unit else ""
    return f"{name} {sign} {clause.value or '“”'}{unit}"


def bar(organization_id: str, view: View) -> None:
    """The view's filters, and the form that adds one."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="filter-bar"):
        for index, clause in enumerate(view.clauses):
            st.button(
                parts.plain(sentence(clause)),
                key=f"filter {index} {clause}",
                icon=":material/close:",
                icon_position="right",
                help="Take this filter away",
                on_click=go_to,
                args=(view.without(index),),
            )
        with st.popover("Filter", icon=":material/filter_list:", type="tertiary" if view.clauses else "secondary"):
            _form(organization_id, view)
        if len(view.clauses) > 1:
            st.button("Clear all", type="tertiary", on_click=clear, args=(view,))


def clear(view: View) -> None:
    go_to(replace(view, clauses=()))


def _form(organization_id: str, view: View) -> None:
    field = st.selectbox("Show requests whose", OFFERED, format_func=label, key="filter field")
    key = _key(organization_id, field) if field in ("properties", "scores") else ""
    operators = _operators(field)
    operator = st.selectbox(
        "Comparison",
        operators,
        format_func=lambda name: OPERATOR_LABELS[name],
        label_visibility="collapsed",
        key=f"filter operator {field}",
        disabled=len(operators) == 1,
    )
    value = _value(organization_id, field, key)
    ready = bool(value) and (bool(key) or field not in ("properties", "scores"))
    if st.button("Add the filter", type="primary", width="stretch", disabled=not ready):
        clause = Clause(field, operator, value, key)
        try:
            view.with_clause(clause).condition(cached.property_names(organization_id))
        except FilterError as error:
            st.error(str(error))
        else:
            go_to(view.with_clause(clause))
            st.rerun()


def _operators(field: str) -> tuple[str, ...]:
    if field in OWN_LABELS:
        return ("contains",) if field == TEXT else ("equals",)
    kind = FIELDS[field].kind
    return ("equals", "not-equals") if kind == "uuid" else OPERATORS[kind]


def _key(organization_id: str, field: str) -> str:
    if field == "scores":
        return st.text_input("Name", placeholder="name of the score", label_visibility="collapsed", key="score name")
    names = sorted(cached.property_names(organization_id).values())
    return _choice("Property", names, "name of the property", "filter property")


def _value(organization_id: str, field: str, key: str) -> str:
    fixed: Mapping[str, tuple[str, ...]] = {OUTCOME: ("failed", "succeeded")}
    if field in fixed:
        return str(st.selectbox("Value", fixed[field], label_visibility="collapsed", key=f"filter value {field}"))
    if field in FIELDS and FIELDS[field].kind == "boolean":
        return str(st.selectbox("Value", ("true", "false"), label_visibility="collapsed", key=f"filter value {field}"))
    unit = FIELDS[field].unit if field in FIELDS else ""
    seen = cached.values(organization_id, field, key)
    return _choice("Value", seen, unit or "value", f"filter value {field} {key}")


def _choice(name: str, options: list[str], placeholder: str, widget_key: str) -> str:
    """One of the values seen, or any other that is typed."""
    if not options:
        return str(st.text_input(name, placeholder=placeholder, label_visibility="collapsed", key=widget_key)).strip()
    chosen = st.selectbox(
        name,
        options,
        index=None,
        placeholder=f"{placeholder}: choose or type",
        accept_new_options=True,
        label_visibility="collapsed",
        key=widget_key,
    )
    return str(chosen or "").strip()
