-- name: Providers compared
-- description: One model with different providers: how often it fails, how fast it is, what a million tokens cost.
-- chart: bar model p95_ms provider
-- parameter: days = 30
SELECT
    r.model AS model,
    r.provider AS provider,
    count() AS requests,
    countIf(r.status NOT BETWEEN 200 AND 399) / requests AS error_rate,
    round(quantileIf(0.5)(r.latency, r.status BETWEEN 200 AND 399)) AS p50_ms,
    round(quantileIf(0.95)(r.latency, r.status BETWEEN 200 AND 399)) AS p95_ms,
    round(quantile(0.5)(r.time_to_first_token)) AS first_token_p50_ms,
    sum(r.cost) / 1e9 AS cost_usd,
    1e6 * cost_usd / nullIf(sum(r.total_tokens), 0) AS cost_per_million_tokens_usd
FROM request_response_rmt AS r
WHERE r.request_created_at >= now() - INTERVAL {days:UInt16} DAY
    AND r.span_kind = 'llm'
    AND NOT r.is_cached
GROUP BY model, provider
ORDER BY model, requests DESC, provider
