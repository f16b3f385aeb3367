--- lengths
SELECT length(response_body), lengthUTF8(response_body), char_length(response_body), CHARACTER_LENGTH(model), OCTET_LENGTH(model), empty(user_id), notEmpty(user_id) FROM request_response_rmt

--- cases
SELECT lower(model), upper(model), lowerUTF8(response_body), upperUTF8(response_body), initcap(model), lcase('A'), ucase('a'), initcapUTF8('éa b') FROM request_response_rmt

--- parts
SELECT substring(model, 1, 4), substring(model, 6), substr(model, 2, 3), mid(model, 2, 3), left(model, 4), right(model, 2), leftUTF8('éab', 2), rightUTF8('abé', 2), substringUTF8(response_body, 1, 5), SUBSTRING(model FROM 1 FOR 4), SUBSTRING(model FROM 3), substringIndex('a.b.c', '.', 2) FROM request_response_rmt

--- positions
SELECT position(model, 'gpt'), locate(model, 'gpt'), positionCaseInsensitive(model, 'GPT'), positionUTF8(response_body, 'é'), POSITION('gpt' IN model), countSubstrings(model, '-'), multiSearchAny(model, ['gpt', 'claude']), multiSearchFirstIndex(model, ['gpt', 'claude']), multiSearchAllPositions(model, ['gpt', '-']), hasToken(model, 'alfa'), hasTokenCaseInsensitive(model, 'ALFA'), startsWith(model, 'alfa'), endsWith(model, '4o'), instr(model, 'g') FROM request_response_rmt

--- trims
SELECT trim('  a  '), trimLeft('  a'), trimRight('a  '), trimBoth(' a '), TRIM(BOTH 'x' FROM 'xxaxx'), TRIM(LEADING 'x' FROM 'xxa'), TRIM(TRAILING 'x' FROM 'axx'), ltrim(' a'), rtrim('a '), ltrim('xa', 'x')

--- replaces
SELECT replace(model, 'gpt', 'GPT'), replaceOne('aa', 'a', 'b'), replaceAll('aa', 'a', 'b'), replaceRegexpOne(model, '^(\\w+)-', '\\1/'), replaceRegexpAll(model, '[aeiou]', '*'), translate('abc', 'ab', 'xy'), overlay('abcdef', 'ZZ', 2, 3), REGEXP_REPLACE('a1b2', '[0-9]', ''), translateUTF8('é', 'é', 'e') FROM request_response_rmt

--- pads_and_repeats
SELECT leftPad('7', 3, '0'), rightPad('7', 3, '0'), lpad('7', 3, '0'), rpad('7', 3, '0'), repeat('ab', 3), space(2), reverse(model), reverseUTF8('éa'), leftPadUTF8('é', 3, '*') FROM request_response_rmt

--- concatenates
SELECT concat(model, '/', provider), concat('n: ', 5), concatWithSeparator(',', 'a', 'b'), concat_ws('-', 'a', 'b'), concatAssumeInjective(model, 'x'), appendTrailingCharIfAbsent('a', '/'), format('{} of {}', model, provider), format('{1}{0}', 'a', 'b'), printf('%05d', 7) FROM request_response_rmt

--- splits
SELECT splitByChar('-', model), splitByString(', ', 'a, b'), splitByRegexp('[0-9]', 'a1b2c'), splitByWhitespace('a b  c'), splitByNonAlpha('a-b c'), arrayStringConcat(splitByChar('-', model), '+'), alphaTokens('ab1cd'), tokens('a b-c'), ngrams('abcd', 2), extractAll('a1b22', '[0-9]+'), splitByChar(',', 'a,b,c', 2) FROM request_response_rmt

--- regexps
SELECT match(model, '^alfa-gpt'), extract(model, '-(.*)$'), extractAll(model, '[a-z]+'), extractGroups(model, '(\\w+)-(.*)'), extractAllGroupsVertical('a1b2', '([a-z])([0-9])'), extractAllGroupsHorizontal('a1b2', '([a-z])([0-9])'), regexpExtract('a-12', '(\\d+)', 1), countMatches(model, '[aeiou]'), countMatchesCaseInsensitive('AaB', 'a'), multiMatchAny(model, ['gpt', 'claude']), regexpQuoteMeta('a.b'), REGEXP_EXTRACT('x9', '[0-9]') FROM request_response_rmt

--- searches_in_bodies
SELECT count() FROM request_response_rmt WHERE positionCaseInsensitive(request_body, 'QUESTION 1') > 0 AND request_body ILIKE '%question%' AND NOT match(response_body, '^=')

--- distances
SELECT ngramDistance('abcd', 'abce'), ngramSearch('abcd', 'bc'), bitHammingDistance(1, 2), byteHammingDistance('ab', 'ac'), soundex('Robert')

--- encodings
SELECT hex('abc'), unhex('616263'), hex(255), bin(5), unbin('01100001'), base64Encode('abc'), base64Decode('YWJj'), tryBase64Decode('*'), base58Encode('abc'), base32Encode('abc'), char(72, 105), ascii('a'), base64URLEncode('a?b'), toValidUTF8('\xff'), isValidUTF8('a'), isValidASCII('é'), encodeXMLComponent('<a>'), decodeXMLComponent('&lt;'), decodeHTMLComponent('&amp;'), normalizeUTF8NFC('e')

--- hashes
SELECT hex(MD5('a')), hex(SHA1('a')), hex(SHA256('a')), hex(SHA512('a')), cityHash64(model), sipHash64(model), xxHash32('a'), xxHash64('a'), xxh3('a'), murmurHash2_32('a'), murmurHash3_64('a'), farmHash64('a'), CRC32('a'), javaHash('a'), intHash32(1), intHash64(1), halfMD5('a'), hex(sipHash128('a')), metroHash64('a'), hex(SHA224('a')), hiveHash('a'), wyHash64('a'), CRC64('a') FROM request_response_rmt

--- hash_of_a_column ordered
SELECT request_id, lower(hex(MD5(model))), lower(hex(SHA256(request_body))), cityHash64(model, provider) % 100, sipHash64(*) FROM (SELECT request_id, model, provider, request_body FROM request_response_rmt) ORDER BY request_id

--- urls
SELECT protocol(target_url), domain(target_url), domainWithoutWWW(target_url), topLevelDomain(target_url), firstSignificantSubdomain(target_url), cutToFirstSignificantSubdomain(target_url), port(target_url), path(target_url), pathFull(target_url), queryString(target_url), fragment(target_url), extractURLParameter(target_url, 'n'), extractURLParameters(target_url), extractURLParameterNames(target_url), cutQueryString(target_url), cutFragment(target_url), cutURLParameter(target_url, 'n'), cutWWW('http://www.a.de'), URLHierarchy(target_url), URLPathHierarchy(target_url), netloc(target_url), encodeURLComponent('a b'), decodeURLComponent('a%20b'), decodeURLFormComponent('a+b') FROM request_response_rmt

--- json_extract
SELECT JSONExtractString(request_body, 'model'), JSONExtractFloat(request_body, 'temperature'), JSONExtractInt(response_body, 'usage', 'total'), JSONExtractRaw(request_body, 'messages'), JSONExtractArrayRaw(request_body, 'messages'), JSONExtractString(request_body, 'messages', 1, 'content'), JSONExtractBool('{"a": true}', 'a'), JSONExtractUInt('{"a": 1}', 'a'), JSONExtractKeys(request_body), JSONExtractKeysAndValues('{"a": 1, "b": 2}', 'UInt8'), JSONExtractKeysAndValuesRaw('{"a": [1]}') FROM request_response_rmt

--- json_typed
SELECT JSONExtract(request_body, 'temperature', 'Float64'), JSONExtract('{"a": [1, 2]}', 'a', 'Array(UInt8)'), JSONExtract('{"a": 1, "b": "x"}', 'Tuple(a UInt8, b String)'), JSONExtract(response_body, 'usage', 'total', 'Nullable(Int64)') FROM request_response_rmt

--- json_structure
SELECT isValidJSON(response_body), JSONHas(response_body, 'choices'), JSONLength(request_body, 'messages'), JSONType(request_body, 'messages'), JSONType('{"a": 1}', 'a'), JSON_VALUE(request_body, '$.model'), JSON_QUERY(request_body, '$.messages[0].role'), JSON_EXISTS(request_body, '$.model'), simpleJSONExtractString('{"a":"b"}', 'a'), simpleJSONHas('{"a":1}', 'a'), simpleJSONExtractInt('{"a":1}', 'a'), visitParamExtractString('{"a":"b"}', 'a'), JSONArrayLength('[1,2]'), JSONMergePatch('{"a":1}', '{"b":2}'), toJSONString(properties) FROM request_response_rmt

--- json_to_json
SELECT toJSONString(map('a', 1)), toJSONString([1, 2]), toJSONString((1, 'x')), toJSONString(cost), JSONExtractString(toJSONString(map('k', model)), 'k') FROM request_response_rmt ORDER BY request_id LIMIT 4

--- json_type
SELECT CAST('{"a": {"b": 5}, "c": "x"}' AS JSON) AS j, j.a.b, j.c, JSONAllPaths(j)

--- json_in_group
SELECT JSONExtractString(request_body, 'model') AS asked, avg(JSONExtractFloat(request_body, 'temperature')) AS t, count() FROM request_response_rmt GROUP BY asked

--- ips_and_uuids
SELECT toIPv4('1.2.3.4'), IPv4NumToString(16909060), IPv4StringToNum('1.2.3.4'), isIPv4String('1.2.3.4'), isIPv6String('::1'), IPv6NumToString(toIPv6('::1')), toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0'), toUUIDOrNull('x'), toUUIDOrZero('x'), UUIDStringToNum('61f0c404-5cb3-11e7-907b-a6006ad3dba0') = UUIDToNum(toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0')), isIPAddressInRange('10.0.0.1', '10.0.0.0/8'), IPv4CIDRToRange(toIPv4('10.1.1.1'), 8), toIPv6('::1'), IPv4ToIPv6(toIPv4('1.1.1.1'))

--- readable
SELECT formatReadableSize(size_bytes), formatReadableQuantity(cost), formatReadableTimeDelta(latency), formatReadableDecimalSize(1500), parseTimeDelta('1h 3m'), parseReadableSize('1 KiB'), bar(latency, 0, 1000, 10) FROM request_response_rmt

--- unicode_literals
SELECT '日本語', lengthUTF8('日本語'), upperUTF8('straße'), 'naïve' = 'naïve', position('a😀b', 'b'), positionUTF8('a😀b', 'b')

--- formulas_in_texts
SELECT response_body FROM request_response_rmt WHERE startsWith(response_body, '=') OR startsWith(response_body, '+') OR startsWith(response_body, '-') OR startsWith(response_body, '@')

--- special_characters
SELECT count() FROM request_response_rmt WHERE response_body LIKE '%100\\% of a\\_b%' OR position(response_body, '\'s "quoted" \\ and `') > 0 OR response_body LIKE '%\u202e%'

--- ascii_order ordered
SELECT DISTINCT response_body FROM request_response_rmt ORDER BY response_body

--- groups_of_texts
SELECT lower(substring(error_message, 1, 12)) AS message, error_type, count() FROM request_response_rmt WHERE error_type != '' GROUP BY message, error_type

--- split_parts_by_subscript
SELECT splitByChar('-', model)[1], splitByChar('-', model)[-1], splitByChar('/', session_path)[2] FROM request_response_rmt
