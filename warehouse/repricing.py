"""Giving requests of the past another price: day by day, exact to the billionth of a dollar, the rollups with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from clickhouse_connect.driver.client import Client

from warehouse.client import translated
from warehouse.prices import BUCKETS, SPLIT, TOKENS, buckets
from warehouse.rollups import FACTS, Days, rebuild, rollups

CHANGED = ("cost", "saved_cost", "cost_status", "price_id")
"""What of a fact a price decides."""
MOST_AT_ONCE = 1000
"""Cache hits that one UPDATE changes; their ids are in its text."""

_NANO = 10**9
_COST = (
    "toUInt64(intDiv("
    + " + ".join(f"toUInt128({SPLIT[name]}) * {{atto_{name}:UInt128}}" for name in BUCKETS)
    + f" + {_NANO // 2}, {_NANO}))"
)
_MODEL = "organization_id = {organization_id:UUID} AND provider = {provider:String} AND model = {model:String}"
_DAY = "request_created_at >= {start:DateTime64(3, 'UTC')} AND request_created_at < {end:DateTime64(3, 'UTC')}"
_UNPRICED = {
    False: "cost_status = 'unpriced'",
    True: "cost_status IN ('unpriced', 'priced') AND price_id != {price_id:String}",
}
_UNPRICED_HITS = {
    False: "cost_status = 'cached' AND price_id = ''",
    True: "cost_status = 'cached' AND price_id != {price_id:String}",
}


@dataclass(frozen=True)
class NewPrice:
    """A price and the requests that get it: those of the model that have none, or `everything`, also those that have.

    `atto` are its rates in 1e-18 USD, in the order of BUCKETS. What a provider declared itself is never changed.
    """

    organization_id: UUID
    provider: str
    model: str
    price_id: str
    source: str
    rates: dict[str, float]
    atto: tuple[int, ...]
    everything: bool = False

    @property
    def parameters(self) -> dict[str, Any]:
        named = {f"atto_{name}": str(rate) for name, rate in zip(BUCKETS, self.atto, strict=True)}
        about = {"provider": self.provider, "model": self.model, "price_id": self.price_id}
        return {"organization_id": str(self.organization_id), **about, **named}

    def cost(self, fact: Sequence[int]) -> int:
        """Of counts in the order of TOKENS, USD × 1e9, rounded half up."""
        counted = buckets(dict(zip(TOKENS, fact, strict=True)))
        atto = sum(counted[name] * rate for name, rate in zip(BUCKETS, self.atto, strict=True))
        return (atto + _NANO // 2) // _NANO


def record(client: Client, new: NewPrice) -> None:
    """Write the price down, unless it is there already: what it explains was then dated before."""
    with translated():
        known = client.query("SELECT 1 FROM prices WHERE price_id = {id:String} LIMIT 1", {"id": new.price_id})
        if not known.result_rows:
            columns = ("price_id", "provider", "model", "source", "rates", "recorded_at")
            row = (new.price_id, new.provider, new.model, new.source, new.rates, datetime.now(UTC))
            client.insert("prices", [row], column_names=columns)


def days(client: Client, new: NewPrice) -> list[date]:
    """The days (UTC) that have requests to change, oldest first; those changed before as well, since whoever changed
    them may not have come to their rollups."""
    sql = (
        f"SELECT DISTINCT toDate(request_created_at) AS day FROM {FACTS} WHERE {_MODEL} AND "
        f"({_UNPRICED[new.everything]} OR {_UNPRICED_HITS[new.everything]} OR price_id = {{price_id:String}}) "
        "ORDER BY day"
    )
    with translated():
        return [row[0] for row in client.query(sql, new.parameters).result_rows]


def reprice(client: Client, new: NewPrice, day: date) -> int:
    """Change the facts of a day and make its rollups anew; returns how many facts were changed.

    May be done again at any time. Nobody should insert meanwhile. Raises `WarehouseUnavailable` or `QueryFailed`.
    """
    within = {"start": f"{day} 00:00:00", "end": f"{day + timedelta(days=1)} 00:00:00"}
    where, parameters = f"{_MODEL} AND {_DAY} AND {_UNPRICED[new.everything]}", new.parameters | within
    with translated():
        count = int(client.query(f"SELECT count() FROM {FACTS} WHERE {where}", parameters).result_rows[0][0])
        if count:
            client.command(
                f"UPDATE {FACTS} SET cost = {_COST}, cost_status = 'priced', price_id = {{price_id:String}} "
                f"WHERE {where}",
                parameters,
            )
        count += _reprice_hits(client, new, parameters)
    concerned = [rollup for rollup in rollups(client) if rollup.reads(CHANGED)]
    rebuild(client, concerned, Days.of(new.organization_id, day, day))
    return count


def _reprice_hits(client: Client, new: NewPrice, parameters: dict[str, Any]) -> int:
    """What cache hits saved: their tokens are with the request whose response was served."""
    hits = client.query(
        f"SELECT request_id, cache_reference_id FROM {FACTS} WHERE {_MODEL} AND {_DAY} AND "
        f"{_UNPRICED_HITS[new.everything]}",
        parameters,
    ).result_rows
    changed = 0
    for start in range(0, len(hits), MOST_AT_ONCE):
        changed += _reprice_some_hits(client, new, hits[start : start + MOST_AT_ONCE])
    return changed


def _reprice_some_hits(client: Client, new: NewPrice, hits: Sequence[Sequence[UUID]]) -> int:
    about = {"organization_id": str(new.organization_id), "ids": [str(id) for id in {hit[1] for hit in hits}]}
    of_ids = "WHERE organization_id = {organization_id:UUID} AND request_id IN {ids:Array(UUID)}"
    facts = client.query(f"SELECT request_id, {', '.join(TOKENS)} FROM {FACTS} {of_ids}", about).result_rows
    costs = {fact[0]: new.cost(fact[1:]) for fact in facts}
    told = {str(hit[0]): costs[hit[1]] for hit in hits if hit[1] in costs}
    if told:
        client.command(
            f"UPDATE {FACTS} SET saved_cost = {{saved:Array(UInt64)}}[indexOf({{ids:Array(UUID)}}, request_id)], "
            f"price_id = {{price_id:String}} {of_ids}",
            about | {"ids": list(told), "saved": list(told.values()), "price_id": new.price_id},
        )
    return len(told)
