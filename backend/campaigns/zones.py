"""In which time zones a contact may be, as the gate takes it."""

from functools import lru_cache
from typing import Protocol

from backend.compliance.callee import Callee
from backend.compliance.places import places_of, zones_of


class Reachable(Protocol):
    """Somebody with a number, and what is known of where they are."""

    @property
    def to_number(self) -> str: ...

    @property
    def time_zone(self) -> str | None: ...

    @property
    def postal_code(self) -> str | None: ...


def callee_of(contact: Reachable) -> Callee:
    return Callee(contact.to_number, contact.time_zone, contact.postal_code)


def zones_of_contact(contact: Reachable) -> tuple[str, ...]:
    return _zones_of(callee_of(contact))


@lru_cache(maxsize=50_000)
def _zones_of(callee: Callee) -> tuple[str, ...]:
    return zones_of(places_of(callee)) or ("Etc/UTC",)
