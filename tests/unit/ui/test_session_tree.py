"""The tree of a session's steps: where each stands, that none is lost, what adds up to what."""

from __future__ import annotations

import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ui.sessions.tree import FOLDER, Node, Step, build, flat


def step(id: str, path: str = "", start: int = 0, end: int = 10, **more: Any) -> Step:
    return Step(id, start, end, path, **more)


def outline(steps: list[Step]) -> list[str]:
    """The tree as lines: a dash a level, the step's id or the folder's name."""
    return [
        "-" * (node.level - 1) + (steps[node.step].id if node.step is not None else f"[{node.label}]")
        for node in flat(build(steps, "s"))
    ]


def spans(*of: tuple[str, str]) -> list[Step]:
    """Steps by span and parent span, in order of time."""
    return [
        step(span, "/agent", at, at + 1, trace="t", span=span, parent=parent) for at, (span, parent) in enumerate(of)
    ]


def test_steps_stand_under_their_paths_also_where_these_have_no_row() -> None:
    steps = [step("write", "/report/write", 5), step("plan", "/report/plan", 1), step("read", "/report/plan/read", 2)]
    assert outline(steps) == ["[s]", "-[report]", "--plan", "---read", "--write"]


def test_several_steps_of_one_path_are_siblings() -> None:
    steps = [step("b", "/chat", 2), step("a", "/chat", 1), step("price", "/chat/price", 3)]
    assert outline(steps) == ["[s]", "-[chat]", "--a", "--b", "--price"]


def test_steps_without_a_path_stand_at_the_top() -> None:
    assert outline([step("a"), step("b", "/")]) == ["[s]", "-a", "-b"]


def test_a_path_is_the_same_however_it_is_written() -> None:
    assert outline([step("a", "//x/y/"), step("b", "x/y", 1)]) == ["[s]", "-[x]", "--[y]", "---a", "---b"]


def test_spans_stand_under_their_parents_whatever_their_paths() -> None:
    steps = spans(("root", ""), ("tool", "root"), ("llm", "tool"), ("other", "root"))
    assert outline(steps) == ["[s]", "-root", "--tool", "---llm", "--other"]


def test_steps_of_a_parent_that_was_never_sent_stand_together() -> None:
    steps = spans(("a", "gone"), ("b", "gone"), ("c", "elsewhere"))
    assert outline(steps) == ["[s]", "-[span gone]", "--a", "--b", "-[span elsewhere]", "--c"]


def test_a_span_of_another_trace_is_no_parent() -> None:
    steps = [step("a", trace="one", span="1"), step("b", trace="two", span="2", parent="1")]
    assert outline(steps) == ["[s]", "-[span 1]", "--b", "-a"]


def test_spans_and_paths_mix() -> None:
    steps = [*spans(("root", ""), ("tool", "root")), step("late", "/agent/late", 9)]
    assert outline(steps) == ["[s]", "-root", "--tool", "--late"]


def test_a_cycle_is_cut_at_its_first_step() -> None:
    assert outline(spans(("a", "b"), ("b", "a"), ("c", "b"))) == ["[s]", "-a", "--b", "---c"]
    assert outline(spans(("a", "a"))) == ["[s]", "-a"]


def test_figures_add_up_and_time_is_from_the_first_to_the_last() -> None:
    steps = [
        step("a", "/x/a", 100, 300, cost=5, tokens=7, failed=True),
        step("b", "/x/b", 200, 250, cost=1, unpriced=True),
        step("c", "/y", 900, 1000, cost=2, tokens=1),
    ]
    root = build(steps)
    x = root.children[0]
    assert (x.label, x.start, x.end, x.busy, x.steps, x.cost, x.tokens, x.errors, x.unpriced) == (
        "x", 100, 300, 250, 2, 6, 7, 1, 1,
    )  # fmt: skip
    assert (root.start, root.end, root.busy, root.cost, root.steps) == (100, 1000, 350, 8, 3)


def test_a_step_with_steps_under_it_counts_itself() -> None:
    root = build([step("a", "/a", 0, 10, cost=1), step("b", "/a/b", 10, 30, cost=2)])
    a = root.children[0]
    assert (a.kind, a.cost, a.end, a.busy) == ("llm", 3, 30, 30)


def test_a_span_that_waits_for_those_under_it_takes_no_time_of_its_own() -> None:
    root = build([step("a", "", 0, 100, span="a"), step("b", "", 10, 40, span="b", parent="a")])
    assert (root.busy, root.end - root.start) == (30, 100)


names = st.sampled_from(["", "a", "b", "c", "d", "/", "/a", "/a/b", "/a/b/c", "a//b"])
any_steps = st.lists(
    st.builds(
        Step, st.just("x"), st.integers(0, 99), st.integers(0, 99), names, st.sampled_from("tu"), names, names,
        cost=st.integers(0, 9),
    ),
    max_size=25,
)  # fmt: skip


@given(any_steps)
def test_no_step_is_lost_or_doubled_whatever_spans_and_paths_say(steps: list[Step]) -> None:
    nodes: list[Node] = flat(build(steps))
    assert sorted(node.step for node in nodes if node.step is not None) == list(range(len(steps)))
    assert nodes[0].cost == sum(one.cost for one in steps)
    assert all(node.children or node is nodes[0] for node in nodes if node.kind == FOLDER)


def test_ten_thousand_steps_and_a_path_as_deep_are_no_matter() -> None:
    steps = [step(str(n), f"/run/part-{n // 100}/step-{n}", n, n + 5) for n in range(10_000)]
    steps.append(step("deep", "/x" * 3_000))
    began = time.perf_counter()
    assert len(flat(build(steps))) == 10_000 + 1 + 100 + 1 + 3_000
    assert time.perf_counter() - began < 1
