--- star
SELECT * FROM request_response_rmt

--- star_of_every_table_scores
SELECT * FROM scores

--- star_feedback
SELECT * FROM feedback

--- star_sessions
SELECT * FROM sessions

--- star_users
SELECT * FROM users

--- star_daily_usage
SELECT * FROM daily_usage

--- star_cache_metrics
SELECT * FROM cache_metrics

--- star_of_alias
SELECT r.* FROM request_response_rmt AS r WHERE r.status >= 400

--- star_of_table_name
SELECT scores.* FROM scores

--- star_and_more
SELECT *, length(request_body), cost + 1 FROM request_response_rmt WHERE status < 0

--- star_except
SELECT * EXCEPT (request_body, response_body) FROM request_response_rmt

--- star_except_one_bare
SELECT * EXCEPT request_body FROM request_response_rmt

--- star_except_strict
SELECT * EXCEPT STRICT (request_id, name) FROM scores

--- star_replace
SELECT * REPLACE (upper(model) AS model, cost / 1e9 AS cost) FROM request_response_rmt

--- star_except_replace
SELECT * EXCEPT (user_ids) REPLACE (round(latency, 2) AS latency) FROM sessions

--- alias_star_except
SELECT r.* EXCEPT (request_body, response_body, properties) FROM request_response_rmt r

--- qualified_columns
SELECT request_response_rmt.model, request_response_rmt.cost FROM request_response_rmt

--- qualified_by_alias
SELECT r.model, r.cost, r.properties['env'] FROM request_response_rmt AS r

--- alias_without_as
SELECT model m, cost c FROM request_response_rmt r

--- no_from
SELECT 1, 'a', 1 + 1, now() > toDateTime('2020-01-01 00:00:00')

--- unnamed_expressions
SELECT cost + 1, cost - 1, cost * 2, cost / 2, cost % 7, -cost, status = 200, status != 200, status <> 200, status == 200, NOT is_stream, latency >= 150 AND is_stream, latency < 150 OR is_cached FROM request_response_rmt

--- div_and_mod
SELECT latency DIV 7, latency MOD 7, intDiv(latency, 7), modulo(latency, 7), latency % 7 FROM request_response_rmt

--- concat_operator
SELECT model || '-' || provider, user_id || '' FROM request_response_rmt

--- unary_minus
SELECT -1, - 1, -latency, -(-latency), +1, -1.5, - -1 FROM request_response_rmt ORDER BY request_id LIMIT 1

--- precedence
SELECT 1 + 2 * 3, (1 + 2) * 3, 10 - 4 - 3, 2 * 3 % 4, NOT 1 = 2, 1 OR 0 AND 0, -2 * -3, 7 / 2 / 2

--- parenthesised
SELECT (cost), ((cost)), (cost + 1), ((cost + 1) * 2) FROM request_response_rmt

--- numbers
SELECT 1e3, 1E-3, 0x1F, 0xff, 1_000, .5, 5., 1.5e10, 0b101, 18446744073709551615, -9223372036854775808, 340282366920938463463374607431768211455, inf, nan, -inf

--- number_columns_keep_their_names
SELECT 1000000, 1.50, 0.10, 007

--- strings
SELECT 'it''s', 'it\'s', 'a\nb', 'tab\there', 'back\\slash', 'null\0byte', '\x41', '%_', '', '🙂 ünï', 'a--b', 'a/*b*/c', 'a;b'

--- string_where_escapes
SELECT count() FROM request_response_rmt WHERE response_body LIKE '%it\'s%' OR response_body LIKE '%\\\\ and%' OR position(response_body, '"quoted"') > 0 OR position(response_body, '\n') > 0

--- heredoc_string
SELECT $$it's raw \n$$, $tag$another 'one'$tag$

--- booleans
SELECT true, false, TRUE, False, NULL, null, true AND false, NOT true

--- collections
SELECT [1, 2, 3], ['a', 'b'], [], [[1], [2, 3]], (1, 'a'), (1,), tuple(1, 2), map('a', 1, 'b', 2), array(1, 2)

--- subscripts
SELECT properties['env'], properties['nothing'], scores['quality'], assets[1], assets[-1], [10, 20, 30][2], (1, 'a').2, map('k', 5)['k'], [[1, 2], [3]][1][2] FROM request_response_rmt

--- tuple_access
SELECT (model, cost).1, (model, cost).2, tupleElement((1, 2), 1), (1 AS a, 2 AS b).1, ((1, 2), 3).1.2 FROM request_response_rmt ORDER BY request_id LIMIT 5

--- map_subcolumns
SELECT properties.keys, properties.values, mapKeys(properties), mapValues(scores) FROM request_response_rmt

--- null_subcolumn
SELECT time_to_first_token.null, feedback.null FROM request_response_rmt

--- array_size_subcolumn
SELECT assets.size0, length(assets) FROM request_response_rmt

--- casts
SELECT cost::Float64, cost::String, '5'::UInt8, CAST(cost AS String), CAST(latency, 'Int64'), CAST('2026-03-01' AS Date), CAST(latency AS Nullable(UInt32)), status::Int64 + 1, [1, 2]::Array(UInt8), (1, 'a')::Tuple(UInt8, String), CAST(5 AS Decimal(10, 2)) FROM request_response_rmt ORDER BY request_id LIMIT 3

--- casts_of_other_dialects
SELECT CAST(latency AS INT), CAST(latency AS BIGINT), CAST(model AS TEXT), CAST(model AS VARCHAR), CAST(latency AS FLOAT), CAST(latency AS DOUBLE), CAST(cost AS DOUBLE PRECISION), latency::int FROM request_response_rmt

--- cast_to_enum_and_fixed
SELECT CAST('a' AS Enum('a' = 1, 'b' = 2)), CAST('ab' AS FixedString(2)), CAST(1 AS Enum8('x' = 1)), CAST('de305d54-75b4-431b-adb2-eb6b9e546014' AS UUID)

--- cast_to_map_and_named_tuple
SELECT CAST(([1, 2], ['a', 'b']) AS Map(UInt8, String)), CAST((1, 'b') AS Tuple(n UInt8, s String)), CAST(map('a', 1), 'Map(String, UInt64)'), tupleElement(CAST((1, 'b') AS Tuple(n UInt8, s String)), 's')

--- ternary
SELECT status = 200 ? 'ok' : 'not', is_cached ? 1 : (latency > 150 ? 2 : 3) FROM request_response_rmt

--- case_searched
SELECT CASE WHEN status BETWEEN 200 AND 299 THEN 'ok' WHEN status < 0 THEN 'none' ELSE 'error' END, count() FROM request_response_rmt GROUP BY 1

--- case_simple
SELECT CASE status WHEN 404 THEN 'missing' WHEN 429 THEN 'limited' END AS s, CASE provider WHEN 'x' THEN 1 ELSE 2 END FROM request_response_rmt

--- case_without_else
SELECT CASE WHEN latency > 150 THEN latency END, CASE WHEN is_stream THEN 'stream' END FROM request_response_rmt

--- case_nested
SELECT sum(CASE WHEN is_cached THEN CASE WHEN is_stream THEN 1 ELSE 2 END ELSE 0 END) FROM request_response_rmt

--- between
SELECT count(), countIf(latency BETWEEN 100 AND 200), countIf(latency NOT BETWEEN 100 AND 200), countIf(request_created_at BETWEEN '2026-03-05' AND '2026-03-10') FROM request_response_rmt

--- in_lists
SELECT status IN (200, 404), status NOT IN (200, 404), model IN ('alfa-gpt-4o', 'bravo-gpt-4o'), (status, is_stream) IN ((200, true), (404, false)), status IN [200, 201], status IN 200, 1 IN (1) FROM request_response_rmt

--- like
SELECT count(), countIf(model LIKE '%gpt%'), countIf(model NOT LIKE '%gpt%'), countIf(model ILIKE '%GPT%'), countIf(model NOT ILIKE '%GPT%'), countIf(like(model, '%mini')), countIf(match(model, 'gpt-4o$')) FROM request_response_rmt

--- like_unaliased
SELECT model LIKE '%4o', model NOT LIKE '%4o', model ILIKE '%4O', user_id REGEXP '[0-9]+$' FROM request_response_rmt

--- nulls
SELECT time_to_first_token IS NULL, time_to_first_token IS NOT NULL, isNull(feedback), isNotNull(feedback), ifNull(time_to_first_token, 0), coalesce(time_to_first_token, latency), nullIf(user_id, ''), assumeNotNull(time_to_first_token), time_to_first_token + 1 FROM request_response_rmt

--- is_distinct_from
SELECT count() FROM request_response_rmt WHERE feedback IS DISTINCT FROM true

--- is_not_distinct_from
SELECT countIf(feedback IS NOT DISTINCT FROM NULL), countIf(time_to_first_token <=> NULL) FROM request_response_rmt

--- is_true
SELECT count() FROM request_response_rmt WHERE is_stream IS TRUE OR feedback IS FALSE

--- aliases_used_in_expressions
SELECT cost / 1e9 AS usd, usd * 2 AS twice, round(twice, 3) FROM request_response_rmt WHERE usd > 0.0001

--- alias_used_in_where_and_group
SELECT toDate(request_created_at) AS day, upper(model) AS m, count() AS n FROM request_response_rmt WHERE day >= '2026-03-05' AND m LIKE '%GPT%' GROUP BY day, m HAVING n > 1

--- alias_within_expression
SELECT (cost + 1 AS a) * 2, a + 1, sum(latency AS l) OVER (), l FROM request_response_rmt

--- alias_shadows_column
SELECT 1 AS cost, cost + 1 FROM request_response_rmt ORDER BY request_id LIMIT 3

--- quoted_identifiers
SELECT "model", `cost`, "r"."status", r.`latency` AS "my latency", "cost" AS `über cost`, model AS "it""s" FROM request_response_rmt AS "r"

--- quoted_table
SELECT count() FROM `request_response_rmt` UNION ALL SELECT count() FROM "scores"

--- alias_with_odd_characters
SELECT model AS `a.b`, cost AS "select", latency AS `back\`tick`, status AS "ünïcödé 🙂" FROM request_response_rmt

--- keywords_as_aliases
SELECT 1 AS count, 2 AS date, 3 AS key, 4 AS value, 5 AS end, 6 AS index, 7 AS first, 8 AS last, 9 AS type, 10 AS name, 11 AS all, 12 AS left, 13 AS time, 14 AS user, 15 AS format_, 16 AS by_, 17 AS if, 18 AS year FROM users LIMIT 1

--- keywords_as_column_names
SELECT name, value FROM scores WHERE name = 'quality' AND value > 0

--- comments
-- one line
SELECT model, # hash
       /* in between */ cost -- at the end
FROM request_response_rmt /* nested -- dash */ WHERE status >= 400 -- the end

--- trailing_semicolon
SELECT count() FROM request_response_rmt;

--- trailing_semicolon_and_comment
SELECT count() FROM request_response_rmt; -- done

--- leading_blank_lines_and_tabs


	SELECT	count()
	FROM	request_response_rmt

--- case_of_keywords
select Count(*), SUM(cost), Min(latency), MAX(latency), Avg(latency) From request_response_rmt Where status < 300 Group By model Order By model

--- case_of_function_names
SELECT COUNT(), COUNT(1), count(*), Sum(cost), AVG(latency), ROUND(1.55, 1), ABS(-1), LENGTH('abc'), LOWER('A'), UPPER('a'), COALESCE(NULL, 1), IF(1, 2, 3), CONCAT('a', 'b'), SUBSTRING('hello', 2, 3), TRIM(' a '), LTRIM(' a'), RTRIM('a '), FLOOR(1.5), CEIL(1.5), GREATEST(1, 2), LEAST(1, 2), NULLIF(1, 1), REPLACE('aa', 'a', 'b') FROM request_response_rmt

--- from_first
FROM request_response_rmt SELECT model, cost WHERE status >= 400

--- from_first_alone_with_group
FROM request_response_rmt AS r SELECT r.model, count() GROUP BY r.model ORDER BY r.model

--- distinct
SELECT DISTINCT model, provider FROM request_response_rmt

--- distinct_on
SELECT DISTINCT ON (model) model, request_id FROM request_response_rmt ORDER BY model, request_id

--- distinct_expression
SELECT DISTINCT toDate(request_created_at), status FROM request_response_rmt

--- prewhere
SELECT model, cost FROM request_response_rmt PREWHERE status >= 400 WHERE latency > 0

--- final guarded
SELECT count() FROM request_response_rmt FINAL

--- final_with_alias guarded
SELECT r.model, count() FROM request_response_rmt AS r FINAL WHERE r.status < 300 GROUP BY r.model

--- final_in_a_join guarded
SELECT count() FROM request_response_rmt AS r FINAL JOIN scores AS s FINAL USING (request_id)

--- columns_regexp
SELECT COLUMNS('^prompt_.*tokens$') FROM request_response_rmt

--- columns_list
SELECT COLUMNS(model, cost) FROM request_response_rmt

--- columns_except
SELECT COLUMNS('_tokens$') EXCEPT (prompt_tokens) FROM request_response_rmt

--- columns_of_alias
SELECT r.COLUMNS('^cost') FROM request_response_rmt AS r

--- where_boolean_column
SELECT count() FROM request_response_rmt WHERE is_stream AND NOT is_cached

--- where_number_as_condition
SELECT count() FROM request_response_rmt WHERE cost

--- boolean_comparisons
SELECT countIf(is_stream = true), countIf(is_stream = 1), countIf(threat = false), countIf(threat) FROM request_response_rmt

--- uuid_comparisons
SELECT count() FROM request_response_rmt WHERE request_id = 'aaaaaaaa-0000-4000-8000-000000000007' OR request_id = toUUID('bbbbbbbb-0000-4000-8000-000000000007') OR toString(request_id) LIKE '%0009'

--- long_in_list
SELECT count() FROM request_response_rmt WHERE latency IN (100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 1000007)

--- deep_expression
SELECT ((((((((((latency + 1) * 2) - 3) / 4) + 5) * 6) - 7) / 8) + 9) * 10) FROM request_response_rmt ORDER BY request_id LIMIT 3

--- bit_and_logic_functions
SELECT bitAnd(5, 3), bitOr(5, 3), bitXor(5, 3), bitNot(5), bitShiftLeft(1, 4), bitCount(7), and(1, 0), or(1, 0), not(1), xor(1, 0), equals(1, 1), notEquals(1, 2), less(1, 2), greaterOrEquals(2, 2)

--- operators_as_functions
SELECT plus(1, 2), minus(3, 1), multiply(2, 3), divide(6, 4), negate(3), arrayElement([1, 2], 2), tupleElement((1, 2), 2), in(1, (1, 2)), notIn(1, (2, 3)), concat('a', 'b'), notLike('a', 'b'), isNull(NULL)

--- nested_comments
SELECT 1 /* /* */ FROM system.users -- */

--- alias_named_user
SELECT user_id AS user, count() FROM request_response_rmt GROUP BY user ORDER BY user

--- alias_named_as_a_function
SELECT max(cost) AS max, min(cost) AS min, max - min, count() AS version FROM request_response_rmt

--- names_that_are_functions_without_parentheses
SELECT today = today(), now >= now() - 5, current_date = today()

--- in_a_column
SELECT countIf(latency IN (latency)), countIf(1 IN (is_stream)) FROM request_response_rmt
