-- name: Busy hours
-- description: Requests by weekday (1 is Monday) and hour, in UTC: when to expect load, and when to deploy.
-- chart: heatmap hour requests weekday
-- parameter: days = 28
SELECT
    toDayOfWeek(request_created_at) AS weekday,
    toHour(request_created_at) AS hour,
    count() AS requests,
    round(quantile(0.95)(latency)) AS p95_ms,
    countIf(status NOT BETWEEN 200 AND 399) / requests AS error_rate
FROM request_response_rmt
WHERE request_created_at >= now() - INTERVAL {days:UInt16} DAY
GROUP BY weekday, hour
ORDER BY weekday, hour
