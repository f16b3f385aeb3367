--- cte_materialized
WITH t AS MATERIALIZED (SELECT 1 AS x) SELECT * FROM t

--- cte_with_column_names
WITH t (a, b) AS (SELECT 1, 2) SELECT a + b FROM t

--- subquery_with_column_names
SELECT * FROM (SELECT 1, 2) AS t (a, b)

--- paste_join
SELECT * FROM (SELECT 1 AS x) PASTE JOIN (SELECT 2 AS y)

--- natural_join
SELECT * FROM scores NATURAL JOIN feedback

--- left_anti_join_using
SELECT count() FROM scores LEFT ANTI JOIN feedback USING (request_id)

--- limit_by_over_an_alias
SELECT toString(request_id) AS id FROM scores ORDER BY id LIMIT 1 BY substring(id, 1, 2)

--- qualify_a_constant
SELECT x FROM (SELECT 1 AS x) AS t WHERE t.x = 1 QUALIFY 1

--- window_range
SELECT sum(value) OVER (PARTITION BY name ORDER BY created_at, request_id RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM scores

--- window_groups
SELECT sum(value) OVER (ORDER BY created_at, request_id GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM scores

--- array_join_of_a_map
SELECT arrayJoin(properties) AS p, count() FROM request_response_rmt GROUP BY p ORDER BY p

--- alias_with_a_dot
SELECT properties['env'] AS `properties.env` FROM request_response_rmt LIMIT 0

--- qualified_map
SELECT request_response_rmt.properties['env'] FROM request_response_rmt LIMIT 0

--- qualified_subcolumn
SELECT r.properties.keys FROM request_response_rmt AS r LIMIT 0

--- json_paths_of_a_cast
SELECT CAST('{"a": {"b": 5}}' AS JSON).a.b

--- json_with_types
SELECT '{"a": 1}'::JSON(a UInt32) AS j, j.a

--- tuple_part_of_an_array
SELECT [(1, 'a'), (2, 'b')].1

--- tuple_part_then_subscript
SELECT [(1, 'a'), (2, 'b')] AS t, t.1, t.2[1]

--- named_tuple_parts
SELECT CAST((1, 2), 'Tuple(a UInt8, b UInt8)') AS t, t.a, t.b, t.*

--- untuple_a_column
SELECT untuple(t) FROM (SELECT (1, 'x') AS t)

--- tuple_part_of_parentheses
SELECT (t).1 FROM (SELECT (1, 'x') AS t)

--- name_with_dots
SELECT a.b.c FROM (SELECT 1 AS `a.b.c`)

--- quoted_name_with_a_dot_then_a_part
SELECT `a.b`.c FROM (SELECT CAST(tuple(1), 'Tuple(c UInt8)') AS `a.b`)

--- tuple_comparison
SELECT * FROM users WHERE (requests, errors) > (1, 0) ORDER BY user_id LIMIT 1

--- tuples_and_arrays_in_lists
SELECT (1, 2) = (1, 2), (1, 2) IN ((1, 2)), [1] IN ([1], [2])

--- null_in_lists_and_an_empty_list
SELECT 1 IN (NULL), NULL IN (NULL, 1), 1 IN ()

--- in_collections
SELECT 1 IN tuple(1, 2), 1 IN [1, 2], 1 IN array(1, 2)

--- any_of_a_subquery
SELECT count() FROM users WHERE user_id = ANY (SELECT user_id FROM users)

--- cast_then_arithmetic
SELECT '2026-03-01'::Date + 1, DATE('2026-03-01')

--- divisions
SELECT 7 / 2, 7 DIV 2, intDiv(7, 2), 7.0 / 2

--- concatenated_unicode
SELECT 'é' || 'à', length('é')

--- group_by_position
SELECT date_trunc('month', request_created_at) FROM request_response_rmt GROUP BY 1 ORDER BY 1

--- aliases_without_as
SELECT toStartOfMonth(request_created_at) m FROM request_response_rmt GROUP BY m ORDER BY m

--- positions_both_ways
SELECT POSITION('b', 'abc'), POSITION('b' IN 'abc'), position('abc', 'b')

--- substrings_all_ways
SELECT SUBSTRING('hello' FROM 2), SUBSTRING('hello', 2), SUBSTR('hello', -3)

--- timestamp_functions_with_bare_units
SELECT TIMESTAMPADD(DAY, 1, toDate('2026-01-01')), TIMESTAMPDIFF(DAY, toDate('2026-01-01'), toDate('2026-01-03'))

--- date_functions_with_intervals
SELECT DATE_ADD(toDate('2026-01-01'), INTERVAL 1 MONTH), ADDDATE(toDate('2026-01-01'), INTERVAL 1 DAY), SUBDATE(toDate('2026-01-01'), INTERVAL 1 DAY)

--- mixed_intervals
SELECT toDate('2026-01-01') + INTERVAL '1' DAY - INTERVAL 1 MONTH

--- interval_of_several_units
SELECT INTERVAL '1 year 2 months'

--- tuple_of_intervals
SELECT toDate('2026-01-01') + (INTERVAL 1 DAY, INTERVAL 1 MONTH)

--- between_dates
SELECT DATE '2026-01-01' BETWEEN DATE '2025-01-01' AND DATE '2027-01-01'

--- count_distinct_over
SELECT COUNT(DISTINCT model) OVER () FROM request_response_rmt LIMIT 1

--- count_distinct_of_a_tuple
SELECT count(DISTINCT (model, provider)) FROM request_response_rmt

--- distinct_within_others
SELECT uniq(DISTINCT model), any(DISTINCT 1) FROM request_response_rmt

--- parametric_then_operators
SELECT quantilesTDigest(0.5)(1)[1], quantile(0.5)(1) + 1, -quantile(0.5)(1)

--- aggregate_then_tuple_part
SELECT sumMap([1], [2]).1, sumMap([1], [2])

--- respect_nulls
SELECT any(name) RESPECT NULLS FROM (SELECT 'a' AS name)

--- ignore_nulls_over
SELECT lagInFrame(value, 1) IGNORE NULLS OVER (ORDER BY created_at) FROM scores LIMIT 0

--- limit_with_comma_after_having
SELECT model, count() c FROM request_response_rmt GROUP BY model HAVING c > 1 ORDER BY c DESC, model LIMIT 1, 2

--- join_on_two_conditions
SELECT * FROM (SELECT 1 AS a) AS x JOIN (SELECT 1 AS a) AS y ON x.a = y.a AND x.a <= y.a

--- using_without_parentheses
SELECT x.*, y.a AS b FROM (SELECT 1 AS a) x INNER JOIN (SELECT 1 AS a) y USING a

--- three_subqueries_with_commas
SELECT * FROM (SELECT 1 AS a) x, (SELECT 2 AS b) y, (SELECT 3 AS c) z

--- array_join_after_a_subquery
SELECT t.a FROM (SELECT 1 AS a) AS t ARRAY JOIN [1, 2] AS n

--- array_join_of_two_columns
SELECT a, b FROM (SELECT [1, 2] AS a, [3, 4] AS b) ARRAY JOIN a, b

--- array_join_of_a_nested_column
SELECT n.x FROM (SELECT [1, 2] AS `n.x`) ARRAY JOIN n

--- array_join_of_nested_columns
SELECT n.x, n.y FROM (SELECT [1, 2] AS `n.x`, [3, 4] AS `n.y`) ARRAY JOIN n AS n

--- group_by_nothing
SELECT 1 AS x GROUP BY ()

--- grouping_sets_with_a_space
SELECT count() FROM users GROUP BY GROUPING SETS (user_id, ()) ORDER BY 1

--- cube_with_a_space
SELECT model, count() FROM request_response_rmt GROUP BY CUBE (model) ORDER BY 1

--- empty_map
SELECT map()

--- lambda_that_captures
SELECT arrayMap(x -> x + y, [1, 2]) FROM (SELECT 10 AS y)

--- lambda_bodies_with_operators
SELECT arrayMap(x -> -x, [1]), arrayMap(x -> NOT x, [1]), arrayMap(x -> x IN (1, 2), [1])

--- lambda_with_case
SELECT arrayMap(x -> CASE WHEN x > 1 THEN 'a' ELSE 'b' END, [1, 2])

--- lambda_that_makes_collections
SELECT arrayMap(x -> (x, 1), [1]), arrayMap(x -> [x], [1]), arrayMap(x -> map('k', x), [1])

--- lambda_with_tuple_parts
SELECT arraySort(x -> (x.2, x.1), [(1, 'b'), (2, 'a')])

--- ternary_after_comparisons
SELECT 1 = 1 ? 'y' : 'n', 'a' LIKE 'b' ? 1 : 2

--- subqueries_within_conditionals
SELECT if(1 = 1, (SELECT 1), 2), CASE (SELECT 1) WHEN 1 THEN 'one' END

--- subscript_of_a_call
SELECT JSONExtract('{"a": [1, 2]}', 'a', 'Array(UInt8)')[1]

--- signs_before_parentheses
SELECT -(1), -(-1), - (1 + 2), +(1)

--- minus_without_spaces
SELECT 1-1, 1 -1, 1- 1, 1--1

--- times_minus
SELECT 2*-1, 2 * - 1, 4/-2

--- sum_of_tuple_parts
SELECT a.1 + a.2 FROM (SELECT (1, 2) AS a)

--- names_without_as
SELECT 1 `one`, 2 "two", 3 three

--- keywords_as_quoted_names
SELECT 1 AS select_, 2 AS `from`, 3 AS "group"

--- keywords_within_names
SELECT model AS from_model, model AS order_, model AS `order` FROM request_response_rmt LIMIT 0

--- chain_of_set_operations
SELECT 1 UNION ALL SELECT 2 UNION DISTINCT SELECT 2 EXCEPT SELECT 1

--- parenthesised_arms_in_from
SELECT * FROM ((SELECT 1 AS x) UNION ALL (SELECT 2)) ORDER BY x

--- recursive_cte
WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT sum(n) FROM t

--- column_named_as_a_forbidden_function
SELECT sleep FROM (SELECT 1 AS sleep)

--- column_named_version
SELECT version AS v FROM (SELECT 1 AS version)

--- alias_named_as_a_column
SELECT value FROM scores AS value LIMIT 0

--- column_named_count
SELECT count FROM (SELECT 1 AS count)

--- columns_named_as_units
SELECT date, time, hour, day FROM (SELECT 1 AS date, 2 AS time, 3 AS hour, 4 AS day)

--- columns_named_as_types
SELECT interval, second, timestamp FROM (SELECT 1 AS interval, 2 AS second, 3 AS timestamp)

--- column_named_interval
SELECT interval + 1 FROM (SELECT 1 AS interval)

--- columns_named_as_keywords
SELECT left, right, format, key, end, any, all, values, settings, array, map, cast FROM (SELECT 1 AS left, 2 AS right, 3 AS format, 4 AS key, 5 AS end, 6 AS any, 7 AS all, 8 AS values, 9 AS settings, 10 AS array, 11 AS map, 12 AS cast)
