-- name: Cost by model and day
-- description: What each model cost on each day.
-- chart: bar day cost_usd model
-- parameter: days = 30
SELECT
    u.day AS day,
    u.model AS model,
    sum(u.requests) AS requests,
    sum(u.cost) / 1e9 AS cost_usd
FROM daily_usage AS u
WHERE u.day > today() - {days:UInt16}
GROUP BY day, model
ORDER BY day, cost_usd DESC, model
