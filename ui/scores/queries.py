"""The panels' questions in HQL."""

from __future__ import annotations

from warehouse.changes import DIMENSIONS
from warehouse.correlation import MEASURES
from warehouse.scores import BARS, FEEDBACK, LATEST

_PAIRS = f"""arrayConcat(
        arrayZip(mapKeys(scores), mapValues(scores)),
        if(isNull(feedback), [], [('{FEEDBACK}', toFloat64(assumeNotNull(feedback)))]))"""

CHOSEN = f"""if($score != '', $score, (
        SELECT name
        FROM (
            SELECT arrayConcat(mapKeys(scores), if(isNull(feedback), [], ['{FEEDBACK}'])) AS names
            FROM request_response_rmt
            WHERE $where AND notEmpty(names)
            ORDER BY request_created_at DESC
            LIMIT {LATEST}
        )
        ARRAY JOIN names AS name
        GROUP BY name
        ORDER BY count() DESC, name
        LIMIT 1))"""
"""The score that is asked for, or the most frequent; where one is named, ``$score`` says the same."""

KEYS = f"""
SELECT score.1 AS name, name = '{FEEDBACK}' OR endsWith(name, '-hcone-bool') OR name IN (
        SELECT name FROM scores GROUP BY name HAVING max(is_boolean) AND min(value IN (0, 1))) AS is_boolean,
    count() AS count, count / (SELECT count() FROM request_response_rmt WHERE $where) AS share,
    avg(score.2) AS mean, stddevSamp(score.2) AS deviation, min(score.2) AS least, max(score.2) AS most
FROM request_response_rmt
ARRAY JOIN {_PAIRS} AS score
WHERE $where
GROUP BY name
ORDER BY count DESC, name"""


def _answers(where: str = "$where", more: str = "") -> str:
    """A row of each answer, its value as `value`."""
    return f"""(
    SELECT *, score.2 AS value
    FROM request_response_rmt
    ARRAY JOIN {_PAIRS} AS score{more}
    WHERE {where} AND score.1 = {CHOSEN}
)"""


TREND = f"""
SELECT $at AS at, count() AS count, avg(value) AS mean, stddevSamp(value) AS deviation, min(value) AS least,
    max(value) AS most
FROM {_answers()}
GROUP BY at
ORDER BY at"""
DISTRIBUTION = f"""
SELECT low, high, sum(answers) AS count
FROM (
    SELECT value, answers, {BARS}
    FROM (SELECT value, count() AS answers FROM {_answers()} GROUP BY value)
)
GROUP BY low, high
ORDER BY low"""
_APART = f"\n    ARRAY JOIN {DIMENSIONS} AS pair"
_TOLD = "pair.1 = $by AND (pair.2 != '' OR startsWith($by, 'properties.'))"
BY = f"""
SELECT pair.2 AS apart, count() AS count, avg(value) AS mean, stddevSamp(value) AS deviation
FROM {_answers()}
ARRAY JOIN {DIMENSIONS} AS pair
WHERE {_TOLD}
GROUP BY apart
ORDER BY count DESC, apart
LIMIT 30"""
EXAMPLES = f"""
SELECT request_created_at, request_id, model, value
FROM {_answers()}
ORDER BY if($order = 'highest', -value, value), request_created_at DESC, toString(request_id)
LIMIT 8"""
_SIDES = """
SELECT side, count() AS count, avg(value) AS mean, stddevSamp(value) AS deviation, min(value) AS least,
    max(value) AS most"""
_OTHER = """$since = '' AND $before OR request_created_at >= parseDateTime64BestEffortOrZero($since, 3, 'UTC')
        AND request_created_at < parseDateTime64BestEffortOrZero($until, 3, 'UTC')"""
_RANGE = "request_created_at >= $start AND request_created_at < $end"
PERIODS = f"""{_SIDES}
FROM (
    SELECT value, {_RANGE} AS present, NOT present AND ({_OTHER}) AS past,
        $since = 'halves' OR $since = '' AND countIf(past) OVER () = 0 AS halved,
        fromUnixTimestamp64Milli(intDiv(toUnixTimestamp64Milli($start) + toUnixTimestamp64Milli($end), 2)) AS middle,
        multiIf(
            halved, multiIf(NOT present, '', request_created_at < middle, 'first', 'second'),
            past, 'first',
            present AND ($since != '' OR $now), 'second',
            '') AS side
    FROM {_answers(f"$filters AND ({_RANGE} OR {_OTHER})")}
)
WHERE side != ''
GROUP BY side
ORDER BY side"""
BETWEEN = f"""
WITH answers AS (
    SELECT pair.2 AS apart, value
    FROM {_answers()}
    ARRAY JOIN {DIMENSIONS} AS pair
    WHERE pair.1 = $by AND pair.2 != ''
)
SELECT apart AS side, count() AS count, avg(value) AS mean, stddevSamp(value) AS deviation, min(value) AS least,
    max(value) AS most
FROM answers
WHERE if($first != '' AND $second != '', apart IN ($first, $second), apart IN (
    SELECT apart FROM answers GROUP BY apart ORDER BY count() DESC, apart LIMIT 2))
GROUP BY side
ORDER BY side"""
_Y = ",\n            ".join(f"$other = '{name}', ({has}, {value})" for name, (has, value) in MEASURES.items())
TOGETHER = f"""
SELECT count() AS count, corrStable(x, y) AS pearson, corrStable(rank_x, rank_y) AS spearman
FROM (
    SELECT x, y, rank() OVER (ORDER BY x) + count() OVER (PARTITION BY x) / 2 AS rank_x,
        rank() OVER (ORDER BY y) + count() OVER (PARTITION BY y) / 2 AS rank_y
    FROM (
        SELECT value AS x, multiIf(
            {_Y.replace("t.", "")},
            $other = 'scores.{FEEDBACK}', (isNotNull(feedback), toFloat64(ifNull(feedback, false))),
            (mapContains(scores, substring($other, 8)), scores[substring($other, 8)])) AS held, held.2 AS y
        FROM {_answers()}
        WHERE held.1
    )
)"""
