"""The overview's lists: models, providers, errors, users, countries; a click on a line filters by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from ui import format as fmt
from ui import parts, theme
from ui.panel import Panel, Seen
from ui.parts import Bar
from ui.state import Clause
from warehouse import metrics

MOST = 8
"""Lines of a list."""

_SUMS = "count() AS requests, sum(cost_usd) AS cost_usd, countIf(cost_status = 'unpriced') AS unpriced"


def money(cost: int, unpriced: int) -> str:
    """An amount of which part is not known is no exact one, and one of which nothing is known is no $0."""
    if unpriced and not cost:
        return "unpriced"
    return f"≥ {fmt.usd(cost)}" if unpriced else fmt.usd(cost)


def by(field: str, rank: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """The breakdown's rows by `field`, all of them, those with the most `rank` first."""
    sums = [pl.col(name).sum() for name in ("requests", "cost", "unpriced")]
    return lambda found: (
        found.group_by(field).agg(sums).sort(rank, "requests", field, descending=[True, True, False], nulls_last=True)
    )


def _lines(rows: pl.DataFrame, rank: str, seen: Seen, field: str) -> Iterable[Bar]:
    highest = rows[rank].max() or 1
    for row in rows.head(MOST).iter_rows(named=True):
        yield Bar(
            row[field] or "unknown",
            (fmt.number(row["requests"]), money(row["cost"], row["unpriced"])),
            row[rank] / highest,
            seen.link(Clause(field, "equals", row[field])),
        )


def _grouped(name: str, title: str, sub: str, field: str, rank: str) -> Panel:
    def draw(found: pl.DataFrame, seen: Seen) -> str:
        if found.is_empty():
            return parts.nothing("No requests.")
        heads = (field.title(), "Requests", "Cost")
        return parts.bars(heads, _lines(by(field, rank)(found), rank, seen, field))

    hql = f"""
SELECT {field}, {_SUMS}
FROM request_response_rmt
WHERE $where
GROUP BY {field}
ORDER BY {"cost_usd" if rank == "cost" else rank} DESC, requests DESC, {field}"""
    return Panel(name, title, metrics.breakdown, draw, sub, hql, rows=by(field, rank))


def _failed(found: pl.DataFrame) -> pl.DataFrame:
    failed = found.filter(~pl.col("status").is_between(200, 399))
    kinds = failed.group_by("status", "error_type").agg(pl.col("requests").sum())
    return kinds.sort("requests", "status", "error_type", descending=[True, False, False])


def _errors(found: pl.DataFrame, seen: Seen) -> str:
    rows, total = _failed(found), found["requests"].sum()
    if rows.is_empty():
        return parts.nothing("No request failed.")
    lines = [
        Bar(
            _error(row["status"], row["error_type"]),
            (fmt.number(row["requests"]), fmt.percent(row["requests"] / total)),
            row["requests"] / rows["requests"][0],
            seen.link(*_failing(row["status"], row["error_type"])),
            theme.status_colour(row["status"]),
            dot=True,
        )
        for row in rows.head(MOST).iter_rows(named=True)
    ]
    return parts.bars(("Status", "Requests", "Of all"), lines)


def _failing(status: int, error_type: str) -> list[Clause]:
    kind = [Clause("error_type", "equals", error_type)] if error_type else []
    return [Clause("status", "equals", str(status)), *kind]


def _errors_sub(found: pl.DataFrame, seen: Seen) -> str:
    failed = int(_failed(found)["requests"].sum())
    share = f", {fmt.percent(failed / int(found['requests'].sum()))}" if failed else ""
    return f"{fmt.number(failed)} failed{share}; by status and type"


def _error(status: int, error_type: str) -> str:
    name = fmt.status(status)
    return f"{name} · {error_type}" if error_type and error_type.replace("_", " ") not in name else name


def _users(rank: str) -> Callable[[pl.DataFrame, Seen], str]:
    def draw(found: pl.DataFrame, seen: Seen) -> str:
        rows = found.sort(rank, "user_id", descending=[True, False]).head(MOST)
        if rows.is_empty():
            return parts.nothing("No request of this view names a user (header Helicone-User-Id).")
        lines = _lines(rows.with_columns(unpriced=0), rank, seen, "user_id")
        return parts.bars(("User", "Requests", "Cost"), lines)

    return draw


def _users_hql(order: str) -> str:
    return f"""
SELECT user_id, count() AS requests, countIf(status NOT BETWEEN 200 AND 399) AS errors, sum(cost_usd) AS cost_usd
FROM request_response_rmt
WHERE $where AND user_id != ''
GROUP BY user_id
ORDER BY {order} DESC, user_id
LIMIT {MOST}"""


def _countries(found: pl.DataFrame, seen: Seen) -> str:
    if found.is_empty():
        return parts.nothing("No request of this view says which country it came from.")
    return parts.bars(("Country", "Requests", "Cost"), _lines(found, "requests", seen, "country_code"))


PANELS: tuple[Panel, ...] = (
    _grouped("models-by-cost", "Models by cost", "those that cost most", "model", "cost"),
    _grouped("models-by-requests", "Models by requests", "those asked most", "model", "requests"),
    _grouped("providers", "Providers", "by requests", "provider", "requests"),
    Panel(
        "errors",
        "Errors",
        metrics.breakdown,
        _errors,
        _errors_sub,
        """
SELECT status, error_type, count() AS requests,
    requests / (SELECT count() FROM request_response_rmt WHERE $where) AS share
FROM request_response_rmt
WHERE $where AND status NOT BETWEEN 200 AND 399
GROUP BY status, error_type
ORDER BY requests DESC, status, error_type""",
        rows=_failed,
    ),
    Panel(
        "top-users-by-cost",
        "Users by cost",
        metrics.top_users,
        _users("cost"),
        "with a user id",
        _users_hql("cost_usd"),
    ),
    Panel(
        "top-users-by-requests",
        "Users by requests",
        metrics.top_users,
        _users("requests"),
        "with a user id",
        _users_hql("requests"),
    ),
    Panel(
        "countries",
        "Countries",
        metrics.countries,
        _countries,
        "by requests",
        f"""
SELECT country_code, {_SUMS}
FROM request_response_rmt
WHERE $where AND country_code != ''
GROUP BY country_code
ORDER BY requests DESC, country_code
LIMIT {MOST}""",
    ),
)
