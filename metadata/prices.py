"""Prices that organisations set themselves, and the re-pricing of what they have recorded already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from metadata.models import OrganisationPrice, Repricing, now
from metadata.store import Store

LEASE = timedelta(seconds=30)
"""How long a re-pricing is left to a worker that says nothing more of it."""
LONGEST_MODEL = 512
SHOWN = 20


@dataclass(frozen=True)
class OwnPrice:
    """`rates` in USD a token by bucket (warehouse/prices.py); a bucket that is not given has another's rate."""

    id: UUID
    provider: str
    model: str
    rates: dict[str, float]
    updated_at: datetime


@dataclass(frozen=True)
class Progress:
    """A re-pricing: what of, how far it is, how it ended. `everything`: also rows that had a price before."""

    id: UUID
    organization_id: UUID
    provider: str
    model: str
    everything: bool
    created_at: datetime
    finished_at: datetime | None
    cancelled_at: datetime | None
    days_done: int
    days_total: int
    rows: int
    error: str

    @property
    def is_open(self) -> bool:
        return self.finished_at is None and self.cancelled_at is None


def prices(store: Store, organization_id: UUID) -> list[OwnPrice]:
    """The organisation's prices, by provider and model. Raises `MetadataUnavailable`, as all here do."""
    query = select(OrganisationPrice).where(OrganisationPrice.organisation_id == organization_id)
    with store.session() as session:
        found = session.scalars(query.order_by(OrganisationPrice.provider, OrganisationPrice.model))
        return [_price(one) for one in found]


def prices_by_organisation(store: Store) -> dict[UUID, list[OwnPrice]]:
    """Every organisation's prices; those that have none are left out."""
    found: dict[UUID, list[OwnPrice]] = defaultdict(list)
    with store.session() as session:
        for one in session.scalars(select(OrganisationPrice)):
            found[one.organisation_id].append(_price(one))
    return dict(found)


def price(store: Store, organization_id: UUID, provider: str, model: str) -> OwnPrice | None:
    """The organisation's price of a model, or None."""
    return next((p for p in prices(store, organization_id) if (p.provider, p.model) == (provider, model)), None)


def set_price(store: Store, organization_id: UUID, provider: str, model: str, rates: Mapping[str, float]) -> OwnPrice:
    """Set what a model costs from now on, in place of what was set before. `rates` must be `prices.checked`.

    Raises `ValueError` where provider or model is empty or too long.
    """
    provider, model = provider.strip().lower(), model.strip()
    if not provider or not model or len(provider) > 255 or len(model) > LONGEST_MODEL:
        raise ValueError("A price is of a provider and a model.")
    mine = (
        OrganisationPrice.organisation_id == organization_id,
        OrganisationPrice.provider == provider,
        OrganisationPrice.model == model,
    )
    with store.session() as session:
        one = session.scalar(select(OrganisationPrice).where(*mine))
        if one is None:
            one = OrganisationPrice(organisation_id=organization_id, provider=provider, model=model)
            session.add(one)
        one.rates, one.updated_at = dict(rates), now()
        session.commit()
        return _price(one)


def remove_price(store: Store, organization_id: UUID, id: UUID) -> None:
    """New requests get LiteLLM's price again, if there is one; what was priced stays so."""
    mine = (OrganisationPrice.id == id, OrganisationPrice.organisation_id == organization_id)
    with store.session() as session:
        session.execute(delete(OrganisationPrice).where(*mine))
        session.commit()


def begin_repricing(
    store: Store, organization_id: UUID, provider: str, model: str, *, everything: bool = False
) -> Progress:
    """Have a worker give the model's past rows the organisation's price. One that is open already ends where it is: the
    price may have been another then."""
    mine = (
        Repricing.organisation_id == organization_id,
        Repricing.provider == provider,
        Repricing.model == model,
        *_OPEN,
    )
    one = Repricing(organisation_id=organization_id, provider=provider, model=model, everything=everything)
    with store.session() as session:
        session.execute(update(Repricing).where(*mine).values(cancelled_at=now()))
        session.add(one)
        session.commit()
        return _progress(one)


def repricings(store: Store, organization_id: UUID) -> list[Progress]:
    """The organisation's latest re-pricings, the newest first."""
    query = select(Repricing).where(Repricing.organisation_id == organization_id)
    with store.session() as session:
        found = session.scalars(query.order_by(Repricing.created_at.desc()).limit(SHOWN))
        return [_progress(one) for one in found]


def cancel_repricing(store: Store, organization_id: UUID, id: UUID) -> None:
    """No further day is re-priced; those that are done stay so."""
    _change(store, id, Repricing.organisation_id == organization_id, cancelled_at=now())


def take_repricing(store: Store, asked_before: datetime) -> Progress | None:
    """The oldest re-pricing that nobody works on, now this caller's for LEASE; None if there is none."""
    idle = or_(Repricing.taken_until.is_(None), Repricing.taken_until < now())
    free = (*_OPEN, Repricing.created_at < asked_before, idle)
    with store.session() as session:
        for one in session.scalars(select(Repricing).where(*free).order_by(Repricing.created_at)).all():
            # Whoever changes the row takes it: another worker may have seen it as well.
            mine = update(Repricing).where(Repricing.id == one.id, *free)
            if session.execute(mine.values(taken_until=now() + LEASE)).rowcount:  # type: ignore[attr-defined]
                session.commit()
                return _progress(one)
    return None


def report_repricing(store: Store, id: UUID, *, days_done: int, days_total: int, rows: int) -> bool:
    """Say how far one is, and keep it for LEASE. False if it has been cancelled: what was done by then counts."""
    changes = {"days_done": days_done, "days_total": days_total, "rows": rows, "taken_until": now() + LEASE}
    with store.session() as session:
        session.execute(update(Repricing).where(Repricing.id == id).values(**changes))
        is_open = session.scalar(select(Repricing.id).where(Repricing.id == id, *_OPEN)) is not None
        session.commit()
        return is_open


def finish_repricing(store: Store, id: UUID, *, error: str = "") -> None:
    _change(store, id, finished_at=now(), error=error)


def release_repricing(store: Store, id: UUID) -> None:
    """Leave one to whichever worker comes next."""
    _change(store, id, taken_until=None)


_OPEN = (Repricing.finished_at.is_(None), Repricing.cancelled_at.is_(None))


def _change(store: Store, id: UUID, *conditions: object, **values: object) -> bool:
    with store.session() as session:
        changed = session.execute(update(Repricing).where(Repricing.id == id, *_OPEN, *conditions).values(**values))  # type: ignore[arg-type]
        session.commit()
        return bool(changed.rowcount)  # type: ignore[attr-defined]


def _price(one: OrganisationPrice) -> OwnPrice:
    return OwnPrice(one.id, one.provider, one.model, dict(one.rates), one.updated_at)


def _progress(one: Repricing) -> Progress:
    return Progress(
        one.id, one.organisation_id, one.provider, one.model, one.everything, one.created_at, one.finished_at,
        one.cancelled_at, one.days_done, one.days_total, one.rows, one.error,
    )  # fmt: skip
