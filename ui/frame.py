"""What stands around every page: who is signed in, the view of the URL, the header with its time range, the states
in which there is nothing to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import streamlit as st

from metadata.models import Organisation
from metadata.store import MetadataUnavailable
from ui import cached, empty, filters, parts, pinning, session
from ui.format import moment
from ui.state import ALL, DEFAULT_PRESET, PRESET_LABELS, View, zone_of
from ui.url import go_to, parameters
from warehouse.conditions import FilterError
from warehouse.errors import QueryFailed, QueryTimeout, WarehouseError, WarehouseUnavailable
from warehouse.timerange import TimeRange


@dataclass(frozen=True)
class Context:
    """What a page is drawn for."""

    organization_id: str
    view: View
    zone: tzinfo
    zone_name: str

    @property
    def asked(self) -> tuple[str, str, str]:
        """The first arguments of every cached read."""
        return self.organization_id, self.view.query()[1:], self.zone_name


def signed_in() -> Organisation | None:
    """The organisation, or None once the page that says how to sign in has been drawn."""
    try:
        organisation = session.organisation()
    except MetadataUnavailable:
        empty.failed("The metadata database does not answer", "Nobody can be signed in until it does.")
        return None
    if organisation is None:
        empty.not_signed_in()
    return organisation


def page(title: str, draw: Callable[[Context], None], *, with_view: bool = True) -> None:
    """Header, filter bar and `draw`; or the state that stands in their place. `with_view`: the page has a range."""
    organisation = session.organisation()
    if organisation is None:
        return empty.not_signed_in()
    zone = zone_of(st.context.timezone)
    zone_name = str(zone) if zone else "UTC"
    try:
        view = View.parse(parameters())
        context = Context(str(organisation.id), view, zone or ZoneInfo("UTC"), zone_name)
        view.condition(cached.property_names(context.organization_id))
    except FilterError as error:
        return _refused(error)
    if not with_view:
        st.html(parts.title(title))
        return draw(context)
    header(title, context)
    with guarded():
        if cached.first_request(context.organization_id) is None:
            return empty.no_data(session.settings())
        filters.bar(context.organization_id, view)
        if "add" in st.query_params:
            pinning.ask(context.organization_id, view)
        draw(context)


class guarded:
    """Turns a read that fails into the sentence that stands in its place; the rest of the page lives."""

    def __init__(self, what: str = "") -> None:
        self._what = what

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        if not isinstance(error, WarehouseError):
            return False
        if self._what:
            st.html(parts.nothing(f"{self._what}: {sentence(error)}"))
        else:
            empty.failed("The warehouse does not answer", sentence(error), retry=cached.forget)
        return True


def header(title: str, context: Context) -> None:
    """Title, and the time range to choose."""
    left, right = st.columns([1.1, 2], vertical_alignment="center")
    left.html(parts.title(title, _described(context)))
    with right.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"):
        _range_picker(context)


def _range_picker(context: Context) -> None:
    view = context.view
    custom = "Custom"
    shown = view.preset or custom
    # The key carries the choice, so that a URL changed elsewhere is shown and not overruled by the widget's memory.
    chosen = st.segmented_control(
        "Time range",
        list(PRESET_LABELS),
        format_func=lambda name: PRESET_LABELS[name],
        default=view.preset or None,
        key=f"range {shown}",
        label_visibility="collapsed",
    )
    if chosen and chosen != view.preset:
        go_to(replace(view, preset=chosen, start=None, end=None))
        st.rerun()
    with st.popover(custom, icon=":material/calendar_month:", type="secondary" if view.preset else "primary"):
        _custom_range(context)
    if st.button("", icon=":material/refresh:", help="Read everything anew", key="refresh"):
        cached.forget()
        st.rerun()


def _custom_range(context: Context) -> None:
    now = datetime.now(context.zone)
    within = _range(context)
    with st.form("custom range", border=False):
        start = st.datetime_input("From", _local(within.start if within else now - timedelta(days=1), context.zone))
        end = st.datetime_input("To", _local(within.end if within else now, context.zone))
        st.caption(f"Times are in {context.zone_name}.")
        if st.form_submit_button("Show", type="primary") and start and end:
            first, last = sorted(at.replace(tzinfo=context.zone) for at in (start, end))
            go_to(replace(context.view, preset="", start=first, end=last))
            st.rerun()


def _range(context: Context) -> TimeRange | None:
    return context.view.range(context.zone) if context.view.preset != ALL else None


def _described(context: Context) -> str:
    within = _range(context)
    if within is None:
        return f"all time · {context.zone_name}"
    start, end = within.start.astimezone(context.zone), within.end.astimezone(context.zone)
    return f"{moment(start)} – {moment(end)} · {context.zone_name}"


def _local(at: datetime, zone: tzinfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)


def _refused(error: FilterError) -> None:
    empty.failed("This link's filter cannot be used", str(error))
    if st.button("Clear the filters", type="primary"):
        go_to(View(DEFAULT_PRESET))
        st.rerun()


def sentence(error: WarehouseError) -> str:
    """What is said of a read that failed."""
    if isinstance(error, WarehouseUnavailable):
        return "It may be starting or restarting. Requests are kept by the gateway meanwhile; nothing is lost."
    if isinstance(error, QueryTimeout):
        return "The query took too long. A shorter time range or fewer filters will be quicker."
    return f"The query failed ({error.name or error.code})." if isinstance(error, QueryFailed) else "The query failed."
