"""The rules that are in force for an organisation, and what of them binds a call."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from backend.compliance.caps import Cap
from backend.compliance.hours import Opening
from backend.compliance.models import Scope
from backend.compliance.places import Place
from backend.compliance.rules import Rule, RuleKind

Places = tuple[Place, ...]


@dataclass(frozen=True)
class Binding:
    """What binds calls of one purpose to numbers that may be in the same places."""

    openings: tuple[tuple[Opening, Rule], ...]
    caps: tuple[tuple[Cap, Rule], ...]
    consents: tuple[Rule, ...]


@dataclass(frozen=True)
class RulesInForce:
    """Rules, and what was found out about them: thousands of numbers are in the same places."""

    rules: tuple[Rule, ...]
    _found: dict[tuple[Scope, Places], Binding] = field(
        default_factory=dict, compare=False, repr=False
    )

    def binding(self, purpose: Scope, places: Places) -> Binding:
        found = self._found.get((purpose, places))
        if found is None:
            meant = [each for each in self.rules if purpose in each.purposes]
            found = Binding(
                openings=tuple(_openings(meant, purpose, places)),
                caps=tuple(
                    (cap, rule)
                    for rule in _bound(meant, RuleKind.ATTEMPTS, purpose, places)
                    if (cap := rule.cap()) is not None
                ),
                consents=tuple(_bound(meant, RuleKind.CONSENT, purpose, places)),
            )
            self._found[purpose, places] = found
        return found

    def disclosures(self, purpose: Scope, places: Places) -> list[Rule]:
        """List the rules by which something has to be said in calls to these places."""
        return list(_bound(self.rules, RuleKind.DISCLOSURE, purpose, places))

    def longest_period_hours(self, purpose: Scope) -> int:
        """Return how far back attempts count for calls of a purpose; 0: they do not."""
        caps = (each for each in self.rules if purpose in each.purposes)
        return max((each.per_hours or 0 for each in caps), default=0)

    def need_consent(self, purpose: Scope) -> bool:
        return any(
            each.kind is RuleKind.CONSENT and purpose in each.purposes for each in self.rules
        )


def _bound(rules: Sequence[Rule], kind: RuleKind, purpose: Scope, places: Places) -> Iterator[Rule]:
    for rule in rules:
        if rule.kind is kind and any(rule.binds(purpose, place) for place in places):
            yield rule


def _openings(
    rules: Sequence[Rule], purpose: Scope, places: Places
) -> Iterator[tuple[Opening, Rule]]:
    """Give the hours that bind, in each zone where the number may be, each once."""
    seen = set()
    for rule in rules:
        if rule.kind is not RuleKind.HOURS:
            continue
        schedule = rule.schedule()
        for place in places:
            for zone in place.zones if rule.binds(purpose, place) else ():
                opening = Opening(schedule, zone)
                if opening not in seen:
                    seen.add(opening)
                    yield opening, rule
