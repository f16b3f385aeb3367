-- name: Tokens per second by model
-- description: How fast a model writes once it has begun, and how fast the slowest tenth of its answers are.
-- chart: bar model median_tokens_per_s,slowest_tenth_tokens_per_s
-- parameter: days = 30
SELECT
    model,
    count() AS streamed_requests,
    round(quantile(0.5)(completion_tokens / (latency - time_to_first_token) * 1000), 1) AS median_tokens_per_s,
    round(quantile(0.1)(completion_tokens / (latency - time_to_first_token) * 1000), 1) AS slowest_tenth_tokens_per_s
FROM request_response_rmt
WHERE request_created_at >= now() - INTERVAL {days:UInt16} DAY
    AND time_to_first_token < latency
    AND completion_tokens > 0
    AND NOT is_cached
GROUP BY model
ORDER BY median_tokens_per_s DESC, model
