"""The panels of the users page: how use is spread over users, who comes back, and what one user does."""

from __future__ import annotations

from ui import charts, parts, theme
from ui import format as fmt
from ui.panel import Drawn, Panel, Seen
from ui.users import figures, lists
from warehouse import cohorts, users
from warehouse.limits import OWN
from warehouse.users import Spread

NAMELESS = "No request of this view names a user (header Helicone-User-Id)."

_RANK = ",\n        ".join(
    f"$sort = '{name}', toFloat64({name})" for name in users.SORTS if name not in ("cost", "user_id")
)
_TABLE = f"""
SELECT user_id, requests, errors, limited, unpriced, cost_usd, prompt_tokens, completion_tokens, active_days,
    first_seen, last_seen, requests / active_days AS requests_per_day,
    (prompt_tokens + completion_tokens) / requests AS tokens_per_request
FROM (
    SELECT user_id, count() AS requests, countIf(status < 200 OR status >= 400) AS errors,
        countIf({OWN}) AS limited, countIf(cost_status = 'unpriced') AS unpriced,
        sum(cost_usd) AS cost_usd, sum(prompt_tokens) AS prompt_tokens, sum(completion_tokens) AS completion_tokens,
        uniqExact(toDate(request_created_at, $zone)) AS active_days
    FROM (SELECT * FROM request_response_rmt WHERE $where)
    WHERE user_id != '' AND positionCaseInsensitiveUTF8(user_id, $search) > 0
    GROUP BY user_id
) AS u
LEFT JOIN (SELECT user_id AS who, first_seen, last_seen FROM users) AS s ON s.who = u.user_id
ORDER BY if($descending = '1', -1, 1) * multiIf(
        {_RANK},
        $sort = 'cost', cost_usd,
        0),
    if($sort = 'user_id' AND $descending = '1', user_id, '') DESC, user_id"""
_AMOUNTS = """
    SELECT user_id, if($measure = 'cost', sum(cost), count()) AS amount
    FROM request_response_rmt
    WHERE $where AND user_id != ''
    GROUP BY user_id"""
_SPREAD = f"""
-- The cost is in USD × 1e9.
SELECT roundDown(amount, {users.LOWS}) AS low, count() AS users
FROM ({_AMOUNTS}
)
GROUP BY low
ORDER BY low"""
_CONCENTRATION = f"""
SELECT ceil(100 * place / everyone) AS percent, max(place) AS users, max(so_far / whole) AS share
FROM (
    SELECT row_number() OVER (ORDER BY amount DESC, user_id) AS place, count() OVER () AS everyone,
        sum(amount) OVER (ORDER BY amount DESC, user_id ROWS UNBOUNDED PRECEDING) AS so_far,
        sum(amount) OVER () AS whole
    FROM ({_AMOUNTS}
    )
)
GROUP BY percent
ORDER BY percent"""
_RETURNING = """
SELECT at, countIf(first_at = at) AS new, count() - new AS returning
FROM (
    SELECT $at AS at, user_id
    FROM request_response_rmt
    WHERE $where AND user_id != ''
    GROUP BY at, user_id
) AS a
LEFT JOIN (
    SELECT user_id AS who, $at AS first_at FROM (SELECT user_id, first_seen AS request_created_at FROM users)
) AS u ON u.who = a.user_id
GROUP BY at
ORDER BY at"""
_RETENTION = """
SELECT cohort, dateDiff('week', cohort, week) AS later, count() AS users
FROM (
    SELECT user_id, toMonday(first_seen, $zone) AS cohort, toMonday(request_created_at, $zone) AS week
    FROM request_response_rmt
    INNER JOIN (SELECT user_id AS who, first_seen FROM users) AS u ON u.who = user_id
    WHERE ($filters) AND request_created_at < $end
        AND cohort >= toMonday($end - toIntervalMillisecond(1), $zone) - 7 * (toUInt16($weeks) - 1)
    GROUP BY user_id, cohort, week
)
GROUP BY cohort, later
ORDER BY cohort, later"""
_STICKINESS = """
SELECT day, uniqExactIf(user_id, back = 0) AS daily, uniqExact(user_id) AS weekly, daily / weekly AS stickiness
FROM (
    SELECT user_id, back, seen + back AS day
    FROM (
        SELECT user_id, toDate(request_created_at, $zone) AS seen
        FROM request_response_rmt
        WHERE ($filters) AND user_id != '' AND request_created_at < $end
            AND seen > toDate($end - toIntervalMillisecond(1), $zone) - toUInt16($days) - 6
        GROUP BY user_id, seen
    )
    ARRAY JOIN range(7) AS back
)
WHERE day > toDate($end - toIntervalMillisecond(1), $zone) - toUInt16($days)
    AND day <= toDate($end - toIntervalMillisecond(1), $zone)
GROUP BY day
ORDER BY day"""
_TREND = """
SELECT $at AS at, count() AS requests, countIf(status < 200 OR status >= 400) AS errors, sum(cost_usd) AS cost_usd,
    countIf(cost_status = 'unpriced') AS unpriced, sum(prompt_tokens) AS prompt_tokens,
    sum(completion_tokens) AS completion_tokens, avg(latency) AS mean_latency
FROM (SELECT * FROM request_response_rmt WHERE $where AND user_id != '')
GROUP BY at
ORDER BY at"""
_SESSIONS = """
SELECT session_id, max(session_name) AS session_name, any(user_id) AS user_id, min(request_created_at) AS started_at,
    max(request_created_at) AS last_at, count() AS requests, countIf(status < 200 OR status >= 400) AS errors,
    countIf(cost_status = 'unpriced') AS unpriced, sum(cost_usd) AS cost_usd
FROM (SELECT * FROM request_response_rmt WHERE $where AND user_id != '' AND session_id != '')
GROUP BY session_id
ORDER BY last_at DESC, session_id
LIMIT 10"""
_LATEST = """
SELECT request_created_at, request_id, user_id, model, status, latency, cost_usd, cost_status
FROM request_response_rmt
WHERE $where AND user_id != ''
ORDER BY request_created_at DESC, request_id DESC
LIMIT 10"""
_MODELS = """
SELECT model, count() AS requests, sum(cost_usd) AS cost_usd, countIf(cost_status = 'unpriced') AS unpriced
FROM request_response_rmt
WHERE $where
GROUP BY model
ORDER BY requests DESC, model"""
_PROPERTIES = """
SELECT name, value, count() AS requests
FROM request_response_rmt
ARRAY JOIN mapKeys(properties) AS name, mapValues(properties) AS value
WHERE $where
GROUP BY name, value
ORDER BY requests DESC, name, value
LIMIT 12"""

MEASURES = (("cost", "Cost"), ("requests", "Requests"))

TABLE = Panel(
    "users-table",
    "Users",
    users.table,
    lists.users,
    lambda found, seen: f"{fmt.number(found.total)} in this view",
    _TABLE,
    rows=lambda found: found.rows,
    options=(("descending", 1), ("limit", 25), ("offset", 0), ("search", ""), ("sort", "cost")),
)


def _spread(measure: str, title: str) -> Panel:
    def draw(found: Spread, seen: Seen) -> Drawn:
        return figures.spread(found, measure) if found.users else parts.nothing(NAMELESS)

    def sub(found: Spread, seen: Seen) -> str:
        return figures.spread_said(found, measure)

    return Panel(
        f"users-by-{measure}",
        title,
        users.spread,
        draw,
        sub,
        _SPREAD,
        lambda found: found.bins,
        (("measure", measure),),
    )


SPREADS = (_spread("requests", "Users by number of requests"), _spread("cost", "Users by cost"))

CONCENTRATION = Panel(
    "users-concentration",
    "How much few users make",
    users.concentration,
    lambda found, seen: figures.concentration(found, str((seen.options or {})["measure"])),
    lambda found, seen: figures.concentration_said(found, str((seen.options or {})["measure"])),
    _CONCENTRATION,
    options=(("measure", "cost"),),
    choices=(("measure", MEASURES),),
)


COHORTS = (
    Panel(
        "users-returning",
        "New and returning users",
        cohorts.returning,
        lambda found, seen: charts.bars(
            found,
            seen.zone,
            {"returning": (found["returning"], theme.USERS), "new": (found["new"], theme.NEW)},
            fmt.number,
        ),
        "{every}, distinct; new: never seen before, whatever the filters",
        _RETURNING,
        over_time=True,
    ),
    Panel(
        "users-retention",
        "Retention by week",
        cohorts.retention,
        lists.retention,
        "of the users first seen in a week (from Monday), those active in the weeks after; eight weeks up to the "
        "range's end, the last of which may still be under way",
        _RETENTION,
        options=(("weeks", 8),),
    ),
    Panel(
        "users-stickiness",
        "Stickiness",
        cohorts.stickiness,
        lambda found, seen: figures.stickiness(found) if len(found) else parts.nothing(NAMELESS),
        "users of a day, of those of the seven days up to it; four weeks up to the range's end",
        _STICKINESS,
        options=(("days", 28),),
    ),
)

TRENDS = tuple(
    Panel(f"users-trend-{name}", title, users.trend, draw, sub, _TREND, over_time=True)
    for name, title, draw, sub in (
        ("requests", "Requests", figures.requests, "{every}, of the users of this view"),
        ("cost", "Cost", figures.cost, figures.cost_said),
        ("tokens", "Tokens", figures.tokens, "{every}, of the users of this view"),
        ("latency", "Latency", figures.latency, "{every}, mean"),
    )
)

OF_USER = (
    Panel(
        "users-sessions", "Latest sessions", users.sessions, lists.sessions, "their requests in this view", _SESSIONS
    ),
    Panel("users-latest", "Latest requests", users.latest, lists.requests, "those that name a user", _LATEST),
    Panel("users-models", "Models used", users.models, lists.models, "by requests", _MODELS),
    Panel("users-properties", "Properties", users.properties, lists.properties, "by requests", _PROPERTIES),
)

PANELS: tuple[Panel, ...] = (TABLE, *SPREADS, CONCENTRATION, *COHORTS, *TRENDS, *OF_USER)
