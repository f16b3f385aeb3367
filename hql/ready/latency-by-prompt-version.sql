-- name: Latency by prompt version
-- description: Percentiles of the latency of every version of every prompt; answers from the cache are left out.
-- chart: bar prompt_version p95_ms prompt_id
-- parameter: days = 30
SELECT
    prompt_id,
    prompt_version,
    count() AS requests,
    round(quantile(0.5)(latency)) AS p50_ms,
    round(quantile(0.95)(latency)) AS p95_ms,
    round(quantile(0.99)(latency)) AS p99_ms
FROM request_response_rmt
WHERE request_created_at >= now() - INTERVAL {days:UInt16} DAY
    AND prompt_id != ''
    AND status BETWEEN 200 AND 399
    AND NOT is_cached
GROUP BY prompt_id, prompt_version
ORDER BY prompt_id, prompt_version
