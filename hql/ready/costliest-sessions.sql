-- name: Sessions that cost the most
-- description: The sessions with the highest cost, how long they took, and what of them failed.
-- chart: bar session_id cost_usd
-- parameter: days = 30
-- parameter: rows = 50
SELECT
    session_id,
    session_name,
    started_at,
    dateDiff('second', started_at, ended_at) AS duration_s,
    requests,
    errors,
    prompt_tokens + completion_tokens AS tokens,
    cost_usd,
    user_ids
FROM sessions
WHERE started_at >= now() - INTERVAL {days:UInt16} DAY
ORDER BY cost_usd DESC, session_id
LIMIT {rows:UInt16}
