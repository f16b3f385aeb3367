--- from
SELECT model, n FROM (SELECT model, count() AS n FROM request_response_rmt GROUP BY model)

--- from_aliased
SELECT s.model, s.n FROM (SELECT model, count() AS n FROM request_response_rmt GROUP BY model) AS s WHERE s.n > 1

--- three_deep
SELECT max(n) FROM (SELECT user_id, count() AS n FROM (SELECT user_id FROM (SELECT * FROM request_response_rmt WHERE status > 0)) GROUP BY user_id)

--- scalar_in_select
SELECT model, cost / (SELECT sum(cost) FROM request_response_rmt) AS share FROM request_response_rmt WHERE is_stream

--- scalar_in_select_unnamed
SELECT (SELECT count() FROM scores), (SELECT max(cost) FROM request_response_rmt) FROM users

--- scalar_in_where
SELECT count() FROM request_response_rmt WHERE latency > (SELECT avg(latency) FROM request_response_rmt)

--- scalar_in_having
SELECT model, count() FROM request_response_rmt GROUP BY model HAVING count() >= (SELECT count() / 5 FROM request_response_rmt)

--- scalar_in_order_by ordered
SELECT DISTINCT latency FROM request_response_rmt ORDER BY latency - (SELECT min(latency) FROM request_response_rmt) LIMIT 5

--- scalar_in_limit_expression
SELECT DISTINCT model FROM request_response_rmt ORDER BY model LIMIT 1 + 1

--- in_subquery
SELECT count() FROM request_response_rmt WHERE request_id IN (SELECT request_id FROM scores WHERE name = 'quality')

--- not_in_subquery
SELECT count() FROM request_response_rmt WHERE request_id NOT IN (SELECT request_id FROM feedback)

--- global_in_subquery
SELECT count() FROM request_response_rmt WHERE user_id GLOBAL IN (SELECT user_id FROM users WHERE requests > 10)

--- global_not_in_subquery
SELECT count() FROM request_response_rmt WHERE user_id GLOBAL NOT IN (SELECT user_id FROM users WHERE requests > 10)

--- tuple_in_subquery
SELECT count() FROM request_response_rmt WHERE (model, provider) IN (SELECT model, provider FROM cache_metrics)

--- in_subquery_in_select
SELECT session_id IN (SELECT session_id FROM sessions WHERE errors > 0) AS bad, count() FROM request_response_rmt GROUP BY bad

--- in_subquery_unnamed
SELECT user_id IN (SELECT user_id FROM users) FROM request_response_rmt WHERE status < 0

--- in_union
SELECT count() FROM request_response_rmt WHERE request_id IN (SELECT request_id FROM scores UNION ALL SELECT request_id FROM feedback)

--- exists
SELECT count() FROM users WHERE EXISTS (SELECT 1 FROM scores WHERE name = 'quality')

--- exists_correlated
SELECT count() FROM request_response_rmt AS r WHERE EXISTS (SELECT 1 FROM scores AS s WHERE s.request_id = r.request_id)

--- not_exists_correlated
SELECT count() FROM request_response_rmt AS r WHERE NOT EXISTS (SELECT 1 FROM feedback AS f WHERE f.request_id = r.request_id AND f.rating)

--- any_all
SELECT countIf(latency = ANY (SELECT max(latency) FROM request_response_rmt)), countIf(latency >= ALL (SELECT latency FROM request_response_rmt)) FROM request_response_rmt

--- in_case
SELECT CASE WHEN model IN (SELECT model FROM daily_usage WHERE requests > 1) THEN 'busy' ELSE 'quiet' END AS kind, count() FROM request_response_rmt GROUP BY kind

--- in_function_argument
SELECT if((SELECT count() FROM scores) > 0, 'some', 'none'), toString((SELECT 1)), [(SELECT 1), (SELECT 2)], tuple((SELECT 3), 4)

--- in_array_join
SELECT x FROM users ARRAY JOIN (SELECT groupArray(number) FROM (SELECT 1 AS number)) AS x

--- in_join_condition
SELECT count() FROM request_response_rmt AS r JOIN scores AS s ON r.request_id = s.request_id AND s.value > (SELECT 0)

--- in_prewhere
SELECT count() FROM request_response_rmt PREWHERE latency > 0 WHERE model IN (SELECT model FROM daily_usage)

--- in_window_partition
SELECT model, row_number() OVER (PARTITION BY model IN (SELECT min(model) FROM request_response_rmt) ORDER BY request_id) AS n FROM request_response_rmt QUALIFY n = 1

--- in_union_arms
SELECT n FROM (SELECT count() AS n FROM scores UNION ALL SELECT count() FROM feedback)

--- ordered_subquery
SELECT groupArray(request_id) FROM (SELECT request_id FROM request_response_rmt ORDER BY request_id LIMIT 5)

--- subquery_with_limit_by
SELECT count() FROM (SELECT model FROM request_response_rmt ORDER BY request_id LIMIT 2 BY model)

--- parenthesised_select
(SELECT count() FROM request_response_rmt)

--- parenthesised_twice
((SELECT 1 AS one))

--- alias_inside_and_outside
SELECT a.x, b.x FROM (SELECT 1 AS x) AS a, (SELECT 2 AS x) AS b

--- subquery_columns_unnamed
SELECT * FROM (SELECT count(), max(cost), 1 + 1 FROM request_response_rmt)

--- subquery_column_by_its_text
SELECT `count()`, `max(latency)` FROM (SELECT count(), max(latency) FROM request_response_rmt)

--- subquery_in_tuple_comparison
SELECT count() FROM request_response_rmt WHERE (status, latency) = (SELECT status, max(latency) FROM request_response_rmt WHERE is_stream GROUP BY status ORDER BY count() DESC, status LIMIT 1)

--- same_alias_in_two_scopes
SELECT count() FROM (SELECT r.model FROM request_response_rmt AS r) AS r WHERE r.model IN (SELECT r.model FROM daily_usage AS r)

--- alias_named_as_another_table
SELECT users.model, count() FROM request_response_rmt AS users GROUP BY users.model
