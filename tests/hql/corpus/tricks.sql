--- alias_named_as_the_tenants_column
SELECT 'a' AS organization_id, request_id FROM request_response_rmt WHERE organization_id = 'a'

--- record_named_as_the_table
SELECT CAST(tuple('a'), 'Tuple(organization_id String)') AS r, request_id FROM request_response_rmt AS r WHERE r.organization_id = 'a'

--- scalar_named_as_the_tenants_column
WITH 'a' AS organization_id SELECT request_id FROM (SELECT * FROM request_response_rmt WHERE organization_id = 'a') AS request_response_rmt

--- alias_named_as_the_views_parameter
SELECT 'a' AS org_id, 'b' AS scope_org, model FROM request_response_rmt WHERE org_id = 'a' AND scope_org = 'b'

--- alias_named_as_the_cap
SELECT hql.model FROM request_response_rmt AS hql

--- cte_named_as_the_cap
WITH hql AS (SELECT model FROM request_response_rmt) SELECT count() FROM hql

--- table_alias_named_as_a_view
SELECT hql_scores.name FROM scores AS hql_scores

--- cte_named_as_a_view
WITH hql_scores AS (SELECT 1 AS x) SELECT x FROM hql_scores

--- or_true
SELECT count() FROM request_response_rmt WHERE model = 'x' OR 1 = 1 -- OR organization_id != ''

--- union_all_of_it
SELECT request_id FROM request_response_rmt WHERE 0 UNION ALL SELECT request_id FROM request_response_rmt WHERE 1

--- not_in_nothing
SELECT count() FROM request_response_rmt WHERE request_id NOT IN (SELECT request_id FROM request_response_rmt WHERE 0)

--- text_of_another_query
SELECT 'SELECT * FROM system.users', "model" FROM request_response_rmt WHERE model != '; DROP TABLE scores; --'

--- comment_of_another_query
SELECT model /* ) AS hql, (SELECT * FROM system.users */ FROM request_response_rmt -- ) UNION ALL SELECT * FROM system.users

--- alias_of_another_query
SELECT count() AS `) FROM system.users --`, max(cost) AS "x' OR '1'='1" FROM request_response_rmt

--- limit_beyond_the_cap
SELECT request_id FROM request_response_rmt LIMIT 1000000000

--- limit_of_one_arm
SELECT model FROM request_response_rmt UNION ALL SELECT provider FROM request_response_rmt LIMIT 0

--- same_column_twice
SELECT model, model, cost AS model FROM request_response_rmt

--- same_expression_twice
SELECT count(), count(), 1, 1 FROM request_response_rmt

--- columns_of_a_join_with_the_same_name
SELECT a.model, b.model FROM request_response_rmt AS a JOIN request_response_rmt AS b USING (request_id)

--- names_of_lambda_arguments_as_tables
SELECT arrayMap(users -> users + 1, [1, 2]), arrayFilter(scores -> scores > 1, [1, 2])
