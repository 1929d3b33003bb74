"""Windows, caps and consents, as the shipped rules have them for calls that sell."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from backend.compliance import gate
from backend.compliance.callee import Callee
from backend.compliance.gate import Decision, Facts
from backend.compliance.hours import Opening, is_open
from backend.compliance.in_force import RulesInForce
from backend.compliance.models import Consent, ConsentKind, Scope
from backend.compliance.places import places_of
from backend.compliance.rules import Rule, RuleKind, shipped

RULES = RulesInForce(shipped().rules)
CALIFORNIA, FLORIDA, TENNESSEE = "+14155550100", "+13055550100", "+14235550100"
ALABAMA, KENTUCKY, RHODE_ISLAND = "+12055550100", "+15025550100", "+14015550100"
TOLL_FREE = "+18005550100"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def agreed(number: str, kind: ConsentKind = ConsentKind.WRITTEN) -> Consent:
    return Consent(
        org_id=UUID(int=1),
        to_number=number,
        kind=kind,
        purpose=Scope.MARKETING,
        source="form",
        given_at=utc("2026-01-01"),
    )


def decide(
    number: str,
    at: datetime,
    *,
    attempts: tuple[datetime, ...] = (),
    zone: str | None = None,
    purpose: Scope = Scope.MARKETING,
) -> Decision:
    places = places_of(Callee(number, zone))
    facts = Facts(number, purpose, places, (), [agreed(number)], attempts)
    return gate.decide(facts, RULES, at)


@pytest.mark.parametrize(
    ("number", "at", "is_open", "opens"),
    [
        # California, 8 to 21, in winter eight hours behind.
        (CALIFORNIA, "2026-11-02T15:59", False, "2026-11-02T16:00"),
        (CALIFORNIA, "2026-11-02T16:00", True, None),
        (CALIFORNIA, "2026-11-03T04:59", True, None),
        (CALIFORNIA, "2026-11-03T05:00", False, "2026-11-03T16:00"),
        # The day before, clocks went back.
        (CALIFORNIA, "2026-10-31T15:00", True, None),
        (CALIFORNIA, "2026-11-01T15:00", False, "2026-11-01T16:00"),
        # Florida, 8 to 20.
        (FLORIDA, "2026-11-03T00:59", True, None),
        (FLORIDA, "2026-11-03T01:00", False, "2026-11-03T13:00"),
        # Chattanooga is Eastern, and its area code reaches into Central.
        (TENNESSEE, "2026-11-02T13:30", False, "2026-11-02T14:00"),
        (TENNESSEE, "2026-11-03T01:59", True, None),
        (TENNESSEE, "2026-11-03T02:00", False, "2026-11-03T14:00"),
        # Alabama: no Sundays, no holidays. 26 November 2026 is Thanksgiving.
        (ALABAMA, "2026-11-08T18:00", False, "2026-11-09T14:00"),
        (ALABAMA, "2026-11-26T18:00", False, "2026-11-27T14:00"),
        (KENTUCKY, "2026-11-02T14:59", False, "2026-11-02T15:00"),
        (RHODE_ISLAND, "2026-11-02T23:00", False, "2026-11-03T14:00"),
        # A number that may be anywhere: all of them have to be open, Rhode Island until 18.
        (TOLL_FREE, "2026-11-05T18:30", True, None),
        (TOLL_FREE, "2026-11-05T17:30", False, "2026-11-05T18:00"),
        (TOLL_FREE, "2026-11-05T23:00", False, "2026-11-06T18:00"),
    ],
)
def test_a_call_that_sells_keeps_to_the_hours_of_where_it_rings(
    number: str, at: str, *, is_open: bool, opens: str | None
) -> None:
    decision = decide(number, utc(at))

    assert decision.allowed is is_open
    if not is_open:
        assert decision.refusal == "outside_window"
        assert decision.rule is not None
        assert isinstance(decision.rule, Rule)
        assert decision.rule.kind is RuleKind.HOURS
        assert decision.next_allowed_at == utc(opens or "")


def test_other_purposes_are_called_at_any_hour_and_without_consent() -> None:
    night = utc("2026-11-02T10:00")

    for purpose in (Scope.SERVICE, Scope.EMERGENCY):
        facts = Facts(CALIFORNIA, purpose, places_of(Callee(CALIFORNIA)))
        assert gate.decide(facts, RULES, night).allowed


def test_their_own_zone_opens_a_number_that_may_be_anywhere() -> None:
    morning = utc("2026-11-05T14:30")

    assert not decide(TOLL_FREE, morning).allowed
    assert decide(TOLL_FREE, morning, zone="America/New_York").refusal == "outside_window"
    assert decide(TOLL_FREE, utc("2026-11-05T17:30"), zone="America/New_York").allowed


def test_a_zone_that_the_number_is_not_in_opens_nothing() -> None:
    at = utc("2026-11-03T13:30")

    assert decide("+12125550100", at).allowed
    assert not decide("+12125550100", at, zone="America/Los_Angeles").allowed


def test_three_calls_in_a_day_are_the_most_in_florida() -> None:
    begin = utc("2026-11-03T14:00")
    calls = tuple(begin + timedelta(hours=n) for n in range(3))
    at = begin + timedelta(hours=4)

    assert decide(FLORIDA, at, attempts=calls[:2]).allowed
    refused = decide(FLORIDA, at, attempts=calls)

    assert refused.refusal == "too_many_attempts"
    assert refused.rule is not None
    assert refused.rule.name == "us-fl.attempts"
    assert refused.next_allowed_at == begin + timedelta(days=1)
    assert decide(CALIFORNIA, utc("2026-11-03T18:00"), attempts=calls).allowed


def test_a_cap_that_ends_at_night_waits_for_the_morning() -> None:
    begin = utc("2026-11-03T00:10")
    calls = tuple(begin + timedelta(minutes=10 * n) for n in range(3))

    refused = decide(FLORIDA, utc("2026-11-03T14:00"), attempts=calls)

    assert (refused.refusal, refused.next_allowed_at) == (
        "too_many_attempts",
        utc("2026-11-04T00:10"),
    )
    late = tuple(each + timedelta(minutes=45) for each in calls)
    again = decide(FLORIDA, utc("2026-11-03T14:00"), attempts=late)
    assert again.next_allowed_at == utc("2026-11-04T00:55")


@pytest.mark.parametrize("kind", [None, ConsentKind.EXPRESS])
def test_selling_by_an_artificial_voice_needs_consent_in_writing(kind: ConsentKind | None) -> None:
    consents = [agreed(CALIFORNIA, kind)] if kind else []
    facts = Facts(CALIFORNIA, Scope.MARKETING, places_of(Callee(CALIFORNIA)), (), consents)

    refused = gate.decide(facts, RULES, utc("2026-11-02T18:00"))

    assert (refused.refusal, refused.next_allowed_at) == ("no_consent", None)
    assert refused.rule is not None
    assert (refused.rule.name, "FCC 24-17" in refused.rule.source) == ("us.consent", True)


numbers = st.sampled_from(
    [CALIFORNIA, FLORIDA, TENNESSEE, ALABAMA, KENTUCKY, RHODE_ISLAND, TOLL_FREE, "+33142345678"]
)
# Around the first of November, when clocks go back.
instants = st.integers(0, 9 * 24 * 60).map(
    lambda minutes: utc("2026-10-28T00:00") + timedelta(minutes=minutes)
)
own_zones = st.sampled_from([None, "America/New_York", "America/Denver", "Pacific/Honolulu"])
hours_before = st.lists(st.integers(0, 72), max_size=5)


@given(numbers, instants, own_zones, hours_before)
def test_nothing_is_allowed_where_any_zone_is_closed_or_a_cap_is_reached(
    number: str, at: datetime, zone: str | None, before: list[int]
) -> None:
    attempts = tuple(at - timedelta(hours=n) for n in before)
    decision = decide(number, at, attempts=attempts, zone=zone)

    if decision.allowed:
        for place in places_of(Callee(number, zone)):
            for name in place.zones:
                for rule in (each for each in RULES.rules if each.binds(Scope.MARKETING, place)):
                    if rule.kind is RuleKind.HOURS:
                        assert is_open(Opening(rule.schedule(), name), at)
                    if rule.max_attempts and rule.per_hours:
                        recent = [n for n in before if n < rule.per_hours]
                        assert len(recent) < rule.max_attempts


@given(numbers, instants, own_zones, hours_before)
def test_what_is_said_to_be_the_next_time_is_allowed_and_nothing_before_it_is(
    number: str, at: datetime, zone: str | None, before: list[int]
) -> None:
    attempts = tuple(at - timedelta(hours=n) for n in before)
    opens = decide(number, at, attempts=attempts, zone=zone).next_allowed_at

    if opens is None:
        # Paris and Honolulu are never both open.
        week = (at + timedelta(hours=n) for n in range(7 * 24))
        assert not any(decide(number, each, zone=zone).allowed for each in week)
        return
    assert decide(number, opens, attempts=attempts, zone=zone).allowed
    minutes = int((opens - at) / timedelta(minutes=1))
    for n in range(0, minutes, 7):
        passed = at + timedelta(minutes=n)
        assert not decide(number, passed, attempts=attempts, zone=zone).allowed
    if opens > at:
        just_before = opens - timedelta(microseconds=1)
        assert not decide(number, just_before, attempts=attempts, zone=zone).allowed
