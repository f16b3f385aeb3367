-- name: Models without a price
-- description: Models whose cost is not known, and how much they are used: give them a price to count it.
-- chart: bar model requests provider
-- parameter: days = 30
SELECT
    provider,
    model,
    count() AS requests,
    sum(prompt_tokens) AS input_tokens,
    sum(completion_tokens) AS output_tokens,
    min(request_created_at) AS first_seen,
    max(request_created_at) AS last_seen
FROM request_response_rmt
WHERE request_created_at >= now() - INTERVAL {days:UInt16} DAY
    AND cost_status = 'unpriced'
GROUP BY provider, model
ORDER BY requests DESC, provider, model
