--- union_all
SELECT model FROM request_response_rmt UNION ALL SELECT model FROM daily_usage

--- union_distinct
SELECT model FROM request_response_rmt UNION DISTINCT SELECT model FROM daily_usage

--- union_of_three
SELECT 'requests' AS t, count() AS n FROM request_response_rmt UNION ALL SELECT 'scores', count() FROM scores UNION ALL SELECT 'feedback', count() FROM feedback

--- union_mixed
SELECT 1 AS x UNION ALL SELECT 1 UNION DISTINCT SELECT 2

--- union_unnamed
SELECT count() FROM users UNION ALL SELECT max(cost) FROM request_response_rmt

--- union_with_limit_of_the_last_arm
SELECT model FROM (SELECT DISTINCT model FROM request_response_rmt) UNION ALL SELECT provider FROM (SELECT DISTINCT provider FROM request_response_rmt ORDER BY provider) LIMIT 1

--- union_parenthesised
(SELECT DISTINCT model AS x FROM request_response_rmt ORDER BY model LIMIT 1) UNION ALL (SELECT DISTINCT provider FROM request_response_rmt ORDER BY provider LIMIT 1)

--- union_in_from ordered
SELECT x FROM (SELECT DISTINCT model AS x FROM request_response_rmt UNION ALL SELECT DISTINCT provider FROM request_response_rmt) ORDER BY x LIMIT 3

--- intersect
SELECT model FROM request_response_rmt INTERSECT SELECT model FROM cache_metrics

--- intersect_distinct
SELECT request_id FROM scores INTERSECT DISTINCT SELECT request_id FROM feedback

--- intersect_all
SELECT request_id FROM scores INTERSECT ALL SELECT request_id FROM feedback

--- except
SELECT request_id FROM request_response_rmt EXCEPT SELECT request_id FROM scores

--- except_distinct
SELECT DISTINCT status FROM request_response_rmt EXCEPT DISTINCT SELECT 404

--- except_all
SELECT request_id FROM feedback EXCEPT ALL SELECT request_id FROM scores

--- precedence
SELECT 1 AS x UNION ALL SELECT 2 INTERSECT SELECT 2 UNION ALL SELECT 3

--- precedence_parenthesised
(SELECT 1 AS x UNION ALL SELECT 2) INTERSECT SELECT 2

--- except_of_union
SELECT x FROM ((SELECT arrayJoin([1, 2, 3]) AS x UNION ALL SELECT 4) EXCEPT SELECT 2)

--- union_of_unions_nested
SELECT * FROM (SELECT 1 AS x UNION ALL (SELECT 2 UNION DISTINCT SELECT 2))

--- union_with_ctes
WITH a AS (SELECT count() AS n FROM users), b AS (SELECT count() AS n FROM sessions) SELECT n FROM a UNION ALL SELECT n FROM b

--- union_types_widen
SELECT 1 AS x UNION ALL SELECT -1 UNION ALL SELECT NULL UNION ALL SELECT 1.5

--- union_group_by
SELECT kind, sum(n) FROM (SELECT 'x' AS kind, count() AS n FROM scores GROUP BY name UNION ALL SELECT 'y', count() FROM feedback GROUP BY rating) GROUP BY kind

--- union_orders_in_arms ordered
SELECT * FROM (SELECT 1 AS k, latency FROM request_response_rmt ORDER BY latency, request_id LIMIT 2) UNION ALL SELECT * FROM (SELECT 2 AS k, latency FROM request_response_rmt WHERE 0)
