-- name: What the response cache saved
-- description: Answers that came from the cache, by model and day: the money and the waiting that they saved.
-- chart: bar day saved_cost_usd model
-- parameter: days = 30
SELECT
    toDate(c.hour) AS day,
    c.model AS model,
    sum(c.hits) AS hits,
    sum(c.saved_cost) / 1e9 AS saved_cost_usd,
    sum(c.saved_latency) / 1000 AS saved_waiting_s
FROM cache_metrics AS c
WHERE c.hour >= now() - INTERVAL {days:UInt16} DAY
GROUP BY day, model
ORDER BY day, saved_cost_usd DESC, model
