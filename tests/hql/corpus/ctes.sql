--- cte
WITH costly AS (SELECT model, cost FROM request_response_rmt WHERE cost > 300000) SELECT model, count() FROM costly GROUP BY model

--- cte_chain
WITH a AS (SELECT user_id, cost FROM request_response_rmt), b AS (SELECT user_id, sum(cost) AS total FROM a GROUP BY user_id), c AS (SELECT * FROM b WHERE total > 0) SELECT * FROM c

--- cte_nested
WITH outer_cte AS (WITH inner_cte AS (SELECT model, latency FROM request_response_rmt WHERE is_stream) SELECT model, max(latency) AS slowest FROM inner_cte GROUP BY model) SELECT * FROM outer_cte

--- cte_twice
WITH t AS (SELECT model, status FROM request_response_rmt) SELECT (SELECT count() FROM t WHERE status < 0), (SELECT count() FROM t WHERE status >= 400)

--- cte_self_join
WITH t AS (SELECT toDate(request_created_at) AS day, sum(cost) AS cost FROM request_response_rmt GROUP BY day) SELECT x.day, x.cost, y.cost FROM t AS x LEFT JOIN t AS y ON y.day = x.day - 1

--- cte_shadows_public_table
WITH users AS (SELECT user_id AS who, count() AS n FROM request_response_rmt GROUP BY who) SELECT who, n FROM users

--- cte_shadows_and_reads_its_namesake
WITH users AS (SELECT user_id, requests FROM users WHERE requests > 1) SELECT * FROM users

--- cte_shadows_the_fact_table
WITH request_response_rmt AS (SELECT 1 AS x) SELECT x FROM request_response_rmt

--- cte_shadows_in_a_subquery_alone
SELECT (WITH scores AS (SELECT 5 AS value) SELECT sum(value) FROM scores) AS five, count() FROM scores

--- cte_of_another_case_is_another_table
WITH USERS AS (SELECT 1 AS user_id) SELECT count() FROM users

--- cte_of_another_case_used
WITH Users AS (SELECT 1 AS one) SELECT * FROM Users

--- cte_in_union_arm
SELECT 'a' AS k, count() AS n FROM users UNION ALL SELECT * FROM (WITH users AS (SELECT 1 AS x) SELECT 'b', count() FROM users)

--- cte_seen_by_all_arms
WITH t AS (SELECT model FROM request_response_rmt WHERE is_cached) SELECT 1 AS k, count() FROM t UNION ALL SELECT 2, uniqExact(model) FROM t

--- cte_with_join
WITH m AS (SELECT model, avg(latency) AS a FROM request_response_rmt GROUP BY model) SELECT r.request_id, r.latency - m.a FROM request_response_rmt AS r JOIN m ON m.model = r.model WHERE r.status < 0

--- cte_in_in
WITH big AS (SELECT session_id FROM sessions WHERE requests > 4) SELECT count() FROM request_response_rmt WHERE session_id IN (SELECT session_id FROM big)

--- cte_column_used_with_alias
WITH t AS (SELECT model AS m, cost AS c FROM request_response_rmt) SELECT t.m, sum(t.c) AS total FROM t GROUP BY t.m HAVING total > 0

--- cte_unused
WITH unused AS (SELECT 1) SELECT count() FROM request_response_rmt

--- cte_of_values_made_here
WITH days AS (SELECT arrayJoin([toDate('2026-03-02'), toDate('2026-03-03'), toDate('2030-01-01')]) AS day) SELECT days.day, countIf(r.model != '') FROM days LEFT JOIN request_response_rmt AS r ON toDate(r.request_created_at) = days.day GROUP BY days.day

--- cte_quoted
WITH "my cte" AS (SELECT model FROM request_response_rmt) SELECT count(), uniqExact("my cte".model) FROM "my cte"

--- cte_after_from_first
WITH t AS (SELECT latency FROM request_response_rmt) FROM t SELECT max(latency)

--- cte_named_as_a_column
WITH model AS (SELECT model, count() AS n FROM request_response_rmt GROUP BY model) SELECT model.model, model.n FROM model

--- scalar_literal
WITH 5 AS x SELECT x

--- scalar_literal_used
WITH 1e9 AS unit SELECT model, sum(cost) / unit AS usd FROM request_response_rmt GROUP BY model

--- scalar_expression
WITH toDate(request_created_at) AS day SELECT day, count() FROM request_response_rmt GROUP BY day

--- scalar_of_several
WITH 100 AS low, 200 AS high, latency BETWEEN low AND high AS inside SELECT countIf(inside), count() FROM request_response_rmt

--- scalar_subquery
WITH (SELECT max(cost) FROM request_response_rmt) AS m SELECT count() FROM request_response_rmt WHERE cost = m

--- scalar_subquery_unnamed_column
WITH (SELECT avg(latency) FROM request_response_rmt) AS mean SELECT round(mean, 2), countIf(latency > mean) FROM request_response_rmt

--- scalar_and_table
WITH (SELECT sum(cost) FROM request_response_rmt) AS total, by_model AS (SELECT model, sum(cost) AS c FROM request_response_rmt GROUP BY model) SELECT model, round(c / total, 4) FROM by_model

--- scalar_lambda
WITH x -> x * 2 AS double SELECT double(latency), arrayMap(double, [1, 2]) FROM request_response_rmt ORDER BY request_id LIMIT 1

--- scalar_array
WITH ['prod', 'staging'] AS envs SELECT countIf(has(arrayMap(e -> 'alfa-' || e, envs), properties['env'])), countIf(has(arrayMap(e -> 'bravo-' || e, envs), properties['env'])) FROM request_response_rmt

--- scalar_named_as_a_table_read_as_a_table
WITH (SELECT 1) AS scores SELECT count() FROM scores

--- scalar_named_as_a_table_read_as_a_value
WITH 7 AS users SELECT users + 1

--- scalar_tuple
WITH (SELECT (min(latency), max(latency)) FROM request_response_rmt) AS bounds SELECT bounds.1, bounds.2, count() FROM request_response_rmt WHERE latency < bounds.2 GROUP BY 1, 2

--- with_in_a_subquery
SELECT * FROM (WITH 3 AS n SELECT n + 1 AS four)

--- with_in_in
SELECT count() FROM request_response_rmt WHERE model IN (WITH m AS (SELECT model FROM daily_usage) SELECT model FROM m)

--- cte_materialised_by_aggregate
WITH per_user AS (SELECT user_id, uniqExact(session_id) AS s FROM request_response_rmt WHERE user_id != '' GROUP BY user_id) SELECT avg(s), max(s), min(s) FROM per_user

--- recursive_free_ctes_in_reverse_order
WITH b AS (SELECT count() AS n FROM scores), a AS (SELECT n FROM b) SELECT n * 2 FROM a

--- cte_reads_a_later_one
WITH a AS (SELECT x + 1 AS y FROM b), b AS (SELECT 1 AS x) SELECT y FROM a

--- cte_reads_a_later_one_named_as_a_public_table
WITH a AS (SELECT count() AS n FROM users), users AS (SELECT 1 AS user_id) SELECT n FROM a

--- in_a_cte
WITH busy AS (SELECT user_id FROM users WHERE requests > 2) SELECT count() FROM request_response_rmt WHERE user_id IN busy

--- not_in_a_cte
WITH busy AS (SELECT user_id FROM users WHERE requests > 40) SELECT count() FROM request_response_rmt WHERE user_id NOT IN busy

--- in_a_cte_named_as_a_public_table
WITH sessions AS (SELECT 'x' AS session_id) SELECT count() FROM request_response_rmt WHERE session_id IN sessions

--- in_a_scalar_array
WITH [200, 201] AS good SELECT countIf(status IN good) FROM request_response_rmt

--- cte_with_order_by_all
WITH c AS (SELECT name AS t, value AS n FROM scores ORDER BY ALL LIMIT 3) SELECT * FROM c

--- cte_with_flags
WITH a AS (SELECT DISTINCT model FROM request_response_rmt), b AS (SELECT model, count() AS n FROM request_response_rmt GROUP BY ALL), c AS (SELECT status FROM request_response_rmt ORDER BY status LIMIT 1 WITH TIES), d AS (SELECT model, status, count() AS n FROM request_response_rmt GROUP BY model, status WITH ROLLUP), e AS (SELECT model, status, count() AS n FROM request_response_rmt GROUP BY GROUPING SETS ((model), (status))), f AS (SELECT 1 AS x UNION DISTINCT SELECT 2), g AS (SELECT model, status FROM request_response_rmt ORDER BY request_id LIMIT 1 BY ALL), h AS (SELECT model, row_number() OVER w AS n FROM request_response_rmt WINDOW w AS (PARTITION BY model)) SELECT (SELECT count() FROM a) AS a, (SELECT count() FROM b) AS b, (SELECT count() FROM c) AS c, (SELECT count() FROM d) AS d, (SELECT count() FROM e) AS e, (SELECT count() FROM f) AS f, (SELECT count() FROM g) AS g, (SELECT max(n) FROM h) AS h
