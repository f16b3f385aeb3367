--- row_number
SELECT request_id, row_number() OVER (ORDER BY request_id) FROM request_response_rmt

--- partition
SELECT model, request_id, row_number() OVER (PARTITION BY model ORDER BY cost DESC, request_id) AS n FROM request_response_rmt

--- ranks
SELECT latency, rank() OVER (ORDER BY latency), dense_rank() OVER (ORDER BY latency), denseRank() OVER (ORDER BY latency), percent_rank() OVER (ORDER BY latency), percentRank() OVER (ORDER BY latency), cume_dist() OVER (ORDER BY latency) FROM request_response_rmt

--- ntile
SELECT request_id, ntile(4) OVER (ORDER BY request_id) FROM request_response_rmt

--- running_total
SELECT request_id, sum(cost) OVER (ORDER BY request_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS total FROM request_response_rmt

--- running_total_by_day ordered
SELECT day, sum(c) OVER (ORDER BY day) FROM (SELECT toDate(request_created_at) AS day, sum(cost) AS c FROM request_response_rmt GROUP BY day) ORDER BY day

--- moving_average
SELECT day, avg(n) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) FROM (SELECT toDate(request_created_at) AS day, count() AS n FROM request_response_rmt GROUP BY day)

--- frame_between_following
SELECT request_id, sum(latency) OVER (ORDER BY request_id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), max(latency) OVER (ORDER BY request_id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM request_response_rmt

--- frame_short
SELECT request_id, sum(latency) OVER (ORDER BY request_id ROWS 2 PRECEDING) FROM request_response_rmt

--- frame_range
SELECT latency, count() OVER (ORDER BY latency RANGE BETWEEN 10 PRECEDING AND 10 FOLLOWING) FROM request_response_rmt

--- frame_unbounded
SELECT model, latency / sum(latency) OVER (PARTITION BY model ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM request_response_rmt

--- empty_window
SELECT model, cost, sum(cost) OVER (), cost / sum(cost) OVER () FROM request_response_rmt

--- lag_and_lead
SELECT request_id, lagInFrame(latency) OVER (ORDER BY request_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), leadInFrame(latency, 1, 0) OVER (ORDER BY request_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM request_response_rmt

--- lag_sql_names
SELECT request_id, lag(latency) OVER (ORDER BY request_id), lead(latency, 2, 0) OVER (ORDER BY request_id) FROM request_response_rmt

--- lag_by_session
SELECT session_id, request_id, dateDiff('second', lagInFrame(request_created_at, 1, request_created_at) OVER (PARTITION BY session_id ORDER BY request_created_at, request_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), request_created_at) AS gap FROM request_response_rmt WHERE session_id != ''

--- first_and_last
SELECT request_id, first_value(latency) OVER (PARTITION BY model ORDER BY request_id), last_value(latency) OVER (PARTITION BY model ORDER BY request_id), nth_value(latency, 2) OVER (PARTITION BY model ORDER BY request_id) FROM request_response_rmt

--- named_window
SELECT request_id, sum(cost) OVER w, avg(latency) OVER w FROM request_response_rmt WINDOW w AS (PARTITION BY model ORDER BY request_id)

--- two_named_windows
SELECT request_id, count() OVER a AS x, count() OVER b AS y FROM request_response_rmt WINDOW a AS (PARTITION BY model), b AS (ORDER BY request_id ROWS BETWEEN 3 PRECEDING AND CURRENT ROW)

--- named_window_extended
SELECT request_id, row_number() OVER (w ORDER BY request_id) FROM request_response_rmt WINDOW w AS (PARTITION BY model)

--- qualify
SELECT model, request_id, cost FROM request_response_rmt QUALIFY row_number() OVER (PARTITION BY model ORDER BY cost DESC, request_id) <= 2

--- qualify_alias
SELECT model, request_id, rank() OVER (PARTITION BY model ORDER BY latency DESC) AS place FROM request_response_rmt WHERE status > 0 QUALIFY place = 1

--- over_aggregates
SELECT model, count() AS n, sum(count()) OVER () AS everything, round(100 * n / everything, 2) AS percent FROM request_response_rmt GROUP BY model

--- over_aggregate_ordered
SELECT toDate(request_created_at) AS day, sum(cost) AS c, sum(sum(cost)) OVER (ORDER BY day) FROM request_response_rmt GROUP BY day

--- quantile_over
SELECT DISTINCT model, quantileExact(0.9)(latency) OVER (PARTITION BY model) FROM request_response_rmt

--- aggregate_if_over
SELECT request_id, countIf(status >= 400) OVER (PARTITION BY model ORDER BY request_id), uniqExact(user_id) OVER (ORDER BY request_id ROWS UNBOUNDED PRECEDING) FROM request_response_rmt

--- group_array_over
SELECT request_id, groupArray(latency) OVER (ORDER BY request_id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM request_response_rmt

--- order_by_window ordered
SELECT request_id FROM request_response_rmt ORDER BY row_number() OVER (ORDER BY latency, request_id) LIMIT 10

--- window_in_expression
SELECT request_id, latency - min(latency) OVER (PARTITION BY model), if(row_number() OVER (PARTITION BY model ORDER BY request_id) = 1, 'first', 'later') FROM request_response_rmt

--- partition_by_several_expressions
SELECT count() OVER (PARTITION BY toDate(request_created_at), status >= 400, properties['env']) FROM request_response_rmt

--- window_filter_clause
SELECT DISTINCT model, count() FILTER (WHERE is_stream) OVER (PARTITION BY model) FROM request_response_rmt

--- non_negative_derivative
SELECT day, nonNegativeDerivative(c, t) OVER (ORDER BY t) FROM (SELECT toDate(request_created_at) AS day, toDateTime(day) AS t, count() AS c FROM request_response_rmt GROUP BY day)

--- exponential
SELECT day, exponentialMovingAverage(3)(n, t) FROM (SELECT toStartOfMonth(request_created_at) AS day, toUnixTimestamp(toDateTime(day)) AS t, count() AS n FROM request_response_rmt GROUP BY day) GROUP BY day
