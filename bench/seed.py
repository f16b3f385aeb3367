"""Rows by the million, made by ClickHouse itself: believable enough in their distributions to time queries on."""

from __future__ import annotations

from uuid import UUID

from clickhouse_connect.driver.client import Client

ROWS = """
INSERT INTO request_response_rmt (
    organization_id, request_id, request_created_at, response_created_at, status, model, request_model, provider,
    request_path, user_id, session_id, session_name, session_path, properties, scores, feedback, prompt_tokens,
    completion_tokens, prompt_cache_read_tokens, usage_source, latency, time_to_first_token, gateway_overhead_us, cost,
    cost_status, price_id, cache_enabled, cache_reference_id, saved_cost, saved_latency, prompt_id, prompt_version,
    country_code, is_stream, error_type, request_body, response_body, size_bytes, ingested_at)
WITH
    rand(1) % 100 AS dice,
    (rand(2) % 1000) / 1000 AS share,
    ['gpt-4o-mini', 'gpt-4o', 'gpt-5', 'gpt-5-mini', 'o4-mini', 'claude-sonnet-4-5', 'claude-haiku-4-5',
     'text-embedding-3-small'][1 + toUInt32(8 * share * share)] AS the_model,
    now64(3, 'UTC') - toIntervalMillisecond(toUInt64(number * {days:UInt32} * 86400000. / {rows:UInt64})) AS at,
    number % 50 = 7 AS is_hit,
    number % 200 = 3 AS is_limited,
    toUInt32(200 + 3000 * exp(randNormal(0, 0.6))) AS ms
SELECT
    {organization_id:UUID}, generateUUIDv4(), at, at + toIntervalMillisecond(ms),
    multiIf(is_limited, 429, dice < 94, 200, dice < 96, 429, dice < 98, 500, dice < 99, 400, -3),
    the_model, the_model, if(startsWith(the_model, 'claude'), 'anthropic', 'openai'),
    '/v1/chat/completions', 'user-' || toString(toUInt32(5000 * share * share)),
    'session-' || toString(intDiv(number, 6)), ['support', 'search', 'agent'][1 + intDiv(number, 6) % 3],
    '/agent/step-' || toString(number % 6),
    mapConcat(
        map('Environment', if(number % 5 = 0, 'staging', 'production'), 'Feature', 'feature-' || toString(number % 12)),
        if(is_limited, map('Helicone-Rate-Limit-Status', 'bucket_rate_limited'), map())),
    if(number % 20 = 1, map('helpfulness', (rand(7) % 1000) / 1000, 'on_topic', toFloat64(rand(8) % 20 > 0)), map()),
    if(number % 25 = 2, rand(9) % 5 > 0, NULL),
    if(is_hit, 0, toUInt32(300 + rand(3) % 4000)), if(is_hit, 0, toUInt32(50 + rand(4) % 900)),
    if(is_hit, 0, toUInt32(rand(5) % 300)), 'provider', ms, if(number % 2 = 0, toUInt32(ms / 5), NULL),
    toUInt32(150 + rand(10) % 900), if(is_hit, 0, toUInt64(1e6 + rand(6) % 20000000)),
    if(is_hit, 'cached', 'priced'), if(is_hit, '', 'bench ' || the_model), number % 10 = 7,
    if(is_hit, toUUID('00000000-0000-4000-8000-000000000000'), toUUID('00000000-0000-0000-0000-000000000000')),
    if(is_hit, toUInt64(5000000), 0), if(is_hit, ms, 0),
    ['support', 'search', ''][1 + number % 3], if(number % 3 = 2, '', toString(1 + number % 4)),
    ['DE', 'US', 'GB', 'FR', 'JP'][1 + number % 5], number % 2 = 0,
    ['', 'rate_limit_exceeded', 'server_error', 'invalid_request_error', ''][
        multiIf(dice < 94, 1, dice < 96, 2, dice < 98, 3, dice < 99, 4, 5)],
    '{"model": "' || the_model || '", "messages": [{"role": "user", "content": "question '
        || toString(number) || '"}]}',
    '{"choices": [{"message": {"role": "assistant", "content": "answer ' || toString(number) || '"}}]}',
    160, at + toIntervalMillisecond(ms + 800)
FROM numbers({first:UInt64}, {count:UInt64})
"""


def seed(client: Client, organization_id: UUID, *, rows: int, days: int = 30, step: int = 500_000) -> None:
    """Fill the warehouse with `rows` requests spread over the last `days` days, newest first."""
    for first in range(0, rows, step):
        parameters = {
            "organization_id": organization_id,
            "rows": rows,
            "days": days,
            "first": first,
            "count": min(step, rows - first),
        }
        client.command(ROWS, parameters, settings={"max_insert_threads": 2, "max_partitions_per_insert_block": 1000})
