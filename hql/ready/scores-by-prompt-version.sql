-- name: Scores by prompt version
-- description: Every score's mean and spread for each version of each prompt.
-- chart: bar prompt_version mean score
-- parameter: days = 30
SELECT
    prompt_id,
    prompt_version,
    score,
    count() AS scored_requests,
    round(avg(score_value), 6) AS mean,
    round(stddevPop(score_value), 6) AS deviation,
    quantileExact(0.1)(score_value) AS lowest_tenth
FROM request_response_rmt
ARRAY JOIN mapKeys(scores) AS score, mapValues(scores) AS score_value
WHERE request_created_at >= now() - INTERVAL {days:UInt16} DAY
    AND prompt_id != ''
GROUP BY prompt_id, prompt_version, score
ORDER BY prompt_id, score, prompt_version
