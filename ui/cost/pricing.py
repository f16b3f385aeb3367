"""Prices of the organisation's own: set one, see what it would change, give it to the past as well."""

from __future__ import annotations

from concurrent.futures import Future
from functools import partial
from uuid import UUID

import polars as pl
import streamlit as st

from metadata import prices
from metadata.prices import OwnPrice, Progress
from ui import cached, parts, session, theme
from ui import format as fmt
from ui.cached import Answer
from ui.frame import Context, guarded
from warehouse import catalogue
from warehouse.prices import BUCKETS, checked, whole

MILLION = 1_000_000
ASKED = ("input", "cache_read", "cache_write", "output", "reasoning")
"""Rates that the form has a field for; the others follow them."""
LOOK_EVERY_S = 2
_SAID, _WAS_OPEN = "price said", "repricing was open"


def draw(context: Context, used: Future[Answer]) -> None:
    """Raises `MetadataUnavailable`."""
    owner = UUID(context.organization_id)
    own = prices.prices(session.store(), owner)
    with st.container(border=True, key="prices"):
        st.html(
            '<a id="prices"></a>'
            + parts.panel("Prices of your own", "US dollars a million tokens; they come before LiteLLM's from now on")
        )
        if said := st.session_state.pop(_SAID, ""):
            st.success(parts.plain(said))
        open_ = {(one.provider, one.model) for one in prices.repricings(session.store(), owner) if one.is_open}
        for price in own:
            _line(owner, price, is_open=(price.provider, price.model) in open_)
        with guarded("Models"):
            _form(owner, used.result().value, own)
        _repricings(owner)


def _line(owner: UUID, price: OwnPrice, *, is_open: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        name = parts.text(f"{price.provider}/{price.model}")
        st.html(f'<b>{name}</b> <span class="hg-sub">{parts.text(told(price))}</span>', width="stretch")
        st.button(
            "Re-price history", type="tertiary", key=f"reprice {price.id}", on_click=_reprice,
            args=(owner, price), disabled=is_open,
            help="It is being re-priced" if is_open else "Requests of the past that have no price get this one",
        )  # fmt: skip
        st.button("Remove", type="tertiary", key=f"remove {price.id}", on_click=partial(_ask_removal, owner, price))


def told(price: OwnPrice) -> str:
    """Its rates in US dollars a million tokens: "input $0.5, output $1.5"."""
    rates = [(name, price.rates[name]) for name in BUCKETS if name in price.rates]
    return ", ".join(f"{theme.BUCKETS[name]} ${rate * MILLION:,.4g}" for name, rate in rates)


def _form(owner: UUID, used: pl.DataFrame, own: list[OwnPrice]) -> None:
    """A price for a model that is in use, unpriced ones first."""
    unpriced = used.filter(pl.col("cost_status") == "unpriced")
    names = [f"{row['provider']}/{row['model']}" for row in unpriced.iter_rows(named=True)]
    others = [f"{row['provider']}/{row['model']}" for row in used.iter_rows(named=True)]
    offered = list(dict.fromkeys([*names, *others]))
    if not offered:
        return
    with st.expander("Set a price", icon=":material/add:", expanded=bool(names) and not own):
        chosen = st.selectbox(
            "Model", offered, key="price of", help="Models of this view; unpriced ones come first",
            format_func=lambda name: f"{name} (unpriced)" if name in names else name,
        )  # fmt: skip
        provider, _, model = str(chosen).partition("/")
        rates = _rates(chosen, next((p.rates for p in own if (p.provider, p.model) == (provider, model)), None))
        st.caption(_effect(unpriced.filter(pl.col("provider") == provider, pl.col("model") == model), rates))
        past = st.checkbox(
            "Give it to the unpriced requests of the past as well", value=True, key="price past",
            help="All of them, also those outside this view",
        )  # fmt: skip
        everything = past and st.checkbox(
            "Also to those that were priced otherwise", key="price everything",
            help="What a provider declared itself stays as it is",
        )  # fmt: skip
        if st.button("Set this price", type="primary", key="price set"):
            _set(owner, provider, model, rates, past, everything)


def _rates(name: str, now: dict[str, float] | None) -> dict[str, float]:
    """The form's fields, USD a token; empty ones are left out. At first the price that stands, or a similar model's."""
    near = now or _similar(name)
    fields = st.columns(len(ASKED))
    rates: dict[str, float] = {}
    for column, bucket in zip(fields, ASKED, strict=True):
        begin = near.get(bucket)
        value = column.number_input(
            theme.BUCKETS[bucket].capitalize(), min_value=0.0, value=None if begin is None else begin * MILLION,
            format="%.4f", step=0.01, key=f"rate {bucket} {name}",
            placeholder="as input" if bucket.startswith("cache") else "as output" if bucket == "reasoning" else "",
        )  # fmt: skip
        if value is not None:
            rates[bucket] = float(value) / MILLION
    if not now and near:
        st.caption("The rates to begin with are those of a model with a similar name; make them yours.")
    return rates


def _similar(name: str) -> dict[str, float]:
    near = catalogue.nearest(name.partition("/")[2], n=1)
    entry = catalogue.catalogue().get(near[0]) if near else None
    found = catalogue.rates(entry) if entry else {}
    return {bucket: float(rate) for bucket, rate in found.items() if bucket in ASKED}


def _effect(unpriced: pl.DataFrame, rates: dict[str, float]) -> str:
    """What the price would add to this view's cost."""
    if unpriced.is_empty() or not {"input", "output"} <= set(rates):
        return "A price needs a rate for input and one for output; buckets left empty follow them."
    try:
        at = whole(checked(rates))
    except ValueError as error:
        return str(error)
    cost = sum(float(unpriced[name].sum()) * float(at.get(name, 0)) for name in BUCKETS) * 1e9
    count = int(unpriced["requests"].sum())
    return f"Would add {fmt.usd(cost)} for {count:,} unpriced requests of this view."


def _set(owner: UUID, provider: str, model: str, rates: dict[str, float], past: bool, everything: bool) -> None:
    try:
        price = prices.set_price(session.store(), owner, provider, model, checked(rates))
    except ValueError as error:
        st.error(str(error))
        return
    if past:
        prices.begin_repricing(session.store(), owner, price.provider, price.model, everything=everything)
    st.session_state[_SAID] = f"{provider}/{model} has a price now." + (" The past is being re-priced." if past else "")
    st.rerun()


def _reprice(owner: UUID, price: OwnPrice) -> None:
    prices.begin_repricing(session.store(), owner, price.provider, price.model)


@st.dialog("Remove this price?")
def _ask_removal(owner: UUID, price: OwnPrice) -> None:
    st.html(
        f"<p>New requests to <b>{parts.text(price.model)}</b> will have LiteLLM's price again, or none. What was "
        "priced stays as it is.</p>"
    )
    with st.container(horizontal=True, gap="small"):
        if st.button("Remove the price", type="primary"):
            prices.remove_price(session.store(), owner, price.id)
            st.rerun()
        if st.button("Keep it"):
            st.rerun()


def _repricings(owner: UUID) -> None:
    """The latest re-pricings; while one is open its progress is looked at every two seconds."""
    found = prices.repricings(session.store(), owner)
    if not found:
        return
    is_open = any(one.is_open for one in found)
    st.fragment(_progress, run_every=LOOK_EVERY_S if is_open else None)(owner)


def _progress(owner: UUID) -> None:
    found = prices.repricings(session.store(), owner)
    was_open = st.session_state.get(_WAS_OPEN, False)
    st.session_state[_WAS_OPEN] = any(one.is_open for one in found)
    if was_open and not st.session_state[_WAS_OPEN]:
        # The figures of the page are others now.
        cached.forget()
        st.rerun()
    st.html('<div class="hg-sub">Re-pricing of history</div>')
    for one in found[:5]:
        if not one.is_open:
            st.html(f'<span class="hg-sub">{parts.text(_told(one))}</span>')
            continue
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.progress(one.days_done / one.days_total if one.days_total else 0.0, text=parts.plain(_told(one)))
            st.button(
                "Cancel", type="tertiary", key=f"cancel {one.id}",
                on_click=partial(prices.cancel_repricing, session.store(), owner, one.id),
            )  # fmt: skip


def _told(one: Progress) -> str:
    name = f"{one.provider}/{one.model}"
    if one.error:
        return f"{name}: stopped, {one.error}"
    if one.cancelled_at:
        return f"{name}: cancelled after {one.days_done} days, {one.rows:,} requests"
    if one.finished_at:
        return f"{name}: {one.rows:,} requests re-priced"
    days = f"{one.days_done} of {one.days_total} days" if one.days_total else "waits for a worker"
    return f"{name}: {days}, {one.rows:,} requests"
