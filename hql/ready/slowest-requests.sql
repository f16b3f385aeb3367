-- name: Slowest requests
-- description: The requests that took the longest, with what they were asked to write.
-- chart: scatter completion_tokens latency_ms model
-- parameter: days = 7
-- parameter: rows = 100
SELECT
    request_created_at,
    request_id,
    provider,
    model,
    status,
    latency AS latency_ms,
    time_to_first_token AS time_to_first_token_ms,
    completion_tokens,
    user_id,
    session_id
FROM request_response_rmt
WHERE request_created_at >= now() - INTERVAL {days:UInt16} DAY
    AND NOT is_cached
ORDER BY latency DESC, request_id
LIMIT {rows:UInt16}
