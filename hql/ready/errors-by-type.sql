-- name: Errors by type
-- description: What fails, with whom and since when; how many users met it, and the latest message.
-- chart: bar error_type errors provider
-- parameter: days = 7
SELECT
    status,
    error_type,
    provider,
    model,
    count() AS errors,
    uniqExactIf(user_id, user_id != '') AS distinct_users,
    min(request_created_at) AS first_seen,
    max(request_created_at) AS last_seen,
    argMax(error_message, (request_created_at, request_id)) AS latest_message
FROM request_response_rmt
WHERE request_created_at >= now() - INTERVAL {days:UInt16} DAY
    AND status NOT BETWEEN 200 AND 399
GROUP BY status, error_type, provider, model
ORDER BY errors DESC, status, error_type, provider, model
