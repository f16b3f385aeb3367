"""Scores in words: names, values, how they differ. Pure."""

from __future__ import annotations

import math

from ui import format as fmt
from warehouse.correlation import MEASURES
from warehouse.scores import FEEDBACK, SUFFIX, Key
from warehouse.shift import FEW, HALVES, Shift

LABELS = {
    "latency": "Latency", "time_to_first_token": "Time to first token", "cost": "Cost", "total_tokens": "Total tokens",
    "prompt_tokens": "Prompt tokens", "completion_tokens": "Completion tokens",
}  # fmt: skip
assert LABELS.keys() == MEASURES.keys()

DIMENSIONS = {
    "prompt_version": "Prompt version", "model": "Model", "provider": "Provider", "session_name": "Session name",
    "prompt_id": "Prompt", "user_id": "User", "country_code": "Country",
}  # fmt: skip


def label(name: str) -> str:
    """A score's name as it is read."""
    return "Feedback" if name == FEEDBACK else name.removesuffix(SUFFIX) or "The score"


def dimension(name: str) -> str:
    return DIMENSIONS.get(name) or name.removeprefix("properties.")


def kind(key: Key) -> str:
    return "thumbs up or down" if key.name == FEEDBACK else "yes or no" if key.is_boolean else "number"


def mean(key: Key) -> str:
    """What its mean is called."""
    return "share of thumbs up" if key.name == FEEDBACK else "rate" if key.is_boolean else "mean"


def yes_no(key: Key, value: float) -> str:
    """A single answer."""
    if not key.is_boolean:
        return plain(value)
    if key.name == FEEDBACK:
        return "thumbs up" if value else "thumbs down"
    return "yes" if value else "no"


def amount(value: float | None, is_boolean: bool) -> str:
    """A mean or a rate."""
    return fmt.percent(value) if is_boolean else plain(value)


def between(low: float | None, high: float | None, is_boolean: bool) -> str:
    """An interval; empty where there is none."""
    return f"{amount(low, is_boolean)} to {amount(high, is_boolean)}" if low is not None else ""


def plain(value: float | None) -> str:
    """A number of three digits."""
    if value is None:
        return fmt.NOTHING
    if abs(value) >= 1000:
        return fmt.number(value).replace("-", "−")
    return f"{value:.3g}".replace("-", "−")


def measured(name: str, value: float) -> str:
    """A value of `warehouse.correlation.MEASURES`."""
    if name in ("latency", "time_to_first_token"):
        return fmt.duration(value)
    return fmt.usd(value * 1e9) if name == "cost" else fmt.number(value)


def verdict(shift: Shift, first: str, second: str) -> str:
    """What can be said, in a sentence or two. `first` and `second` name the sides, as after "with" or "in"."""
    name, counts = label(shift.key.name), (shift.first.count, shift.second.count)
    of = "n = " + " and ".join(f"{count:,}" for count in counts)
    difference = shift.difference
    if difference is None:
        empty = " and ".join(side for side, count in zip((first, second), counts, strict=True) if not count)
        return f"There is nothing to compare: no answers of {name} {empty}."
    if shift.too_few:
        return f"Too few to tell ({of}): either side needs {FEW} answers of {name}."
    if difference.low is None or difference.high is None:
        return f"{name} does not vary: {plain(shift.first.mean)} {first}, {plain(shift.second.mean)} {second} ({of})."
    unit, factor = (" points", 100) if shift.key.is_boolean else ("", 1)
    low, high = factor * difference.low, factor * difference.high
    digits = decimals((high - low) / 2)
    interval = f"95 % interval {_signed(low, digits)} to {_signed(high, digits)}{unit}, {of}"
    moved = _signed(factor * difference.value, digits, plus=False).lstrip("−") + unit
    rose = difference.value > 0
    if low <= 0 <= high:
        return f"No difference can be told: {name} {second} is {moved} {'higher' if rose else 'lower'}, {interval}."
    if shift.periods:
        return f"{name} {'rose' if rose else 'fell'} by {moved}, {interval}."
    return f"{name} is {moved} {'higher' if rose else 'lower'} {second} than {first}, {interval}."


def chosen(shift: Shift, since: str) -> str:
    """What is to be said of the periods that are compared, where they are not those that were asked for."""
    if shift.cut and not shift.periods[0]:
        return (
            "The other period lies inside this range: there is nothing to compare, since no answer can count on both "
            "sides. Choose days outside the range, or a shorter range."
        )
    if shift.cut:
        return (
            "The other period overlaps this range and was cut to what lies outside it: no answer counts on both sides."
        )
    if shift.halved and since != HALVES:
        name = label(shift.key.name)
        return f"The period before has no answers of {name}: the halves of this range are compared instead."
    return ""


def shape(shift: Shift) -> str:
    """What is to be said of the distributions beside their means; often nothing."""
    difference = shift.difference
    if shift.p is None or shift.too_few or shift.p >= 0.05 or difference is None or difference.low is None:
        return ""
    same = difference.low <= 0 <= (difference.high or 0)
    return f"The distributions differ all the same (p {p(shift.p)}): look at their shapes." if same else ""


def p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"


def decimals(width: float) -> int:
    """As many decimals as give two digits of `width`."""
    return max(0, 1 - math.floor(math.log10(width))) if width > 0 else 2


def _signed(value: float, digits: int, *, plus: bool = True) -> str:
    text = f"{value:+,.{digits}f}" if plus else f"{value:,.{digits}f}"
    return text.replace("-", "−")
