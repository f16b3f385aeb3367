"""The page of scores: all of them, one by all that tells it apart, and what happens where there is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.pages.conftest import Dashboard, text
from ui.scores.page import PARTS
from warehouse.client import insert
from warehouse.row import Row

NASTY = "good <b>"


@pytest.fixture
def scored(dashboard: Dashboard) -> Dashboard:
    """Twelve requests with a number and thumbs, a bad one among them, and one that nobody scored; a day before, twelve
    that were worse."""
    now, rows = datetime.now(UTC), []
    for n in range(12):
        for ago, score, feedback in ((2, 0.8, n != 3), (44, 0.2, None)):
            at = now - timedelta(hours=ago, minutes=n)
            more = {
                "model": "ab"[n % 2], "latency": 100 + n, "scores": {NASTY: score + n / 100}, "feedback": feedback,
                "request_body": '{"messages": [{"role": "user", "content": "Where is <it>?"}]}',
            }  # fmt: skip
            rows.append(Row(dashboard.organization_id, uuid4(), at, at, ingested_at=at, **more))
    insert(dashboard.client, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    dashboard.record(latency=5)
    return dashboard


def test_all_scores_are_listed_and_one_is_told_apart(scored: Dashboard) -> None:
    apps = [scored.open("scores", range="24h", score=NASTY, show=part) for part in PARTS]
    said = "".join(map(text, apps))
    assert not any(app.exception for app in apps)
    assert "score=good+%3Cb%3E" in said and "good &lt;b&gt;</a>" in said
    assert "92.3 %" in said  # of thirteen requests
    assert "<b>" not in said and "<it>" not in said
    assert "good &lt;b&gt; rose by 0.6" in said and "n = 12 and 12" in said
    assert "Where is &lt;it&gt;?" in said and "/requests?range=24h&amp;request=" in said


def test_feedback_is_a_rate_whose_thumbs_down_are_shown_first(scored: Dashboard) -> None:
    feedback = {"range": "24h", "score": "helicone-score-feedback"}
    said = text(scored.open("scores", **feedback))
    assert "91.7 %" in said and "share of thumbs up of Feedback" in said
    said = text(scored.open("scores", **feedback, show="examples"))
    lowest = said[said.index(">Lowest<") :]
    assert lowest.index("thumbs down") < lowest.index("thumbs up</td>")


def test_a_link_tells_what_a_score_is_told_apart_by(scored: Dashboard) -> None:
    other = {"scores-by.by": "model", "scores-correlation.other": "scores.helicone-score-feedback"}
    said = text(scored.open("scores", range="24h", score=NASTY, show="values", **other))
    app = scored.open("scores", range="24h", score=NASTY, show="together", **other)
    said += text(app)
    assert not app.exception
    assert "/requests?range=24h&amp;f=model%3Aequals%3Aa" in said
    assert "n = 12, Pearson" in said
    correlation = next(group for group in app.button_group if "scores-correlation" in str(group.key))
    assert correlation.value == "scores.helicone-score-feedback"


def test_another_period_is_compared_by_the_link(scored: Dashboard) -> None:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    ends = {"since": today - timedelta(days=9), "until": today - timedelta(days=8)}
    link = {f"scores-shift.{name}": at.isoformat().replace("+00:00", "Z") for name, at in ends.items()}
    app = scored.open("scores", range="24h", score=NASTY, **link)
    assert not app.exception
    assert "no answers of good &lt;b&gt; in the other period" in text(app)


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (50, 1, "overlaps this range and was cut to what lies outside it"),
        (3, 1, "The other period lies inside this range"),
        (9_000_000, 1, "good &lt;b&gt; rose by 0.6"),  # an hour that the warehouse does not hold is ignored
    ],
)
def test_a_period_that_shares_time_with_the_range_is_cut(scored: Dashboard, since: int, until: int, said: str) -> None:
    link = {
        f"scores-shift.{name}": f"{(datetime.now(UTC) - timedelta(hours=ago)).replace(tzinfo=None).isoformat()}Z"
        for name, ago in (("since", since), ("until", until))
    }
    app = scored.open("scores", range="24h", score=NASTY, **link)
    assert not app.exception
    assert said in text(app) and "The query failed" not in text(app)


def test_where_nothing_was_scored_the_page_says_how(dashboard: Dashboard) -> None:
    dashboard.record(latency=1)
    assert "Nothing was scored" in text(dashboard.open("scores", range="24h"))
    assert "Nothing here" in text(dashboard.open("scores", range="24h", f="model:equals:none"))
