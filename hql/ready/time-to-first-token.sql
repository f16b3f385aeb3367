-- name: Time to the first token by model
-- description: How long users of streamed answers wait before they see anything.
-- chart: bar model p50_ms,p95_ms
-- parameter: days = 30
SELECT
    model,
    count() AS streamed_requests,
    round(quantile(0.5)(time_to_first_token)) AS p50_ms,
    round(quantile(0.9)(time_to_first_token)) AS p90_ms,
    round(quantile(0.95)(time_to_first_token)) AS p95_ms,
    round(quantile(0.99)(time_to_first_token)) AS p99_ms
FROM request_response_rmt
WHERE request_created_at >= now() - INTERVAL {days:UInt16} DAY
    AND time_to_first_token IS NOT NULL
    AND NOT is_cached
GROUP BY model
ORDER BY p95_ms DESC, model
