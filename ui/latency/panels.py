"""The panels of the page."""

from __future__ import annotations

from functools import partial

import polars as pl

from ui import format as fmt
from ui.latency import charts, failures
from ui.panel import Panel, Seen
from warehouse import latency, reliability

_SPEED = (
    f"is_stream AND status BETWEEN 200 AND 399 AND completion_tokens >= {latency.SPEED_TOKENS} "
    "AND time_to_first_token < latency"
)
_TOKENS_A_SECOND = "completion_tokens * 1000 / greatest(toInt64(latency) - assumeNotNull(time_to_first_token), 1)"
_ASKED = "status NOT IN (-3, -4) AND error_type != 'bucket_rate_limited' AND NOT is_cached"
_BROKEN_OFF = "status BETWEEN 200 AND 399 AND error_type != ''"


def _quantiles(of: str, where: str) -> str:
    levels = ", ".join(f"quantileExact({p / 100:g})({of}) AS p{p}" for p in latency.PERCENTILES)
    return f"""
SELECT $at AS at, {levels}
FROM request_response_rmt
WHERE $where AND {where}
GROUP BY at
ORDER BY at"""


def _cells(of: str, where: str) -> str:
    return f"""
SELECT $at AS at, intDiv(toUInt16(round(log2({of} + 1) * 16)), {charts.TO_A_BIN}) AS bin,
    exp2((bin * {charts.TO_A_BIN} - 0.5) / 16) - 1 AS from_value, count() AS requests
FROM request_response_rmt
WHERE $where AND {where}
GROUP BY at, bin
ORDER BY at, bin"""


_DISTRIBUTION = f"""
SELECT intDiv(toUInt16(round(log2(latency + 1) * 16)), {charts.TO_A_BIN}) AS bin,
    exp2((bin * {charts.TO_A_BIN} - 0.5) / 16) - 1 AS from_ms, count() AS requests
FROM request_response_rmt
WHERE $where
GROUP BY bin
ORDER BY bin"""
_COMPARED = f"""
SELECT {{by}} AS name, count() AS requests, countIf(status NOT BETWEEN 200 AND 399) / requests AS error_rate,
    quantileExact(0.5)(latency) AS latency_p50, quantileExact(0.95)(latency) AS latency_p95,
    quantileExact(0.5)(time_to_first_token) AS time_to_first_token_p50,
    quantileExact(0.95)(time_to_first_token) AS time_to_first_token_p95,
    quantileExactIf(0.5)({_TOKENS_A_SECOND}, {_SPEED}) AS tokens_a_second_p50
FROM request_response_rmt
WHERE $where
GROUP BY name
ORDER BY requests DESC, name"""
_FAILURES = f"""
SELECT provider, status, error_type, count() AS requests,
    requests / (SELECT count() FROM request_response_rmt WHERE $where) AS share,
    min(request_created_at) AS first_seen, max(request_created_at) AS last_seen,
    argMax(error_message, request_created_at) AS example
FROM request_response_rmt
WHERE $where AND (status NOT BETWEEN 200 AND 399 OR {_BROKEN_OFF})
GROUP BY provider, status, error_type
ORDER BY requests DESC, provider, status, error_type
LIMIT {reliability.MOST_KINDS}"""
_OUTCOMES = f"""
SELECT $at AS at, provider, count() AS requests, countIf(status NOT BETWEEN 200 AND 399) AS errors,
    errors / requests AS error_rate, countIf({_ASKED}) AS asked,
    countIf({_ASKED} AND (status IN (-1, 429) OR status >= 500 OR ({_BROKEN_OFF}))) AS failed,
    1 - failed / nullIf(asked, 0) AS available
FROM request_response_rmt
WHERE $where
GROUP BY at, provider
ORDER BY at, provider"""

_STREAMED = "isNotNull(time_to_first_token)"


def _overall(found: pl.DataFrame, seen: Seen) -> str:
    levels = latency.overall(found)
    if levels is None:
        return "how many requests took how long"
    return f"half within {fmt.duration(levels['p50'])}, 95 % within {fmt.duration(levels['p95'])}"


def _overheads(found: pl.DataFrame, seen: Seen) -> str:
    levels = latency.overall(found)
    if levels is None:
        return "what the gateway adds before the provider is asked"
    return (
        f"{seen.every}, before the provider is asked; half within {levels['p50'] / 1000:.2f} ms, "
        f"99 % within {levels['p99'] / 1000:.2f} ms"
    )


def _compared(name: str, by: str, of: str = "") -> tuple[Panel, Panel]:
    """Of `by`, a field, called `name`; `of` says in words which."""
    options, hql, title = (("by", by),), _COMPARED.format(by=by), f"{name.title()}s"
    return (
        Panel(
            f"latency-by-{name}", f"{title} compared", latency.levels, charts.compared,
            f"{of}from the median (dot) to p95, on a logarithmic scale", hql, rows=latency.comparison,
            options=options,
        ),
        Panel(
            f"latency-{name}s", f"{title} in figures", latency.levels,
            partial(failures.compared, field=by, head=name.title()),
            f"{of}tokens: output a second from the first on, the median of streamed requests", hql,
            rows=latency.comparison, options=options,
        ),
    )  # fmt: skip


OVER_TIME: tuple[Panel, ...] = (
    Panel(
        "latency-bands", "Latency", latency.histogram, charts.bands, "{every}, bands up to p50, p90 and p99",
        _quantiles("latency", "1"), options=(("measure", "latency"),), over_time=True, rows=latency.timed,
    ),
    Panel(
        "latency-first-token", "Time to first token", latency.histogram, charts.bands,
        "{every}, bands up to p50, p90 and p99, streamed requests",
        _quantiles("time_to_first_token", _STREAMED), options=(("measure", "time_to_first_token"),),
        over_time=True, rows=latency.timed,
    ),
    Panel(
        "latency-distribution", "How long requests take", latency.histogram, charts.distribution, _overall,
        _DISTRIBUTION, options=(("measure", "latency"),), rows=charts.classes,
    ),
    Panel(
        "latency-overhead", "What the gateway adds", latency.histogram, charts.overhead, _overheads,
        _quantiles("gateway_overhead_us", "gateway_overhead_us > 0"), options=(("measure", "gateway_overhead_us"),),
        over_time=True, rows=latency.timed,
    ),
    Panel(
        "latency-first-token-map", "Time to first token, spread", latency.histogram, charts.heatmap,
        "{every}, shade is the share of its streamed requests",
        _cells("assumeNotNull(time_to_first_token)", _STREAMED), options=(("measure", "time_to_first_token"),),
        rows=charts.cells,
    ),
    Panel(
        "latency-speed-map", "Output tokens a second, spread", latency.histogram, charts.heatmap,
        f"{{every}}, from the first token on; streamed, succeeded, {latency.SPEED_TOKENS} tokens or more",
        _cells(_TOKENS_A_SECOND, _SPEED), options=(("measure", "speed"),), rows=charts.cells,
    ),
)  # fmt: skip
MODELS, PROVIDERS = _compared("model", "request_model", "as asked for; "), _compared("provider", "provider")
RELIABILITY: tuple[Panel, ...] = (
    Panel(
        "latency-availability", "Availability of providers", reliability.outcomes, failures.availability,
        "{every}, share of what they were asked that did not end in 5xx, 429, a time-out or a stream broken off",
        _OUTCOMES,
    ),
    Panel(
        "latency-error-rates", "Error rate", reliability.outcomes, failures.error_rates,
        "{every}, requests with a status other than 2xx and 3xx, by provider", _OUTCOMES, over_time=True,
    ),
)  # fmt: skip
FAILURES = Panel(
    "latency-failures", "Ways to fail", reliability.failures, failures.failures,
    "by provider, status and error type; a click shows the requests", _FAILURES,
)  # fmt: skip

ROWS: tuple[tuple[int, tuple[Panel, ...]], ...] = (
    *((2, OVER_TIME[first : first + 2]) for first in range(0, len(OVER_TIME), 2)),
    (2, RELIABILITY),
    (1, (FAILURES,)),
    (2, (MODELS[0], PROVIDERS[0])),
    (1, MODELS[1:]),
    (1, PROVIDERS[1:]),
)
PANELS: tuple[Panel, ...] = tuple(panel for _, row in ROWS for panel in row)
