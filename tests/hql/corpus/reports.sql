--- cost_by_model_and_day ordered
SELECT toDate(request_created_at) AS day, model, sum(cost) / 1e9 AS usd, count() AS requests FROM request_response_rmt WHERE request_created_at >= toDateTime('2026-03-01 00:00:00') AND request_created_at < toDateTime('2026-04-01 00:00:00') GROUP BY day, model ORDER BY day, usd DESC, model

--- p95_by_prompt_version
SELECT prompt_id, prompt_version, count() AS n, quantile(0.95)(latency) AS p95 FROM request_response_rmt WHERE prompt_id != '' GROUP BY prompt_id, prompt_version HAVING n >= 2

--- dearest_sessions ordered
SELECT session_id, any(session_name), count(), sum(cost_usd) AS usd FROM request_response_rmt WHERE session_id <> '' GROUP BY session_id ORDER BY usd DESC, session_id LIMIT 10

--- error_spikes
WITH hourly AS (SELECT toStartOfHour(request_created_at) AS hour, countIf(status >= 400 OR status < 0) AS errors, count() AS n FROM request_response_rmt GROUP BY hour), mean AS (SELECT avg(errors) AS m, stddevPop(errors) AS s FROM hourly) SELECT hour, errors, n FROM hourly, mean WHERE errors > m + s

--- cache_savings
SELECT model, countIf(is_cached) AS hits, round(hits / count(), 3) AS rate, sum(saved_cost) / 1e9 AS saved, sum(saved_latency) AS ms FROM request_response_rmt GROUP BY model

--- users_at_risk
SELECT user_id, last_seen, requests, errors / requests AS error_rate FROM users WHERE last_seen < now() - INTERVAL 1 HOUR AND errors > 0 ORDER BY error_rate DESC, user_id

--- first_tokens
SELECT model, quantilesIf(0.5, 0.9, 0.99)(assumeNotNull(time_to_first_token), time_to_first_token IS NOT NULL) AS ttft FROM request_response_rmt WHERE is_stream GROUP BY model

--- tokens_by_kind
SELECT provider, sum(prompt_tokens), sum(completion_tokens), sum(total_tokens), sum(prompt_cache_read_tokens) / nullIf(sum(prompt_tokens), 0) AS cached_share FROM request_response_rmt GROUP BY provider

--- feedback_by_model
SELECT r.model, countIf(f.rating) AS up, countIf(NOT f.rating) AS down, round(up / (up + down), 3) FROM feedback AS f INNER JOIN request_response_rmt AS r ON r.request_id = f.request_id GROUP BY r.model

--- scores_by_version
SELECT prompt_version, name, avg(value), count() FROM scores INNER JOIN (SELECT request_id, prompt_version FROM request_response_rmt) AS r USING (request_id) GROUP BY prompt_version, name

--- retention
WITH firsts AS (SELECT user_id, min(toDate(request_created_at)) AS first FROM request_response_rmt WHERE user_id != '' GROUP BY user_id) SELECT f.first, dateDiff('day', f.first, toDate(r.request_created_at)) AS after, uniqExact(r.user_id) FROM request_response_rmt AS r JOIN firsts AS f ON f.user_id = r.user_id GROUP BY f.first, after

--- cumulative_cost ordered
SELECT day, usd, sum(usd) OVER (ORDER BY day) AS total FROM (SELECT day, sum(cost_usd) AS usd FROM daily_usage GROUP BY day) ORDER BY day

--- week_over_week
SELECT week, n, n - lagInFrame(n, 1, n) OVER (ORDER BY week ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS change FROM (SELECT toStartOfWeek(request_created_at) AS week, count() AS n FROM request_response_rmt GROUP BY week)

--- errors_by_type
SELECT error_type, status, count() AS n, min(request_created_at), max(request_created_at), groupUniqArray(1)(error_type) FROM request_response_rmt WHERE error_type != '' GROUP BY error_type, status ORDER BY n DESC

--- slow_steps_of_sessions
SELECT session_name, session_path, count(), max(latency) FROM request_response_rmt WHERE session_id != '' GROUP BY session_name, session_path ORDER BY max(latency) DESC, session_name, session_path LIMIT 5 BY session_name

--- tool_calls
SELECT span_kind, count(), avg(latency) FROM request_response_rmt GROUP BY span_kind

--- property_values
SELECT arrayJoin(mapKeys(properties)) AS name, properties[name] AS value, count() AS n FROM request_response_rmt GROUP BY name, value ORDER BY n DESC, name, value

--- longest_answers ordered
SELECT request_id, length(response_body) AS size, substring(response_body, 1, 30) FROM request_response_rmt ORDER BY size DESC, request_id LIMIT 10

--- daily_latency
SELECT day, sum(latency * requests) / sum(requests) AS mean, sum(requests) FROM daily_usage GROUP BY day

--- daily_usage_totals
SELECT sum(requests), sum(cost), sum(prompt_tokens), sum(completion_tokens), sum(reasoning_tokens) FROM daily_usage

--- p95_from_histograms
SELECT model, mapSort(sumMap(latency_histogram)) AS h, arrayCumSum(mapValues(h)) FROM daily_usage GROUP BY model

--- cache_by_hour
SELECT hour, sum(hits), sum(saved_cost_usd), max(last_hit) FROM cache_metrics GROUP BY hour

--- most_served_originals ordered
SELECT cache_reference_id, sum(hits) AS h FROM cache_metrics GROUP BY cache_reference_id ORDER BY h DESC, cache_reference_id LIMIT 5

--- facts_against_rollups
SELECT d.n, r.n, d.n = r.n FROM (SELECT sum(requests) AS n FROM daily_usage) AS d, (SELECT count() AS n FROM request_response_rmt) AS r

--- countries
SELECT country_code = '' ? 'unknown' : country_code AS country, count() FROM request_response_rmt GROUP BY country

--- threats
SELECT countIf(threat), countIf(threat IS NULL), countIf(NOT threat) FROM request_response_rmt

--- ingestion_lag
SELECT max(dateDiff('second', request_created_at, ingested_at)), quantile(0.5)(gateway_overhead_us) FROM request_response_rmt

--- outliers_by_deviation
SELECT request_id, latency FROM request_response_rmt AS r JOIN (SELECT model, avg(latency) AS m, stddevPop(latency) AS s FROM request_response_rmt GROUP BY model) AS t USING (model) WHERE abs(latency - m) > 1.6 * s

--- pivot
SELECT toDate(request_created_at) AS day, countIf(model LIKE '%gpt-4o') AS gpt, countIf(model LIKE '%claude%') AS claude, countIf(model LIKE '%gemini%') AS gemini FROM request_response_rmt GROUP BY day

--- percent_of_total
SELECT model, round(100 * count() / (SELECT count() FROM request_response_rmt), 1) AS percent FROM request_response_rmt GROUP BY model
