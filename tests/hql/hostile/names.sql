--- in_a_physical_table
SELECT 1 WHERE 'x' IN prices

--- in_a_public_table
SELECT count() FROM scores WHERE request_id IN feedback

--- in_a_table_quoted
SELECT 1 WHERE 'x' IN `prices`

--- in_a_table_with_database
SELECT 1 WHERE 'x' IN heliograph.prices

--- in_a_system_table
SELECT 1 WHERE 'default' IN system.users

--- not_in_a_table
SELECT 1 WHERE 'x' NOT IN prices

--- global_in_a_table
SELECT 1 WHERE 'x' GLOBAL IN prices

--- global_not_in_a_table
SELECT 1 WHERE 'x' GLOBAL NOT IN prices

--- tuple_in_a_table
SELECT 1 WHERE ('x', 1) IN prices

--- in_a_table_parenthesised
SELECT 1 WHERE 'x' IN (prices)

--- in_a_table_in_select
SELECT 'x' IN prices

--- in_a_table_within_a_lambda
SELECT arrayMap(x -> x IN prices, ['a'])

--- in_a_table_within_if
SELECT if('x' IN prices, 1, 0)

--- in_a_table_within_a_combinator
SELECT countIf('x' IN prices)

--- in_a_table_in_a_join
SELECT 1 FROM users AS a JOIN users AS b ON a.user_id = b.user_id AND a.user_id IN prices

--- in_a_table_case
SELECT 1 WHERE 'x' IN PRICES

--- in_as_a_function
SELECT in('x', prices)

--- in_as_a_function_of_a_system_table
SELECT in('default', system.users)

--- not_in_as_a_function
SELECT notIn('x', prices), globalIn('x', prices), globalNotIn('x', prices)

--- null_in_as_a_function
SELECT nullIn('x', prices), notNullIn('x', prices)

--- in_as_a_function_of_a_view
SELECT in('x', hql_scores)

--- in_a_cte_out_of_scope
SELECT 1 WHERE 1 IN t UNION ALL SELECT * FROM (WITH t AS (SELECT 1) SELECT 1 FROM t)

--- in_an_alias_of_a_physical_name
SELECT 1 AS prices, 'x' IN heliograph.prices

--- scalar_named_as_a_physical_table
WITH (SELECT 1) AS prices SELECT * FROM prices

--- scalar_literal_named_as_a_physical_table
WITH 'x' AS users_daily SELECT * FROM users_daily

--- scalar_named_as_a_physical_table_in_in
WITH (SELECT 1) AS prices SELECT 1 FROM (SELECT 1 WHERE 'x' IN heliograph.prices)

--- cte_in_another_case
WITH PRICES AS (SELECT 1) SELECT * FROM prices

--- cte_reads_its_physical_namesake
WITH prices AS (SELECT * FROM prices) SELECT * FROM prices

--- cte_of_one_arm_used_in_the_other
SELECT n FROM evil UNION ALL (WITH evil AS (SELECT 1 AS n) SELECT n FROM evil)

--- cte_of_a_later_arm_used_in_an_earlier
SELECT price_id FROM prices UNION ALL WITH prices AS (SELECT 'x' AS price_id) SELECT price_id FROM prices

--- cte_of_a_subquery_used_outside
SELECT * FROM (WITH pipeline AS (SELECT 1) SELECT * FROM pipeline), pipeline

--- cte_of_in_used_outside
SELECT * FROM pipeline WHERE 1 IN (WITH pipeline AS (SELECT 1) SELECT * FROM pipeline)

--- cte_with_a_database_prefix
WITH prices AS (SELECT 1) SELECT * FROM heliograph.prices

--- cte_lookalike
WITH prісes AS (SELECT 1) SELECT * FROM prices

--- cte_and_physical_in_a_join
WITH prices AS (SELECT 1 AS price_id) SELECT * FROM prices AS a JOIN heliograph.prices AS b ON 1 = 1

--- alias_named_as_a_physical_table
SELECT * FROM users AS prices, heliograph.prices AS p

--- alias_read_as_a_table
SELECT * FROM users AS u, u

--- alias_of_a_subquery_read_as_a_table
SELECT * FROM (SELECT 1 AS x) AS pipeline JOIN pipeline ON 1 = 1

--- alias_of_an_outer_query_read_as_a_table
SELECT (SELECT count() FROM u) FROM users AS u

--- column_read_as_a_table
SELECT * FROM request_response_rmt AS r, r.assets

--- correlated_physical_table
SELECT count() FROM users AS u WHERE EXISTS (SELECT 1 FROM users_daily AS d WHERE d.user_id = u.user_id)

--- join_parenthesised
SELECT * FROM (users AS u JOIN users_daily AS d ON d.user_id = u.user_id)

--- subquery_that_is_a_name
SELECT * FROM (prices)

--- subquery_that_is_a_name_twice
SELECT * FROM ((system.users))

--- nested_join
SELECT * FROM users AS a JOIN (scores AS b JOIN prices AS c ON 1 = 1) ON 1 = 1

--- lateral
SELECT * FROM users AS u, LATERAL (SELECT * FROM users_daily WHERE user_id = u.user_id) AS d

--- pivot
SELECT * FROM prices PIVOT (count(price_id) FOR provider IN ('a', 'b'))

--- tablesample_of_a_physical_table
SELECT * FROM heliograph.request_response_rmt SAMPLE 1

--- table_keyword
TABLE prices

--- recursive_over_a_physical_table
WITH RECURSIVE t AS (SELECT price_id FROM prices UNION ALL SELECT price_id FROM t) SELECT * FROM t

--- recursive_without_end
WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT count() FROM t, heliograph.prices

--- qualified_by_the_view
SELECT hql_scores.value FROM hql_scores(org_id = '$OTHER') AS hql_scores SETTINGS max_threads = 1

--- parameter_identifier table=prices
SELECT * FROM {table:Identifier}

--- parameter_identifier_of_a_system_table t=system.users
SELECT * FROM {t:Identifier}

--- parameter_identifier_as_a_column c=organization_id
SELECT {c:Identifier} FROM request_response_rmt

--- parameter_identifier_in_in t=prices
SELECT 1 WHERE 'x' IN {t:Identifier}

--- parameter_identifier_as_a_database d=system
SELECT * FROM {d:Identifier}.users

--- parameter_identifier_case t=prices
SELECT * FROM {t:IDENTIFIER}

--- parameter_identifier_as_a_cte t=prices
WITH {t:Identifier} AS (SELECT 1) SELECT * FROM prices

--- parameter_named_as_the_scope scope_org=$OTHER
SELECT count() FROM scores WHERE toString(request_id) != {scope_org:String}

--- parameter_named_as_the_views org_id=$OTHER
SELECT count() FROM scores WHERE toString(request_id) != {org_id:String}

--- parameter_type_with_more_in_it "x=1"
SELECT {x:String) FROM system.users --}

--- parameter_type_that_calls "x=1"
SELECT {x:AggregateFunction(aggThrow(1), UInt8)}

--- parameter_without_a_type "x=1"
SELECT * FROM prices WHERE price_id = {x}

--- unnamed_parameter
SELECT * FROM prices WHERE price_id = ?

--- named_parameter_of_other_dialects
SELECT * FROM prices WHERE price_id = :x

--- variable
SELECT @x

--- template
SELECT * FROM ${table}

--- jinja
SELECT * FROM {{ table }}

--- in_a_table_in_two_parentheses
SELECT 1 WHERE 'x' IN ((prices))

--- in_a_table_with_database_parenthesised
SELECT 1 WHERE 'x' IN (heliograph.prices)

--- in_a_table_quoted_parenthesised
SELECT 1 WHERE 'x' NOT IN (`prices`)

--- in_as_a_function_parenthesised
SELECT in('x', (heliograph.prices))

--- in_as_a_function_within_a_lambda
SELECT arrayExists(x -> in(x, prices), ['a'])

--- in_as_a_function_quoted
SELECT `in`('x', prices)

--- alias_that_tells_the_inspection_of_a_cte
SELECT 1 AS `x is_cte: 1, cte_name: prices` FROM prices

--- text_that_tells_the_inspection_of_a_cte
SELECT 'is_cte: 1, cte_name: system.users' FROM system.users

--- hidden_columns_of_a_view_of_another wall
SELECT _table, _database FROM hql_scores(org_id = '$OTHER'), system.tables

--- cte_of_the_tree_that_is_out_of_scope
SELECT (WITH prices AS (SELECT 1) SELECT count() FROM prices), count() FROM prices

--- in_a_cte_of_the_tree_that_is_out_of_scope
SELECT (WITH prices AS (SELECT 1 AS x) SELECT count() FROM prices), 'x' IN prices

--- in_a_table_with_database_beside_a_cte
WITH prices AS (SELECT 'x') SELECT 'x' IN heliograph.prices

--- in_a_table_with_database_beside_a_scalar
WITH ['x'] AS prices SELECT 'x' IN heliograph.prices

--- in_a_table_whose_name_is_an_alias_in_another_scope
SELECT 'x' IN prices, (SELECT 1 FROM (SELECT ['x'] AS prices))

--- in_a_table_whose_name_is_a_lambda_argument_elsewhere
SELECT arrayMap(prices -> 1, ['x']), 'x' IN prices

--- in_a_table_whose_name_is_an_alias_of_a_union_arm
SELECT ['x'] AS prices UNION ALL SELECT ['x'] WHERE 'x' IN prices

--- in_a_table_whose_name_is_a_cte_of_a_subquery
SELECT 'x' IN prices FROM (WITH prices AS (SELECT 'x') SELECT 1 FROM prices)

--- in_a_table_whose_name_is_an_alias_of_a_table_in_a_subquery
SELECT 'x' IN prices FROM (SELECT 1 FROM (SELECT 'x') AS prices)

--- in_an_alias_of_a_table_by_with
WITH prices AS y SELECT 1 IN y

--- in_an_alias_of_a_table_by_with_parenthesised
WITH (prices) AS y SELECT 1 NOT IN (y)

--- in_an_alias_of_an_alias_of_a_table
WITH prices AS y, y AS z SELECT 1 IN z

--- in_an_alias_of_a_table_with_database
WITH heliograph.prices AS y SELECT 1 IN y

--- in_an_alias_of_a_table_by_select
SELECT 1 IN y, prices AS y

--- in_an_alias_of_a_table_in_where
SELECT 1 IN y FROM (SELECT 1 AS x) WHERE (prices AS y) = 1

--- in_as_a_function_of_an_alias_of_a_table
WITH prices AS y SELECT in(1, y)

--- in_as_a_function_with_an_alias_on_the_spot
SELECT in(1, prices AS y)

--- in_an_alias_of_a_rollup
WITH users_daily AS u SELECT user_id IN u FROM users

--- in_an_alias_of_a_public_table
WITH feedback AS f SELECT request_id IN f FROM scores

--- in_an_alias_of_a_view
WITH hql_scores AS s SELECT 1 IN s
