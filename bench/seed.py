"""Rows by the million, made by ClickHouse itself: believable enough in their distributions to time queries on."""

from __future__ import annotations

from uuid import UUID

from clickhouse_connect.driver.client import Client

ROWS = """
INSERT INTO request_response_rmt (
    organization_id, request_id, request_created_at, response_created_at, status, model, request_model, provider,
    request_path, user_id, session_id, session_name, session_path, properties, prompt_tokens, completion_tokens,
    prompt_cache_read_tokens, usage_source, latency, time_to_first_token, cost, cost_status, is_stream, error_type,
    request_body, response_body, size_bytes, ingested_at)
WITH
    rand(1) % 100 AS dice,
    (rand(2) % 1000) / 1000 AS share,
    ['gpt-4o-mini', 'gpt-4o', 'gpt-5', 'gpt-5-mini', 'o4-mini', 'claude-sonnet-4-5', 'claude-haiku-4-5',
     'text-embedding-3-small'][1 + toUInt32(8 * share * share)] AS the_model,
    now64(3, 'UTC') - toIntervalMillisecond(toUInt64(number * {days:UInt32} * 86400000. / {rows:UInt64})) AS at,
    toUInt32(200 + 3000 * exp(randNormal(0, 0.6))) AS ms
SELECT
    {organization_id:UUID}, generateUUIDv4(), at, at + toIntervalMillisecond(ms),
    multiIf(dice < 94, 200, dice < 96, 429, dice < 98, 500, dice < 99, 400, -3),
    the_model, the_model, if(startsWith(the_model, 'claude'), 'anthropic', 'openai'),
    '/v1/chat/completions', 'user-' || toString(toUInt32(5000 * share * share)),
    'session-' || toString(intDiv(number, 6)), ['support', 'search', 'agent'][1 + number % 3],
    '/agent/step-' || toString(number % 6),
    map('Environment', if(number % 5 = 0, 'staging', 'production'), 'Feature', 'feature-' || toString(number % 12)),
    toUInt32(300 + rand(3) % 4000), toUInt32(50 + rand(4) % 900), toUInt32(rand(5) % 300), 'provider',
    ms, if(number % 2 = 0, toUInt32(ms / 5), NULL), toUInt64(1e6 + rand(6) % 20000000), 'priced', number % 2 = 0,
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
