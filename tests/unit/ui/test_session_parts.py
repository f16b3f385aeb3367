"""What the sessions' pages are made of: the comparison of two, steps of each kind, what the URL narrows the list by."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import polars as pl
import pytest

from ui.sessions import address, compare, kinds, sankey
from ui.sessions.compare import FAILED, FIRST, OTHER, SAME, SECOND, Sum
from ui.sessions.narrow import Narrowing, ordered
from ui.sessions.tree import Step
from ui.state import View
from warehouse import session_narrowing
from warehouse.session_paths import Paths


def steps(*paths: str, failed: int = -1) -> list[Step]:
    return [
        Step(str(at), at * 10, at * 10 + 5, path, model="m", failed=at == failed, cost=at + 1)
        for at, path in enumerate(paths)
    ]


def said(left: list[Step], right: list[Step]) -> list[tuple[str, int | None, int | None]]:
    return [(pair.kind, pair.left, pair.right) for pair in compare.pairs(left, right)]


def test_steps_that_agree_stand_beside_each_other_whatever_their_numbers() -> None:
    left, right = steps("/plan", "/search-1", "/write"), steps("/plan", "/search-7", "/search-8", "/write")
    assert said(left, right) == [(SAME, 0, 0), (SAME, 1, 1), (SECOND, None, 2), (SAME, 2, 3)]
    pairs = compare.pairs(left, right)
    assert compare.divergence(pairs) == 2
    assert compare.only(pairs, left, right) == (Sum(), Sum(1, 3, 5))


def test_other_missing_and_failed_steps_are_told_apart() -> None:
    left, right = steps("/a", "/b", "/c", "/d", failed=0), steps("/a", "/x", "/d")
    assert said(left, right) == [(FAILED, 0, 0), (OTHER, 1, 1), (FIRST, 2, None), (SAME, 3, 2)]
    assert compare.divergence(compare.pairs(left, right)) == 0


def test_sessions_that_agree_never_part() -> None:
    pairs = compare.pairs(steps(*"abcdefghij"), steps(*"abcdefghij"))
    assert compare.divergence(pairs) is None
    assert compare.folded(pairs) == [10]


def test_runs_that_agree_are_folded_but_for_what_is_near_a_difference() -> None:
    pairs = compare.pairs(steps(*"abcdefghi"), steps(*"abcdefghX"))
    assert [one if isinstance(one, int) else one.left for one in compare.folded(pairs)] == [6, 6, 7, 8]


def test_a_tools_input_and_result_are_shown_and_escaped() -> None:
    asked = '{"_type": "tool", "toolName": "get_<b>", "input": {"q": "<script>"}}'
    html = kinds.html("tool", asked, '{"status": "error", "error": "gone"}')
    assert "Calls get_&lt;b&gt;" in html
    assert "&lt;script&gt;" in html and "<script>" not in html
    assert 'class="hg-message error"' in html
    assert kinds.name_of("tool", asked) == "get_<b>"


def test_a_searchs_hits_are_a_table_with_scores() -> None:
    asked = '{"_type": "vector_db", "operation": "search", "text": "where?", "topK": 3, "vector": [1, 2]}'
    html = kinds.html("vector_db", asked, '{"matches": [{"id": "a1", "score": 0.91234, "text": "Here"}]}')
    assert "where?" in html and "2 dimensions" in html
    assert "<td>a1</td><td>Here</td>" in html and "0.9123" in html
    assert "a1" in kinds.html("vector_db", asked, '[{"id": "a1", "distance": 2}]')


def test_bodies_that_are_no_json_are_shown_as_they_are() -> None:
    for kind in ("tool", "vector_db", "data"):
        assert "plain &amp; simple" in kinds.html(kind, "", "plain & simple")
    assert "payload" in kinds.html("data", '{"_type": "data", "name": "payload"}', "")


def test_what_narrows_the_list_comes_from_the_url_and_back() -> None:
    given = {"bounds": "cost:0.5:,requests:2:10,errors::,nonsense:1:2,tokens:x:y", "sort": "-cost", "page": "3"}
    found = Narrowing.parse(given)
    assert found.bounds == {"cost": (0.5, None), "requests": (2, 10)}
    assert found.options == {"search": "", "bounds": "cost:0.5:,requests:2:10"}
    assert (found.sort, found.descending, found.page, found.is_narrow) == ("cost", False, 2, True)
    assert Narrowing.parse({"sort": "drop table", "page": "-1"}) == Narrowing()


@pytest.mark.parametrize("page", ["²", "٣", "0", "-1", "1e3", "9" * 5000, "99999999999"])
def test_a_page_that_is_no_number_is_the_first(page: str) -> None:
    assert Narrowing.parse({"page": page}).page == 0


@pytest.mark.parametrize(
    "bounds",
    ["cost:-1:", "cost:inf:", "cost:nan:", "requests:1.5:", "requests:1e300:", "cost:1e300:", "requests:-1:-2", ":1:",
     "cost", "errors:１x:"],
)  # fmt: skip
def test_bounds_that_no_figure_can_have_are_ignored(bounds: str) -> None:
    assert session_narrowing.parsed(bounds) == {}


def test_bounds_lose_no_digit() -> None:
    bounds = "cost:0.0015:,duration:0.5:1234567,requests:1234567:,tokens:0:9007199254740991"
    assert session_narrowing.written(session_narrowing.parsed(bounds)) == bounds
    assert session_narrowing.parsed("requests:1e+06:") == {"requests": (1_000_000, None)}
    assert session_narrowing.within("cost:0.0029:", {"cost": "c"}).parameters.popitem()[1] == 2_900_000


def test_the_list_is_come_back_to_as_it_was_left() -> None:
    view = View("7d")
    left = {"range": "7d", "search": "a b", "bounds": "cost:1:", "sort": "cost", "page": "3", "other": "x"}
    opened = dict(parse_qsl(urlsplit(address.to_session(view, left, "s 1")).query))
    assert opened == {
        "range": "7d", "search": "a b", "bounds": "cost:1:", "sort": "cost", "list-page": "3", "session": "s 1",
    }  # fmt: skip
    deeper = dict(parse_qsl(urlsplit(address.to_session(view, opened, "s 2", step="t")).query))
    assert deeper == opened | {"session": "s 2", "step": "t"}
    back = dict(parse_qsl(urlsplit(address.to_list(view, deeper | {"with": "s 3"})).query))
    assert back == {name: value for name, value in left.items() if name != "other"}


def test_the_order_is_said_in_words() -> None:
    assert ordered("started_at", True) == "the latest first"
    assert ordered("cost", False) == "by cost, the lowest first"
    assert ordered("duration", True) == "by time, the highest first"


@pytest.mark.parametrize("steps", [1, 3, 8])
def test_the_nodes_of_a_sankey_stay_within_it(steps: int) -> None:
    """Plotly draws a node as high as `scale` says; placed otherwise, the last ones were pushed out at the bottom."""
    sizes = {(1, "begin"): 100, **{(2, f"step {at}"): 1 + 10 * at for at in range(steps)}}
    gap = 0.03
    middles = sankey.middles(sizes, gap)
    scale = min(1 / 100, (1 - gap * (steps - 1)) / sum(list(sizes.values())[1:]))
    spans = [
        (middle - size * scale / 2, middle + size * scale / 2)
        for middle, size in zip(middles, sizes.values(), strict=True)
    ]
    assert all(before[1] + gap == pytest.approx(after[0]) for before, after in pairwise(spans[1:]))
    assert min(low for low, _ in spans) >= -1e-9 and max(high for _, high in spans) <= 1 + 1e-9


def test_a_sankey_is_as_high_as_it_has_nodes() -> None:
    def drawn(steps: int) -> Any:
        edges = [(1, "begin", f"step {at}", at + 1, 5) for at in range(steps)]
        schema = ["place", "source", "target", "sessions", "cost"]
        return sankey.figure(Paths(pl.DataFrame(edges, schema, orient="row"), 9))

    few, many = drawn(2), drawn(8)
    assert few.layout.height < many.layout.height
    assert many.data[0].node.label[:3] == ("begin", "step 7", "step 6")
