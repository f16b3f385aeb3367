-- name: Steps of sessions
-- description: How many requests sessions take, and what longer ones cost; the last row is for all longer ones too.
-- chart: bar steps session_count
-- parameter: days = 30
-- parameter: longest = 30
SELECT
    least(s.requests, {longest:UInt16}) AS steps,
    count() AS session_count,
    avg(s.cost) / 1e9 AS cost_per_session_usd,
    avg(dateDiff('second', s.started_at, s.ended_at)) AS duration_s,
    countIf(s.errors > 0) / session_count AS share_with_errors
FROM sessions AS s
WHERE s.started_at >= now() - INTERVAL {days:UInt16} DAY
GROUP BY steps
ORDER BY steps
