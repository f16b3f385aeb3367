"""What cost is taken apart by: names, filters and HQL of the dimensions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ui.state import Clause
from warehouse import costs
from warehouse.conditions import quoted
from warehouse.costs import ALWAYS, PROPERTY

NONE = {
    "user_id": "no user", "session_name": "no session name", "prompt_id": "no prompt", "country_code": "no country",
    "prompt_version": "no prompt version",
}  # fmt: skip
"""What stands for requests without a value."""


def labels(property_names: Iterable[str]) -> dict[str, str]:
    """Every dimension, properties last, and its name."""
    return dict(costs.DIMENSIONS) | {f"{PROPERTY}{name}": name for name in sorted(property_names, key=str.casefold)}


def label(by: str) -> str:
    return costs.DIMENSIONS.get(by) or by.removeprefix(PROPERTY)


def without(by: str) -> str:
    return NONE.get(by) or f"no {label(by)}"


def clauses(by: str, value: str) -> tuple[Clause, ...]:
    """The filters that leave the requests with that value."""
    if by.startswith(PROPERTY):
        return (Clause("properties", "equals", value, by.removeprefix(PROPERTY)),)
    if by == "prompt_version":
        prompt, _, version = value.rpartition(" ")
        return Clause("prompt_id", "equals", prompt), Clause("prompt_version", "equals", version)
    return (Clause(by, "equals", value),)


def in_hql(text: str, options: Mapping[str, object], names: Iterable[str]) -> str:
    """`text` with ``$<name>`` and ``$has_<name>`` in the place of a dimension's value and of whether there is one."""
    for name in names:
        value, has = _hql(str(options[name]))
        text = text.replace(f"$has_{name}", has.replace("$", "$$")).replace(f"${name}", value.replace("$", "$$"))
    return text


def _hql(by: str) -> tuple[str, str]:
    if by.startswith(PROPERTY):
        key = quoted(by.removeprefix(PROPERTY))
        return f"properties[{key}]", f"mapContains(properties, {key})"
    if by == "prompt_version":
        return "concat(prompt_id, ' ', prompt_version)", "prompt_id != '' AND prompt_version != ''"
    return by, "1" if by in ALWAYS else f"{by} != ''"
