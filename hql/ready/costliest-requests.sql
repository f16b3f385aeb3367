-- name: Requests that cost the most
-- description: The single requests with the highest cost, with the beginning of what was asked.
-- chart: scatter prompt_tokens cost_usd model
-- parameter: days = 7
-- parameter: rows = 100
SELECT
    request_created_at,
    request_id,
    model,
    user_id,
    prompt_tokens,
    completion_tokens,
    reasoning_tokens,
    latency AS latency_ms,
    cost_usd,
    leftUTF8(request_body, 200) AS request_begins
FROM request_response_rmt
WHERE request_created_at >= now() - INTERVAL {days:UInt16} DAY
    AND cost > 0
ORDER BY cost DESC, request_id
LIMIT {rows:UInt16}
