-- name: Latency by model and day
-- description: Percentiles of successful requests, from the rollups: months take no longer than days.
-- chart: line day p95_ms model
-- parameter: days = 30
WITH daily AS (
    SELECT
        day,
        model,
        sum(requests) AS answered,
        sumMap(latency_histogram) AS histogram
    FROM daily_usage
    WHERE day > today() - {days:UInt16}
        AND status BETWEEN 200 AND 399
    GROUP BY day, model
)
SELECT
    day,
    model,
    answered AS requests,
    arrayMap(
        level -> round(exp2(arrayFirst(
            (bucket, below) -> below >= level * answered,
            mapKeys(histogram),
            arrayCumSum(mapValues(histogram))
        ) / 16) - 1),
        [0.5, 0.95, 0.99]
    ) AS percentiles_ms,
    percentiles_ms[1] AS p50_ms,
    percentiles_ms[2] AS p95_ms,
    percentiles_ms[3] AS p99_ms
FROM daily
ORDER BY day, model
