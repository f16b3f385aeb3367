"""The process's and ingestion's counters for Prometheus, collected from plain numbers when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from api.context import Context
from ingest import status


def registry(here: Context) -> CollectorRegistry:
    """A registry of this process's own: nothing else's metrics come in."""
    made = CollectorRegistry(auto_describe=False)
    made.register(_Collector(here))
    return made


class _Collector(Collector):
    def __init__(self, here: Context) -> None:
        self._here = here

    def collect(self) -> Iterator[Metric]:
        yield from _gateway(self._here)
        yield from _spool(self._here)
        yield from _ingestion(status.total(self._here.settings.spool_dir))


def _gateway(here: Context) -> Iterator[Metric]:
    counters = here.gateway.counters
    requests = CounterMetricFamily(
        "heliograph_gateway_requests", "Requests answered, by provider and status class.", labels=("provider", "status")
    )
    for (provider, status_class), value in sorted(counters.requests.items()):
        requests.add_metric((provider, status_class), value)
    yield requests
    yield _gauge("gateway_in_flight", "Requests under way.", counters.in_flight)
    yield _counter("gateway_overhead_seconds", "Time before the provider was asked.", counters.overhead_us / 1e6)
    yield _counter("gateway_overhead_requests", "Requests that the overhead is the sum of.", counters.overhead_count)
    yield _counter("gateway_unauthorized", "Requests without a good key.", counters.unauthorized)
    yield _counter("gateway_failures", "Failures of our own that no request suffered from.", counters.failures)


def _spool(here: Context) -> Iterator[Metric]:
    yield _counter("spool_queued", "Records this process wrote to its spool.", here.spool.queued)
    yield _counter("spool_dropped", "Records this process could not write: disk full, or limit.", here.spool.dropped)


def _ingestion(total: status.Status) -> Iterator[Metric]:
    """Over all spools and workers of this machine."""
    yield _counter("ingest_queued", "Records taken into the spools.", total.queued)
    yield _counter("ingest_written", "Records the warehouse has.", total.written)
    yield _counter("ingest_retried", "Attempts to write a batch that were made again.", total.retried)
    yield _counter("ingest_dead", "Records set aside in a dead-letter file.", total.dead)
    yield _counter("ingest_dropped", "Records not spooled: disk full, or the spool at its limit.", total.dropped)
    yield _counter("ingest_torn", "Unreadable frames passed over in the spools.", total.torn)
    yield _gauge(
        "ingest_backlog_bytes", "Bytes in the spools that the warehouse does not have yet.", total.backlog_bytes
    )
    yield _gauge("ingest_lag_seconds", "Age of the oldest record that the warehouse does not have yet.", total.lag)


def _counter(name: str, help: str, value: float) -> Metric:
    return CounterMetricFamily(f"heliograph_{name}", help, value)


def _gauge(name: str, help: str, value: float) -> Metric:
    return GaugeMetricFamily(f"heliograph_{name}", help, value)
