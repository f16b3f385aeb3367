-- name: Tokens by kind and day
-- description: Input that was new, read from or written to the provider's cache, and output with or without reasoning.
-- chart: area day new_input,cache_read,cache_write,answers,reasoning
-- parameter: days = 30
SELECT
    day,
    sum(prompt_tokens) - cache_read - cache_write AS new_input,
    sum(prompt_cache_read_tokens) AS cache_read,
    sum(prompt_cache_write_tokens) AS cache_write,
    sum(completion_tokens) - reasoning AS answers,
    sum(reasoning_tokens) AS reasoning
FROM daily_usage
WHERE day > today() - {days:UInt16}
GROUP BY day
ORDER BY day
