"""For how long the organisation keeps its requests."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from metadata import preferences
from metadata.preferences import LONGEST_RETENTION_DAYS
from ui import cached, parts, session
from ui import format as fmt
from ui.frame import Context
from warehouse.errors import WarehouseError
from warehouse.retention import cutoff


def draw(context: Context) -> None:
    """Raises `MetadataUnavailable`."""
    owner = UUID(context.organization_id)
    limit = session.settings().retention_days
    with st.container(border=True):
        whole = f"{limit:,} days (HELIOGRAPH_RETENTION_DAYS)" if limit else "without end"
        st.html(parts.panel("Retention", f"this installation keeps requests {whole}"))
        now = preferences.retention_days(session.store(), owner)
        limited = st.toggle("Delete this organisation's requests earlier", value=now is not None, key="retention on")
        if not limited:
            if now is not None and st.button("Keep everything from now on", type="primary"):
                _set(owner, None)
            return
        days = int(
            st.number_input("Days to keep", 1, LONGEST_RETENTION_DAYS, now or 90, key="retention days", width=180)
        )
        st.caption(_consequence(context, days))
        if days != now and st.button(f"Keep {days:,} days", type="primary", key="retention keep"):
            _confirm(owner, days, _consequence(context, days))


@st.dialog("Delete older requests?")
def _confirm(owner: UUID, days: int, consequence: str) -> None:
    st.html(
        f"<p>{parts.text(consequence)} The worker deletes once an hour. What is deleted cannot be brought back.</p>"
    )
    with st.container(horizontal=True, gap="small"):
        if st.button("Delete what is older", type="primary"):
            _set(owner, days)
        if st.button("Leave it as it is"):
            st.rerun()


def _set(owner: UUID, days: int | None) -> None:
    preferences.set_retention_days(session.store(), owner, days)
    st.rerun()


def _consequence(context: Context, days: int) -> str:
    """What keeping so many days would delete now."""
    before = cutoff(days)
    try:
        count = cached.older_than(context.organization_id, before)
    except WarehouseError:
        return "The warehouse does not answer now: how many requests are older is not known."
    if not count:
        return f"No request is older than {days:,} days now."
    return f"{count:,} requests from before {fmt.moment(before)} UTC are older and would be deleted."
