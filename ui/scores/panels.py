"""The panels of the page. A panel that stands alone is about the users' feedback until a score is chosen."""

from __future__ import annotations

from typing import Any

from ui.panel import Panel, Seen
from ui.scores import figures
from ui.scores.figures import label, of
from warehouse import scores
from warehouse.ratings import RATING
from warehouse.scores import MEASURES, SCORE

_ALL = """
ARRAY JOIN arrayConcat(
    arrayZip(mapKeys(scores), mapValues(scores)),
    if(isNull(feedback), [], [('', toFloat64(assumeNotNull(feedback)))])) AS score"""
_KEYS = f"""
SELECT score.1 AS name, count() AS answers, avg(score.2) AS mean, varSamp(score.2) AS variance,
    min(score.2) AS lowest, max(score.2) AS highest
FROM request_response_rmt{_ALL}
WHERE $where
GROUP BY name
ORDER BY answers DESC, name"""
_ONE = f"""
FROM request_response_rmt{_ALL}
WHERE $where AND score.1 = $score"""
_TREND = f"""
SELECT $at AS at, count() AS answers, avg(score.2) AS mean, varSamp(score.2) AS variance{_ONE}
GROUP BY at
ORDER BY at"""
_SPREAD = f"""
SELECT score.2 AS value, count() AS answers{_ONE}
GROUP BY value
ORDER BY value"""
_BY = f"""
SELECT multiIf(
        $dimension = 'model', model, $dimension = 'provider', provider, $dimension = 'session_name', session_name,
        $dimension = 'prompt_version',
        if(prompt_id = '' OR prompt_version = '', '', concat(prompt_id, ' ', prompt_version)),
        properties[substring($dimension, 12)]) AS value,
    count() AS answers, avg(score.2) AS mean, varSamp(score.2) AS variance{_ONE} AND value != ''
GROUP BY value
ORDER BY answers DESC, value
LIMIT 40"""
_EXAMPLES = f"""
SELECT request_created_at, request_id, score.2 AS value, model, user_id{_ONE}
ORDER BY if($end = 'lowest', value, -value), request_created_at DESC
LIMIT 8"""
_PAIR = f"""
SELECT count() AS n, corrStable(score.2, y) AS pearson
FROM (
    SELECT *, multiIf(
            $other = 'latency', toFloat64(latency), $other = 'cost', cost_usd,
            $other = 'total_tokens', toFloat64(total_tokens), $other = '', toFloat64(ifNull(feedback, false)),
            scores[substring($other, 8)]) AS y
    FROM request_response_rmt
    WHERE $where AND ($other IN ('latency', 'cost', 'total_tokens') OR ($other = '' AND isNotNull(feedback))
        OR mapContains(scores, substring($other, 8)))
){_ALL}
WHERE score.1 = $score"""

DIMENSIONS = {
    "prompt_version": "Prompt version", "model": "Model", "provider": "Provider", "session_name": "Session name",
}  # fmt: skip
_SCORE = (("score", RATING),)


def _about(text: str) -> Any:
    def sub(found: Any, seen: Seen) -> str:
        return text.format(score=label(of(seen)), every=seen.every)

    return sub


KEYS = Panel(
    "scores-keys",
    "Scores",
    scores.keys,
    figures.keys,
    "of the requests of this view; a score belongs to the time of its request",
    _KEYS,
)
TREND = Panel(
    "scores-trend", "Over time", scores.trend, figures.trend, _about("{score} {every}, with 95 % intervals"), _TREND,
    options=_SCORE, over_time=True,
)  # fmt: skip
SPREAD = Panel(
    "scores-distribution", "Distribution", scores.spread, figures.spread, _about("answers by value of {score}"),
    _SPREAD, rows=lambda found: found.bins, options=_SCORE,
)  # fmt: skip
BY = Panel(
    "scores-by", "By dimension", scores.by, figures.by, _about("{score} with 95 % intervals; a click shows requests"),
    _BY, options=(("dimension", "prompt_version"), *_SCORE), choices=(("dimension", tuple(DIMENSIONS.items())),),
)  # fmt: skip
PAIR = Panel(
    "scores-correlation", "Against", scores.pair, figures.pair, figures.pair_sub, _PAIR,
    rows=lambda found: found.points, options=(("other", "latency"), *_SCORE),
    choices=(("other", tuple((name, figures.NAMES[name].capitalize()) for name in MEASURES)),),
)  # fmt: skip
LOWEST = Panel(
    "scores-lowest", "Lowest", scores.examples, figures.examples,
    _about("requests with the lowest {score}; a click opens one"), _EXAMPLES,
    options=(("end", "lowest"), *_SCORE),
)  # fmt: skip
HIGHEST = Panel(
    "scores-highest", "Highest", scores.examples, figures.examples,
    _about("requests with the highest {score}; a click opens one"), _EXAMPLES,
    options=(("end", "highest"), *_SCORE),
)  # fmt: skip

PANELS: tuple[Panel, ...] = (KEYS, TREND, SPREAD, BY, PAIR, LOWEST, HIGHEST)


def others(names: list[str], score: str) -> tuple[tuple[str, str], ...]:
    """What a score may be held against: the other scores first."""
    of_scores = [(RATING if name == RATING else SCORE + name, label(name)) for name in names if name != score]
    return (*of_scores, *((name, figures.NAMES[name].capitalize()) for name in MEASURES))
