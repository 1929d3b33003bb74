"""Holds: making and ending them, and refusing to take away what is held."""

from collections.abc import Sequence
from uuid import UUID

import phonenumbers
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.calls import service as calls
from backend.platform.errors import FieldError
from backend.platform.people import holds
from backend.platform.people.holds import HeldCall, Hold
from backend.platform.people.personal_data import Subject
from backend.retention import queries
from backend.retention.errors import Held, HoldNotFound, SubjectInvalid


def normal(phone_number: str) -> str:
    """Write a number as calls have it. Raises SubjectInvalid."""
    try:
        parsed = phonenumbers.parse(phone_number)
    except phonenumbers.NumberParseException:
        message = "Not a phone number with its country, such as +14155550100."
        raise SubjectInvalid(message, errors=[FieldError("/phone_number", message)]) from None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


async def hold(session: AsyncSession, wanted: Hold) -> Hold:
    """Have something stay. What is being taken away meanwhile is waited for."""
    if wanted.phone_number is not None:
        wanted.phone_number = normal(wanted.phone_number)
    if wanted.call_id is not None:
        await calls.get_call(session, wanted.org_id, wanted.call_id)
    if wanted.agent_id is not None:
        await agents.get_agent(session, wanted.org_id, wanted.agent_id)
    await holds.lock_alone(session, wanted.org_id)
    session.add(wanted)
    await session.flush()
    return wanted


async def end_hold(session: AsyncSession, org_id: UUID, hold_id: UUID) -> Hold:
    """Let it go. The next clean-up looks through everything again, for what was held till now."""
    found = await queries.find_hold(session, org_id, hold_id)
    if found is None:
        raise HoldNotFound(f"There is no hold {hold_id}.")
    await session.delete(found)
    policy = await queries.lock_policy(session, org_id)
    if policy is not None:
        policy.marks = {}
    await session.flush()
    return found


async def list_holds(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[Hold]:
    return await queries.list_holds(session, org_id, cursor=cursor, limit=limit)


async def refuse_held(session: AsyncSession, subject: Subject) -> None:
    """Raise Held with the hold's id if any of it has to stay; else none begins meanwhile."""
    await holds.lock(session, subject.org_id)
    for _, hold_id, reason in await find_held(session, subject):
        raise Held(f"Hold {hold_id} says that it must stay: {reason}", hold_id=str(hold_id))


async def find_held(session: AsyncSession, subject: Subject) -> Sequence[HeldCall]:
    """List what is held of somebody or something."""
    return await holds.find_held(
        session,
        subject.org_id,
        call_ids=sorted(subject.call_ids),
        numbers=sorted(subject.numbers),
    )
