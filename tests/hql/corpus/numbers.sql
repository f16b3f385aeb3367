--- rounding
SELECT round(2.5), round(1.2345, 2), floor(1.9), floor(-1.5, 0), ceil(1.1), ceiling(1.1), trunc(-1.9), truncate(1.29, 1), roundBankers(2.5), roundToExp2(100), roundDuration(100), roundAge(30), roundDown(5, [1, 4, 9]), round(latency / 7, 1) FROM request_response_rmt

--- roots_and_logs
SELECT sqrt(4), cbrt(27), exp(1), exp2(3), exp10(2), log(10), ln(10), log2(8), log10(1000), pow(2, 3), power(2, 3), intExp2(3), intExp10(2), log1p(1), erf(1), lgamma(3), tgamma(4), hypot(3, 4), e(), pi()

--- trigonometry
SELECT sin(1), cos(1), tan(1), asin(0.5), acos(0.5), atan(1), atan2(1, 2), sinh(1), cosh(1), tanh(1), asinh(1), acosh(2), atanh(0.5), degrees(pi()), radians(180)

--- integers
SELECT intDiv(7, 2), intDivOrZero(7, 0), modulo(7, 3), moduloOrZero(7, 0), positiveModulo(-1, 3), pmod(-1, 3), gcd(12, 18), lcm(4, 6), abs(-3), sign(-3), negate(3), factorial(5), divideOrNull(1, 0), max2(1, 2), min2(1, 2), byteSwap(toUInt16(1)), isFinite(1), isInfinite(1 / 0), isNaN(nan), ifNotFinite(1 / 0, 7), widthBucket(5.0, 0.0, 10.0, 5)

--- comparisons
SELECT greatest(1, 2, 3), least(1, 2, 3), greatest(latency, 150), least(latency, 150) FROM request_response_rmt

--- conversions
SELECT toInt8(5), toInt16(5), toInt32('7'), toInt64(7), toInt128(7), toInt256(7), toUInt8(5), toUInt16(5), toUInt32(5), toUInt64(latency), toFloat32(1.5), toFloat64('1.5'), toString(latency), toBool(1), toDecimal32(1.5, 2), toDecimal64(1.5, 4), toDecimal128('1.5', 6) FROM request_response_rmt ORDER BY request_id LIMIT 3

--- lenient_conversions
SELECT toInt32OrNull('x'), toInt32OrZero('x'), toInt32OrDefault('x', 7::Int32), toFloat64OrNull('x'), toFloat64OrZero('1.5'), accurateCast(5, 'UInt8'), accurateCastOrNull(500, 'UInt8'), accurateCastOrDefault(500, 'UInt8'), toUInt64OrZero(properties['env']), toDecimal64OrNull('x', 2) FROM request_response_rmt ORDER BY request_id LIMIT 3

--- types
SELECT toTypeName(cost), toTypeName(properties), toTypeName(1), toTypeName(model), toTypeName(time_to_first_token), toNullable(1), toLowCardinality('a'), reinterpretAsUInt8('a'), reinterpretAsInt64(1.5), toFixedString('ab', 2), materialize(1), identity(2), ignore(1), toTypeName(NULL) FROM request_response_rmt ORDER BY request_id LIMIT 1

--- conditionals
SELECT if(status >= 400, 'bad', 'good'), multiIf(latency < 150, 'fast', latency < 400, 'fair', 'slow'), ifNull(feedback, false), nullIf(status, 200), coalesce(NULL, NULL, 3), transform(status, [200, 404], ['ok', 'missing'], 'other'), caseWithExpression(1, 1, 'a', 'b'), assumeNotNull(NULL::Nullable(UInt8)), isNull(threat), least(NULL, 1), firstNonDefault(0, 2), isZeroOrNull(NULL), isNotDistinctFrom(NULL, NULL) FROM request_response_rmt

--- conditionals_less_the_odd_one
SELECT if(is_stream, time_to_first_token, latency), IFNULL(time_to_first_token, 0), IF(cost > 0, 1, 0), multiIf(cost = 0, 'free', 'paid') FROM request_response_rmt

--- costs
SELECT cost, cost_usd, provider_total_cost, cost / 1000000000, round(cost / 1e9, 6), toDecimal64(cost / 1e9, 9), cost * 1.0, sum(cost) OVER () FROM request_response_rmt

--- division_by_zero
SELECT 1 / 0, 0 / 0, latency / (status - status), intDivOrZero(1, 0), if(cost = 0, 0, latency / cost) FROM request_response_rmt ORDER BY request_id LIMIT 2

--- big_numbers
SELECT toUInt64(18446744073709551615), toInt64(-9223372036854775808), toUInt256('115792089237316195423570985008687907853269984665640564039457584007913129639935'), 9007199254740993, 0.1 + 0.2, 1e308 * 10

--- decimals
SELECT toDecimal64(1.25, 2) * 3, toDecimal32(10, 4) / 3, 1.10::Decimal(5, 2), sum(toDecimal64(cost / 1e9, 9)) FROM request_response_rmt

--- vectors
SELECT L2Distance([1, 2], [3, 4]), cosineDistance([1, 2], [2, 1]), L1Norm([1, -2]), L2Norm([3, 4]), dotProduct([1, 2], [3, 4]), L2Normalize([3, 4]), LinfDistance([1, 2], [3, 5])

--- geometry
SELECT greatCircleDistance(13.4, 52.5, 2.35, 48.85), geohashEncode(13.4, 52.5, 5), pointInPolygon((1, 1), [(0, 0), (0, 2), (2, 2), (2, 0)])

--- bitmaps
SELECT bitmapCardinality(bitmapBuild([1, 2, 3])), bitmapToArray(bitmapAnd(bitmapBuild([1, 2]), bitmapBuild([2, 3]))), groupBitmap(status) FROM request_response_rmt

--- random_but_fixed
SELECT rand() >= 0, randCanonical() < 1, length(toString(generateUUIDv4())), rand64() >= 0, randUniform(1, 1.0001) < 2 FROM users LIMIT 1

--- series_statistics
SELECT seriesOutliersDetectTukey([1, 2, 3, 100, 2, 3, 1, 2]), arrayMap(x -> round(x, 3), seriesDecomposeSTL([1., 2., 3., 1., 2., 3., 1., 2., 3.], 3)[1])

--- financial
SELECT round(financialNetPresentValue(0.1, [-100, 60, 60]), 4), round(financialInternalRateOfReturn([-100, 60, 60]), 4)
