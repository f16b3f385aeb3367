-- name: Feedback by model
-- description: How users rate the answers of each model, and how many of its requests were rated at all.
-- chart: bar model positive_share
-- parameter: days = 30
SELECT
    model,
    count() AS requests,
    countIf(feedback) AS positive,
    countIf(NOT feedback) AS negative,
    positive / (positive + negative) AS positive_share,
    (positive + negative) / requests AS rated_share
FROM request_response_rmt
WHERE request_created_at >= now() - INTERVAL {days:UInt16} DAY
    AND span_kind = 'llm'
GROUP BY model
HAVING positive + negative > 0
ORDER BY positive_share DESC, positive + negative DESC, model
