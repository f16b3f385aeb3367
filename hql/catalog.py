"""The public tables of HQL: what a query may name, its types, and what each column means. Pure.

Each table is a view ``hql_<name>`` of warehouse/schema.sql that takes the organisation as its parameter; a test holds
this page against the engine's own description of them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column: its name, its type in ClickHouse's words, what it says."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class Table:
    name: str
    comment: str
    columns: tuple[Column, ...]

    @property
    def view(self) -> str:
        return f"hql_{self.name}"


def _table(name: str, comment: str, columns: str) -> Table:
    cells = (line.split(" | ") for line in columns.strip().splitlines())
    return Table(name, comment, tuple(Column(*(cell.strip() for cell in row)) for row in cells))


_REQUESTS = """
request_id | UUID | Helicone-Id of the request
request_created_at | DateTime64(3, 'UTC') | When the request reached the gateway
response_created_at | DateTime64(3, 'UTC') | When the response ended
response_id | String | The provider's own id of the response
status | Int32 | HTTP status the client got; -1 timeout, -3 cancelled by the client, -4 blocked as a threat
model | String | The override, else the response's model, else the request's
request_model | String | The model that was asked for; `model` where the request names none
response_model | String | The model that answered, as the provider named it
provider | String | Lower case: openai, anthropic, …
target_url | String | Where the request was forwarded to
request_path | String | The path of the provider's API
user_id | String | Helicone-User-Id; empty where none was sent
session_id | String | Helicone-Session-Id; empty where none was sent
session_name | String | Helicone-Session-Name
session_path | String | Helicone-Session-Path; begins with / where a session is set
trace_id | String | OpenTelemetry's trace
span_id | String | OpenTelemetry's span
parent_span_id | String | The span that this one is part of
span_kind | String | llm, tool, vector_db, data or, from OpenTelemetry, its own kind
properties | Map(String, String) | Custom properties: properties['Environment']; '' where one is missing
scores | Map(String, Float64) | Latest value of each score; booleans are 0 and 1
feedback | Nullable(Bool) | Latest rating; true is good
prompt_tokens | UInt32 | All input tokens: cache reads, cache writes and audio included
completion_tokens | UInt32 | All output tokens: reasoning and audio included
total_tokens | UInt64 | Both
prompt_cache_read_tokens | UInt32 | Of the input, read from the provider's cache
prompt_cache_write_tokens | UInt32 | Of the input, written to the provider's cache
prompt_cache_write_1h_tokens | UInt32 | Of those written, the ones kept for an hour, at a price of their own
reasoning_tokens | UInt32 | Of the output, reasoning
prompt_audio_tokens | UInt32 | Of the input, audio
completion_audio_tokens | UInt32 | Of the output, audio
usage_source | String | provider: counted by it; estimated: counted here; empty: no usage
latency | UInt32 | Milliseconds from the request's arrival to the response's end
time_to_first_token | Nullable(UInt32) | Milliseconds; NULL where the response was not streamed
gateway_overhead_us | UInt32 | Microseconds the gateway spent before the provider was asked
cost | UInt64 | USD × 1,000,000,000; divide, or use cost_usd
cost_usd | Float64 | USD
provider_total_cost | UInt64 | The same as cost
cost_status | String | priced, provider, cached, unpriced (no price is known) or none
price_id | String | The price that was applied
cache_enabled | Bool | The request asked for the gateway's cache
cache_reference_id | UUID | The request whose response the cache served; zeros if the provider answered
is_cached | Bool | The cache served the response
saved_cost | UInt64 | USD × 1,000,000,000 that a cache hit saved
saved_latency | UInt32 | Milliseconds that a cache hit saved
prompt_id | String | Helicone-Prompt-Id
prompt_version | String | Version of the prompt
country_code | String | Where the request came from
request_referrer | String | ai-gateway where the gateway chose the provider
is_passthrough_billing | Bool | Billed by the gateway's owner
is_stream | Bool | The response was streamed
threat | Nullable(Bool) | Judged to be a threat
assets | Array(String) | Images and files of the bodies
error_type | String | The error's type or code, as the provider or the gateway named it
error_message | String | What the error said
request_body | String | As sent: JSON for most providers
response_body | String | As received; an event stream is kept as its events
size_bytes | UInt64 | Both bodies, before compression
ingested_at | DateTime64(3, 'UTC') | When the row was written
"""

_SCORES = """
request_id | UUID | The request that was scored
name | String | Which score
value | Float64 | Its value; booleans are 0 and 1
is_boolean | Bool | It was sent as true or false
created_at | DateTime64(3, 'UTC') | When it was sent
"""

_FEEDBACK = """
request_id | UUID | The request that was rated
rating | Bool | true is good
created_at | DateTime64(3, 'UTC') | When it was rated
"""

_SESSIONS = """
session_id | String | Helicone-Session-Id
session_name | String | One of its names
started_at | DateTime64(3, 'UTC') | Its first request's arrival
ended_at | DateTime64(3, 'UTC') | Its last response's end
requests | UInt64 | Number of requests
errors | UInt64 | Of those, the ones that failed
cost | UInt64 | USD × 1,000,000,000
cost_usd | Float64 | USD
prompt_tokens | UInt64 | Input tokens
completion_tokens | UInt64 | Output tokens
total_tokens | UInt64 | Both
latency | Float64 | Milliseconds, the mean of its requests
user_ids | Array(String) | Everyone who took part
"""

_USERS = """
user_id | String | Helicone-User-Id
requests | UInt64 | Number of requests
errors | UInt64 | Of those, the ones that failed
cost | UInt64 | USD × 1,000,000,000
cost_usd | Float64 | USD
prompt_tokens | UInt64 | Input tokens
completion_tokens | UInt64 | Output tokens
total_tokens | UInt64 | Both
active_days | UInt64 | Days (UTC) with a request
first_seen | DateTime64(3, 'UTC') | First request
last_seen | DateTime64(3, 'UTC') | Last request
"""

_DAILY_USAGE = """
day | Date | Day in UTC
provider | String | Lower case: openai, anthropic, …
model | String | The model that answered
status | Int32 | HTTP status the client got
requests | UInt64 | Number of requests
cost | UInt64 | USD × 1,000,000,000
cost_usd | Float64 | USD
prompt_tokens | UInt64 | Input tokens
completion_tokens | UInt64 | Output tokens
total_tokens | UInt64 | Both
prompt_cache_read_tokens | UInt64 | Of the input, read from the provider's cache
prompt_cache_write_tokens | UInt64 | Of the input, written to the provider's cache
reasoning_tokens | UInt64 | Of the output, reasoning
latency | Float64 | Milliseconds, the mean
latency_histogram | Map(UInt16, UInt64) | Requests by bucket: bucket b holds latencies around 2^(b / 16) − 1 ms
latency_quantiles | Array(Float64) | Milliseconds at 0.5, 0.75, 0.9, 0.95 and 0.99, within 2.2 %
"""

_CACHE_METRICS = """
hour | DateTime('UTC') | Start of the hour
cache_reference_id | UUID | The request whose response was served
provider | String | Lower case: openai, anthropic, …
model | String | The model that had answered
hits | UInt64 | How often the cache served it
saved_cost | UInt64 | USD × 1,000,000,000
saved_cost_usd | Float64 | USD
saved_latency | UInt64 | Milliseconds
last_hit | DateTime64(3, 'UTC') | The latest one
"""

TABLES = {
    table.name: table
    for table in (
        _table("request_response_rmt", "One row a request: an LLM, tool, vector-database or data call", _REQUESTS),
        _table("sessions", "One row a session, over all its requests", _SESSIONS),
        _table("users", "One row a user, over all of their requests", _USERS),
        _table("scores", "Every score that was sent; request_response_rmt.scores has the latest", _SCORES),
        _table("feedback", "Every rating that was sent; request_response_rmt.feedback has the latest", _FEEDBACK),
        _table("daily_usage", "Requests by day, provider, model and status: fast over years", _DAILY_USAGE),
        _table("cache_metrics", "What the gateway's cache served, by hour and request", _CACHE_METRICS),
    )
}
"""Public name -> table, in the order in which they are shown."""

BEHIND = frozenset({
    "request_response_rmt", "scores", "feedback", "request_properties", "prices", "pipeline", "schema_migrations",
    "requests_hourly", "requests_hourly_mv", "users_hourly", "users_hourly_mv", "users_daily", "users_daily_mv",
    "segments_hourly", "segments_hourly_mv", "segments_daily", "segments_daily_mv", "properties_hourly",
    "properties_hourly_mv", "sessions_daily", "sessions_daily_mv", "costs_hourly", "costs_hourly_mv",
    "limits_hourly", "limits_hourly_mv", "cache_hourly", "cache_hourly_mv",
    "cache_hits_hourly", "cache_hits_hourly_mv", "scored_requests", "scored_requests_mv",
})  # fmt: skip
"""What the warehouse has beside the views; no query reads it."""

VIEWS = {table.view: table for table in TABLES.values()}

COLUMNS = tuple(dict.fromkeys(column.name for table in TABLES.values() for column in table.columns))
"""Every column's name, once."""
