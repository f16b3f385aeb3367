-- The warehouse, whole. Applied by every start (`python -m warehouse.migrate`); each statement may be run again.
-- Changes to what already stands go into migrations/, numbered, and here as well.
--
-- Facts are written once. A batch carries an insert_deduplication_token, and every table that an insert reaches has
-- non_replicated_deduplication_window, so that a batch sent twice leaves facts and rollups as they were.

-- One row a request: an LLM call, a tool call, a vector-database call or a data event.
CREATE TABLE IF NOT EXISTS request_response_rmt
(
    organization_id UUID,
    request_id UUID COMMENT 'Helicone-Id of the request',
    request_created_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)) COMMENT 'When the request reached the gateway',
    response_created_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)) COMMENT 'When the response ended',
    response_id String CODEC(ZSTD(1)) COMMENT 'The provider''s own id of the response',
    status Int32 COMMENT 'HTTP status the client got; -1 timeout, -3 cancelled by the client, -4 blocked as a threat',
    model LowCardinality(String) COMMENT 'Override, else the response''s model, else the request''s',
    request_model LowCardinality(String),
    response_model LowCardinality(String),
    model_override LowCardinality(String) COMMENT 'Helicone-Model-Override',
    provider LowCardinality(String) COMMENT 'Lower case: openai, anthropic, …',
    target_url String CODEC(ZSTD(1)) COMMENT 'Where the request was forwarded to',
    request_path String CODEC(ZSTD(1)),
    user_id String CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    session_name LowCardinality(String),
    session_path String CODEC(ZSTD(1)) COMMENT 'Always begins with / where a session is set',
    trace_id String CODEC(ZSTD(1)),
    span_id String CODEC(ZSTD(1)),
    parent_span_id String CODEC(ZSTD(1)),
    span_kind LowCardinality(String) COMMENT 'llm, tool, vector_db, data or, from OpenTelemetry, its own kind',
    properties Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    scores Map(LowCardinality(String), Float64) CODEC(ZSTD(1)) COMMENT 'Latest value of each score; booleans are 0 and 1',
    feedback Nullable(Bool) COMMENT 'Latest rating',
    prompt_tokens UInt32 COMMENT 'All input tokens, cache reads, cache writes and audio included',
    completion_tokens UInt32 COMMENT 'All output tokens, reasoning and audio included',
    prompt_cache_read_tokens UInt32,
    prompt_cache_write_tokens UInt32,
    prompt_cache_write_1h_tokens UInt32 COMMENT 'The part of the cache writes that is kept for an hour, at a price of its own',
    reasoning_tokens UInt32,
    prompt_audio_tokens UInt32,
    completion_audio_tokens UInt32,
    usage_source LowCardinality(String) COMMENT 'provider: counted by the provider; estimated: counted here; empty: no usage',
    latency UInt32 COMMENT 'ms from the request''s arrival to the response''s end',
    time_to_first_token Nullable(UInt32) COMMENT 'ms; NULL where the response was not streamed',
    gateway_overhead_us UInt32 COMMENT 'Microseconds the gateway spent before the provider was asked',
    cost UInt64 COMMENT 'USD x 1e9',
    cost_status LowCardinality(String) COMMENT 'priced, provider (declared by it), cached, unpriced (no price known) or none (nothing was used)',
    price_id LowCardinality(String) COMMENT 'The row of prices that was applied',
    cache_enabled Bool,
    cache_reference_id UUID COMMENT 'The request whose response the cache served; nil UUID if the provider answered',
    saved_cost UInt64 COMMENT 'USD x 1e9 that a cache hit saved',
    saved_latency UInt32 COMMENT 'ms that a cache hit saved',
    prompt_id LowCardinality(String),
    prompt_version LowCardinality(String),
    country_code LowCardinality(String),
    request_referrer LowCardinality(String) COMMENT 'ai-gateway where the gateway chose the provider',
    is_passthrough_billing Bool,
    is_stream Bool,
    threat Nullable(Bool),
    assets Array(String),
    error_type LowCardinality(String) COMMENT 'The error''s type or code, as the provider or the gateway named it',
    error_message String CODEC(ZSTD(1)),
    request_headers Map(LowCardinality(String), String) CODEC(ZSTD(1)) COMMENT 'Without credentials',
    response_headers Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    request_body String CODEC(ZSTD(3)),
    response_body String CODEC(ZSTD(3)) COMMENT 'As received; an event stream is kept as its events',
    size_bytes UInt64 COMMENT 'Both bodies, before compression',
    ingested_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)) COMMENT 'When the worker wrote the row',
    total_tokens UInt64 ALIAS toUInt64(prompt_tokens) + completion_tokens,
    cost_usd Float64 ALIAS cost / 1e9,
    provider_total_cost UInt64 ALIAS cost,
    is_cached Bool ALIAS cache_reference_id != toUUID('00000000-0000-0000-0000-000000000000'),
    INDEX idx_request_id request_id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX idx_user_id user_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_session_id session_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_property_names mapKeys(properties) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_property_values mapValues(properties) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_request_body lower(request_body) TYPE text(tokenizer = splitByNonAlpha),
    INDEX idx_response_body lower(response_body) TYPE text(tokenizer = splitByNonAlpha)
)
ENGINE = MergeTree
PARTITION BY toMonday(request_created_at)
ORDER BY (organization_id, request_created_at, request_id)
-- The two block columns are what a lightweight UPDATE (scores, feedback, later properties) needs.
SETTINGS enable_block_number_column = 1, enable_block_offset_column = 1,
    non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

-- What is said of a request later, or before its row exists; the worker folds the latest into the fact.
CREATE TABLE IF NOT EXISTS scores
(
    organization_id UUID,
    request_id UUID,
    name LowCardinality(String),
    value Float64 COMMENT 'Booleans are 0 and 1',
    is_boolean Bool,
    created_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree PARTITION BY toYYYYMM(created_at) ORDER BY (organization_id, request_id, name, created_at)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS feedback
(
    organization_id UUID,
    request_id UUID,
    rating Bool,
    created_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree PARTITION BY toYYYYMM(created_at) ORDER BY (organization_id, request_id, created_at)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS request_properties
(
    organization_id UUID,
    request_id UUID,
    name LowCardinality(String),
    value String,
    created_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree PARTITION BY toYYYYMM(created_at) ORDER BY (organization_id, request_id, name, created_at)
SETTINGS non_replicated_deduplication_window = 10000;

-- Every price that was ever applied, so that a row's cost can be recomputed and explained.
CREATE TABLE IF NOT EXISTS prices
(
    price_id String,
    provider LowCardinality(String),
    model String,
    source String COMMENT 'Where the price comes from: litellm <version>, or the organisation',
    rates Map(LowCardinality(String), Float64) COMMENT 'USD a token by bucket: input, cache_read, cache_write, cache_write_1h, output, reasoning, input_audio, output_audio',
    recorded_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(recorded_at) ORDER BY price_id;

-- How ingestion is doing, as its worker reports it every few seconds; of the whole installation, not of a tenant.
CREATE TABLE IF NOT EXISTS pipeline
(
    reported_at DateTime64(3, 'UTC'),
    worker String,
    queued UInt64 COMMENT 'Records taken by the gateways whose spools this worker reads, since they started',
    written UInt64,
    retried UInt64,
    dead UInt64 COMMENT 'Records set aside in a dead-letter file',
    dropped UInt64 COMMENT 'Records a gateway could not spool: disk full, or the spool at its limit',
    backlog_bytes UInt64,
    lag Float64 COMMENT 'Seconds from the oldest record not yet written to now; 0 when there is none'
)
ENGINE = MergeTree ORDER BY reported_at TTL toDateTime(reported_at) + INTERVAL 30 DAY;

-- Rollups: what people look at every minute.
-- Latencies are histograms of 16 buckets to the doubling, round(log2(ms + 1) * 16): they add up exactly, whatever is
-- grouped, give any percentile within 2.2 %, and merge several times faster than sketches do.
CREATE TABLE IF NOT EXISTS requests_hourly
(
    organization_id UUID,
    hour DateTime('UTC'),
    provider LowCardinality(String),
    model LowCardinality(String),
    request_model LowCardinality(String),
    status Int32,
    error_type LowCardinality(String),
    requests SimpleAggregateFunction(sum, UInt64),
    cached SimpleAggregateFunction(sum, UInt64),
    unpriced SimpleAggregateFunction(sum, UInt64),
    streamed SimpleAggregateFunction(sum, UInt64),
    checked SimpleAggregateFunction(sum, UInt64) COMMENT 'Requests that were looked at for attacks',
    threats SimpleAggregateFunction(sum, UInt64),
    cost SimpleAggregateFunction(sum, UInt64),
    saved_cost SimpleAggregateFunction(sum, UInt64),
    prompt_tokens SimpleAggregateFunction(sum, UInt64),
    completion_tokens SimpleAggregateFunction(sum, UInt64),
    prompt_cache_read_tokens SimpleAggregateFunction(sum, UInt64),
    prompt_cache_write_tokens SimpleAggregateFunction(sum, UInt64),
    reasoning_tokens SimpleAggregateFunction(sum, UInt64),
    latency SimpleAggregateFunction(sum, UInt64),
    latency_histogram SimpleAggregateFunction(sumMap, Map(UInt16, UInt64)) COMMENT 'Bucket -> requests',
    time_to_first_token_histogram SimpleAggregateFunction(sumMap, Map(UInt16, UInt64)) COMMENT 'Bucket -> streamed requests',
    gateway_overhead_us_histogram SimpleAggregateFunction(sumMap, Map(UInt16, UInt64)) COMMENT 'Bucket (of microseconds) -> requests through the gateway',
    speed_histogram SimpleAggregateFunction(sumMap, Map(UInt16, UInt64)) COMMENT 'Bucket (of output tokens a second) -> streamed requests that succeeded with 10 tokens or more',
    users AggregateFunction(uniqCombined(14), String) COMMENT 'Distinct user_id, the empty one left out'
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (organization_id, hour, provider, model, request_model, status, error_type)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS requests_hourly_mv TO requests_hourly AS
SELECT
    organization_id,
    toStartOfHour(request_created_at) AS hour,
    provider,
    model,
    request_model,
    status,
    error_type,
    count() AS requests,
    countIf(is_cached) AS cached,
    countIf(cost_status = 'unpriced') AS unpriced,
    countIf(is_stream) AS streamed,
    count(f.threat) AS checked,
    countIf(f.threat) AS threats,
    sum(f.cost) AS cost,
    sum(f.saved_cost) AS saved_cost,
    sum(f.prompt_tokens) AS prompt_tokens,
    sum(f.completion_tokens) AS completion_tokens,
    sum(f.prompt_cache_read_tokens) AS prompt_cache_read_tokens,
    sum(f.prompt_cache_write_tokens) AS prompt_cache_write_tokens,
    sum(f.reasoning_tokens) AS reasoning_tokens,
    sum(f.latency) AS latency,
    sumMap(map(toUInt16(round(log2(f.latency + 1) * 16)), toUInt64(1))) AS latency_histogram,
    sumMapIf(
        map(toUInt16(round(log2(assumeNotNull(f.time_to_first_token) + 1) * 16)), toUInt64(1)),
        isNotNull(f.time_to_first_token)
    ) AS time_to_first_token_histogram,
    sumMapIf(
        map(toUInt16(round(log2(f.gateway_overhead_us + 1) * 16)), toUInt64(1)), f.gateway_overhead_us > 0
    ) AS gateway_overhead_us_histogram,
    sumMapIf(
        map(toUInt16(round(log2(
            f.completion_tokens * 1000 / greatest(toInt64(f.latency) - assumeNotNull(f.time_to_first_token), 1) + 1
        ) * 16)), toUInt64(1)),
        f.is_stream AND f.status BETWEEN 200 AND 399 AND f.completion_tokens >= 10
            AND ifNull(f.time_to_first_token < f.latency, false)
    ) AS speed_histogram,
    uniqCombinedStateIf(14)(f.user_id, f.user_id != '') AS users
FROM request_response_rmt AS f
GROUP BY organization_id, hour, provider, model, request_model, status, error_type;

-- Distinct users of an hour over all models: merging the states of requests_hourly takes three times as long.
CREATE TABLE IF NOT EXISTS users_hourly
(
    organization_id UUID,
    hour DateTime('UTC'),
    users AggregateFunction(uniqCombined(14), String) COMMENT 'Distinct user_id, the empty one left out'
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (organization_id, hour)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS users_hourly_mv TO users_hourly AS
SELECT
    organization_id,
    toStartOfHour(request_created_at) AS hour,
    uniqCombinedStateIf(14)(f.user_id, f.user_id != '') AS users
FROM request_response_rmt AS f
GROUP BY organization_id, hour;

CREATE TABLE IF NOT EXISTS users_daily
(
    organization_id UUID,
    day Date,
    user_id String,
    provider LowCardinality(String),
    model LowCardinality(String),
    requests SimpleAggregateFunction(sum, UInt64),
    errors SimpleAggregateFunction(sum, UInt64),
    cost SimpleAggregateFunction(sum, UInt64),
    prompt_tokens SimpleAggregateFunction(sum, UInt64),
    completion_tokens SimpleAggregateFunction(sum, UInt64),
    first_seen SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
    last_seen SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (organization_id, day, user_id, provider, model)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS users_daily_mv TO users_daily AS
SELECT
    organization_id,
    toDate(request_created_at) AS day,
    user_id,
    provider,
    model,
    count() AS requests,
    countIf(status < 200 OR status >= 400) AS errors,
    sum(f.cost) AS cost,
    sum(f.prompt_tokens) AS prompt_tokens,
    sum(f.completion_tokens) AS completion_tokens,
    min(f.request_created_at) AS first_seen,
    max(f.request_created_at) AS last_seen
FROM request_response_rmt AS f
WHERE user_id != ''
GROUP BY organization_id, day, user_id, provider, model;

-- Requests by one dimension at a time: what *what changed*, the properties and the cohorts are read from. `segment` is
-- the dimension as a filter names it: user_id, session_name, prompt_id, prompt_version, country_code, properties.<name>.
-- A request without a value of it is not counted there. By provider and model, which people filter by most, as well.
CREATE TABLE IF NOT EXISTS segments_hourly
(
    organization_id UUID,
    segment LowCardinality(String),
    hour DateTime('UTC'),
    value String CODEC(ZSTD(1)),
    provider LowCardinality(String),
    model LowCardinality(String),
    requests SimpleAggregateFunction(sum, UInt64),
    errors SimpleAggregateFunction(sum, UInt64),
    cached SimpleAggregateFunction(sum, UInt64),
    priced SimpleAggregateFunction(sum, UInt64) COMMENT 'Requests whose cost is known and was paid',
    unpriced SimpleAggregateFunction(sum, UInt64),
    cost SimpleAggregateFunction(sum, UInt64),
    user_cost SimpleAggregateFunction(sum, UInt64) COMMENT 'Of the requests with a user_id',
    session_cost SimpleAggregateFunction(sum, UInt64) COMMENT 'Of the requests with a session_id',
    session_tokens SimpleAggregateFunction(sum, UInt64) COMMENT 'Of the requests with a session_id',
    prompt_tokens SimpleAggregateFunction(sum, UInt64),
    completion_tokens SimpleAggregateFunction(sum, UInt64),
    latency SimpleAggregateFunction(sum, UInt64),
    users AggregateFunction(uniq, String) COMMENT 'Distinct user_id of a property''s value, the empty one left out',
    sessions AggregateFunction(uniq, String) COMMENT 'Distinct session_id of a property''s value, the empty one left out'
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (organization_id, segment, hour, value, provider, model)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS segments_hourly_mv TO segments_hourly AS
SELECT
    organization_id,
    segment,
    toStartOfHour(request_created_at) AS hour,
    value,
    provider,
    model,
    count() AS requests,
    countIf(f.status < 200 OR f.status >= 400) AS errors,
    countIf(f.is_cached) AS cached,
    countIf(f.cost_status IN ('priced', 'provider')) AS priced,
    countIf(f.cost_status = 'unpriced') AS unpriced,
    sum(f.cost) AS cost,
    sumIf(f.cost, f.user_id != '') AS user_cost,
    sumIf(f.cost, f.session_id != '') AS session_cost,
    sumIf(f.prompt_tokens + f.completion_tokens, f.session_id != '') AS session_tokens,
    sum(f.prompt_tokens) AS prompt_tokens,
    sum(f.completion_tokens) AS completion_tokens,
    sum(f.latency) AS latency,
    uniqStateIf(f.user_id, f.user_id != '' AND startsWith(segment, 'properties.')) AS users,
    uniqStateIf(f.session_id, f.session_id != '' AND startsWith(segment, 'properties.')) AS sessions
FROM request_response_rmt AS f
ARRAY JOIN
    arrayConcat(
        ['user_id', 'session_name', 'prompt_id', 'prompt_version', 'country_code'],
        arrayMap(name -> concat('properties.', name), mapKeys(f.properties))
    ) AS segment,
    arrayConcat(
        [
            f.user_id, toString(f.session_name), toString(f.prompt_id),
            if(f.prompt_id = '' OR f.prompt_version = '', '', concat(f.prompt_id, ' ', f.prompt_version)),
            toString(f.country_code)
        ],
        mapValues(f.properties)
    ) AS value
WHERE value != '' OR startsWith(segment, 'properties.')
GROUP BY organization_id, segment, hour, value, provider, model;

-- Distinct users and sessions of a property's values by day: merging the states of 24 hours takes 24 times as long.
CREATE TABLE IF NOT EXISTS segments_daily
(
    organization_id UUID,
    segment LowCardinality(String),
    day Date,
    value String CODEC(ZSTD(1)),
    provider LowCardinality(String),
    model LowCardinality(String),
    users AggregateFunction(uniq, String) COMMENT 'Distinct user_id, the empty one left out',
    sessions AggregateFunction(uniq, String) COMMENT 'Distinct session_id, the empty one left out'
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (organization_id, segment, day, value, provider, model)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS segments_daily_mv TO segments_daily AS
SELECT
    organization_id,
    concat('properties.', name) AS segment,
    toDate(request_created_at) AS day,
    value,
    provider,
    model,
    uniqStateIf(f.user_id, f.user_id != '') AS users,
    uniqStateIf(f.session_id, f.session_id != '') AS sessions
FROM request_response_rmt AS f
ARRAY JOIN mapKeys(f.properties) AS name, mapValues(f.properties) AS value
GROUP BY organization_id, segment, day, value, provider, model;

-- Requests by all their properties at once, for what is asked of two. Those that say no more than a column does, and of
-- which there are nearly as many values as requests, are left out.
CREATE TABLE IF NOT EXISTS properties_hourly
(
    organization_id UUID,
    hour DateTime('UTC'),
    provider LowCardinality(String),
    model LowCardinality(String),
    digest UInt64 COMMENT 'Of the properties',
    properties SimpleAggregateFunction(any, Map(String, String)) CODEC(ZSTD(1)),
    requests SimpleAggregateFunction(sum, UInt64),
    errors SimpleAggregateFunction(sum, UInt64),
    unpriced SimpleAggregateFunction(sum, UInt64),
    cost SimpleAggregateFunction(sum, UInt64),
    latency SimpleAggregateFunction(sum, UInt64)
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (organization_id, hour, provider, model, digest)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS properties_hourly_mv TO properties_hourly AS
WITH
    mapSort(mapFilter(
        (name, value) -> NOT match(lower(name), '^helicone-(session|prompt|request)-'), f.properties
    )) AS own
SELECT
    organization_id,
    toStartOfHour(request_created_at) AS hour,
    provider,
    model,
    cityHash64(own) AS digest,
    any(own) AS properties,
    count() AS requests,
    countIf(f.status < 200 OR f.status >= 400) AS errors,
    countIf(f.cost_status = 'unpriced') AS unpriced,
    sum(f.cost) AS cost,
    sum(f.latency) AS latency
FROM request_response_rmt AS f
WHERE notEmpty(own)
GROUP BY organization_id, hour, provider, model, digest;

-- Requests that the gateway's own rate limits stopped.
CREATE TABLE IF NOT EXISTS limits_hourly
(
    organization_id UUID,
    hour DateTime('UTC'),
    provider LowCardinality(String),
    model LowCardinality(String),
    request_model LowCardinality(String),
    user_id String,
    requests SimpleAggregateFunction(sum, UInt64)
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (organization_id, hour, provider, model, request_model, user_id)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS limits_hourly_mv TO limits_hourly AS
SELECT
    organization_id,
    toStartOfHour(request_created_at) AS hour,
    provider,
    model,
    request_model,
    user_id,
    count() AS requests
FROM request_response_rmt AS f
WHERE f.properties['Helicone-Rate-Limit-Status'] = 'bucket_rate_limited'
GROUP BY organization_id, hour, provider, model, request_model, user_id;

-- Requests that asked for the gateway's cache, or were answered from it.
CREATE TABLE IF NOT EXISTS cache_hourly
(
    organization_id UUID,
    hour DateTime('UTC'),
    provider LowCardinality(String),
    model LowCardinality(String),
    request_model LowCardinality(String),
    requests SimpleAggregateFunction(sum, UInt64),
    hits SimpleAggregateFunction(sum, UInt64),
    unknown SimpleAggregateFunction(sum, UInt64) COMMENT 'Hits whose saving is not known, since no price is',
    saved_cost SimpleAggregateFunction(sum, UInt64),
    saved_latency SimpleAggregateFunction(sum, UInt64)
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (organization_id, hour, provider, model, request_model)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS cache_hourly_mv TO cache_hourly AS
SELECT
    organization_id,
    toStartOfHour(request_created_at) AS hour,
    provider,
    model,
    request_model,
    count() AS requests,
    countIf(f.is_cached) AS hits,
    countIf(f.is_cached AND f.saved_cost = 0 AND f.price_id = '') AS unknown,
    sum(f.saved_cost) AS saved_cost,
    sum(f.saved_latency) AS saved_latency
FROM request_response_rmt AS f
WHERE f.cache_enabled OR f.is_cached
GROUP BY organization_id, hour, provider, model, request_model;

-- What the cache served, by the request whose response it was.
CREATE TABLE IF NOT EXISTS cache_hits_hourly
(
    organization_id UUID,
    hour DateTime('UTC'),
    cache_reference_id UUID,
    provider LowCardinality(String),
    model LowCardinality(String),
    hits SimpleAggregateFunction(sum, UInt64),
    unknown SimpleAggregateFunction(sum, UInt64) COMMENT 'Hits whose saving is not known, since no price is',
    saved_cost SimpleAggregateFunction(sum, UInt64),
    saved_latency SimpleAggregateFunction(sum, UInt64),
    last_hit SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (organization_id, hour, cache_reference_id, provider, model)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS cache_hits_hourly_mv TO cache_hits_hourly AS
SELECT
    organization_id,
    toStartOfHour(request_created_at) AS hour,
    cache_reference_id,
    provider,
    model,
    count() AS hits,
    countIf(f.saved_cost = 0 AND f.price_id = '') AS unknown,
    sum(f.saved_cost) AS saved_cost,
    sum(f.saved_latency) AS saved_latency,
    max(f.request_created_at) AS last_hit
FROM request_response_rmt AS f
WHERE f.is_cached
GROUP BY organization_id, hour, cache_reference_id, provider, model;

-- Sessions by day: a session that goes past midnight (UTC), or has two names, has several rows. They are grouped by the
-- id's hash, several times as fast as by the id, and a sample of sessions is a range of hashes.
CREATE TABLE IF NOT EXISTS sessions_daily
(
    organization_id UUID,
    day Date,
    session_hash UInt64 COMMENT 'cityHash64 of session_id',
    session_name LowCardinality(String),
    session_id SimpleAggregateFunction(any, String) CODEC(ZSTD(1)),
    started_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) COMMENT 'When its first request arrived',
    last_request_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')) COMMENT 'When its last request arrived',
    ended_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')) COMMENT 'When its last response ended',
    requests SimpleAggregateFunction(sum, UInt64),
    errors SimpleAggregateFunction(sum, UInt64),
    unpriced SimpleAggregateFunction(sum, UInt64),
    cost SimpleAggregateFunction(sum, UInt64),
    prompt_tokens SimpleAggregateFunction(sum, UInt64),
    completion_tokens SimpleAggregateFunction(sum, UInt64),
    latency SimpleAggregateFunction(sum, UInt64),
    user_ids SimpleAggregateFunction(groupUniqArrayArray, Array(String)) CODEC(ZSTD(1)),
    first_steps AggregateFunction(groupArraySorted(24), Tuple(DateTime64(3, 'UTC'), String, UInt64)) CODEC(ZSTD(1))
        COMMENT 'When, the path (or the kind and model where there is none) and the cost of each'
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (organization_id, day, session_hash, session_name)
-- A sample reads a few rows of each day: of small granules it need not read the rest.
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS sessions_daily_mv TO sessions_daily AS
SELECT
    organization_id,
    toDate(request_created_at) AS day,
    cityHash64(f.session_id) AS session_hash,
    session_name,
    any(f.session_id) AS session_id,
    min(f.request_created_at) AS started_at,
    max(f.request_created_at) AS last_request_at,
    max(f.response_created_at) AS ended_at,
    count() AS requests,
    countIf(f.status < 200 OR f.status >= 400) AS errors,
    countIf(f.cost_status = 'unpriced') AS unpriced,
    sum(f.cost) AS cost,
    sum(f.prompt_tokens) AS prompt_tokens,
    sum(f.completion_tokens) AS completion_tokens,
    sum(f.latency) AS latency,
    groupUniqArrayIf(f.user_id, f.user_id != '') AS user_ids,
    groupArraySortedState(24)((
        f.request_created_at,
        multiIf(
            f.session_path NOT IN ('', '/'), f.session_path,
            startsWith(f.model, f.span_kind), toString(f.model),
            f.model = '', toString(f.span_kind),
            concat(f.span_kind, ' ', f.model)
        ),
        f.cost
    )) AS first_steps
FROM request_response_rmt AS f
WHERE f.session_id != ''
GROUP BY organization_id, day, session_hash, session_name;

-- Tokens in disjoint buckets (see warehouse/prices.py) by the price that was applied to them: what any part of the cost
-- is worked out from, and what the same would have cost at another price.
CREATE TABLE IF NOT EXISTS costs_hourly
(
    organization_id UUID,
    hour DateTime('UTC'),
    provider LowCardinality(String),
    model LowCardinality(String),
    cost_status LowCardinality(String),
    price_id LowCardinality(String),
    requests SimpleAggregateFunction(sum, UInt64),
    cost SimpleAggregateFunction(sum, UInt64),
    saved_cost SimpleAggregateFunction(sum, UInt64),
    input SimpleAggregateFunction(sum, UInt64),
    cache_read SimpleAggregateFunction(sum, UInt64),
    cache_write SimpleAggregateFunction(sum, UInt64),
    cache_write_1h SimpleAggregateFunction(sum, UInt64),
    output SimpleAggregateFunction(sum, UInt64),
    reasoning SimpleAggregateFunction(sum, UInt64),
    input_audio SimpleAggregateFunction(sum, UInt64),
    output_audio SimpleAggregateFunction(sum, UInt64)
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (organization_id, hour, provider, model, cost_status, price_id)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS costs_hourly_mv TO costs_hourly AS
WITH
    toInt64(f.prompt_tokens) - f.prompt_cache_read_tokens - f.prompt_cache_write_tokens AS uncached,
    toInt64(f.completion_tokens) - f.reasoning_tokens AS said,
    least(toInt64(f.prompt_audio_tokens), greatest(uncached, 0)) AS heard_audio,
    least(toInt64(f.completion_audio_tokens), greatest(said, 0)) AS said_audio,
    least(f.prompt_cache_write_1h_tokens, f.prompt_cache_write_tokens) AS written_1h
SELECT
    organization_id,
    toStartOfHour(request_created_at) AS hour,
    provider,
    model,
    cost_status,
    price_id,
    count() AS requests,
    sum(f.cost) AS cost,
    sum(f.saved_cost) AS saved_cost,
    sum(toUInt64(greatest(uncached - heard_audio, 0))) AS input,
    sum(f.prompt_cache_read_tokens) AS cache_read,
    sum(f.prompt_cache_write_tokens - written_1h) AS cache_write,
    sum(written_1h) AS cache_write_1h,
    sum(toUInt64(greatest(said - said_audio, 0))) AS output,
    sum(f.reasoning_tokens) AS reasoning,
    sum(toUInt64(heard_audio)) AS input_audio,
    sum(toUInt64(said_audio)) AS output_audio
FROM request_response_rmt AS f
GROUP BY organization_id, hour, provider, model, cost_status, price_id;

-- What was scored or rated, of few columns: scores are read from here, since few requests have any. A fact that
-- is inserted with a score comes by the view; folding adds what is said later, and the last version counts (FINAL).
CREATE TABLE IF NOT EXISTS scored_requests
(
    organization_id UUID,
    request_id UUID,
    request_created_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    status Int32,
    model LowCardinality(String),
    provider LowCardinality(String),
    user_id String CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    session_name LowCardinality(String),
    session_path String CODEC(ZSTD(1)),
    properties Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    scores Map(LowCardinality(String), Float64) CODEC(ZSTD(1)),
    feedback Nullable(Bool),
    prompt_tokens UInt32,
    completion_tokens UInt32,
    latency UInt32,
    time_to_first_token Nullable(UInt32),
    cost UInt64,
    cost_status LowCardinality(String),
    prompt_id LowCardinality(String),
    prompt_version LowCardinality(String),
    country_code LowCardinality(String),
    cache_reference_id UUID,
    is_stream Bool,
    error_type LowCardinality(String),
    version DateTime64(6, 'UTC') COMMENT 'When the fact was read'
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(request_created_at)
ORDER BY (organization_id, request_created_at, request_id)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS scored_requests_mv TO scored_requests AS
SELECT
    organization_id, request_id, request_created_at, status, model, provider, user_id, session_id, session_name,
    session_path, properties, scores, feedback, prompt_tokens, completion_tokens, latency, time_to_first_token, cost,
    cost_status, prompt_id, prompt_version, country_code, cache_reference_id, is_stream, error_type,
    now64(6, 'UTC') AS version
FROM request_response_rmt
WHERE notEmpty(scores) OR isNotNull(feedback);

-- What HQL and the API's callers know as tables: one parameterised view each, without organization_id.
-- No LowCardinality: a function of such a column is run over the whole dictionary of a part, values of others' rows
-- included, and one that fails on a value tells that it is there.
CREATE OR REPLACE VIEW hql_request_response_rmt DEFINER = hql_definer SQL SECURITY DEFINER AS
SELECT
    request_id, request_created_at, response_created_at, response_id, status, CAST(f.model AS String) AS model,
    CAST(f.request_model AS String) AS request_model, CAST(f.response_model AS String) AS response_model,
    CAST(f.provider AS String) AS provider, target_url, request_path, user_id, session_id,
    CAST(f.session_name AS String) AS session_name, session_path, trace_id, span_id, parent_span_id,
    CAST(f.span_kind AS String) AS span_kind, CAST(f.properties AS Map(String, String)) AS properties,
    CAST(f.scores AS Map(String, Float64)) AS scores, feedback, prompt_tokens, completion_tokens, total_tokens,
    prompt_cache_read_tokens, prompt_cache_write_tokens, prompt_cache_write_1h_tokens, reasoning_tokens,
    prompt_audio_tokens, completion_audio_tokens, CAST(f.usage_source AS String) AS usage_source, latency,
    time_to_first_token, gateway_overhead_us, cost, cost_usd, provider_total_cost,
    CAST(f.cost_status AS String) AS cost_status, CAST(f.price_id AS String) AS price_id, cache_enabled,
    cache_reference_id, is_cached, saved_cost, saved_latency, CAST(f.prompt_id AS String) AS prompt_id,
    CAST(f.prompt_version AS String) AS prompt_version, CAST(f.country_code AS String) AS country_code,
    CAST(f.request_referrer AS String) AS request_referrer, is_passthrough_billing, is_stream, threat, assets,
    CAST(f.error_type AS String) AS error_type, error_message, request_body, response_body, size_bytes, ingested_at
FROM request_response_rmt AS f
WHERE organization_id = {org_id:UUID};

CREATE OR REPLACE VIEW hql_scores DEFINER = hql_definer SQL SECURITY DEFINER AS
SELECT request_id, CAST(s.name AS String) AS name, value, is_boolean, created_at
FROM scores AS s
WHERE organization_id = {org_id:UUID};

CREATE OR REPLACE VIEW hql_feedback DEFINER = hql_definer SQL SECURITY DEFINER AS
SELECT request_id, rating, created_at
FROM feedback
WHERE organization_id = {org_id:UUID};

CREATE OR REPLACE VIEW hql_sessions DEFINER = hql_definer SQL SECURITY DEFINER AS
SELECT
    session_id,
    CAST(any(f.session_name) AS String) AS session_name,
    min(f.request_created_at) AS started_at,
    max(f.response_created_at) AS ended_at,
    count() AS requests,
    countIf(f.status < 200 OR f.status >= 400) AS errors,
    sum(f.cost) AS cost,
    sum(f.cost) / 1e9 AS cost_usd,
    sum(f.prompt_tokens) AS prompt_tokens,
    sum(f.completion_tokens) AS completion_tokens,
    sum(f.total_tokens) AS total_tokens,
    avg(f.latency) AS latency,
    groupUniqArrayIf(f.user_id, f.user_id != '') AS user_ids
FROM request_response_rmt AS f
WHERE organization_id = {org_id:UUID} AND session_id != ''
GROUP BY session_id;

CREATE OR REPLACE VIEW hql_users DEFINER = hql_definer SQL SECURITY DEFINER AS
SELECT
    user_id,
    sum(d.requests) AS requests,
    sum(d.errors) AS errors,
    sum(d.cost) AS cost,
    sum(d.cost) / 1e9 AS cost_usd,
    sum(d.prompt_tokens) AS prompt_tokens,
    sum(d.completion_tokens) AS completion_tokens,
    sum(d.prompt_tokens) + sum(d.completion_tokens) AS total_tokens,
    uniqExact(d.day) AS active_days,
    toDateTime64(min(d.first_seen), 3, 'UTC') AS first_seen,
    toDateTime64(max(d.last_seen), 3, 'UTC') AS last_seen
FROM users_daily AS d
WHERE organization_id = {org_id:UUID}
GROUP BY user_id;

CREATE OR REPLACE VIEW hql_daily_usage DEFINER = hql_definer SQL SECURITY DEFINER AS
SELECT
    toDate(h.hour) AS day,
    CAST(h.provider AS String) AS provider,
    CAST(h.model AS String) AS model,
    status,
    sum(h.requests) AS requests,
    sum(h.cost) AS cost,
    sum(h.cost) / 1e9 AS cost_usd,
    sum(h.prompt_tokens) AS prompt_tokens,
    sum(h.completion_tokens) AS completion_tokens,
    sum(h.prompt_tokens) + sum(h.completion_tokens) AS total_tokens,
    sum(h.prompt_cache_read_tokens) AS prompt_cache_read_tokens,
    sum(h.prompt_cache_write_tokens) AS prompt_cache_write_tokens,
    sum(h.reasoning_tokens) AS reasoning_tokens,
    sum(h.latency) / sum(h.requests) AS latency,
    sumMap(h.latency_histogram) AS latency_histogram,
    arrayMap(
        q -> round(exp2(arrayFirst(
            (bucket, below) -> below >= q * sum(h.requests), mapKeys(latency_histogram),
            arrayCumSum(mapValues(latency_histogram))
        ) / 16) - 1),
        [0.5, 0.75, 0.9, 0.95, 0.99]
    ) AS latency_quantiles
FROM requests_hourly AS h
WHERE organization_id = {org_id:UUID}
GROUP BY day, provider, model, status;

CREATE OR REPLACE VIEW hql_cache_metrics DEFINER = hql_definer SQL SECURITY DEFINER AS
SELECT
    toStartOfHour(f.request_created_at) AS hour,
    cache_reference_id,
    CAST(f.provider AS String) AS provider,
    CAST(f.model AS String) AS model,
    count() AS hits,
    sum(f.saved_cost) AS saved_cost,
    sum(f.saved_cost) / 1e9 AS saved_cost_usd,
    sum(f.saved_latency) AS saved_latency,
    max(f.request_created_at) AS last_hit
FROM request_response_rmt AS f
WHERE organization_id = {org_id:UUID} AND is_cached
GROUP BY hour, cache_reference_id, provider, model;
