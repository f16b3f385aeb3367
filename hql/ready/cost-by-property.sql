-- name: Cost by the values of a property
-- description: Requests, users and cost for every value of one property, such as Environment, Feature or Customer.
-- chart: bar property_value cost_usd
-- parameter: property = Environment
-- parameter: days = 30
SELECT
    r.properties[{property:String}] AS property_value,
    count() AS requests,
    uniqExactIf(r.user_id, r.user_id != '') AS distinct_users,
    sum(r.cost) / 1e9 AS cost_usd,
    cost_usd / requests AS cost_per_request_usd
FROM request_response_rmt AS r
WHERE r.request_created_at >= now() - INTERVAL {days:UInt16} DAY
    AND mapContains(r.properties, {property:String})
GROUP BY property_value
ORDER BY cost_usd DESC, property_value
