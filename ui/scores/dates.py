"""Another period that a score is compared with: days chosen in a calendar, which go into the URL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import streamlit as st

from ui import format as fmt
from ui.frame import Context
from ui.panel import Panel
from ui.url import go_to, kept
from warehouse import shift
from warehouse.shift import Period


def period(context: Context, panel: Panel) -> Panel:
    """The panel with the URL's period among the choices of `since`, where it has one, and the calendar for another."""
    given = kept()
    since, until = (given.get(f"{panel.name}.{end}", "") for end in ("since", "until"))
    found = read(since, until)
    _calendar(context, panel.name, found)
    if not found:
        return panel
    offered = tuple(
        (option, (*values, (since, label(found, context.zone))) if option == "since" else values)
        for option, values in panel.choices
    )
    return replace(panel, choices=offered).having(since=since, until=until)


def read(since: str, until: str) -> Period | None:
    """The period of the URL's parameters; None where they are none. Pure."""
    try:
        return shift.read(since, until)
    except ValueError:
        return None


def written(days: tuple[date, date], zone: tzinfo) -> tuple[str, str]:
    """Whole days, the last one included, as the URL has them. Pure."""
    first, last = min(days), max(days)
    ends = (datetime.combine(at, time(), zone).astimezone(UTC) for at in (first, last + timedelta(days=1)))
    since, until = (at.isoformat().replace("+00:00", "Z") for at in ends)
    return since, until


def label(of: Period, zone: tzinfo) -> str:
    """1 Nov 2026 – 7 Nov 2026. Pure."""
    start, end = (at.astimezone(zone) for at in (of[0], of[1] - timedelta(milliseconds=1)))
    return fmt.day(start) if start.date() == end.date() else f"{fmt.day(start)} – {fmt.day(end)}"


def _calendar(context: Context, name: str, now: Period | None) -> None:
    today = datetime.now(context.zone).date()
    shown = [at.astimezone(context.zone).date() for at in (now[0], now[1] - timedelta(milliseconds=1))] if now else []
    with (
        st.popover("Compare with another period", icon=":material/calendar_month:", type="tertiary"),
        st.form(f"{name} period", border=False),
    ):
        days = st.date_input("Days", [*shown], max_value=max([today, *shown]), key=f"{name} days {shown}")
        st.caption(f"From the first day's midnight to the end of the last, in {context.zone_name}.")
        if st.form_submit_button("Compare", type="primary") and isinstance(days, tuple) and days:
            since, until = written((days[0], days[-1]), context.zone)
            go_to(context.view, **{f"{name}.since": since, f"{name}.until": until})
            st.rerun()
