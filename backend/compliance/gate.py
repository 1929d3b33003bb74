"""The gate: whether a number may be called now, by which rule it may not, and when it may be."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal, TypeAlias
from uuid import UUID

from pydantic import JsonValue

from backend.compliance.caps import Cap
from backend.compliance.errors import REFUSED, CallRefused
from backend.compliance.hooks.verdicts import Standing, Verdict
from backend.compliance.hours import HORIZON, Opening, is_open, next_open
from backend.compliance.in_force import Binding, RulesInForce
from backend.compliance.models import Consent, ConsentKind, Scope, Suppression
from backend.compliance.places import Place, zones_of
from backend.compliance.rules import DO_NOT_CALL, Rule
from backend.platform.zones import zone as zone_of

RefusalName: TypeAlias = Literal[
    "suppressed",
    "consent_revoked",
    "no_consent",
    "too_many_attempts",
    "outside_window",
    "refused_by_hook",
    "hook_unanswered",
    "awaiting_hook",
]
Zones: TypeAlias = tuple[str, ...]
# As calls that ended by the gate have it for their reason.
REFUSALS: frozenset[str] = frozenset(REFUSED)
# The source of what is known of somebody erased: nothing else is.
ERASED = "erased"
BY_REVOKING = "consent_revoked"

AWAITING_HOOK: RefusalName = "awaiting_hook"
# By these it waits for a hook: to be asked, or to answer again.
FOR_HOOKS: frozenset[RefusalName] = frozenset({AWAITING_HOOK, "hook_unanswered"})
# For how long a call waits for hooks to be asked before it is looked at again.
HOOKS_WAIT = timedelta(seconds=60)

# What a scope is meant for. `all` forbids no emergencies: a warning must still reach people.
BOUND_BY = {
    Scope.ALL: (Scope.SERVICE, Scope.MARKETING),
    Scope.SERVICE: (Scope.SERVICE,),
    Scope.MARKETING: (Scope.MARKETING,),
    Scope.EMERGENCY: (Scope.EMERGENCY,),
}


@dataclass(frozen=True)
class Facts:
    """What is known of one number for calls of one purpose. `attempts`: when it was dialled."""

    number: str
    purpose: Scope
    places: tuple[Place, ...]
    suppressions: Sequence[Suppression] = ()
    consents: Sequence[Consent] = ()
    attempts: Sequence[datetime] = ()
    verdicts: Sequence[Verdict] = ()


@dataclass(frozen=True)
class Ground:
    """What decides beside rules: a hook and what it said, under a name like that of a rule."""

    name: str
    source: str
    as_of: date

    def told(self) -> dict[str, str]:
        return {"name": self.name, "source": self.source, "as_of": self.as_of.isoformat()}


@dataclass(frozen=True)
class Decision:
    """What the gate says. A refusal without `next_allowed_at` does not end by waiting.

    `words` are a hook's own, for whoever asks; what is kept and told of calls goes without them.
    """

    zones: tuple[str, ...]
    refusal: RefusalName | None = None
    rule: Rule | Ground | None = None
    detail: str | None = None
    next_allowed_at: datetime | None = None
    suppression: Suppression | None = field(default=None, compare=False)
    words: str | None = None
    # The questions to hooks whose answers it goes by.
    inquiry_ids: tuple[UUID, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.refusal is None

    def told(self) -> dict[str, JsonValue]:
        """Say a refusal to readers of the log, who may not all know the number."""
        return {
            "name": self.refusal,
            "rule": {**self.rule.told()} if self.rule else None,
            "detail": self.detail,
            "next_allowed_at": self._until(),
        }

    def in_full(self) -> str | None:
        """Say a refusal with the words of the hook that it is from."""
        return f"{self.detail} {self.words}" if self.detail and self.words else self.detail

    def _until(self) -> str | None:
        return self.next_allowed_at.isoformat() if self.next_allowed_at else None

    def error(self) -> CallRefused:
        """Give the refusal as the problem that whoever wants to call is answered with."""
        call_id = self.suppression.call_id if self.suppression else None
        return REFUSED.get(self.refusal or "", CallRefused)(
            self.in_full() or "",
            rule=self.rule.told() if self.rule else None,
            call_id=str(call_id) if call_id else None,
            zones=self.zones,
            next_allowed_at=self._until(),
        )


def decide(facts: Facts, rules: RulesInForce, now: datetime) -> Decision:
    """Say whether a number may be called at `now` by these rules.

    What waiting does not end is named first. A number that may be in several places has to be
    allowed in all of them.
    """
    zones, bound = zones_of(facts.places), rules.binding(facts.purpose, facts.places)
    decision = (
        _by_suppression(facts, zones)
        or _by_consent(facts, bound, zones, now)
        or _by_answer(facts, zones)
        or _by_time(facts, bound, zones, now)
        or _by_silence(facts, bound, zones, now)
        or Decision(zones, next_allowed_at=now)
    )
    known = tuple(each.inquiry_id for each in facts.verdicts if each.inquiry_id is not None)
    return replace(decision, inquiry_ids=known) if known else decision


def _by_suppression(facts: Facts, zones: Zones) -> Decision | None:
    latest = binding(facts.suppressions, facts.consents, facts.purpose)
    if latest is None:
        return None
    name: RefusalName = "consent_revoked" if latest.source == BY_REVOKING else "suppressed"
    return Decision(zones, name, DO_NOT_CALL, _in_words(latest), suppression=latest)


def _by_consent(facts: Facts, bound: Binding, zones: Zones, now: datetime) -> Decision | None:
    dates = [each.reassigned_on for each in facts.verdicts if each.reassigned_on is not None]
    reassigned_on = max(dates, default=None)
    kinds = {
        each.kind
        for each in facts.consents
        if each.revoked_at is None
        and each.given_at <= now
        and each.purpose in {Scope.ALL, facts.purpose}
        # Whoever has the number since has agreed to nothing.
        and (reassigned_on is None or each.given_at.date() > reassigned_on)
    }
    if ConsentKind.WRITTEN in kinds:
        return None
    for rule in bound.consents:
        if rule.consent not in kinds:
            how = "in writing " if rule.consent is ConsentKind.WRITTEN else ""
            detail = (
                f"Nobody is known to have agreed {how}to {facts.purpose.value} calls to this "
                "number, which has to come first."
            )
            return Decision(zones, "no_consent", rule, detail)
    return None


def _by_answer(facts: Facts, zones: Zones) -> Decision | None:
    for each in facts.verdicts:
        if each.standing is Standing.BARRED:
            code = f": {each.code}" if each.code else ""
            detail = f"The look-up {each.hook} refuses this number{code}."
            return Decision(zones, "refused_by_hook", _ground(each), detail, words=each.words)
    return None


def _by_silence(facts: Facts, bound: Binding, zones: Zones, now: datetime) -> Decision | None:
    """Refuse what a hook gives no answer about; what waits to be asked is named last."""
    openings = tuple(one for one, _ in bound.openings)
    caps, attempts = tuple(cap for cap, _ in bound.caps), tuple(sorted(facts.attempts))
    silent = [each for each in facts.verdicts if each.standing is Standing.UNANSWERED]
    if silent:
        last = max(silent, key=lambda each: each.until or now)
        until = next_allowed(openings, caps, attempts, last.until or now)
        detail = f"The look-up {last.hook} gave no answer: {last.words or 'none came.'}"
        return Decision(zones, "hook_unanswered", _ground(last), detail, until)
    for each in facts.verdicts:
        if each.standing is Standing.UNASKED:
            detail = f"The look-up {each.hook} is asked about this number before it is dialed."
            return Decision(zones, AWAITING_HOOK, _ground(each), detail, now + HOOKS_WAIT)
    return None


def _ground(verdict: Verdict) -> Ground:
    return Ground(f"hook: {verdict.hook}", verdict.host, verdict.as_of)


def _by_time(facts: Facts, bound: Binding, zones: Zones, now: datetime) -> Decision | None:
    attempts = tuple(sorted(facts.attempts))
    openings = tuple(one for one, _ in bound.openings)
    caps = tuple(cap for cap, _ in bound.caps)
    for cap, rule in bound.caps:
        if cap.free_at(attempts, now) > now:
            until = next_allowed(openings, caps, attempts, now)
            detail = (
                f"This number was called {cap.count} times or more within {cap.hours} hours for "
                f"{facts.purpose.value}, and that is the most."
            )
            return Decision(zones, "too_many_attempts", rule, detail, until)
    for opening, rule in bound.openings:
        if not is_open(opening, now):
            until = next_allowed(openings, caps, attempts, now)
            words = _closed_words(opening, now, zones)
            return Decision(zones, "outside_window", rule, words, until)
    return None


def _closed_words(opening: Opening, now: datetime, zones: Zones) -> str:
    local = now.astimezone(zone_of(opening.zone))
    where = opening.zone if len(zones) == 1 else f"{opening.zone}, where this number may be"
    return f"It is {local:%A, %H:%M} in {where}: no hour for such calls."


@lru_cache(maxsize=10_000)
def next_allowed(
    openings: tuple[Opening, ...],
    caps: tuple[Cap, ...],
    attempts: tuple[datetime, ...],
    now: datetime,
) -> datetime | None:
    """Find the first instant from `now` on at which all is open and no cap is reached.

    Each step goes to where what forbids the instant ends, so none that is allowed is passed over.
    None: not within the horizon.
    """
    at = now
    while at <= now + HORIZON:
        later = at
        for opening in openings:
            opens = next_open(opening, later)
            if opens is None:
                return None
            later = opens
        for cap in caps:
            later = cap.free_at(attempts, later)
        if later == at:
            return at
        at = later
    return None


def binding(
    suppressions: Sequence[Suppression], consents: Sequence[Consent], purpose: Scope
) -> Suppression | None:
    """Find the latest suppression that refuses calls of this purpose; None: none does."""
    held = [
        each
        for each in suppressions
        if purpose in BOUND_BY[each.scope] and ending(each, consents, purpose) is None
    ]
    return max(held, key=lambda each: each.asked_at, default=None)


def _in_words(latest: Suppression) -> str:
    if latest.source == ERASED:
        return "Whoever has this number asked not to be called again, and was erased."
    meant = "" if latest.scope is Scope.ALL else f" for {latest.scope.value}"
    whence = f"in call {latest.call_id} of " if latest.call_id else "on "
    return (
        f"Whoever has this number asked not to be called again{meant}, {whence}"
        f"{latest.asked_at:%Y-%m-%d}."
    )


def covers(
    suppressions: Sequence[Suppression], consents: Sequence[Consent], scope: Scope
) -> Suppression | None:
    """Find what refuses all that a suppression of this scope would refuse; None: not all is."""
    found = [binding(suppressions, consents, purpose) for purpose in BOUND_BY[scope]]
    if None in found:
        return None
    return max((each for each in found if each is not None), key=lambda each: each.asked_at)


def ending(suppression: Suppression, consents: Sequence[Consent], purpose: Scope) -> Consent | None:
    """Find the consent that ends a suppression for calls of one purpose.

    It is given later than they asked, is not revoked, and covers the purpose.
    """
    newer = [
        each
        for each in consents
        if each.given_at > suppression.asked_at
        and each.revoked_at is None
        and each.purpose in {Scope.ALL, purpose}
    ]
    return min(newer, key=lambda each: each.given_at, default=None)


def ended_at(suppression: Suppression, consents: Sequence[Consent]) -> datetime | None:
    """Say since when a suppression is over for all that it was meant for."""
    ends = [ending(suppression, consents, purpose) for purpose in BOUND_BY[suppression.scope]]
    if None in ends:
        return None
    return max(consent.given_at for consent in ends if consent is not None)
