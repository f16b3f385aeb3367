-- name: Error spikes
-- description: Hours in which far more failed than in the same hour of the days before, counted in standard deviations.
-- chart: bar hour error_rate
-- parameter: days = 30
-- parameter: min_requests = 10
-- parameter: min_z_score = 3
WITH hourly AS (
    SELECT
        toStartOfHour(request_created_at) AS hour,
        count() AS requests,
        countIf(status NOT BETWEEN 200 AND 399) AS errors,
        errors / requests AS error_rate
    FROM request_response_rmt
    WHERE request_created_at >= now() - INTERVAL {days:UInt16} DAY
    GROUP BY hour
),
compared AS (
    SELECT
        hour,
        requests,
        errors,
        error_rate,
        avg(error_rate) OVER earlier_days AS usual_error_rate,
        stddevPop(error_rate) OVER earlier_days AS deviation,
        count() OVER earlier_days AS days_before
    FROM hourly
    WINDOW earlier_days AS (
        PARTITION BY toHour(hour)
        ORDER BY hour
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
)
SELECT
    hour,
    requests,
    errors,
    error_rate,
    usual_error_rate,
    round((error_rate - usual_error_rate) / greatest(deviation, 0.01), 1) AS z_score
FROM compared
WHERE days_before >= 3
    AND requests >= {min_requests:UInt32}
    AND z_score >= {min_z_score:Float64}
ORDER BY z_score DESC, hour
