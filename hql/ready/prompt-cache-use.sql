-- name: Use of the providers' prompt caches
-- description: The share of input tokens read from the provider's cache: where it is low, long prompts cost too much.
-- chart: bar model share_read,share_written
-- parameter: days = 30
SELECT
    model,
    count() AS requests,
    avg(prompt_tokens) AS input_tokens_per_request,
    sum(prompt_cache_read_tokens) / sum(prompt_tokens) AS share_read,
    sum(prompt_cache_write_tokens) / sum(prompt_tokens) AS share_written,
    countIf(prompt_cache_read_tokens > 0) / requests AS requests_that_read
FROM request_response_rmt
WHERE request_created_at >= now() - INTERVAL {days:UInt16} DAY
    AND prompt_tokens > 0
    AND NOT is_cached
GROUP BY model
ORDER BY sum(prompt_tokens) DESC, model
