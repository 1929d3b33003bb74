"""In which time zones somebody may be."""

from functools import lru_cache

import phonenumbers
from phonenumbers.timezone import time_zones_for_number

_UNKNOWN = "Etc/Unknown"


@lru_cache(maxsize=50_000)
def zones_of_number(number: str) -> tuple[str, ...]:
    """List every zone that a number may lie in; of one that lies nowhere, the world's ends."""
    found = time_zones_for_number(phonenumbers.parse(number))
    known = tuple(sorted(zone for zone in found if zone != _UNKNOWN))
    return known or ("Etc/GMT+12", "Etc/GMT-14", "Etc/UTC")


def zones_of_contact(number: str, own: str | None) -> tuple[str, ...]:
    """Give the zones of a number, and the one that is known of whoever has it.

    What is known narrows the time in which they may be called, and never widens it.
    """
    zones = zones_of_number(number)
    return zones if own is None or own in zones else (*zones, own)
