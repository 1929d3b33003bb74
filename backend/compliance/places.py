"""Where a number may ring: every place it may be, with its zones. What is not known is all of it.

A number tells where it was given out, not where its phone is. Mobile numbers, toll-free ones and
area codes unknown to this release may be anywhere in their country.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType, timezone
from phonenumbers.tzdata import TIMEZONE_DATA

from backend.compliance import postal_codes
from backend.compliance.areas import NARROWER, STATES_OF_CODES, ZONES_OF_STATES, canonical
from backend.compliance.callee import Callee

_NORTH_AMERICA = 1
# Where the law of the United States holds under a country code's region of its own.
_TERRITORIES = frozenset({"AS", "GU", "MP", "PR", "VI"})
# What the library says of a number of which it knows nothing.
_UNKNOWN_ZONE = "Etc/Unknown"
# Digits of a North American number beyond which nothing more is told about where it is.
_TELLING = len("+1415555")


@dataclass(frozen=True)
class Place:
    """Somewhere a number may ring. Without a state: all of the country."""

    country: str | None
    state: str | None
    zones: tuple[str, ...]


def places_of(callee: Callee) -> tuple[Place, ...]:
    """Say where a call may ring.

    A zone or a postal code of their own is taken for it where the number may lie there. Where it
    may not, both count: they may have moved, or not.
    """
    places = _places_of_number(_telling_part(callee.number))
    if callee.postal_code is not None:
        places = _with_postal_code(places, callee)
    if callee.time_zone is not None:
        places = _with_zone(places, canonical(callee.time_zone))
    return places


def zones_of(places: tuple[Place, ...]) -> tuple[str, ...]:
    return tuple(sorted({zone for place in places for zone in place.zones}))


def _with_zone(places: tuple[Place, ...], own: str) -> tuple[Place, ...]:
    inside = tuple(
        Place(place.country, place.state, (own,)) for place in places if own in place.zones
    )
    if inside:
        return inside
    return tuple(Place(each.country, each.state, (*each.zones, own)) for each in places)


def _with_postal_code(places: tuple[Place, ...], callee: Callee) -> tuple[Place, ...]:
    found = postal_codes.find(callee.postal_code or "")
    if found is None or not callee.number.startswith("+1"):
        return places
    own = Place(*found)
    for place in places:
        both = tuple(zone for zone in own.zones if zone in place.zones)
        if (place.country, place.state) == (own.country, own.state) and both:
            return (Place(own.country, own.state, both),)
    return (*places, own)


def _telling_part(number: str) -> str:
    """Cut what tells nothing of where a North American number is, so that few are looked up."""
    if re.fullmatch(r"\+1\d{10}", number):
        return f"{number[:_TELLING]}0100"
    return number


@lru_cache(maxsize=20_000)
def _places_of_number(number: str) -> tuple[Place, ...]:
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return (Place(None, None, ("UTC",)),)
    if parsed.country_code == _NORTH_AMERICA:
        return tuple(_in_north_america(parsed, number[2:5]))
    # Several countries may share a code; of a number it knows nothing of, the main one is taken.
    country = phonenumbers.region_code_for_number(
        parsed
    ) or phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    is_fixed = phonenumbers.number_type(parsed) == PhoneNumberType.FIXED_LINE
    told = _told(parsed) if is_fixed else []
    widest = TIMEZONE_DATA.get(str(parsed.country_code), ())
    return (Place(country, None, tuple(told) or widest or ("UTC",)),)


def _told(parsed: PhoneNumber) -> list[str]:
    told = timezone.time_zones_for_number(parsed)
    return [canonical(zone) for zone in told if zone != _UNKNOWN_ZONE]


def _in_north_america(parsed: PhoneNumber, code: str) -> Iterator[Place]:
    for country, states in STATES_OF_CODES.items():
        if code in states:
            state = states[code]
            zones = NARROWER.get(code, ZONES_OF_STATES[country][state])
            yield Place(country, state, tuple(dict.fromkeys([*zones, *_told(parsed)])))
            return
    region = phonenumbers.region_code_for_number(parsed)
    if region not in {None, "US", "CA"}:
        zones = tuple(_told(parsed)) or ("UTC",)
        is_territory = region in _TERRITORIES
        yield Place("US" if is_territory else region, region if is_territory else None, zones)
        return
    for each, zones_of_states in ZONES_OF_STATES.items():
        yield from (Place(each, name, zones) for name, zones in zones_of_states.items())
    yield Place("US", "PR", ("America/Puerto_Rico",))
