"""The pipeline's health: records taken, written, waiting, set aside; and how far behind the worker is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import streamlit as st

from ui import cached, charts, parts
from ui import format as fmt
from ui.frame import Context, guarded
from ui.parts import Tile
from warehouse.pipeline import Health

SILENT_AFTER = timedelta(seconds=30)
"""Workers report every few seconds."""
EVERY = "largest in each ten minutes of the last day"
MENU = (("Data as CSV", "/download/pipeline.csv"),)
"""HQL knows an organisation's data, not the installation's."""


def draw(context: Context) -> None:
    _live(context)
    _history(context)


@st.fragment(run_every=5)
def _live(context: Context) -> None:
    with guarded("Pipeline"):
        health = cached.health(context.organization_id)
        if health is None:
            st.html(parts.empty("No worker has reported today", "Start one: until then the gateway keeps what comes."))
            return
        st.html(parts.tiles(_tiles(health)))
        st.html(f'<p class="hg-sub">{verdict(health, datetime.now(UTC))}</p>')


def _history(context: Context) -> None:
    with guarded("The last day"):
        past, now = cached.history(context.organization_id), datetime.now(UTC)
        lag, backlog = st.columns(2)
        with lag.container(border=True):
            st.html(parts.panel("Lag", EVERY, MENU))
            figure = charts.lag(past, context.zone, now)
            st.plotly_chart(figure, config=charts.CONFIG, key="lag", alt="Lag of the last day")
        with backlog.container(border=True):
            st.html(parts.panel("Waiting", EVERY, MENU))
            figure = charts.backlog(past, context.zone, now)
            st.plotly_chart(figure, config=charts.CONFIG, key="backlog", alt="Bytes waiting over the last day")


def line(health: Health | None, now: datetime) -> str:
    """One line for other pages: how far ingestion is."""
    if health is None:
        return "ingestion: no worker has reported today"
    if now - health.reported_at > SILENT_AFTER:
        return f"ingestion: no report for {fmt.duration((now - health.reported_at).total_seconds() * 1000)}"
    lost = f" · {fmt.number(health.dropped)} dropped" if health.dropped else ""
    aside = f" · {fmt.number(health.dead)} set aside" if health.dead else ""
    return f"ingestion {fmt.duration(health.lag * 1000)} behind{lost}{aside}"


def verdict(health: Health, now: datetime) -> str:
    """What the figures mean, in a sentence."""
    silent = now - health.reported_at
    if silent > SILENT_AFTER:
        return f"The worker has not reported for {fmt.duration(silent.total_seconds() * 1000)}: look whether it runs."
    if health.dropped:
        return "Records were dropped: the disk was full, or the spool at its limit (HELIOGRAPH_SPOOL_LIMIT_MB)."
    if health.dead:
        return "Some records could not be written and lie in the dead-letter directory of the spool."
    if health.lag > 30:
        return "The worker is catching up; nothing is lost."
    return "Everything that came through the gateway is in the warehouse, or will be within a moment."


def _tiles(health: Health) -> list[Tile]:
    workers = f"{health.workers} worker{'' if health.workers == 1 else 's'}"
    return [
        Tile("Lag", fmt.duration(health.lag * 1000), "of the oldest record"),
        Tile("Waiting", fmt.size(health.backlog_bytes), "in the spool"),
        Tile("Taken", fmt.number(health.queued), "by the gateways"),
        Tile("Written", fmt.number(health.written), workers),
        Tile("Retried", fmt.number(health.retried), "batches sent again"),
        Tile("Set aside", fmt.number(health.dead), "dead letters"),
        Tile("Dropped", fmt.number(health.dropped), "never spooled"),
    ]
