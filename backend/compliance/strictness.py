"""Whether a rule of an organisation's own lets pass what the shipped one does not."""

from collections.abc import Callable, Iterator, Mapping

from backend.compliance.hours import Schedule
from backend.compliance.models import ConsentKind
from backend.compliance.rules import Rule, RuleKind


def looser(own: Rule, default: Rule) -> list[str]:
    """Say in what the own rule is looser than the default; nothing: it is as strict or stricter."""
    return list(_looser(own, default))


def _looser(own: Rule, default: Rule) -> Iterator[str]:
    if own.kind is not default.kind:
        yield f"it is of kind {own.kind.value}, not {default.kind.value}"
        return
    missing = [each.value for each in default.purposes if each not in own.purposes]
    if missing:
        yield f"it does not bind {' and '.join(missing)} calls"
    if own.country not in {None, default.country} or own.state not in {None, default.state}:
        yield "it binds other places"
    yield from _BY_KIND[own.kind](own, default)


def _looser_hours(own: Rule, default: Rule) -> Iterator[str]:
    if _minutes(own.schedule()) - _minutes(default.schedule()):
        yield "it allows calls at more hours"
    if default.holidays is not None and own.holidays != default.holidays:
        yield "it allows calls on holidays"


def _looser_attempts(own: Rule, default: Rule) -> Iterator[str]:
    more = (own.max_attempts or 0) > (default.max_attempts or 0)
    if more or (own.per_hours or 0) < (default.per_hours or 0):
        yield "it allows more attempts"


def _looser_consent(own: Rule, default: Rule) -> Iterator[str]:
    if default.consent is ConsentKind.WRITTEN and own.consent is not ConsentKind.WRITTEN:
        yield "it asks for less than consent in writing"


def _looser_disclosure(own: Rule, default: Rule) -> Iterator[str]:
    if own.disclosure != default.disclosure:
        yield "it asks for other words"


_BY_KIND: Mapping[RuleKind, Callable[[Rule, Rule], Iterator[str]]] = {
    RuleKind.HOURS: _looser_hours,
    RuleKind.ATTEMPTS: _looser_attempts,
    RuleKind.CONSENT: _looser_consent,
    RuleKind.DISCLOSURE: _looser_disclosure,
}


def _minutes(schedule: Schedule) -> set[tuple[int, int]]:
    return {
        (day, minute)
        for day, stretches in enumerate(schedule.week)
        for begin, end in stretches
        for minute in range(begin, end)
    }
