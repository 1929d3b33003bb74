"""Which rules are in force for an organisation: what came with the release, and what it changed.

Every change is kept with who made it, when and why; the latest of a name is in force.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.compliance import public_holidays, queries
from backend.compliance.errors import RulesInvalid
from backend.compliance.in_force import RulesInForce
from backend.compliance.models import RuleChange
from backend.compliance.rules import Rule, shipped
from backend.compliance.strictness import looser
from backend.platform.errors import FieldError, pointer_to


@dataclass(frozen=True)
class OwnRule:
    """A rule as an organisation wants it, and why where it is looser than what was shipped."""

    rule: Rule
    reason: str | None


async def find_in_force(
    session: AsyncSession, org_id: UUID, *, at: datetime | None = None
) -> RulesInForce:
    """Find the rules that are in force, or that were at a time.

    Then the organisation's own were those that it had set, and of what came with this release those
    held whose day had come (by UTC), whichever release ran.
    """
    changes = await queries.list_own_rules(session, org_id, at=at)
    rules = _merged(tuple((each.name, json.dumps(each.rule)) for each in changes))
    if at is None:
        return rules
    own, day = {each.name for each in changes}, at.astimezone(UTC).date()
    return RulesInForce(
        tuple(each for each in rules.rules if each.name in own or each.as_of <= day)
    )


@lru_cache(maxsize=500)
def _merged(own: tuple[tuple[str, str], ...]) -> RulesInForce:
    """Put own rules in the place of those of their name. Kept, as they are asked all the time."""
    rules = {rule.name: rule for rule in shipped().rules}
    rules |= {name: Rule.model_validate_json(content) for name, content in own}
    return RulesInForce(tuple(rules.values()))


async def set_own(
    session: AsyncSession, org_id: UUID, wanted: Sequence[OwnRule], *, by: UUID
) -> None:
    """Have these be the organisation's own rules, and no others.

    One that is looser than what was shipped is refused without a reason, which is kept.
    """
    await asyncio.to_thread(_check, wanted)
    await queries.lock_rules(session, org_id)
    before = {each.name: each for each in await queries.list_own_rules(session, org_id)}
    after = {each.rule.name: each for each in wanted}
    changes = [
        RuleChange(org_id=org_id, name=name, rule=None, created_by=by)
        for name in sorted(before.keys() - after.keys())
    ]
    for name, own in after.items():
        content = own.rule.model_dump(mode="json", by_alias=True)
        old = before.get(name)
        if old is None or (old.rule, old.reason) != (content, own.reason):
            changes.append(
                RuleChange(org_id=org_id, name=name, rule=content, reason=own.reason, created_by=by)
            )
    session.add_all(changes)
    await session.flush()


def _check(wanted: Sequence[OwnRule]) -> None:
    defaults: Mapping[str, Rule] = {rule.name: rule for rule in shipped().rules}
    wrong, seen = [], set[str]()
    for index, own in enumerate(wanted):
        name = own.rule.name
        if name in seen:
            wrong.append(FieldError(pointer_to("rules", index, "name"), "There are two of it."))
        seen.add(name)
        calendar = own.rule.holidays
        if calendar is not None and not public_holidays.is_calendar(calendar):
            detail = f"There is no calendar of holidays for {calendar}."
            wrong.append(FieldError(pointer_to("rules", index, "holidays"), detail))
        how = looser(own.rule, defaults[name]) if name in defaults else []
        if how and not (own.reason or "").strip():
            detail = f"It is looser than what was shipped: {'; '.join(how)}. Say why."
            wrong.append(FieldError(pointer_to("rules", index, "reason"), detail))
    if wrong:
        raise RulesInvalid("; ".join(f"{e.pointer}: {e.message}" for e in wrong), errors=wrong)
