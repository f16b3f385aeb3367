"""The prices that were applied, so that a cost can be explained."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.client import Reader


@dataclass(frozen=True)
class Price:
    """A price as it was applied: USD a token by bucket (input, cache_read, cache_write, output, …)."""

    price_id: str
    provider: str
    model: str
    source: str
    rates: dict[str, float]


def price(reader: Reader, price_id: str) -> Price | None:
    """The price of that id, or None if it is not known."""
    rows = reader.rows(
        "SELECT price_id, provider, model, source, rates FROM prices WHERE price_id = {price_id:String} "
        "ORDER BY recorded_at DESC LIMIT 1",
        {"price_id": price_id},
    )
    return Price(**rows[0]) if rows else None
