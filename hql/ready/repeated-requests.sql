-- name: Requests that a cache would have answered
-- description: Requests sent again word for word after they had been answered, and what the repetitions cost.
-- parameter: days = 7
-- parameter: rows = 100
SELECT
    cityHash64(r.target_url, r.request_body) AS request_hash,
    any(r.model) AS model,
    count() AS requests,
    uniqExactIf(r.user_id, r.user_id != '') AS distinct_users,
    (sum(r.cost) - argMin(r.cost, (r.request_created_at, r.request_id))) / 1e9 AS avoidable_cost_usd,
    min(r.request_created_at) AS first_seen,
    max(r.request_created_at) AS last_seen,
    leftUTF8(any(r.request_body), 200) AS request_begins
FROM request_response_rmt AS r
WHERE r.request_created_at >= now() - INTERVAL {days:UInt16} DAY
    AND r.span_kind = 'llm'
    AND r.status BETWEEN 200 AND 399
    AND r.request_body != ''
    AND NOT r.is_cached
GROUP BY request_hash
HAVING requests > 1
ORDER BY avoidable_cost_usd DESC, request_hash
LIMIT {rows:UInt16}
