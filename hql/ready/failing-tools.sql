-- name: Tools that fail
-- description: Tool calls: how often each tool fails, how long it takes, and what it said last when it failed.
-- chart: bar tool error_rate
-- parameter: days = 30
SELECT
    model AS tool,
    count() AS calls,
    countIf(status NOT BETWEEN 200 AND 399) AS errors,
    errors / calls AS error_rate,
    round(quantile(0.95)(latency)) AS p95_ms,
    uniqExactIf(session_id, session_id != '' AND status NOT BETWEEN 200 AND 399) AS failed_sessions,
    argMaxIf(error_message, (request_created_at, request_id), status NOT BETWEEN 200 AND 399) AS latest_message
FROM request_response_rmt
WHERE request_created_at >= now() - INTERVAL {days:UInt16} DAY
    AND span_kind = 'tool'
GROUP BY tool
ORDER BY error_rate DESC, calls DESC, tool
