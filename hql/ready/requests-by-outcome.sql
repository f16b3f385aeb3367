-- name: Requests by outcome and day
-- description: How requests end: answered, rate limited, refused, failed, timed out, cancelled or blocked.
-- chart: bar day requests outcome
-- parameter: days = 30
SELECT
    u.day AS day,
    multiIf(
        u.status BETWEEN 200 AND 399, 'answered',
        u.status = 429, 'rate limited',
        u.status BETWEEN 400 AND 499, 'refused',
        u.status >= 500, 'failed',
        u.status = -1, 'timed out',
        u.status = -3, 'cancelled',
        u.status = -4, 'blocked',
        'other'
    ) AS outcome,
    sum(u.requests) AS requests,
    sum(u.cost) / 1e9 AS cost_usd
FROM daily_usage AS u
WHERE u.day > today() - {days:UInt16}
GROUP BY day, outcome
ORDER BY day, outcome
