-- name: Prompts that cost the most
-- description: Cost of every prompt and version: in all, for one request, and by the tokens that go in and come out.
-- chart: bar prompt_version cost_usd prompt_id
-- parameter: days = 30
SELECT
    r.prompt_id AS prompt_id,
    r.prompt_version AS prompt_version,
    count() AS requests,
    avg(r.prompt_tokens) AS input_tokens_per_request,
    avg(r.completion_tokens) AS output_tokens_per_request,
    sum(r.cost) / 1e9 AS cost_usd,
    cost_usd / requests AS cost_per_request_usd
FROM request_response_rmt AS r
WHERE r.request_created_at >= now() - INTERVAL {days:UInt16} DAY
    AND r.prompt_id != ''
GROUP BY prompt_id, prompt_version
ORDER BY cost_usd DESC, prompt_id, prompt_version
