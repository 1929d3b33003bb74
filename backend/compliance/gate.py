"""The gate: whether a number may be called now, and by which rule it may not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from backend.compliance.errors import NumberSuppressed
from backend.compliance.models import Consent, Scope, Suppression

RefusalName: TypeAlias = Literal["suppressed"]
# As calls that ended by the gate have it for their reason.
REFUSALS: frozenset[str] = frozenset({"suppressed"})


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


@dataclass(frozen=True)
class Refusal:
    """Why a number is not called."""

    name: RefusalName
    rule: Rule
    detail: str
    suppression: Suppression

    def error(self) -> NumberSuppressed:
        about, call_id = self.suppression, self.suppression.call_id
        return NumberSuppressed(
            self.detail,
            rule=self.rule.told(),
            suppression_id=str(about.id),
            call_id=str(call_id) if call_id else None,
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
        if _binds(each, purpose) and ending(each, consents, purpose) is None
    ]
    if not binding:
        return None
    latest = max(binding, key=lambda each: each.asked_at)
    whence = f", in call {latest.call_id}" if latest.call_id else ""
    meant = "" if latest.scope is Scope.ALL else f" for {latest.scope.value}"
    detail = (
        f"Whoever has this number is not to be called{meant}: asked on "
        f"{latest.asked_at:%Y-%m-%d}{whence} ({latest.source.replace('_', ' ')})."
    )
    return Refusal("suppressed", DO_NOT_CALL, detail, latest)


def _binds(suppression: Suppression, purpose: Scope) -> bool:
    """Tell whether it is meant for calls of this purpose. `all` does not forbid emergencies."""
    if suppression.scope is Scope.ALL:
        return purpose is not Scope.EMERGENCY
    return suppression.scope is purpose


def ending(
    suppression: Suppression, consents: Sequence[Consent], purpose: Scope | None = None
) -> Consent | None:
    """Find the consent that ends a suppression: for one purpose, or for all that it is meant for.

    It is given later than they asked, is not revoked, and covers the purpose.
    """
    meant = purpose or suppression.scope
    newer = [
        each
        for each in consents
        if each.given_at > suppression.asked_at
        and each.revoked_at is None
        and each.purpose in {Scope.ALL, meant}
    ]
    return min(newer, key=lambda each: each.given_at, default=None)
