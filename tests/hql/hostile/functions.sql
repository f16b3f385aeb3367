--- file
SELECT file('/etc/hostname')

--- file_with_default
SELECT file('/etc/shadow', 'none')

--- get_setting
SELECT getSetting('max_threads')

--- get_setting_or_default
SELECT getSettingOrDefault('custom_org', 'x')

--- get_server_setting
SELECT getServerSetting('max_server_memory_usage')

--- get_merge_tree_setting
SELECT getMergeTreeSetting('index_granularity')

--- global_variable
SELECT globalVariable('version')

--- mysql_variable
SELECT @@version

--- current_user
SELECT currentUser()

--- current_user_sql
SELECT CURRENT_USER

--- user
SELECT user()

--- auth_user
SELECT authenticatedUser(), authUser()

--- session_user
SELECT session_user()

--- roles_and_profiles
SELECT currentRoles(), enabledRoles(), defaultRoles(), currentProfiles(), enabledProfiles()

--- current_database
SELECT currentDatabase()

--- database_sql
SELECT DATABASE(), SCHEMA(), currentSchemas(true)

--- host_name
SELECT hostName()

--- host_name_case
SELECT HOSTNAME()

--- fqdn
SELECT FQDN(), fullHostName()

--- version
SELECT version()

--- build
SELECT buildId(), revision()

--- uptime
SELECT uptime()

--- server_uuid
SELECT serverUUID()

--- ports
SELECT tcpPort(), getServerPort('http_port')

--- os
SELECT getOSKernelVersion()

--- display_name
SELECT displayName()

--- time_zone
SELECT timezone(), serverTimezone()

--- query_id
SELECT queryID()

--- initial_query_id
SELECT initialQueryID(), initial_query_id()

--- connection_id
SELECT connectionId()

--- client_header
SELECT getClientHTTPHeader('X-Heliograph-Organization')

--- request_url
SELECT currentRequestURL()

--- macro
SELECT getMacro('shard')

--- sleep
SELECT sleep(3)

--- sleep_case
SELECT SLEEP(3)

--- sleep_quoted
SELECT `sleep`(1)

--- sleep_each_row
SELECT sleepEachRow(1)

--- throw_if
SELECT throwIf(1, 'x')

--- agg_throw
SELECT aggThrow(1)(1)

--- log_trace
SELECT logTrace('x')

--- dict_get
SELECT dictGet('d', 'v', toUInt64(1))

--- dict_get_or_default
SELECT dictGetOrDefault('d', 'v', toUInt64(1), 'x')

--- dict_get_typed
SELECT dictGetString('d', 'v', toUInt64(1)), dictHas('d', toUInt64(1))

--- dict_hierarchy
SELECT dictGetHierarchy('d', toUInt64(1))

--- join_get
SELECT joinGet('heliograph.j', 'v', 1)

--- join_get_or_null
SELECT joinGetOrNull(heliograph.j, 'v', 1)

--- regions
SELECT regionToName(toUInt32(213))

--- has_column_in_table
SELECT hasColumnInTable('heliograph', 'request_response_rmt', 'organization_id')

--- has_column_in_remote_table
SELECT hasColumnInTable('127.0.0.1', 'heliograph', 'prices', 'rates')

--- part_names
SELECT partitionID(1), isMergeTreePartCoveredBy('a', 'b')

--- filesystem
SELECT filesystemAvailable(), filesystemCapacity(), filesystemUnreserved()

--- address_to_symbol
SELECT addressToSymbol(1)

--- address_to_line
SELECT addressToLine(1), demangle('x')

--- thread_id
SELECT tid()

--- flame_graph
SELECT flameGraph([1])

--- certificate
SELECT showCertificate()

--- zookeeper
SELECT zookeeperSessionUptime()

--- transactions
SELECT transactionID(), transactionLatestSnapshot()

--- shards
SELECT shardNum(), shardCount()

--- error_codes
SELECT errorCodeToName(1)

--- catboost
SELECT catboostEvaluate('/model.bin', 1)

--- naive_bayes
SELECT naiveBayesClassifier('m', 'text')

--- eval_ml_method
SELECT evalMLMethod(state, 1) FROM (SELECT 1 AS state)

--- models
SELECT aiGenerate('prompt')

--- random_structure
SELECT generateRandomStructure()

--- random_text
SELECT randomPrintableASCII(1000000000)

--- format_row
SELECT formatRow('CSV', 1)

--- format_query
SELECT formatQuery('SELECT 1'), normalizeQuery('SELECT 1')

--- structure_to_schema
SELECT structureToProtobufSchema('a String')

--- running_difference
SELECT runningDifference(x) FROM (SELECT 1 AS x)

--- internal_scalar
SELECT __getScalar('x')

--- internal_filter
SELECT __applyFilter('f', 1)

--- internal_action_name
SELECT __actionName(1, 'x')

--- index_hint
SELECT indexHint(1)

--- serial_id
SELECT generateSerialID('x')

--- postgres_compatibility
SELECT pg_get_userbyid(10)

--- kql
SELECT kqlBin(1, 2)

--- unknown_function
SELECT readEverything()

--- user_defined_function
SELECT my_function(1)

--- in_lambda
SELECT arrayMap(x -> sleep(x), [1])

--- in_nested_lambda
SELECT arrayMap(x -> arrayMap(y -> hostName(), [x]), [1])

--- in_lambda_of_with
WITH x -> sleep(x) AS f SELECT f(1)

--- lambda_named_as_it_out_of_scope
SELECT sleep(1), (WITH x -> x AS sleep SELECT 1)

--- lambda_named_as_it_in_another_case
WITH x -> x AS Sleep SELECT sleep(1)

--- lambda_named_as_it_in_a_sibling
SELECT * FROM (WITH x -> x AS hostName SELECT 1) AS a, (SELECT hostName()) AS b

--- lambda_named_as_it_after_a_union
SELECT * FROM (WITH x -> x AS version SELECT 1 UNION ALL SELECT version())

--- table_cte_named_as_it
WITH version AS (SELECT 1) SELECT version() FROM version

--- scalar_named_as_it
WITH 1 AS version SELECT version()

--- alias_named_as_it
SELECT 1 AS uptime, uptime()

--- in_apply
SELECT * APPLY(sleepEachRow) FROM (SELECT 1 AS x)

--- in_apply_without_parentheses
SELECT x.* APPLY hostName FROM (SELECT 1 AS a) AS x

--- in_apply_lambda
SELECT * APPLY(x -> sleep(x)) FROM (SELECT 1 AS x)

--- in_columns_apply
SELECT COLUMNS('x') APPLY(sleepEachRow) FROM (SELECT 1 AS x)

--- in_columns_lambda
SELECT COLUMNS('x') APPLY (c -> throwIf(c)) FROM (SELECT 1 AS x)

--- in_replace
SELECT * REPLACE (hostName() AS x) FROM (SELECT 1 AS x)

--- in_combinator
SELECT sumIf(1, sleep(1) = 0)

--- as_a_combinator
SELECT aggThrowIf(0.5)(1, 1)

--- in_order_by
SELECT 1 AS x ORDER BY sleepEachRow(1)

--- in_group_by
SELECT count() FROM (SELECT 1 AS x) GROUP BY hostName()

--- in_having
SELECT count() FROM (SELECT 1 AS x) HAVING sleep(1) = 0

--- in_where
SELECT 1 WHERE currentUser() = 'default'

--- in_prewhere
SELECT 1 FROM scores PREWHERE sleep(1) = 0

--- in_qualify
SELECT 1 AS x QUALIFY row_number() OVER () > length(hostName())

--- in_window_partition
SELECT count() OVER (PARTITION BY hostName()) FROM (SELECT 1 AS x)

--- in_window_order
SELECT count() OVER (ORDER BY version()) FROM (SELECT 1 AS x)

--- in_named_window
SELECT count() OVER w FROM (SELECT 1 AS x) WINDOW w AS (PARTITION BY hostName())

--- as_a_window_function
SELECT hostName() OVER () FROM (SELECT 1 AS x)

--- in_limit
SELECT 1 LIMIT uptime()

--- in_offset
SELECT 1 LIMIT 1 OFFSET uptime()

--- in_limit_by
SELECT 1 AS x LIMIT 1 BY hostName()

--- in_array_join
SELECT x FROM (SELECT 1 AS a) ARRAY JOIN [hostName()] AS x

--- in_array_join_function
SELECT arrayJoin([currentUser()])

--- in_join_on
SELECT 1 FROM (SELECT 1 AS x) AS a JOIN (SELECT 1 AS x) AS b ON a.x = b.x AND sleep(1) = 0

--- in_case
SELECT CASE WHEN 1 THEN hostName() ELSE '' END

--- in_ternary
SELECT 1 ? version() : ''

--- in_between
SELECT 5 BETWEEN 1 AND uptime()

--- in_in_list
SELECT 'x' IN ('a', currentUser())

--- in_cast
SELECT CAST(uptime() AS String)

--- in_postfix_cast
SELECT hostName()::String

--- in_subscript
SELECT [1, 2][sleep(1) + 1]

--- in_map_literal
SELECT map('a', hostName())['a']

--- in_tuple
SELECT (1, version()).2

--- in_interval
SELECT now() + INTERVAL uptime() SECOND

--- in_extract
SELECT EXTRACT(YEAR FROM toDateTime(uptime()))

--- in_substring_from
SELECT SUBSTRING(hostName() FROM 1 FOR 2)

--- in_trim
SELECT TRIM(BOTH version() FROM 'x')

--- in_position
SELECT POSITION(hostName() IN 'x')

--- in_filter_clause
SELECT count() FILTER (WHERE sleep(1) = 0)

--- in_parametric_parameter
SELECT quantile(uptime() / 1e9)(1)

--- in_parametric_argument
SELECT quantiles(0.5)(uptime())

--- in_scalar_with
WITH hostName() AS h SELECT h

--- in_cte
WITH t AS (SELECT version() AS v) SELECT v FROM t

--- in_fill
SELECT 1 AS n ORDER BY n WITH FILL FROM 0 TO uptime()

--- in_interpolate
SELECT 1 AS n, 'x' AS h ORDER BY n WITH FILL TO 3 INTERPOLATE (h AS hostName())

--- in_rollup
SELECT count() FROM (SELECT 1 AS x) GROUP BY ROLLUP(hostName())

--- in_grouping_sets
SELECT count() FROM (SELECT 1 AS x) GROUP BY GROUPING SETS ((hostName()), ())

--- in_distinct_on
SELECT DISTINCT ON (hostName()) 1 AS x

--- in_with_ties
SELECT 1 AS x ORDER BY hostName() LIMIT 1 WITH TIES

--- in_exists
SELECT EXISTS (SELECT hostName())

--- in_is_null
SELECT hostName() IS NULL

--- in_negation
SELECT -uptime(), NOT sleep(1)

--- in_alias_used_twice
SELECT (hostName() AS h), h

--- with_spaces_before_the_parenthesis
SELECT version  ()

--- with_a_comment_before_the_parenthesis
SELECT version/**/()

--- as_a_method
SELECT 1 AS x, x.hostName()

--- deprecated_neighbor
SELECT neighbor(x, 1) FROM (SELECT 1 AS x)

--- block_internals
SELECT blockNumber(), blockSize(), rowNumberInBlock(), dumpColumnStructure(1)

--- bare_current_user
SELECT currentUser

--- bare_current_user_quoted
SELECT `CURRENT_USER`, "current_user"

--- bare_session_user
SELECT session_user

--- bare_user
SELECT user

--- bare_database
SELECT DATABASE, currentDatabase, current_database, SCHEMA

--- bare_request_url
SELECT currentRequestURL

--- bare_handler
SELECT currentHandler

--- bare_in_where
SELECT 1 WHERE CURRENT_USER = 'hql_reader'

--- bare_in_lambda
SELECT arrayMap(x -> concat(x, currentUser), ['a'])

--- bare_in_a_subquery
SELECT (SELECT current_user)

--- bare_in_group_by
SELECT count() FROM (SELECT 1 AS x) GROUP BY session_user

--- bare_beside_an_alias_of_a_subquery
SELECT currentRequestURL, (SELECT 1 AS currentRequestURL)

--- bare_as_an_argument
SELECT upper(currentUser), length(currentDatabase)

--- user_defined_behind_a_lambda_out_of_scope
SELECT my_function(1), (WITH x -> x AS my_function SELECT 1)

--- user_defined_behind_a_lambda_of_a_subquery
SELECT my_function(1) FROM (WITH x -> x AS my_function SELECT 1)

--- user_defined_behind_a_lambda_of_a_later_arm
SELECT my_function(1) UNION ALL WITH x -> x AS my_function SELECT 2
