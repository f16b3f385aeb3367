--- system_tables wall
SELECT * FROM system.tables

--- system_columns_quoted wall
SELECT name FROM `system`.`columns`

--- system_double_quoted
SELECT name, auth_type FROM "system"."users"

--- system_one_quoted_name
SELECT * FROM `system.users`

--- system_case
SELECT * FROM SYSTEM.TABLES

--- system_query_log
SELECT query FROM system.query_log ORDER BY event_time DESC

--- system_processes
SELECT query, http_user_agent FROM system.processes

--- system_settings_in_union
SELECT model FROM request_response_rmt UNION ALL SELECT value FROM system.settings

--- system_parts_in_subquery
SELECT (SELECT sum(rows) FROM system.parts)

--- system_in_join
SELECT r.model, t.name FROM request_response_rmt AS r JOIN system.tables AS t ON 1 = 1

--- system_in_comma_join
SELECT r.model, t.name FROM request_response_rmt AS r, system.tables AS t

--- system_in_cross_join
SELECT count() FROM users CROSS JOIN system.numbers

--- system_in_cte wall
WITH t AS (SELECT * FROM system.tables) SELECT * FROM t

--- system_in_scalar_cte wall
WITH (SELECT groupArray(name) FROM system.databases) AS names SELECT names

--- system_in_in
SELECT count() FROM request_response_rmt WHERE model IN (SELECT name FROM system.users)

--- system_in_exists
SELECT 1 WHERE EXISTS (SELECT 1 FROM system.users WHERE name = 'default')

--- system_in_having
SELECT model FROM request_response_rmt GROUP BY model HAVING count() > (SELECT count() FROM system.tables)

--- system_in_order_by
SELECT model FROM request_response_rmt ORDER BY (SELECT max(name) FROM system.tables)

--- system_in_limit
SELECT model FROM request_response_rmt LIMIT (SELECT toUInt64(count()) FROM system.users)

--- system_in_array_join
SELECT x FROM users ARRAY JOIN (SELECT groupArray(name) FROM system.tables) AS x

--- system_in_window
SELECT sum(1) OVER (PARTITION BY (SELECT count() FROM system.tables)) FROM users

--- system_in_qualify
SELECT model FROM request_response_rmt QUALIFY row_number() OVER () > (SELECT count() FROM system.tables)

--- system_in_prewhere
SELECT model FROM request_response_rmt PREWHERE latency > (SELECT count() FROM system.tables)

--- system_in_lambda wall
SELECT arrayMap(x -> (SELECT count() FROM system.tables) + x, [1])

--- system_in_case
SELECT CASE WHEN (SELECT count() FROM system.users) > 1 THEN 1 ELSE 0 END

--- system_in_filter
SELECT count() FILTER (WHERE (SELECT count() FROM system.users) > 1) FROM users

--- system_in_join_on
SELECT count() FROM users AS a JOIN users AS b ON a.user_id = b.user_id AND a.requests > (SELECT count() FROM system.tables)

--- system_in_limit_by
SELECT model FROM request_response_rmt LIMIT 1 BY (SELECT count() FROM system.tables)

--- system_in_with_fill
SELECT 1 AS n ORDER BY n WITH FILL FROM 0 TO (SELECT toUInt8(count()) FROM system.databases)

--- system_in_between wall
SELECT 1 WHERE 5 BETWEEN 1 AND (SELECT count() FROM system.tables)

--- system_from_first wall
FROM system.tables SELECT name

--- system_numbers
SELECT number FROM system.numbers LIMIT 5

--- information_schema
SELECT * FROM information_schema.tables

--- information_schema_upper
SELECT table_name, column_name FROM INFORMATION_SCHEMA.COLUMNS

--- own_database_prefix
SELECT * FROM heliograph.request_response_rmt

--- own_database_prefix_quoted
SELECT * FROM "heliograph"."request_response_rmt"

--- own_database_prefix_in_join
SELECT count() FROM users AS u JOIN heliograph.users_daily AS d ON d.user_id = u.user_id

--- own_database_qualified_column
SELECT heliograph.request_response_rmt.model FROM heliograph.request_response_rmt

--- three_part_name
SELECT * FROM a.heliograph.request_response_rmt

--- rollup_hourly
SELECT * FROM requests_hourly

--- rollup_users_hourly
SELECT uniqCombinedMerge(14)(users) FROM users_hourly

--- rollup_users_daily
SELECT * FROM users_daily

--- prices
SELECT * FROM prices

--- pipeline
SELECT * FROM pipeline

--- request_properties
SELECT * FROM request_properties

--- schema_migrations
SELECT * FROM schema_migrations

--- materialised_view
SELECT * FROM requests_hourly_mv

--- inner_table
SELECT * FROM `.inner.requests_hourly_mv`

--- view_without_parameters
SELECT * FROM hql_request_response_rmt

--- view_of_another wall
SELECT * FROM hql_sessions(org_id = '$OTHER') FORMAT JSON

--- view_of_another_with_settings
SELECT * FROM hql_request_response_rmt(org_id = '$OTHER') SETTINGS readonly = 0

--- view_with_prefix_without_parameters
SELECT * FROM heliograph.hql_scores

--- public_table_of_another_case
SELECT * FROM Request_Response_RMT

--- public_table_upper
SELECT * FROM SCORES

--- lookalike_letter
SELECT * FROM scоres

--- lookalike_full_width
SELECT * FROM ｓcores

--- zero_width_space
SELECT * FROM `scores​`

--- trailing_space_in_name
SELECT * FROM `scores `

--- empty_name
SELECT * FROM ``

--- name_with_a_dot
SELECT * FROM `heliograph.scores`

--- name_with_a_quote
SELECT * FROM `scores`` UNION ALL SELECT * FROM system.users --`

--- system_after_a_comment wall
SELECT * FROM/**/system/**/./**/tables

--- system_after_a_line_comment wall
SELECT * FROM -- request_response_rmt
system.tables

--- system_hash_comment
SELECT * FROM # request_response_rmt
system.users

--- system_after_odd_spaces wall
SELECT * FROM system .　tables

--- temporary_table_of_a_session
SELECT * FROM _temporary_and_external_tables.t

--- default_database_of_the_engine
SELECT * FROM default.prices

--- dictionary_as_a_table
SELECT * FROM dictionary
