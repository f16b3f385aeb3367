"""Measure and write docs/performance.md: ``python -m bench [gateway] [worker] [dashboard] [overview] [hql]``.

All by default but the overview, whose hundred million rows take half an hour to make.
"""

from __future__ import annotations

import math
import sys

from bench import dashboard, gateway, hql, worker
from bench.report import Goal, save


def measure_gateway() -> str:
    figures = gateway.measure()
    floor, ours, direct = figures["pass-through"], figures["heliograph"], figures["provider"]
    names = {"Portkey gateway 1.15.2": 2.5, "LiteLLM proxy 1.106.2": 30.0}
    goals = [Goal("requests/s ÷ bare pass-through", ours.times(floor), 0.55, "×", True)]
    goals += [
        Goal(f"requests/s ÷ {name}", ours.times(figures[name]), target, "×", True) for name, target in names.items()
    ]
    goals += [
        Goal("added p50 at 1 connection", ours.p50_ms - direct.p50_ms, 0.6, "ms", False),
        Goal("added time to first token", ours.first_byte_ms - direct.first_byte_ms, 1.0, "ms", False),
        Goal("resident memory of the gateway", ours.resident_mb, 150, "MB", False),
    ]
    notes = ["| target | requests/s at 16 | p50 at 1 | first byte |\n|---|--:|--:|--:|"]
    notes[0] += "".join(
        f"\n| {name} | {f.requests_per_s:,.0f} | {f.p50_ms:.2f} ms | {milliseconds(f.first_byte_ms)} |"
        for name, f in figures.items()
    )
    notes.append("Full bodies (4 kB each way) are recorded by Heliograph and by none of the others.")
    return save("gateway", "Gateway", goals, notes)


def milliseconds(value: float) -> str:
    return "not measured" if math.isnan(value) else f"{value:.2f} ms"


def measure_worker() -> str:
    rate, fresh = worker.throughput(), worker.freshness_p99_s()
    goals = [
        Goal("records/s a core of the worker, 4 kB bodies", rate.records_per_worker_cpu_s, 5000, "/s", True),
        Goal("p99 from response to visible row at 300 requests/s", fresh, 2.0, "s", False),
    ]
    note = (
        f"{rate.records:,} records from spool to visible row in {rate.seconds:.1f} s ({rate.records_per_s:,.0f}/s): "
        f"the worker used {rate.worker_cpu_s:.1f} s of CPU, the embedded warehouse {rate.warehouse_cpu_s:.1f} s."
    )
    return save("worker", "Worker", goals, [note])


def measure_dashboard() -> str:
    figures = dashboard.measure()
    clicks = figures.clicks_s
    slow = [name for name, ms in figures.queries_ms.items() if ms > 150]
    goals = [
        Goal("slowest panel's query, median", max(figures.queries_ms.values()), 150, "ms", False),
        Goal("slowest page, first complete paint", max(v.first_s for v in figures.pages.values()), 1.5, "s", False),
        Goal("slowest page, second paint", max(v.second_s for v in figures.pages.values()), 0.7, "s", False),
        Goal("ten people clicking at once, p95", clicks[int(len(clicks) * 0.95)], 3, "s", False),
    ]
    pages = "".join(f"\n| {path} | {v.first_s:.2f} s | {v.second_s:.2f} s |" for path, v in figures.pages.items())
    ranked = sorted(figures.queries_ms.items(), key=lambda one: -one[1])
    queries = "".join(f"\n| {name} | {ms:.0f} ms |" for name, ms in ranked)
    notes = [
        f"{figures.rows:,} rows over 30 days, embedded warehouse, warehouse, dashboard and browser on the same cores. "
        f"Of {len(ranked)} queries, {len(slow)} take longer than 150 ms{': ' if slow else ''}{', '.join(slow)}.",
        f"Ten people: {len(clicks)} clicks, median {clicks[len(clicks) // 2]:.2f} s, longest {clicks[-1]:.2f} s.",
        f"| page | first complete paint | second |\n|---|--:|--:|{pages}",
        f"| query | median |\n|---|--:|{queries}",
    ]
    return save("dashboard", "Dashboard at 10 million rows", goals, notes)


def measure_overview() -> str:
    figures = dashboard.measure(100_000_000, ["/"], people_click=False)
    visit, slow = figures.pages["/"], [ms for ms in figures.queries_ms.values() if ms > 150]
    goals = [Goal("overview, first complete paint", visit.first_s, 2.0, "s", False)]
    notes = [
        f"{figures.rows:,} rows over 30 days; painted again after {visit.second_s:.2f} s. Of all pages' "
        f"{len(figures.queries_ms)} queries, {len(slow)} take longer than 150 ms"
        + (f"; the slowest takes {max(slow):.0f} ms." if slow else ".")
    ]
    return save("overview", "Overview at 100 million rows", goals, notes)


def measure_hql() -> str:
    figures = hql.measure()
    csv = figures.downloads["csv"]
    goals = [
        Goal("guard, median of the slowest example", max(figures.guard_ms.values()), 5, "ms", False),
        Goal("added to a direct query, median, text not seen before", figures.new_ms, 15, "ms", False),
        Goal("added to a direct query, median, text seen before", figures.again_ms, 15, "ms", False),
        Goal("extra memory of streaming 300,000 rows as CSV", csv.extra_mb, 50, "MB", False),
    ]
    guards = "".join(f"\n| {name} | {ms:.2f} ms |" for name, ms in figures.guard_ms.items())
    taken = "".join(
        f"\n| {name} | {one.extra_mb:.0f} MB | {one.seconds:.1f} s | {one.size / 1e6:.0f} MB |"
        for name, one in figures.downloads.items()
    )
    notes = [
        f"The examples of Helicone's HQL page over 300,000 rows, embedded warehouse; their SQL takes "
        f"{figures.direct_ms:.1f} ms when it is sent directly. A text that is new is also shown to the second wall.",
        f"| example | guard |\n|---|--:|{guards}",
        f"| download of all columns | extra memory | time | size |\n|---|--:|--:|--:|{taken}",
    ]
    return save("hql", "HQL", goals, notes)


PARTS = {
    "gateway": measure_gateway, "worker": measure_worker, "dashboard": measure_dashboard,
    "overview": measure_overview, "hql": measure_hql,
}  # fmt: skip
UNASKED = [name for name in PARTS if name != "overview"]


def main() -> None:
    names = sys.argv[1:] or UNASKED
    if unknown := [name for name in names if name not in PARTS]:
        sys.exit(f"unknown part {unknown[0]!r}: choose from {', '.join(PARTS)}")
    for name in names:
        print(PARTS[name](), flush=True)


if __name__ == "__main__":
    main()
