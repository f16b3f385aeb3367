--- inner
SELECT r.model, s.value FROM request_response_rmt AS r INNER JOIN scores AS s ON s.request_id = r.request_id WHERE s.name = 'quality'

--- plain
SELECT r.model, s.name, s.value FROM request_response_rmt r JOIN scores s ON r.request_id = s.request_id

--- using
SELECT request_id, model, rating FROM request_response_rmt JOIN feedback USING (request_id)

--- using_bare
SELECT request_id, model, rating FROM request_response_rmt JOIN feedback USING request_id

--- left
SELECT r.request_id, s.value FROM request_response_rmt AS r LEFT JOIN scores AS s ON s.request_id = r.request_id AND s.name = 'quality'

--- left_outer
SELECT count(), countIf(f.created_at > toDateTime64('2000-01-01 00:00:00', 3)) FROM request_response_rmt AS r LEFT OUTER JOIN feedback AS f USING (request_id)

--- right
SELECT u.user_id, count() FROM request_response_rmt AS r RIGHT JOIN users AS u ON u.user_id = r.user_id GROUP BY u.user_id

--- full
SELECT s.request_id, f.request_id FROM scores AS s FULL JOIN feedback AS f ON s.request_id = f.request_id

--- full_outer_using
SELECT request_id, value, rating FROM (SELECT request_id, value FROM scores WHERE name = 'quality') AS s FULL OUTER JOIN feedback AS f USING (request_id)

--- cross
SELECT count() FROM users CROSS JOIN daily_usage

--- comma
SELECT count() FROM users, scores WHERE users.requests > 10

--- comma_with_condition
SELECT r.request_id, s.value FROM request_response_rmt AS r, scores AS s WHERE r.request_id = s.request_id AND s.name = 'is_helpful'

--- comma_of_three
SELECT count() FROM users AS a, users AS b, feedback AS c WHERE a.user_id = b.user_id

--- left_any
SELECT r.request_id, s.request_id = r.request_id FROM request_response_rmt AS r LEFT ANY JOIN scores AS s ON s.request_id = r.request_id

--- any_left
SELECT count(), uniqExact(r.request_id) FROM request_response_rmt AS r ANY LEFT JOIN scores AS s USING (request_id)

--- any_inner
SELECT count() FROM request_response_rmt AS r ANY INNER JOIN users AS u ON u.user_id = r.user_id

--- inner_any
SELECT count() FROM scores AS s INNER ANY JOIN feedback AS f USING (request_id)

--- right_any
SELECT count() FROM request_response_rmt AS r RIGHT ANY JOIN scores AS s USING (request_id)

--- all_left
SELECT count() FROM request_response_rmt AS r ALL LEFT JOIN scores AS s USING (request_id)

--- all_inner
SELECT count() FROM request_response_rmt AS r ALL INNER JOIN scores AS s ON r.request_id = s.request_id

--- left_all
SELECT count() FROM request_response_rmt AS r LEFT ALL JOIN scores AS s ON r.request_id = s.request_id

--- left_semi
SELECT r.request_id FROM request_response_rmt AS r LEFT SEMI JOIN scores AS s ON s.request_id = r.request_id

--- semi_left
SELECT count() FROM request_response_rmt AS r SEMI LEFT JOIN feedback AS f USING (request_id)

--- semi
SELECT count() FROM request_response_rmt AS r SEMI JOIN feedback AS f USING (request_id)

--- right_semi
SELECT u.user_id FROM request_response_rmt AS r RIGHT SEMI JOIN users AS u ON u.user_id = r.user_id

--- left_anti
SELECT r.request_id FROM request_response_rmt AS r LEFT ANTI JOIN scores AS s ON s.request_id = r.request_id

--- anti
SELECT count() FROM request_response_rmt AS r ANTI JOIN feedback AS f USING (request_id)

--- right_anti
SELECT count() FROM scores AS s RIGHT ANTI JOIN request_response_rmt AS r ON s.request_id = r.request_id

--- asof
SELECT r.request_id, f.created_at FROM request_response_rmt AS r ASOF JOIN feedback AS f ON r.request_id = f.request_id AND r.request_created_at <= f.created_at

--- asof_left
SELECT count(), sum(a.latency) FROM request_response_rmt AS a ASOF LEFT JOIN (SELECT session_id, started_at FROM sessions) AS b ON a.session_id = b.session_id AND a.request_created_at >= b.started_at

--- left_asof
SELECT count() FROM request_response_rmt AS a LEFT ASOF JOIN sessions AS b ON a.session_id = b.session_id AND a.request_created_at >= b.started_at

--- asof_using
SELECT count() FROM (SELECT request_id, created_at FROM scores WHERE name = 'quality') AS a ASOF JOIN (SELECT request_id, created_at FROM feedback) AS b USING (request_id, created_at)

--- global_join
SELECT count() FROM request_response_rmt AS r GLOBAL JOIN scores AS s ON r.request_id = s.request_id

--- global_left_any
SELECT count() FROM request_response_rmt AS r GLOBAL ANY LEFT JOIN users AS u ON u.user_id = r.user_id

--- self
SELECT a.request_id, b.request_id FROM request_response_rmt AS a JOIN request_response_rmt AS b ON a.span_id = b.parent_span_id WHERE a.span_id != '' AND a.latency > 0

--- three_tables
SELECT r.model, avg(s.value), countIf(f.rating) FROM request_response_rmt AS r JOIN scores AS s ON s.request_id = r.request_id LEFT JOIN feedback AS f ON f.request_id = r.request_id GROUP BY r.model

--- chain_of_kinds
SELECT count() FROM request_response_rmt AS r LEFT JOIN sessions AS s ON s.session_id = r.session_id INNER JOIN users AS u ON u.user_id = r.user_id LEFT ANTI JOIN feedback AS f ON f.request_id = r.request_id

--- subquery_side
SELECT r.model, t.n FROM request_response_rmt AS r JOIN (SELECT user_id, count() AS n FROM request_response_rmt GROUP BY user_id) AS t ON t.user_id = r.user_id

--- both_sides_subqueries
SELECT a.model, a.n, b.hits FROM (SELECT model, count() AS n FROM request_response_rmt GROUP BY model) AS a LEFT JOIN (SELECT model, sum(hits) AS hits FROM cache_metrics GROUP BY model) AS b ON a.model = b.model

--- without_aliases
SELECT request_response_rmt.model, scores.value FROM request_response_rmt JOIN scores ON request_response_rmt.request_id = scores.request_id

--- stars_of_both
SELECT a.*, b.* FROM (SELECT model, cost FROM request_response_rmt WHERE status < 0) AS a JOIN (SELECT DISTINCT model, requests FROM daily_usage) AS b USING (model)

--- star_over_join
SELECT * FROM (SELECT request_id, model FROM request_response_rmt) AS a JOIN (SELECT request_id, value FROM scores) AS b ON a.request_id = b.request_id

--- star_over_using
SELECT * FROM scores JOIN feedback USING (request_id)

--- condition_with_or
SELECT count() FROM users AS u JOIN sessions AS s ON has(s.user_ids, u.user_id) OR s.requests = u.requests

--- inequality
SELECT count() FROM scores AS a JOIN scores AS b ON a.request_id = b.request_id AND a.value < b.value

--- expression_keys
SELECT count() FROM daily_usage AS d JOIN request_response_rmt AS r ON toDate(r.request_created_at) = d.day AND lower(r.model) = lower(d.model) AND r.provider = d.provider AND r.status = d.status

--- using_several
SELECT model, provider, sum(hits), sum(d.requests) FROM cache_metrics AS c JOIN (SELECT model, provider, sum(requests) AS requests FROM daily_usage GROUP BY model, provider) AS d USING (model, provider) GROUP BY model, provider

--- on_constant
SELECT count() FROM users AS a JOIN users AS b ON 1 = 1

--- parenthesised_condition
SELECT count() FROM request_response_rmt AS r JOIN scores AS s ON (r.request_id = s.request_id)

--- join_of_a_cte
WITH top AS (SELECT user_id FROM users ORDER BY cost DESC, user_id LIMIT 3) SELECT r.user_id, count() FROM request_response_rmt AS r JOIN top USING (user_id) GROUP BY r.user_id

--- nulls_of_left_join
SELECT s.request_id AS id, s.name = '' AS missing, count() FROM feedback AS f LEFT JOIN scores AS s ON f.request_id = s.request_id GROUP BY id, missing

--- join_then_array_join
SELECT r.request_id, asset FROM request_response_rmt AS r JOIN feedback AS f USING (request_id) ARRAY JOIN r.assets AS asset

--- ambiguous_names_by_alias
SELECT s.created_at AS scored, f.created_at AS rated, s.created_at = f.created_at FROM scores AS s JOIN feedback AS f USING (request_id)
