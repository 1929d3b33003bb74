"""Asking the gate: read what is known of numbers, one or very many, and decide."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.compliance import gate, outliving, own_rules, queries
from backend.compliance.callee import Callee
from backend.compliance.gate import Decision, Facts
from backend.compliance.hooks import queries as hook_queries
from backend.compliance.hooks.verdicts import Standing, Verdict, judge
from backend.compliance.in_force import RulesInForce
from backend.compliance.models import Consent, Scope, Suppression
from backend.compliance.places import places_of
from backend.compliance.rules import Rule
from backend.platform import clock

T_ = TypeVar("T_", Suppression, Consent)
# What is known of so many is read at once; others on the event loop wait for no more than that.
_AT_ONCE = 500
# So few are decided faster than it takes to have it done beside the event loop.
_FEW = 20


@dataclass(frozen=True)
class Asking:
    """Who asks, for calls of which purpose, and for when: by default for now.

    `own_call_id` is the call that is asked about, which is no earlier attempt. `only_known` leaves
    out hooks that would have to be asked first, for those who look ahead.
    """

    org_id: UUID
    purpose: Scope
    secret_keys: Sequence[str]
    at: datetime | None = None
    own_call_id: UUID | None = None
    agent_id: UUID | None = None
    only_known: bool = False


async def ask(session: AsyncSession, asking: Asking, callee: Callee) -> Decision:
    """Decide about one number."""
    (decision,) = await ask_about_many(session, asking, [callee])
    return decision


async def ask_for_good(session: AsyncSession, asking: Asking, callee: Callee) -> Decision:
    """Decide as `ask` does, and let nobody be suppressed until the transaction is over.

    So a number whose suppression was answered with success is not dialled afterwards.
    """
    await queries.share_list(session, asking.org_id)
    return await ask(session, asking, callee)


async def list_disclosures(
    session: AsyncSession, org_id: UUID, purpose: Scope, callee: Callee, *, at: datetime
) -> list[Rule]:
    """List the rules by which an agent had to say something to this number at that time."""
    rules = await own_rules.find_in_force(session, org_id, at=at)
    return rules.disclosures(purpose, places_of(callee))


async def ask_about_many(
    session: AsyncSession, asking: Asking, callees: Sequence[Callee]
) -> list[Decision]:
    """Decide about each, in their order: with a few queries for thousands of numbers."""
    rules = await own_rules.find_in_force(session, asking.org_id)
    now = asking.at or clock.now()
    decisions: list[Decision] = []
    for start in range(0, len(callees), _AT_ONCE):
        some = callees[start : start + _AT_ONCE]
        known = await _read(session, asking, some, rules, now)
        if len(callees) <= _FEW:
            decisions += _decide(known, some, rules, now)
        else:
            decisions += await asyncio.to_thread(_decide, known, some, rules, now)
    return decisions


@dataclass(frozen=True)
class _Known:
    """What is known of some numbers, by number."""

    purpose: Scope
    suppressions: Mapping[str, Sequence[Suppression]]
    consents: Mapping[str, Sequence[Consent]]
    attempts: Mapping[str, Sequence[datetime]]
    verdicts: Mapping[str, Sequence[Verdict]]


def _decide(
    known: _Known, callees: Sequence[Callee], rules: RulesInForce, now: datetime
) -> list[Decision]:
    found = (
        Facts(
            number=each.number,
            purpose=known.purpose,
            places=places_of(each),
            suppressions=known.suppressions.get(each.number, ()),
            consents=known.consents.get(each.number, ()),
            attempts=known.attempts.get(each.number, ()),
            verdicts=known.verdicts.get(each.number, ()),
        )
        for each in callees
    )
    return [gate.decide(facts, rules, now) for facts in found]


async def _read(
    session: AsyncSession,
    asking: Asking,
    callees: Sequence[Callee],
    rules: RulesInForce,
    now: datetime,
) -> _Known:
    org_id, numbers = asking.org_id, list({each.number for each in callees})
    suppressed = [
        *await queries.list_of_numbers(session, org_id, numbers),
        *await queries.list_opt_outs_of_calls(session, org_id, numbers),
        *await outliving.list_erased(session, asking.secret_keys, org_id, numbers),
    ]
    hours = rules.longest_period_hours(asking.purpose)
    attempts: dict[str, list[datetime]] = defaultdict(list)
    if hours:
        since = now - timedelta(hours=hours)
        for attempt in await queries.list_attempts(
            session, org_id, numbers, since=since, purpose=asking.purpose
        ):
            if attempt.call_id != asking.own_call_id:
                attempts[attempt.number].append(attempt.at)
    consents = []
    if suppressed or rules.need_consent(asking.purpose):
        consents = list(await queries.list_consents_of(session, org_id, numbers))
    return _Known(
        asking.purpose,
        _by_number(suppressed),
        _by_number(consents),
        attempts,
        await _read_verdicts(session, asking, numbers),
    )


async def _read_verdicts(
    session: AsyncSession, asking: Asking, numbers: Sequence[str]
) -> Mapping[str, Sequence[Verdict]]:
    """Read what hooks have said, as far as it holds at the time that is asked about.

    Of a time to come nothing is asked yet: that is done then.
    """
    hooks = await hook_queries.list_asked(session, asking.org_id, asking.purpose, asking.agent_id)
    if not hooks:
        return {}
    ids, now = [each.id for each in hooks], clock.now()
    then = max(now, asking.at or now)
    found = await hook_queries.list_latest(session, ids, numbers, asking.purpose, asking.agent_id)
    latest = {(each.hook_id, each.to_number): each for each in found}
    only_known = asking.only_known or then > now
    verdicts: dict[str, list[Verdict]] = {}
    for number in numbers:
        judged = [judge(hook, latest.get((hook.id, number)), then) for hook in hooks]
        verdicts[number] = [
            each for each in judged if not (only_known and each.standing is Standing.UNASKED)
        ]
    return verdicts


def _by_number(rows: Iterable[T_]) -> dict[str, list[T_]]:
    found: dict[str, list[T_]] = defaultdict(list)
    for row in rows:
        found[row.to_number].append(row)
    return found
