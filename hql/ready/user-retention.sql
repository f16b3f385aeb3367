-- name: Retention of users by week
-- description: Of the users who came first in a week, the share that came again in each week after it.
-- chart: heatmap weeks_later retention cohort
-- parameter: weeks = 12
WITH weekly AS (
    SELECT
        toMonday(u.first_seen) AS cohort,
        dateDiff('week', cohort, toMonday(r.request_created_at)) AS weeks_later,
        uniqExact(r.user_id) AS active_users
    FROM request_response_rmt AS r
    INNER JOIN users AS u ON u.user_id = r.user_id
    WHERE toMonday(r.request_created_at) >= toMonday(today()) - toIntervalWeek({weeks:UInt8})
        AND toMonday(u.first_seen) >= toMonday(today()) - toIntervalWeek({weeks:UInt8})
    GROUP BY cohort, weeks_later
)
SELECT
    cohort,
    weeks_later,
    active_users,
    active_users / first_value(active_users) OVER (PARTITION BY cohort ORDER BY weeks_later) AS retention
FROM weekly
ORDER BY cohort, weeks_later
