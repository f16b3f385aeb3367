-- name: Cost of this month, and where it is heading
-- description: Cost since the first of the month, and at its end if the days left cost what the last seven did.
-- chart: bar provider cost_so_far_usd,forecast_usd
SELECT
    u.provider AS provider,
    sumIf(u.cost, u.day >= toStartOfMonth(today())) / 1e9 AS cost_so_far_usd,
    sumIf(u.cost, u.day >= today() - 7 AND u.day < today()) / 1e9 / 7 AS cost_per_day_usd,
    cost_so_far_usd + cost_per_day_usd * dateDiff('day', today(), toLastDayOfMonth(today())) AS forecast_usd
FROM daily_usage AS u
WHERE u.day >= least(toStartOfMonth(today()), today() - 7)
GROUP BY provider
ORDER BY forecast_usd DESC, provider
