"""The lists of the users page, as HTML. Pure."""

from __future__ import annotations

from datetime import timedelta
from html import escape

import polars as pl

from ui import format as fmt
from ui import parts, tables, theme
from ui.panel import Seen
from ui.parts import Bar
from ui.state import Clause
from ui.tables import Cell
from ui.users.address import link
from warehouse.users import Table

NAMELESS = "No request of this view names a user (header Helicone-User-Id)."


def users(found: Table, seen: Seen) -> str:
    rows = found.rows
    if rows.is_empty():
        return parts.nothing(NAMELESS)
    highest = rows["cost"].max() or 1
    bars = [
        Bar(
            row["user_id"],
            (fmt.number(row["requests"]), fmt.money(row["cost"], row["unpriced"])),
            row["cost"] / highest,
            link(seen.view, row["user_id"]),
            theme.COST,
        )
        for row in rows.iter_rows(named=True)
    ]
    return parts.bars(("User", "Requests", "Cost"), bars)


def sessions(rows: pl.DataFrame, seen: Seen) -> str:
    if rows.is_empty():
        return parts.nothing("No request of this view names a user and a session (header Helicone-Session-Id).")
    lines = [
        (
            Cell(
                row["session_name"] or row["session_id"],
                "/sessions" + seen.view.query(session=row["session_id"]),
                title=row["session_id"],
            ),
            fmt.clock(row["last_at"].astimezone(seen.zone)),
            fmt.number(row["requests"]) + (f", {fmt.number(row['errors'])} failed" if row["errors"] else ""),
            fmt.money(row["cost"], row["unpriced"]),
        )
        for row in rows.iter_rows(named=True)
    ]
    return tables.table(("Session", "Last request", "Requests", "Cost"), lines, numeric=2)


def requests(rows: pl.DataFrame, seen: Seen) -> str:
    if rows.is_empty():
        return parts.nothing(NAMELESS)
    lines = [
        (
            Cell(
                fmt.clock(row["request_created_at"].astimezone(seen.zone)),
                "/requests" + seen.view.query(request=row["request_id"]),
                dot=theme.status_colour(row["status"]),
                title=fmt.status(row["status"]),
                nowrap=True,
            ),
            parts.cut(row["request_preview"]),
            "unpriced" if row["cost_status"] == "unpriced" else fmt.usd(row["cost"]),
        )
        for row in rows.iter_rows(named=True)
    ]
    return tables.table(("Time", "Asked", "Cost"), lines, numeric=1)


def models(rows: pl.DataFrame, seen: Seen) -> str:
    if rows.is_empty():
        return parts.nothing("No requests.")
    highest = rows["requests"].max() or 1
    bars = [
        Bar(
            row["model"] or "unknown",
            (fmt.number(row["requests"]), fmt.money(row["cost"], row["unpriced"])),
            row["requests"] / highest,
            "/requests" + seen.view.with_clause(Clause("model", "equals", row["model"])).query(),
        )
        for row in rows.head(10).iter_rows(named=True)
    ]
    return parts.bars(("Model", "Requests", "Cost"), bars)


def properties(rows: pl.DataFrame, seen: Seen) -> str:
    if rows.is_empty():
        return parts.nothing("No request of this view has a property.")
    highest = rows["requests"].max() or 1
    bars = [
        Bar(
            f"{row['name']}: {row['value'] or '“”'}",
            (fmt.number(row["requests"]), ""),
            row["requests"] / highest,
            "/requests" + seen.view.with_clause(Clause("properties", "equals", row["value"], row["name"])).query(),
        )
        for row in rows.iter_rows(named=True)
    ]
    return parts.bars(("Property", "Requests", ""), bars)


def retention(rows: pl.DataFrame, seen: Seen) -> str:
    """A line for each week's new users, a cell for each week after it: the share of them that was active."""
    if rows.is_empty():
        return parts.nothing("No user was first seen in these weeks.")
    counts = {(row["cohort"], row["later"]): row["users"] for row in rows.iter_rows(named=True)}
    cohorts, last = sorted({cohort for cohort, _ in counts}), max(c + timedelta(weeks=n) for c, n in counts)
    widest = (last - cohorts[0]).days // 7
    heads = "".join(f'<th class="n">{f"+{n}" if n else "new"}</th>' for n in range(widest + 1))
    lines = []
    for cohort in cohorts:
        cells = [
            _cell(counts.get((cohort, n), 0), counts.get((cohort, 0), 0), n)
            for n in range(widest + 1)
            if cohort + timedelta(weeks=n) <= last
        ]
        lines.append(f"<tr><td>{cohort.day} {cohort:%b}</td>{''.join(cells)}</tr>")
    return (
        f'<div class="hg-wide"><table class="hg-table"><thead><tr><th>Week of</th>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _cell(users: int, new: int, later: int) -> str:
    share = users / new if new else 0
    said = fmt.number(users) if not later else f"{share * 100:.0f} %" if new else fmt.NOTHING
    ground = "" if not later else f' style="background:{theme.shade(min(share, 1.0))}"'
    return f'<td class="n" title="{escape(f"{fmt.number(users)} of {fmt.number(new)} users")}"{ground}>{said}</td>'
