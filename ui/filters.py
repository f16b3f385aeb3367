"""The filter bar of every page: the filters as a sentence, a click takes one away, a form adds one; saved filters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from ui import cached, parts, saved
from ui.state import ALIKE, ANY_OF, OUTCOME, TEXT, Clause, View, several, values
from ui.url import go_to
from warehouse.fields import OPERATORS
from warehouse.filters import FIELDS, FilterError

OPERATOR_LABELS = {
    "equals": "is", "not-equals": "is not", "contains": "contains", "not-contains": "does not contain",
    "like": "is like", "ilike": "is like (any case)", "gte": "is at least", "lte": "is at most", "gt": "is above",
    "lt": "is below", ANY_OF: "is any of",
}  # fmt: skip
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
SIGNS = {"gte": "≥", "lte": "≤", "gt": ">", "lt": "<"}

OWN_LABELS = {OUTCOME: "Outcome", TEXT: "Text of the bodies"}
ALIKE_LABELS = {"instructions": "System prompt is that of one request", "body": "Body is that of one request"}

OFFERED = (
    OUTCOME, "model", "request_model", "provider", "status", "error_type", "user_id", "session_id", "session_name",
    "properties", "cost", "latency", "time_to_first_token", "total_tokens", "prompt_tokens", "completion_tokens", TEXT,
    "is_stream", "cached", "cost_status", "usage_source", "prompt_id", "scores", "feedback", "country_code",
    "request_id",
)  # fmt: skip


def label(field: str) -> str:
    return OWN_LABELS.get(field) or FIELDS[field].label


def sentence(clause: Clause) -> str:
    """The filter as it is read: "Latency > 500 ms", "Environment is production"."""
    if clause.field == ALIKE:
        return ALIKE_LABELS.get(clause.key, clause.key)
    field = FIELDS.get(clause.field)
    name = clause.key or (label(clause.field) if field or clause.field in OWN_LABELS else clause.field)
    sign = SIGNS.get(clause.operator) or OPERATOR_LABELS.get(clause.operator, clause.operator)
    unit = f" {field.unit}" if field and field.unit else ""
    if clause.operator == ANY_OF:
        return f"{name} is {_or(values(clause.value))}{unit}"
    return f"{name} {sign} {clause.value or '“”'}{unit}"


def _or(of: list[str]) -> str:
    """a, b or c"""
    return " or ".join(filter(None, (", ".join(of[:-1]), of[-1]))) if of else "anything"


def bar(organization_id: str, view: View) -> None:
    """The view's filters, and the form that adds one."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="filter-bar"):
        if view.clauses:
            st.html('<span class="hg-sub">Requests whose</span>', width="content")
        for index, clause in enumerate(view.clauses):
            if index:
                st.html('<span class="hg-sub">and</span>', width="content")
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
        saved.draw(organization_id, view, sentence)
        if len(view.clauses) > 1:
            st.button("Clear all", type="tertiary", on_click=clear, args=(view,))


def clear(view: View) -> None:
    go_to(replace(view, clauses=()))


def _form(organization_id: str, view: View) -> None:
    field = st.selectbox("Show requests whose", OFFERED, format_func=label, key="filter field")
    key = _key(organization_id, field) if field in ("properties", "scores") else ""
    operators = operators_of(field)
    operator = st.selectbox(
        "Comparison",
        operators,
        format_func=lambda name: OPERATOR_LABELS[name],
        label_visibility="collapsed",
        key=f"filter operator {field}",
        disabled=len(operators) == 1,
    )
    value = _several(organization_id, field, key) if operator == ANY_OF else _value(organization_id, field, key)
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


def operators_of(field: str) -> tuple[str, ...]:
    """What the bar offers to compare a field by."""
    if field in OWN_LABELS:
        return ("contains",) if field == TEXT else ("equals",)
    kind = FIELDS[field].kind
    if kind == "boolean":
        return OPERATORS[kind]
    exact, *others = ("equals", "not-equals") if kind == "uuid" else OPERATORS[kind]
    return (exact, ANY_OF, *others)


def _key(organization_id: str, field: str) -> str:
    if field == "scores":
        return _choice("Score", cached.score_names(organization_id), "name of the score", "filter score")
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
    return _read(field, _choice("Value", seen, unit or "value", f"filter value {field} {key}"))


def _several(organization_id: str, field: str, key: str) -> str:
    """Values of an `ANY_OF` filter: those seen, and any that are typed."""
    seen = cached.values(organization_id, field, key)
    chosen = st.multiselect(
        "Values", seen, placeholder="Choose or type values", accept_new_options=True, label_visibility="collapsed",
        key=f"filter values {field} {key}",
    )  # fmt: skip
    return several(_read(field, str(value).strip()) for value in chosen)


def _read(field: str, value: str) -> str:
    """A value as it was typed: of numbers 0,01 is 0.01, but 1,500 may be either and is left to be refused."""
    is_number = field in FIELDS and FIELDS[field].kind in ("number", "scores")
    return value.replace(",", ".") if is_number and not THOUSANDS.fullmatch(value) else value


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
