"""The gate: whether a number may be called now, and by which rule it may not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from backend.compliance.errors import NumberSuppressed
from backend.compliance.models import Consent, Scope, Suppression

RefusalName: TypeAlias = Literal["suppressed"]
# As calls that ended by the gate have it for their reason.
REFUSALS: frozenset[str] = frozenset({"suppressed"})
# The source of what is known of somebody erased: nothing else is.
ERASED = "erased"


@dataclass(frozen=True)
class Rule:
    """A rule that binds calls, where it is from, and since when it holds."""

    name: str
    source: str
    as_of: date

    def told(self) -> dict[str, str]:
        return {"name": self.name, "source": self.source, "as_of": self.as_of.isoformat()}


DO_NOT_CALL = Rule(
    "do_not_call",
    "47 CFR 64.1200(a)(10): consent may be revoked by any reasonable means",
    date(2025, 4, 11),
)


# What a scope is meant for. `all` forbids no emergencies: a warning must still reach people.
BOUND_BY = {
    Scope.ALL: (Scope.SERVICE, Scope.MARKETING),
    Scope.SERVICE: (Scope.SERVICE,),
    Scope.MARKETING: (Scope.MARKETING,),
    Scope.EMERGENCY: (Scope.EMERGENCY,),
}


@dataclass(frozen=True)
class Refusal:
    """Why a number is not called."""

    name: RefusalName
    rule: Rule
    detail: str
    suppression: Suppression

    def told(self) -> dict[str, object]:
        """Say it to readers of the log, who may not all know the number."""
        return {"name": self.name, "rule": self.rule.told(), "detail": self.detail}

    def error(self) -> NumberSuppressed:
        call_id = self.suppression.call_id
        return NumberSuppressed(
            self.detail, rule=self.rule.told(), call_id=str(call_id) if call_id else None
        )


def decide(
    suppressions: Sequence[Suppression], consents: Sequence[Consent], purpose: Scope
) -> Refusal | None:
    """Say why calls of this purpose to one number are refused; None: they are not.

    The latest suppression that binds them is the one named.
    """
    binding = [
        each
        for each in suppressions
        if purpose in BOUND_BY[each.scope] and ending(each, consents, purpose) is None
    ]
    if not binding:
        return None
    latest = max(binding, key=lambda each: each.asked_at)
    return Refusal("suppressed", DO_NOT_CALL, _in_words(latest), latest)


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
    refusals = [decide(suppressions, consents, purpose) for purpose in BOUND_BY[scope]]
    if None in refusals:
        return None
    return max(
        (refusal.suppression for refusal in refusals if refusal is not None),
        key=lambda each: each.asked_at,
    )


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
