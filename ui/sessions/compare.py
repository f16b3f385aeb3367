"""Two sessions beside each other: where their steps agree, where they part, what the detour cost. Pure.

Steps are the same if they have the same path (numbers left out), kind and model; sequences are laid beside each other
so that as many as possible are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from ui.sessions.tree import Step
from warehouse.session_paths import shortened

MOST = 1_500
"""Steps of each that are compared."""
SAME, FAILED, OTHER, FIRST, SECOND = "same", "failed", "other", "first", "second"
"""A pair that agrees; one that agrees but for its outcome; two that differ; a step of the first or second alone."""


@dataclass(frozen=True)
class Pair:
    """A line: numbers of the steps, None where the other session has nothing."""

    kind: str
    left: int | None
    right: int | None


@dataclass(frozen=True)
class Sum:
    """Steps together: cost in USD × 1e9, time (added up) in ms."""

    steps: int = 0
    cost: int = 0
    time: int = 0


def pairs(left: Sequence[Step], right: Sequence[Step]) -> list[Pair]:
    """The two sequences beside each other, the first `MOST` steps of each."""
    left, right = left[:MOST], right[:MOST]
    keys = [[(shortened(step.path), step.kind, step.model) for step in of] for of in (left, right)]
    matcher = SequenceMatcher(None, keys[0], keys[1], autojunk=max(len(left), len(right)) > 400)
    found: list[Pair] = []
    for tag, i, j, m, n in matcher.get_opcodes():
        if tag == "equal":
            found += [
                Pair(SAME if left[a].failed == right[b].failed else FAILED, a, b)
                for a, b in zip(range(i, j), range(m, n), strict=True)
            ]
            continue
        for a, b in zip_longest(range(i, j), range(m, n)):
            found.append(Pair(FIRST if b is None else SECOND if a is None else OTHER, a, b))
    return found


def divergence(of: Sequence[Pair]) -> int | None:
    """The first line on which the two part, or None where they never do."""
    return next((index for index, pair in enumerate(of) if pair.kind != SAME), None)


def only(of: Sequence[Pair], left: Sequence[Step], right: Sequence[Step]) -> tuple[Sum, Sum]:
    """What each has that the other has not: extra steps, and those that differ."""
    parted = [pair for pair in of if pair.kind not in (SAME, FAILED)]
    return (
        _sum([left[pair.left] for pair in parted if pair.left is not None]),
        _sum([right[pair.right] for pair in parted if pair.right is not None]),
    )


def _sum(steps: Sequence[Step]) -> Sum:
    return Sum(len(steps), sum(step.cost for step in steps), sum(max(step.end - step.start, 0) for step in steps))


def folded(of: Sequence[Pair], around: int = 2, least: int = 4) -> list[Pair | int]:
    """The lines with long runs that agree left out: how many, in their place."""
    near = [
        any(pair.kind != SAME for pair in of[max(index - around, 0) : index + around + 1]) for index in range(len(of))
    ]
    found: list[Pair | int] = []
    index = 0
    while index < len(of):
        end = index
        while end < len(of) and not near[end]:
            end += 1
        if end - index >= least:
            found.append(end - index)
            index = end
        else:
            found.append(of[index])
            index += 1
    return found
