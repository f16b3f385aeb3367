"""The steps of a session as a tree, figures added up from below. Pure.

Where a step names a parent span, it stands under that span's step; else under its path: ``/a/b`` stands under ``/a``.
What has no row of its own stands there all the same: a part of a path, and a parent span that was never sent. Several
steps of one path are siblings. Every step has exactly one place, whatever spans say of each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

FOLDER = "folder"


class Step(NamedTuple):
    """One request: `start` and `end` in ms, of any common origin; `cost` in USD × 1e9."""

    id: str
    start: int
    end: int
    path: str = ""
    trace: str = ""
    span: str = ""
    parent: str = ""
    kind: str = "llm"
    model: str = ""
    failed: bool = False
    unpriced: bool = False
    cost: int = 0
    tokens: int = 0


@dataclass(slots=True)
class Node:
    """A place of the tree: a step, or a folder (`step` is None). Figures are of everything under it, itself included.

    `end - start` is the time that passed, `busy` the sum of what its steps took, without those that only wait for what
    is under them; both in ms.
    """

    label: str
    kind: str
    step: int | None = None
    """The step's number in the sequence that the tree was built of."""
    children: list[Node] = field(default_factory=list, repr=False)
    level: int = 1
    start: int = 0
    end: int = 0
    busy: int = 0
    steps: int = 0
    errors: int = 0
    unpriced: int = 0
    cost: int = 0
    tokens: int = 0
    note: str = ""
    """What stands beside the label: a step's model where the label is its path."""


def build(steps: Sequence[Step], name: str = "Session") -> Node:
    """The tree of `steps`; the root is the session as a whole."""
    parents = _parents(steps)
    root = Node(name, FOLDER)
    nodes = [_leaf(index, step) for index, step in enumerate(steps)]
    by_path = [index for index in range(len(steps)) if parents[index] is None]
    _by_path(root, nodes, steps, by_path)
    missing: dict[tuple[str, str], Node] = {}
    for index, parent in enumerate(parents):
        if isinstance(parent, int):
            nodes[parent].children.append(nodes[index])
        elif parent is not None:
            if parent not in missing:
                missing[parent] = Node(f"span {parent[1][:12]}", FOLDER, note="not recorded")
                root.children.append(missing[parent])
            missing[parent].children.append(nodes[index])
    _add_up(root, steps)
    return root


def flat(root: Node) -> list[Node]:
    """All nodes, each before what is under it."""
    found, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(reversed(node.children))
    return found


def _leaf(index: int, step: Step) -> Node:
    label = step.model or {"llm": "model call", "vector_db": "vector search"}.get(step.kind, step.kind)
    return Node(label, step.kind, index)


def _parents(steps: Sequence[Step]) -> list[int | tuple[str, str] | None]:
    """Of each step: the number of the step it stands under, the span that was never sent, or None for its path."""
    known: dict[tuple[str, str], int] = {}
    for index, step in enumerate(steps):
        if step.span:
            known.setdefault((step.trace, step.span), index)
    parents: list[int | tuple[str, str] | None] = []
    for step in steps:
        span = (step.trace, step.parent)
        parents.append(known.get(span, span) if step.parent else None)
    _cut_cycles(parents)
    return parents


def _cut_cycles(parents: list[int | tuple[str, str] | None]) -> None:
    """Steps that stand under themselves stand at their paths: of each cycle, the first one."""
    seen = [0] * len(parents)
    for begin in range(len(parents)):
        at: int | tuple[str, str] | None = begin
        way: list[int] = []
        while isinstance(at, int) and not seen[at]:
            seen[at] = begin + 1
            way.append(at)
            at = parents[at]
        if isinstance(at, int) and seen[at] == begin + 1:
            parents[min(way[way.index(at) :])] = None


def _by_path(root: Node, nodes: list[Node], steps: Sequence[Step], placed: Sequence[int]) -> None:
    """Put the steps without a parent span at their paths."""
    at: dict[str, list[int]] = {}
    for index in placed:
        at.setdefault(_plain(steps[index].path), []).append(index)
    places: dict[str, Node] = {"": root}

    def place(path: str) -> Node:
        # From the longest known part down: a path may be deeper than Python's stack.
        missing = []
        while path not in places:
            missing.append(path)
            path = path.rpartition("/")[0]
        node = places[path]
        for one in reversed(missing):
            own = at.get(one, ())
            made = nodes[own[0]] if len(own) == 1 else Node("", FOLDER)
            if len(own) == 1:
                made.note = made.label
            made.label = one.rpartition("/")[2]
            node.children.append(made)
            places[one] = node = made
        return node

    for path, own in at.items():
        if path and len(own) == 1:
            place(path)
        else:
            place(path).children.extend(nodes[index] for index in own)


def _plain(path: str) -> str:
    """``/a/b``: a slash before each part, nothing for no part."""
    if path.startswith("/") and "//" not in path and not path.endswith("/"):
        return path
    return "".join(f"/{part}" for part in path.split("/") if part)


def _add_up(root: Node, steps: Sequence[Step]) -> None:
    root.level = 1
    order = [root]
    for node in order:
        for child in node.children:
            child.level = node.level + 1
        order.extend(node.children)
    for node in reversed(order):
        start, end = None, 0
        if node.step is not None:
            of = steps[node.step]
            start, end = of.start, of.end
            waits = any(child.start < end - 1 for child in node.children)
            node.busy, node.steps, node.cost, node.tokens = 0 if waits else max(end - start, 0), 1, of.cost, of.tokens
            node.errors, node.unpriced = int(of.failed), int(of.unpriced)
        for child in node.children:
            start = child.start if start is None or child.start < start else start
            end = child.end if child.end > end else end
            node.busy += child.busy
            node.steps += child.steps
            node.cost += child.cost
            node.tokens += child.tokens
            node.errors += child.errors
            node.unpriced += child.unpriced
        node.start, node.end = start or 0, end
        if len(node.children) > 1:
            node.children.sort(key=_order)


def _order(node: Node) -> tuple[int, int]:
    return node.start, -1 if node.step is None else node.step
