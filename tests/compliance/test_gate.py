"""Who is refused, as pure rules: suppressions only grow, and a newer consent ends them."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from backend.compliance import gate
from backend.compliance.errors import REFUSED
from backend.compliance.gate import BOUND_BY, Decision, Facts, covers, ended_at
from backend.compliance.in_force import RulesInForce
from backend.compliance.models import Consent, ConsentKind, Scope, Suppression
from backend.compliance.places import Place

BEGIN = datetime(2026, 11, 2, tzinfo=UTC)
ORG, NUMBER = UUID(int=1), "+14155550100"
ALL, SERVICE, MARKETING, EMERGENCY = Scope


def suppressed(scope: Scope, day: int = 0, source: str = "letter") -> Suppression:
    at = BEGIN + timedelta(days=day)
    return Suppression(org_id=ORG, to_number=NUMBER, scope=scope, source=source, asked_at=at)


def agreed(purpose: Scope, day: int, *, is_revoked: bool = False) -> Consent:
    at = BEGIN + timedelta(days=day)
    return Consent(
        org_id=ORG,
        to_number=NUMBER,
        kind=ConsentKind.EXPRESS,
        purpose=purpose,
        source="form",
        given_at=at,
        revoked_at=at + timedelta(days=1) if is_revoked else None,
    )


def decide(held: list[Suppression], given_: list[Consent], purpose: Scope) -> Decision | None:
    """Ask the gate where no other rule is in force."""
    facts = Facts(NUMBER, purpose, (Place("US", "CA", ("America/Los_Angeles",)),), held, given_)
    decision = gate.decide(facts, RulesInForce(()), BEGIN)
    return None if decision.allowed else decision


@pytest.mark.parametrize(
    ("scope", "refused"),
    [
        (ALL, {SERVICE, MARKETING}),
        (SERVICE, {SERVICE}),
        (MARKETING, {MARKETING}),
        (EMERGENCY, {EMERGENCY}),
    ],
)
def test_a_suppression_binds_the_purposes_it_is_for(scope: Scope, refused: set[Scope]) -> None:
    purposes = (SERVICE, MARKETING, EMERGENCY)

    assert {each for each in purposes if decide([suppressed(scope)], [], each)} == refused


@pytest.mark.parametrize(
    ("consent", "is_ended"),
    [
        (agreed(MARKETING, 1), True),
        (agreed(ALL, 1), True),
        (agreed(SERVICE, 1), False),
        (agreed(MARKETING, -1), False),
        (agreed(MARKETING, 0), False),
        (agreed(MARKETING, 1, is_revoked=True), False),
    ],
)
def test_only_a_newer_consent_to_the_same_that_still_holds_ends_it(
    consent: Consent, *, is_ended: bool
) -> None:
    assert (decide([suppressed(ALL)], [consent], MARKETING) is None) == is_ended


def test_the_refusal_says_by_which_rule_and_when_they_asked() -> None:
    refusal = decide([suppressed(ALL), suppressed(MARKETING, day=3)], [], MARKETING)

    assert refusal is not None
    assert refusal.refusal == "suppressed"
    assert refusal.next_allowed_at is None
    assert refusal.rule is not None
    assert refusal.rule.told() == {
        "name": "do_not_call",
        "source": "47 CFR 64.1200(a)(10): consent may be revoked by any reasonable means",
        "as_of": "2025-04-11",
    }
    assert refusal.detail == (
        "Whoever has this number asked not to be called again for marketing, on 2026-11-05."
    )


def test_it_has_ended_once_they_agreed_to_all_that_it_was_for() -> None:
    asked = suppressed(ALL)

    assert ended_at(asked, [agreed(SERVICE, 1)]) is None
    both = [agreed(SERVICE, 1), agreed(MARKETING, 4)]
    assert ended_at(asked, both) == BEGIN + timedelta(days=4)


scopes, days = st.sampled_from(list(Scope)), st.integers(0, 5)
suppressions = st.lists(st.builds(suppressed, scopes, days), max_size=4)
consents = st.lists(st.builds(agreed, scopes, days, is_revoked=st.booleans()), max_size=4)


@given(suppressions, consents, scopes, days)
def test_suppressing_more_never_allows_what_was_refused(
    held: list[Suppression], given_: list[Consent], scope: Scope, day: int
) -> None:
    more = [*held, suppressed(scope, day)]

    for purpose in (SERVICE, MARKETING, EMERGENCY):
        if decide(held, given_, purpose):
            assert decide(more, given_, purpose)


@given(suppressions, consents, scopes)
def test_what_is_covered_is_refused_for_each_purpose_and_only_then(
    held: list[Suppression], given_: list[Consent], scope: Scope
) -> None:
    refused = [decide(held, given_, purpose) is not None for purpose in BOUND_BY[scope]]

    assert (covers(held, given_, scope) is not None) == all(refused)


def test_the_admin_ui_says_refusals_in_the_words_of_the_api() -> None:
    words = (Path(__file__).parents[2] / "frontend/src/parts/refusals.ts").read_text("utf-8")

    told = dict(re.findall(r'^  (\w+): "(.+)",$', words, flags=re.MULTILINE))

    assert told == {name: kind.title for name, kind in REFUSED.items()}
