"""The demo's users: a few hundred, of whom a few ask most. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from random import Random

_FIRST = """
mia lukas sofia noah emma mateo lea hugo ines yuki hana kenji wei lin omar layla arjun priya tomas clara jonas freya
oskar alba pablo chloe louis giulia marco zoe
"""
_LAST = """
larsen novak silva dubois weber tanaka chen haddad sharma rossi garcia okafor jensen kowalski meyer moreau costa ito
zhao farouk
"""

_COUNTRIES = {
    "DE": ("de", 22),
    "US": ("en", 18),
    "GB": ("en", 12),
    "FR": ("fr", 10),
    "ES": ("es", 8),
    "NL": ("en", 6),
    "SE": ("en", 5),
    "BR": ("pt", 5),
    "JP": ("ja", 5),
    "CN": ("zh", 3),
    "AE": ("ar", 3),
    "IN": ("hi", 3),
}


@dataclass(frozen=True)
class Person:
    """A customer, or one of the shop's own staff (`plan` is then Internal)."""

    id: str
    plan: str
    country: str
    language: str


class Crowd:
    """Draws people by how much they use the product: the n-th uses about 1/n as much as the first."""

    def __init__(self, random: Random, *, customers: int = 320, staff: int = 24) -> None:
        names = random.sample(
            [f"{first}.{last}" for first in _FIRST.split() for last in _LAST.split()], customers + staff
        )
        self.customers = tuple(_customer(random, name) for name in names[:customers])
        self.staff = tuple(Person(f"{name}@northwind.example", "Internal", "DE", "en") for name in names[customers:])
        self._weights = {
            group: tuple(accumulate(1 / rank**0.85 for rank in range(1, len(group) + 1)))
            for group in (self.customers, self.staff)
        }

    def customer(self, random: Random) -> Person:
        return random.choices(self.customers, cum_weights=self._weights[self.customers])[0]

    def colleague(self, random: Random) -> Person:
        return random.choices(self.staff, cum_weights=self._weights[self.staff])[0]


def _customer(random: Random, name: str) -> Person:
    country = random.choices(list(_COUNTRIES), weights=[weight for _, weight in _COUNTRIES.values()])[0]
    plan = random.choices(("Free", "Pro", "Enterprise"), weights=(62, 30, 8))[0]
    return Person(name, plan, country, _COUNTRIES[country][0])
