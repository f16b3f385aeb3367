-- name: How much of the cost few users make
-- description: Users from the costliest on: the share of all cost that the first 1 %, 2 %, … of them make.
-- chart: line top_percent cost_share
-- parameter: days = 30
WITH per_user AS (
    SELECT
        user_id,
        sum(cost) AS spent
    FROM request_response_rmt
    WHERE request_created_at >= now() - INTERVAL {days:UInt16} DAY
        AND user_id != ''
    GROUP BY user_id
),
ranked AS (
    SELECT
        row_number() OVER (ORDER BY spent DESC, user_id) AS place,
        sum(spent) OVER (ORDER BY spent DESC, user_id ROWS UNBOUNDED PRECEDING) AS spent_so_far,
        count() OVER () AS everyone,
        sum(spent) OVER () AS spent_by_all
    FROM per_user
)
SELECT
    ceil(100 * place / everyone) AS top_percent,
    max(place) AS top_users,
    max(spent_so_far) / 1e9 AS cost_usd,
    max(spent_so_far / spent_by_all) AS cost_share
FROM ranked
WHERE spent_by_all > 0
GROUP BY top_percent
ORDER BY top_percent
