"""Where a number may ring: all that it may be, and no less than the library knows."""

import phonenumbers
import pytest
from hypothesis import given, strategies as st
from phonenumbers import timezone

from backend.compliance.areas import STATES_OF_CODES, canonical
from backend.compliance.callee import Callee
from backend.compliance.places import Place, places_of, zones_of
from backend.platform.zones import is_zone

EASTERN, CENTRAL, MOUNTAIN = "America/New_York", "America/Chicago", "America/Denver"
PACIFIC = "America/Los_Angeles"


@pytest.mark.parametrize(
    ("number", "state", "zones"),
    [
        ("+14155550100", "CA", {PACIFIC}),
        ("+12125550100", "NY", {EASTERN}),
        ("+13055550100", "FL", {EASTERN}),
        ("+18505550100", "FL", {EASTERN, CENTRAL}),
        ("+14235550100", "TN", {EASTERN, CENTRAL}),
        ("+19155550100", "TX", {MOUNTAIN}),
        ("+14325550100", "TX", {CENTRAL, MOUNTAIN}),
        ("+19285550100", "AZ", {"America/Phoenix", MOUNTAIN}),
        ("+16025550100", "AZ", {"America/Phoenix"}),
        ("+18085550100", "HI", {"Pacific/Honolulu"}),
        ("+17095550100", "NL", {"America/St_Johns", "America/Halifax"}),
        ("+17875550100", "PR", {"America/Puerto_Rico"}),
        ("+16715550100", "GU", {"Pacific/Guam"}),
        ("+33142345678", None, {"Europe/Paris"}),
    ],
)
def test_an_area_may_lie_in_several_zones(number: str, state: str | None, zones: set[str]) -> None:
    places = places_of(Callee(number))

    assert ({place.state for place in places}, set(zones_of(places))) == ({state}, zones)


@pytest.mark.parametrize("number", ["+18005550100", "+18885550100", "+12005550100"])
def test_toll_free_and_unknown_areas_may_be_anywhere(number: str) -> None:
    places = places_of(Callee(number))

    assert {place.state for place in places} >= {"RI", "HI", "AK", "CA", "NL"}
    assert {"America/Adak", "Pacific/Honolulu", "America/St_Johns"} <= set(zones_of(places))


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+17875550100", "US"),
        ("+16715550100", "US"),
        ("+13405550100", "US"),
        ("+18765550100", "JM"),
        ("+447700900123", "GB"),
    ],
)
def test_the_law_of_a_territory_and_of_a_shared_code_is_known(number: str, country: str) -> None:
    assert {place.country for place in places_of(Callee(number))} == {country}


def test_a_mobile_number_may_be_anywhere_in_its_country() -> None:
    zones = zones_of(places_of(Callee("+6281234567890")))

    assert set(zones) == {"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"}


def test_their_own_zone_narrows_where_the_number_may_be() -> None:
    toll_free = places_of(Callee("+18005550100", time_zone=MOUNTAIN))

    assert zones_of(places_of(Callee("+14235550100", time_zone=EASTERN))) == (EASTERN,)
    assert zones_of(toll_free) == (MOUNTAIN,)
    assert {place.state for place in toll_free} >= {"CO", "TX"}
    assert "NY" not in {place.state for place in toll_free}


def test_a_zone_where_the_number_may_not_be_is_one_more() -> None:
    places = places_of(Callee("+12125550100", time_zone=PACIFIC))

    assert places == (Place("US", "NY", (EASTERN, PACIFIC)),)


@pytest.mark.parametrize(
    ("number", "postal_code", "states", "zones"),
    [
        ("+14235550100", "37402", {"TN"}, {EASTERN}),
        ("+14235550100", "37347", {"TN"}, {EASTERN, CENTRAL}),
        ("+18005550100", "90210-1234", {"CA"}, {PACIFIC}),
        ("+18005550100", "A1B 2C3", {"NL"}, {"America/St_Johns", "America/Halifax"}),
        # They have moved, or not: both states count.
        ("+12125550100", "90210", {"NY", "CA"}, {EASTERN, PACIFIC}),
        # What tells nothing changes nothing.
        ("+12125550100", "00000", {"NY"}, {EASTERN}),
        ("+12125550100", "SW1A 1AA", {"NY"}, {EASTERN}),
        ("+33142345678", "75001", {None}, {"Europe/Paris"}),
    ],
)
def test_a_postal_code_narrows_where_the_number_may_be(
    number: str, postal_code: str, states: set[str | None], zones: set[str]
) -> None:
    places = places_of(Callee(number, postal_code=postal_code))

    assert {place.state for place in places} == states
    assert set(zones_of(places)) == zones


codes = st.sampled_from(sorted(code for each in STATES_OF_CODES.values() for code in each))
zones = st.sampled_from([None, EASTERN, CENTRAL, MOUNTAIN, PACIFIC, "Europe/Paris"])


@given(codes, st.integers(2_000_000, 9_999_999), zones)
def test_no_zone_that_the_library_knows_of_is_left_out(
    code: str, local: int, own: str | None
) -> None:
    number = f"+1{code}{local}"
    known = {
        canonical(zone) for zone in timezone.time_zones_for_number(phonenumbers.parse(number))
    } - {"Etc/Unknown"}

    found = set(zones_of(places_of(Callee(number, own))))

    assert all(is_zone(zone) for zone in found)
    if own is None or own not in known:
        assert (known <= found) or found == {own}
    if own is not None:
        assert own in found
