"""What the gateway counts, for /metrics. Plain numbers; the event loop's thread alone writes them."""

from __future__ import annotations

from collections import defaultdict

from ingest.record import STATUS_CANCELLED, STATUS_TIMEOUT

INTERNAL = {STATUS_TIMEOUT: "timeout", STATUS_CANCELLED: "cancelled"}


class Counters:
    """Since the process started."""

    def __init__(self) -> None:
        self.requests: defaultdict[tuple[str, str], int] = defaultdict(int)
        """(provider, class) -> requests. Classes: `2xx` … `5xx`, `timeout`, `cancelled`; provider "": none asked."""
        self.in_flight = 0
        self.overhead_us = 0
        """Time of ours before the provider was asked, summed over `overhead_count` requests."""
        self.overhead_count = 0
        self.unauthorized = 0
        """Requests without a good key: answered with 401, belonging to nobody, not recorded."""
        self.failures = 0
        """Failures of our own that a request was spared."""

    def count(self, provider: str, status: int, overhead_us: int) -> None:
        self.requests[provider, INTERNAL.get(status) or f"{status // 100}xx"] += 1
        if overhead_us:
            self.overhead_us += overhead_us
            self.overhead_count += 1
