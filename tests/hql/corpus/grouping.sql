--- by_column
SELECT model, count() FROM request_response_rmt GROUP BY model

--- by_position
SELECT model, status, count() FROM request_response_rmt GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2

--- by_expression
SELECT toStartOfDay(request_created_at), count() FROM request_response_rmt GROUP BY toStartOfDay(request_created_at)

--- by_expression_unaliased_hour
SELECT toStartOfHour(request_created_at), sum(cost) FROM request_response_rmt GROUP BY toStartOfHour(request_created_at)

--- by_all
SELECT model, provider, count(), avg(latency) FROM request_response_rmt GROUP BY ALL

--- by_alias
SELECT if(status >= 400, 'error', 'ok') AS outcome, count() AS n FROM request_response_rmt GROUP BY outcome

--- by_tuple
SELECT (model, provider) AS key, count() FROM request_response_rmt GROUP BY key

--- rollup
SELECT model, status, count() FROM request_response_rmt GROUP BY ROLLUP(model, status)

--- with_rollup
SELECT model, status, count() FROM request_response_rmt GROUP BY model, status WITH ROLLUP

--- cube
SELECT model, is_stream, count() FROM request_response_rmt GROUP BY CUBE(model, is_stream)

--- with_cube
SELECT model, is_stream, sum(cost) FROM request_response_rmt GROUP BY model, is_stream WITH CUBE

--- grouping_sets
SELECT model, provider, count() FROM request_response_rmt GROUP BY GROUPING SETS ((model, provider), (model), ())

--- grouping_function
SELECT model, provider, grouping(model, provider), count() FROM request_response_rmt GROUP BY ROLLUP(model, provider)

--- having
SELECT user_id, sum(cost) AS total FROM request_response_rmt GROUP BY user_id HAVING total > 1000000 AND count() > 3

--- having_without_group
SELECT count() FROM request_response_rmt HAVING count() > 10

--- having_unselected_aggregate
SELECT model FROM request_response_rmt GROUP BY model HAVING max(latency) > 100

--- order_by ordered
SELECT request_id, latency FROM request_response_rmt ORDER BY latency DESC, request_id ASC LIMIT 20

--- order_by_expression ordered
SELECT request_id FROM request_response_rmt ORDER BY latency % 10, cost / (latency + 1) DESC, request_id LIMIT 15

--- order_by_nulls_first ordered
SELECT time_to_first_token, request_id FROM request_response_rmt ORDER BY time_to_first_token NULLS FIRST, request_id

--- order_by_nulls_last ordered
SELECT time_to_first_token, request_id FROM request_response_rmt ORDER BY time_to_first_token DESC NULLS LAST, request_id

--- order_by_nulls_default ordered
SELECT time_to_first_token, request_id FROM request_response_rmt ORDER BY time_to_first_token ASC, request_id

--- order_by_all ordered
SELECT model, status, latency, request_id FROM request_response_rmt ORDER BY ALL

--- order_by_position ordered
SELECT latency, request_id FROM request_response_rmt ORDER BY 1, 2 LIMIT 10

--- order_by_collate ordered
SELECT DISTINCT model FROM request_response_rmt ORDER BY model COLLATE 'en'

--- order_by_column_not_selected ordered
SELECT model FROM request_response_rmt ORDER BY request_id DESC LIMIT 7

--- with_fill ordered
SELECT toDate(request_created_at) AS day, count() AS n FROM request_response_rmt WHERE request_created_at < '2026-04-01' GROUP BY day ORDER BY day WITH FILL FROM toDate('2026-03-01') TO toDate('2026-04-01')

--- with_fill_step ordered
SELECT toStartOfHour(request_created_at) AS h, count() AS n FROM request_response_rmt WHERE toDate(request_created_at) = '2026-03-05' GROUP BY h ORDER BY h WITH FILL STEP INTERVAL 1 HOUR

--- with_fill_interpolate ordered
SELECT day, n FROM (SELECT toDate(request_created_at) AS day, count() AS n FROM request_response_rmt WHERE request_created_at < '2026-04-01' GROUP BY day) ORDER BY day WITH FILL TO toDate('2026-04-03') INTERPOLATE (n AS n + 1)

--- with_fill_two_columns ordered
SELECT status, toDate(request_created_at) AS day, count() FROM request_response_rmt WHERE request_created_at < '2026-03-08' GROUP BY status, day ORDER BY status, day WITH FILL

--- limit_offset ordered
SELECT request_id FROM request_response_rmt ORDER BY request_id LIMIT 5 OFFSET 10

--- limit_comma ordered
SELECT request_id FROM request_response_rmt ORDER BY request_id LIMIT 10, 5

--- offset_alone ordered
SELECT request_id FROM request_response_rmt ORDER BY request_id OFFSET 390

--- offset_fetch ordered
SELECT request_id FROM request_response_rmt ORDER BY request_id OFFSET 2 ROWS FETCH FIRST 3 ROWS ONLY

--- fetch_with_ties ordered
SELECT status FROM request_response_rmt ORDER BY status FETCH FIRST 1 ROW WITH TIES

--- limit_with_ties
SELECT status FROM request_response_rmt ORDER BY status LIMIT 1 WITH TIES

--- limit_zero
SELECT model, cost FROM request_response_rmt LIMIT 0

--- limit_expression
SELECT DISTINCT status FROM request_response_rmt ORDER BY status LIMIT 2 * 1

--- limit_negative
SELECT request_id FROM request_response_rmt ORDER BY request_id LIMIT -3

--- limit_fraction
SELECT request_id FROM request_response_rmt ORDER BY request_id LIMIT 0.1

--- limit_by ordered
SELECT model, request_id FROM request_response_rmt ORDER BY model, request_id LIMIT 2 BY model

--- limit_by_and_limit ordered
SELECT model, request_id FROM request_response_rmt ORDER BY model, request_id LIMIT 2 BY model LIMIT 5

--- limit_by_and_offset ordered
SELECT model, request_id FROM request_response_rmt ORDER BY model, request_id LIMIT 1 OFFSET 2 BY model

--- limit_by_comma ordered
SELECT model, request_id FROM request_response_rmt ORDER BY model, request_id LIMIT 2, 1 BY model

--- limit_by_two_columns ordered
SELECT model, status, request_id FROM request_response_rmt ORDER BY model, status, request_id LIMIT 1 BY model, status

--- limit_by_expression ordered
SELECT request_id, latency FROM request_response_rmt ORDER BY request_id LIMIT 1 BY intDiv(latency, 100), model LIMIT 3, 10

--- limit_by_and_limit_offset ordered
SELECT model, request_id FROM request_response_rmt ORDER BY model, request_id LIMIT 3 BY model LIMIT 4 OFFSET 2

--- limit_by_in_subquery
SELECT avg(latency) FROM (SELECT model, latency FROM request_response_rmt ORDER BY latency, request_id LIMIT 3 BY model LIMIT 100)

--- limit_by_in_cte
WITH t AS (SELECT user_id, cost FROM request_response_rmt ORDER BY cost DESC, request_id LIMIT 1 BY user_id) SELECT count(), sum(cost) FROM t

--- limit_by_all ordered
SELECT model, status FROM request_response_rmt ORDER BY model, status LIMIT 1 BY ALL

--- limit_by_alias ordered
SELECT toDate(request_created_at) AS day, request_id FROM request_response_rmt ORDER BY day, request_id LIMIT 1 BY day

--- filter_clause
SELECT count() FILTER (WHERE status >= 400), sum(cost) FILTER (WHERE is_stream), avg(latency) FILTER (WHERE model LIKE '%gpt%') AS a FROM request_response_rmt

--- count_distinct
SELECT COUNT(DISTINCT user_id), count(DISTINCT model, provider), uniqExact(user_id), COUNT(DISTINCT properties['env']) FROM request_response_rmt

--- sum_distinct
SELECT sum(DISTINCT latency), groupUniqArray(3)(1), avg(DISTINCT status) FROM request_response_rmt

--- group_by_without_aggregate
SELECT model FROM request_response_rmt GROUP BY model

--- aggregate_without_rows
SELECT count(), sum(cost), avg(latency), max(model), min(request_created_at), groupArray(model) FROM request_response_rmt WHERE status = 12345

--- nested_aggregation
SELECT max(n), avg(n) FROM (SELECT user_id, count() AS n FROM request_response_rmt GROUP BY user_id)

--- group_by_constant
SELECT count() FROM request_response_rmt GROUP BY 'x'

--- order_by_aggregate ordered
SELECT model FROM request_response_rmt GROUP BY model ORDER BY sum(cost) DESC, model
