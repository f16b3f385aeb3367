-- name: Users at risk
-- description: Users who were active before and lately are silent, meet errors, or come much less often.
-- parameter: days = 30
-- parameter: recent_days = 7
-- parameter: min_requests = 10
WITH per_user AS (
    SELECT
        user_id,
        countIf(request_created_at < now() - INTERVAL {recent_days:UInt16} DAY) AS requests_before,
        count() - requests_before AS requests_lately,
        countIf(
            request_created_at >= now() - INTERVAL {recent_days:UInt16} DAY AND status NOT BETWEEN 200 AND 399
        ) AS errors_lately,
        requests_before / greatest({days:UInt16} - {recent_days:UInt16}, 1) AS requests_per_day_before,
        requests_lately / {recent_days:UInt16} AS requests_per_day_lately,
        max(request_created_at) AS last_seen
    FROM request_response_rmt
    WHERE request_created_at >= now() - INTERVAL {days:UInt16} DAY
        AND user_id != ''
    GROUP BY user_id
)
SELECT
    user_id,
    multiIf(
        requests_lately = 0, 'silent',
        errors_lately >= 0.2 * requests_lately, 'failing',
        'fading'
    ) AS risk,
    requests_before,
    requests_lately,
    errors_lately,
    last_seen
FROM per_user
WHERE requests_before >= {min_requests:UInt32}
    AND (
        requests_lately = 0
        OR errors_lately >= 0.2 * requests_lately
        OR requests_per_day_lately < 0.5 * requests_per_day_before
    )
ORDER BY requests_before DESC, user_id
