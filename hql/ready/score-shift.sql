-- name: Did a score shift?
-- description: Means of the last days and of as many before; a small p-value (Welch's t-test) means no accident.
-- chart: bar score mean_before,mean_after
-- parameter: days = 7
WITH scored AS (
    SELECT
        score,
        score_value,
        request_created_at >= now() - INTERVAL {days:UInt16} DAY AS is_recent
    FROM request_response_rmt
    ARRAY JOIN mapKeys(scores) AS score, mapValues(scores) AS score_value
    WHERE request_created_at >= now() - toIntervalDay(2 * {days:UInt16})
)
SELECT
    score,
    countIf(NOT is_recent) AS requests_before,
    countIf(is_recent) AS requests_after,
    avgIf(score_value, NOT is_recent) AS mean_before,
    avgIf(score_value, is_recent) AS mean_after,
    mean_after - mean_before AS shift,
    round(tupleElement(welchTTest(score_value, is_recent), 2), 4) AS p_value
FROM scored
GROUP BY score
HAVING requests_before >= 2 AND requests_after >= 2
ORDER BY p_value, score
