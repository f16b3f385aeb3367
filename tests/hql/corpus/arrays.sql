--- array_join
SELECT request_id, asset FROM request_response_rmt ARRAY JOIN assets AS asset

--- left_array_join
SELECT request_id, asset FROM request_response_rmt LEFT ARRAY JOIN assets AS asset

--- array_join_column_itself
SELECT request_id, assets FROM request_response_rmt ARRAY JOIN assets

--- array_join_two
SELECT request_id, a, n FROM request_response_rmt ARRAY JOIN assets AS a, arrayEnumerate(assets) AS n

--- array_join_map
SELECT p.1 AS name, uniqExact(p.2) FROM request_response_rmt ARRAY JOIN CAST(properties, 'Array(Tuple(String, String))') AS p GROUP BY name

--- array_join_map_itself
SELECT properties, count() FROM request_response_rmt ARRAY JOIN properties GROUP BY properties

--- array_join_map_keys_and_values
SELECT name, value, count() FROM request_response_rmt ARRAY JOIN mapKeys(properties) AS name, mapValues(properties) AS value WHERE name = 'env' GROUP BY name, value

--- array_join_literal
SELECT model, q FROM (SELECT DISTINCT model FROM request_response_rmt) ARRAY JOIN [1, 2, 3] AS q

--- array_join_with_where
SELECT asset FROM request_response_rmt ARRAY JOIN assets AS asset WHERE endsWith(asset, '-1') AND status < 300

--- array_join_function
SELECT arrayJoin(assets) AS asset, count() FROM request_response_rmt GROUP BY asset

--- array_join_function_unnamed
SELECT arrayJoin([1, 2, 3]), arrayJoin(['a', 'b'])

--- array_join_over_subquery
SELECT day, n FROM (SELECT groupArray(d) AS days, groupArray(c) AS counts FROM (SELECT toDate(request_created_at) AS d, count() AS c FROM request_response_rmt GROUP BY d)) ARRAY JOIN days AS day, counts AS n

--- array_join_chain
SELECT u, s.session_id FROM sessions AS s ARRAY JOIN s.user_ids AS u

--- array_join_then_group
SELECT tag, count() AS n, sum(cost) AS c FROM request_response_rmt ARRAY JOIN mapKeys(scores) AS tag GROUP BY tag ORDER BY n DESC

--- lambda_map
SELECT arrayMap(x -> x * 2, [1, 2, 3]), arrayMap((x, y) -> x + y, [1, 2], [10, 20]), arrayMap(x -> (x, x + 1), [1]), arrayMap((x) -> x, [1])

--- lambda_with_column
SELECT arrayMap(x -> concat(x, ':', model), assets) FROM request_response_rmt

--- lambda_nested
SELECT arrayMap(x -> arrayMap(y -> y * x, [1, 2]), [3, 4]), arrayFilter(x -> arrayExists(y -> y = x, [2, 3]), [1, 2, 3])

--- lambda_shadows_column
SELECT arrayMap(cost -> cost + 1, [1, 2]), cost FROM request_response_rmt ORDER BY request_id LIMIT 1

--- lambda_filters
SELECT arrayFilter(x -> x > 1, [1, 2, 3]), arrayFilter((x, i) -> i != 2, [1, 2, 3], [1, 2, 3]), arrayExists(x -> x = 2, [1, 2]), arrayAll(x -> x > 0, [1, 2]), arrayCount(x -> x > 1, [1, 2, 3]), arraySum(x -> x * x, [1, 2]), arrayAvg(x -> x, [1, 3]), arrayMin(x -> -x, [1, 2]), arrayMax(x -> -x, [1, 2])

--- lambda_first_last
SELECT arrayFirst(x -> x > 1, [1, 2, 3]), arrayLast(x -> x > 1, [1, 2, 3]), arrayFirstIndex(x -> x > 1, [1, 2, 3]), arrayLastIndex(x -> x > 1, [1, 2, 3]), arrayFirstOrNull(x -> x > 9, [1]), arrayFill(x -> x > 0, [1, 0, 2]), arrayReverseFill(x -> x > 0, [1, 0, 2]), arraySplit(x -> x = 0, [1, 0, 2]), arrayReverseSplit(x -> x = 0, [1, 0, 2])

--- lambda_sorts
SELECT arraySort(x -> -x, [3, 1, 2]), arrayReverseSort(x -> -x, [3, 1, 2]), arraySort((x, y) -> y, ['a', 'b'], [2, 1]), arraySort([3, 1, 2]), arrayReverseSort([3, 1, 2]), arrayPartialSort(2, [5, 9, 1])

--- lambda_folds
SELECT arrayFold((acc, x) -> acc + x, [1, 2, 3], toInt64(0)), arrayReduce('sum', [1, 2, 3]), arrayReduce('quantile(0.5)', [1, 2, 3]), arrayCumSum([1, 2, 3]), arrayCumSum(x -> x * 2, [1, 2, 3]), arrayDifference([1, 3, 6]), arrayProduct([2, 3]), arrayCompact([1, 1, 2]), arrayCumSumNonNegative([1, -5, 3])

--- array_basics
SELECT length([1, 2]), empty([]), notEmpty([1]), has([1, 2], 2), hasAll([1, 2], [1]), hasAny([1, 2], [3]), hasSubstr([1, 2, 3], [2, 3]), indexOf([5, 6], 6), countEqual([1, 1], 1), arrayConcat([1], [2, 3]), arrayElement([1, 2], -1), arraySlice([1, 2, 3], 2, 1), arrayReverse([1, 2]), reverse([1, 2]), arrayUniq([1, 1, 2]), arrayDistinct([1, 1, 2])

--- array_more
SELECT range(5), range(2, 5), range(0, 10, 3), arrayPushBack([1], 2), arrayPushFront([1], 0), arrayPopBack([1, 2]), arrayPopFront([1, 2]), arrayResize([1], 3), arrayResize([1], 3, 9), arrayEnumerate([5, 5]), arrayEnumerateUniq([5, 5]), arrayEnumerateDense([5, 6, 5]), arrayFlatten([[1], [2, 3]]), arrayZip([1, 2], ['a', 'b']), arrayWithConstant(2, 'x'), emptyArrayString(), arrayIntersect([1, 2], [2, 3])

--- array_numbers
SELECT arrayMin([1, 2]), arrayMax([1, 2]), arraySum([1, 2]), arrayAvg([1, 2]), arrayJaccardIndex([1, 2], [2, 3]), arrayDotProduct([1, 2], [3, 4]), arrayAUC([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]), arrayRotateLeft([1, 2, 3], 1), arrayShiftRight([1, 2, 3], 1), arrayStringConcat(['a', 'b'], ','), arrayElementOrNull([1], 5)

--- array_of_columns
SELECT [cost, latency], [model, provider][1], length(assets), arraySort(mapKeys(properties)), arrayStringConcat(arraySort(mapKeys(properties)), '|') FROM request_response_rmt

--- has_on_columns
SELECT count() FROM request_response_rmt WHERE has(assets, 'alfa-asset-7-0') OR has(mapKeys(scores), 'quality')

--- nested_arrays_subscripts
SELECT [[1, 2], [3, 4]][2][1], [[1, 2], [3, 4]][-1], arrayMap(x -> x[1], [[1, 2], [3]]), [map('a', 1)][1]['a']

--- tuples
SELECT untuple((1, 'a')), tuple(model, cost), tupleToNameValuePairs(CAST((1, 2) AS Tuple(a Int8, b Int8))), tuplePlus((1, 2), (3, 4)), tupleHammingDistance((1, 2), (1, 3)), tupleConcat((1,), (2,)), dotProduct((1, 2), (3, 4)) FROM request_response_rmt ORDER BY request_id LIMIT 1

--- maps
SELECT map('a', 1)['a'], mapKeys(map('a', 1)), mapValues(map('a', 1)), mapContains(map('a', 1), 'a'), mapContainsKey(map('a', 1), 'b'), mapAdd(map('a', 1), map('a', 2)), mapSubtract(map('a', 3), map('a', 2)), mapUpdate(map('a', 1), map('b', 2)), mapFromArrays(['x', 'y'], [1, 2]), mapConcat(map('a', 1), map('c', 2)), length(map('a', 1)), empty(map()), mapSort(map('b', 1, 'a', 2)), mapReverseSort(map('b', 1, 'a', 2))

--- map_lambdas
SELECT mapFilter((k, v) -> v > 1, map('a', 1, 'b', 2)), mapApply((k, v) -> (upper(k), v * 2), map('a', 1)), mapExists((k, v) -> v = 1, map('a', 1)), mapAll((k, v) -> v = 1, map('a', 1)), mapExtractKeyLike(map('ab', 1, 'c', 2), 'a%'), mapContainsKeyLike(map('ab', 1), 'a%')

--- map_column_functions
SELECT mapContains(properties, 'env'), mapFilter((k, v) -> k LIKE 'p%', properties), mapApply((k, v) -> (k, length(v)), properties), length(properties), properties['env'] = '' FROM request_response_rmt

--- map_in_where_and_group
SELECT properties['plan'] AS plan, scores['quality'] > 0 AS scored, count() FROM request_response_rmt WHERE mapContains(properties, 'plan') GROUP BY plan, scored

--- map_unaliased_group
SELECT properties['env'], count() FROM request_response_rmt GROUP BY properties['env']

--- map_aggregates
SELECT sumMap(map('a', 1)), minMap(map('a', latency)), maxMap(map('a', latency)), avgMap(map('a', latency)) FROM request_response_rmt

--- latency_quantiles_array
SELECT day, latency_quantiles[2], arrayMap(q -> q / 1000, latency_quantiles), latency_histogram FROM daily_usage

--- session_user_ids
SELECT session_id, length(user_ids), arrayJoin(user_ids) AS u FROM sessions
