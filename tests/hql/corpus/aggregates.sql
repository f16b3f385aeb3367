--- basics
SELECT count(), sum(cost), avg(latency), min(latency), max(latency), any(1), anyLast(1), sum(cost) / count(), uniq(user_id), uniqExact(model) FROM request_response_rmt

--- quantiles
SELECT quantile(0.5)(latency), quantiles(0.5, 0.95, 0.99)(latency), median(latency), quantileExact(0.9)(latency), quantilesExact(0.25, 0.75)(latency), quantileTiming(0.5)(latency), quantileExactWeighted(0.5)(latency, 1), quantileExactLow(0.5)(latency), quantileExactHigh(0.5)(latency), medianExact(latency), quantileDD(0.01, 0.5)(latency), quantileInterpolatedWeighted(0.5)(latency, 1), quantileExactInclusive(0.5)(latency), quantile(latency) FROM request_response_rmt

--- quantiles_by_model
SELECT model, quantile(0.95)(latency) AS p95, quantiles(0.5, 0.9)(time_to_first_token) FROM request_response_rmt GROUP BY model

--- quantile_element
SELECT quantiles(0.5, 0.95)(latency)[2], arrayMap(x -> round(x), quantiles(0.1, 0.9)(cost)) FROM request_response_rmt

--- quantile_tdigest_of_few
SELECT quantileTDigest(0.5)(x), quantilesTDigest(0.1, 0.9)(x), quantileBFloat16(0.5)(x), quantileGK(100, 0.5)(x) FROM (SELECT status AS x FROM request_response_rmt ORDER BY request_id)

--- approx_distinct
SELECT uniq(user_id), uniqCombined(user_id), uniqCombined64(user_id), uniqHLL12(user_id), uniqExact(user_id), uniq(model, provider), uniqCombined(12)(session_id) FROM request_response_rmt

--- if
SELECT countIf(status >= 400), sumIf(cost, is_stream), avgIf(latency, status = 200), minIf(latency, is_cached), maxIf(latency, NOT is_cached), uniqIf(user_id, status >= 400), uniqExactIf(user_id, cost > 0), anyIf(1, 1), quantileIf(0.5)(latency, is_stream), quantilesIf(0.5, 0.9)(latency, is_stream), groupUniqArrayIf(1)(1, 1), argMaxIf(request_id, (latency, request_id), is_stream) FROM request_response_rmt

--- if_case_variants
SELECT COUNTIf(status >= 400), COUNTIf(is_cached), SUM(cost), AVGIf(latency, is_stream) FROM request_response_rmt

--- or_null_or_default
SELECT sumOrNull(cost), avgOrNull(latency), avgOrDefault(latency), countOrNull(), maxOrNull(model), sumIfOrNull(cost, 0), avgIfOrDefault(latency, 0) FROM request_response_rmt WHERE 0

--- distinct_combinator
SELECT sumDistinct(latency), countDistinct(model), avgDistinct(status), groupArrayDistinct(1), uniqExactDistinct(1) FROM request_response_rmt

--- array_combinator
SELECT sumArray([1, 2]), uniqExactArray(assets), groupUniqArrayArray([1]), countArray([1, 2]), avgArray([latency]), maxArray([latency, 1]) FROM request_response_rmt

--- for_each_and_resample
SELECT sumForEach([1, 2]), maxForEach([latency, status]), avgForEach([1, 3]), countResample(0, 1000, 250)(latency), sumResample(0, 1000, 500)(cost, latency) FROM request_response_rmt

--- map_combinator
SELECT sumMap(map('a', latency)), sumMap(['a'], [1]), countMap(map('x', 1)), avgMap(map('x', latency)), uniqMap(map('x', model)), sumMappedArrays([1], [2]), maxMap([1], [latency]) FROM request_response_rmt

--- states
SELECT sum(finalizeAggregation(c)), uniqMerge(s), sumMerge(t) FROM (SELECT uniqState(user_id) AS s, sumState(cost) AS t, sumState(latency) AS l, sumState(cost) AS c FROM request_response_rmt GROUP BY model)

--- states_by_day
SELECT day, uniqExactMerge(u), quantileMerge(0.5)(q), countMerge(c) FROM (SELECT toDate(request_created_at) AS day, uniqExactState(user_id) AS u, quantileState(0.5)(latency) AS q, countState() AS c FROM request_response_rmt GROUP BY day) GROUP BY day

--- merge_states
SELECT uniqExactMerge(u) FROM (SELECT uniqExactMergeState(u) AS u FROM (SELECT uniqExactState(user_id) AS u FROM request_response_rmt GROUP BY model))

--- simple_state_and_arg_combinators
SELECT sumSimpleState(cost), maxSimpleState(latency), sumArgMax(cost, latency) > 0, countArgMin(latency, cost) > 0 FROM request_response_rmt

--- arg
SELECT argMin(request_id, (latency, request_id)), argMax(request_id, (latency, request_id)), argMax(model, (cost, model)), argMin((model, provider), request_id) FROM request_response_rmt

--- arrays
SELECT arraySort(groupArray(latency)), arraySort(groupUniqArray(model)), groupArraySorted(3)(latency), length(groupArray(5)(model)), arraySort(groupArrayIf(latency, status < 0)), length(groupUniqArray(2)(model)), groupArraySortedIf(2)(latency, is_stream), length(groupArraySample(3)(latency)), arraySort(groupArrayIntersect([1, 2])) FROM request_response_rmt

--- arrays_in_order
SELECT groupArray(latency), groupArrayLast(2)(latency), groupArrayMovingSum(2)(latency), groupArrayMovingAvg(3)(latency), groupConcat(model), groupConcat(',')(model), arrayStringConcat(groupArray(model), ';'), any(model), anyLast(model), first_value(model), last_value(model), groupArrayInsertAt(latency, toUInt32(n)) FROM (SELECT latency, model, row_number() OVER (ORDER BY request_id) AS n FROM request_response_rmt ORDER BY request_id LIMIT 20)

--- string_aggregates
SELECT group_concat(model, ', '), string_agg(model, '|') FROM (SELECT DISTINCT model FROM request_response_rmt ORDER BY model)

--- array_agg
SELECT array_agg(latency) FROM (SELECT latency FROM request_response_rmt ORDER BY request_id LIMIT 5)

--- tuples_and_maps
SELECT arraySort(groupArray((model, latency))), CAST((groupArray(model), groupArray(n)), 'Map(String, UInt64)') FROM (SELECT model, count() AS n, max(latency) AS latency FROM request_response_rmt GROUP BY model ORDER BY model)

--- statistics
SELECT round(stddevPop(x), 4), round(stddevSamp(x), 4), round(varPop(x), 3), round(varSamp(x), 3), round(covarPop(x, y), 3), round(covarSamp(x, y), 3), round(corr(x, y), 6), round(skewPop(x), 4), round(kurtPop(x), 3), round(skewSamp(x), 4), round(kurtSamp(x), 3) FROM (SELECT latency % 97 AS x, prompt_tokens % 89 AS y FROM request_response_rmt)

--- statistics_sql_names
SELECT round(STDDEV_POP(x), 4), round(STDDEV_SAMP(x), 4), round(VAR_POP(x), 3), round(VAR_SAMP(x), 3), round(COVAR_POP(x, y), 3), round(COVAR_SAMP(x, y), 3), round(stddevPopStable(x), 4), round(varSampStable(x), 3), round(corrStable(x, y), 6) FROM (SELECT latency % 97 AS x, prompt_tokens % 89 AS y FROM request_response_rmt)

--- statistics_unaliased
SELECT stddevPop(1), varSamp(status - status), corr(number, number) FROM request_response_rmt ARRAY JOIN [1, 2] AS number

--- statistics_tests
SELECT round(studentTTest(x, z).2, 4), round(welchTTest(x, z).1, 4), round(mannWhitneyUTest(x, z).2, 4), round(simpleLinearRegression(x, y).1, 4), round(entropy(z), 4), round(rankCorr(x, y), 4), round(cramersV(z, y), 4) FROM (SELECT latency % 97 AS x, prompt_tokens % 89 AS y, is_stream AS z FROM request_response_rmt ORDER BY request_id)

--- weighted
SELECT avgWeighted(latency, prompt_tokens), topKWeighted(2)(status, 1), round(avgWeighted(cost, latency), 6) FROM request_response_rmt

--- top
SELECT topK(1)(status), topK(1)(is_cached), approx_top_k(1)(status), topK(3, 5)(1), approx_top_sum(1)(status, 1) FROM request_response_rmt

--- bits_and_bools
SELECT groupBitAnd(status), groupBitOr(status), groupBitXor(status), min(is_stream), max(is_stream), sum(is_stream), avg(is_stream), BIT_AND(status) FROM request_response_rmt

--- any_variants
SELECT any_value(1), anyHeavy(1), first_value(1), last_value(1), any_respect_nulls(1), singleValueOrNull(1), count(NULL), count(time_to_first_token), count(feedback) FROM request_response_rmt

--- histogram
SELECT length(histogram(5)(latency)) > 0, sumCount(latency), maxIntersections(latency, toUInt32(latency + 1)) > 0, deltaSum(x), deltaSumTimestamp(x, n) FROM (SELECT latency, latency AS x, row_number() OVER (ORDER BY request_id) AS n FROM request_response_rmt ORDER BY request_id)

--- sequences
SELECT user_id, windowFunnel(86400)(toDateTime(request_created_at), status >= 400, status < 400) AS level, sequenceMatch('(?1)(?2)')(toDateTime(request_created_at), is_stream, NOT is_stream) FROM request_response_rmt WHERE user_id != '' GROUP BY user_id

--- sequence_count
SELECT sequenceCount('(?1).*(?2)')(toDateTime(request_created_at), status >= 400, status < 300), retention(status >= 400, status < 300) FROM request_response_rmt

--- sum_kinds
SELECT sumWithOverflow(latency), round(sumKahan(cost_usd), 9), sumOrDefault(cost), round(sum(cost_usd), 9), minMap(map(model, latency)), sumCount(latency).1 FROM request_response_rmt

--- in_expressions
SELECT sum(cost) / count() * 1000, 100 * countIf(status >= 400) / count(), round(avg(latency), 1) || ' ms', max(request_created_at) - min(request_created_at), sum(cost) > 0 ? 'some' : 'none' FROM request_response_rmt

--- unaliased_names
SELECT median(latency), length(model), if(1, 2, 3), toStartOfHour(request_created_at), count(), countIf(1) FROM request_response_rmt GROUP BY model, request_created_at

--- nested_functions_in_aggregates
SELECT sum(length(request_body)), max(toDate(request_created_at)), uniqExact(lower(model)), sum(if(is_cached, saved_cost, 0)), avg(multiIf(is_stream, 1, is_cached, 2, 3)), sum(arraySum(arrayMap(x -> length(x), assets))) FROM request_response_rmt

--- interval_length
SELECT intervalLengthSum(toUnixTimestamp(request_created_at), toUnixTimestamp(response_created_at)) FROM request_response_rmt

--- large_results
SELECT groupArraySorted(100000)(request_id) FROM request_response_rmt
