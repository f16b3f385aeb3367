"""What the sessions' pages are made of: the comparison of two, steps of each kind, what the URL narrows the list by."""

from __future__ import annotations

from ui.sessions import compare, kinds
from ui.sessions.compare import FAILED, FIRST, OTHER, SAME, SECOND, Sum
from ui.sessions.narrow import Narrowing, written
from ui.sessions.tree import Step


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
    assert found.asked == (("cost", 5e8, None), ("requests", 2, 10))
    assert (found.sort, found.descending, found.page, found.is_narrow) == ("cost", False, 2, True)
    assert written(found.bounds) == "cost:0.5:,requests:2:10"
    assert Narrowing.parse({"sort": "drop table", "page": "-1"}) == Narrowing()
