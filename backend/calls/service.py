"""Placing calls, steering them, and taking in what Retell tells about them."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backend.agents import service as agents
from backend.agents.models import AgentVersion
from backend.auth import users
from backend.calls import lifecycle, queries
from backend.calls.call_filter import CallFilter as CallFilter
from backend.calls.errors import (
    AssigneeUnknown,
    CallInvalid,
    CallNotCancelable,
    CallNotFound,
    CallNotRunning,
    CursorGone,
)
from backend.calls.events import (
    CallAssigned,
    CallCanceled,
    CallFailed,
    CallOverdue,
    CallQueued,
    CallScheduled,
)
from backend.calls.intents import NewCall as NewCall, hash_of, if_same_request, insert_once
from backend.calls.models import Call, CallSource, CallStatus, RepairTally
from backend.calls.updates import CALL_ID_KEY
from backend.compliance import asking
from backend.compliance.asking import Asking
from backend.compliance.callee import Callee
from backend.compliance.events import InquiryDue
from backend.compliance.gate import AWAITING_HOOK, Decision
from backend.compliance.models import Scope
from backend.compliance.numbers import is_e164
from backend.platform import clock, events
from backend.platform.errors import FieldError
from backend.platform.events import JsonObject
from backend.platform.pages import Stretch
from backend.platform.settings import Settings

# Why a call ended that was not dialled in the time that was given for it.
TOO_LATE = "too_late"
_METADATA_BYTES = 45_000  # Retell takes 50 kB, and our own key goes in there too.


async def place_call(
    session: AsyncSession,
    org_id: UUID,
    wanted: NewCall,
    *,
    settings: Settings,
    idempotency_key: str | None,
) -> Call:
    """Write the intent to call somebody, and announce it. Dialling follows.

    The same key with the same request gives the same call, also when both arrive at once, and
    even if it could not be placed any more; with another request it is a conflict.
    """
    if idempotency_key is not None:
        earlier = await queries.find_call_by_key(session, org_id, idempotency_key)
        if earlier is not None:
            return if_same_request(earlier, wanted)
    version, variables, from_number = await _read(session, org_id, wanted, settings)
    now = clock.now()
    scheduled_at = None if wanted.scheduled_at == "next_allowed" else wanted.scheduled_at
    due_at = max(scheduled_at, now) if scheduled_at else now
    purpose = Scope(version.frozen.purpose)
    asked = Asking(org_id, purpose, settings.secret_keys, due_at, agent_id=version.agent_id)
    due_at, held = await _ask_gate(session, asked, wanted, due_at)
    awaits_hook = held is not None and held["name"] == AWAITING_HOOK
    call = Call(
        org_id=org_id,
        agent_id=version.agent_id,
        agent_version=version.version,
        source=CallSource.OUTBOUND,
        status=CallStatus.SCHEDULED if due_at > now else CallStatus.QUEUED,
        to_number=wanted.to_number,
        from_number=from_number,
        variables=variables,
        call_metadata=wanted.metadata,
        idempotency_key=idempotency_key,
        request_hash=hash_of(wanted),
        due_at=due_at,
        scheduled_at=due_at if held and not awaits_hook else scheduled_at,
        held=held,
        time_zone=wanted.time_zone,
        postal_code=wanted.postal_code,
        dial_before=wanted.dial_before,
        created_at=now,
    )
    if not await insert_once(session, call):
        assert idempotency_key is not None  # noqa: S101 - only a key can have been taken
        first = await queries.find_call_by_key(session, org_id, idempotency_key)
        assert first is not None  # noqa: S101 - committed while the insert waited for it
        return if_same_request(first, wanted)
    await _announce(session, call, awaits_hook=awaits_hook)
    return call


async def _announce(session: AsyncSession, call: Call, *, awaits_hook: bool) -> None:
    announcement = CallScheduled if call.status is CallStatus.SCHEDULED else CallQueued
    await events.publish(session, announcement(**about_held(call)))
    if awaits_hook:
        due = InquiryDue(org_id=call.org_id, agent_id=call.agent_id, call_id=call.id)
        await events.publish(session, due)


class _Placeable(NamedTuple):
    """What is to call, and with what."""

    version: AgentVersion
    variables: dict[str, str]
    from_number: str | None


async def _read(
    session: AsyncSession, org_id: UUID, wanted: NewCall, settings: Settings
) -> _Placeable:
    """Find what is to call, and with what. Raises CallInvalid for what cannot be placed."""
    version = await _version(session, org_id, wanted)
    config = version.frozen
    variables, wrong = agents.fill_variables(config, wanted.variables)
    from_number = wanted.from_number or config.from_number or settings.retell.from_number
    wrong += _wrong_numbers(wanted.to_number, from_number) + wrong_metadata(wanted.metadata)
    if wrong:
        raise CallInvalid("; ".join(f"{e.pointer}: {e.message}" for e in wrong), errors=wrong)
    return _Placeable(version, variables, from_number)


async def _version(session: AsyncSession, org_id: UUID, wanted: NewCall) -> AgentVersion:
    """Find what is to call: of an agent that takes calls, the version wanted or the one live."""
    agent_id = wanted.agent_id or await agents.get_id_by_name(
        session, org_id, wanted.agent_name or ""
    )
    _, live = await agents.get_published(session, org_id, agent_id)
    if wanted.agent_version is None:
        return live
    return await agents.get_version(session, org_id, agent_id, wanted.agent_version)


async def find_wanted_version(
    session: AsyncSession,
    org_id: UUID,
    wanted: NewCall,
    settings: Settings,
    idempotency_key: str | None,
) -> AgentVersion | None:
    """Find what is to call; None: the call was placed before, by this key.

    Raises CallInvalid for what could not be placed, so that nobody is asked about it.
    """
    if idempotency_key is not None:
        earlier = await queries.find_call_by_key(session, org_id, idempotency_key)
        if earlier is not None:
            return None
    return (await _read(session, org_id, wanted, settings)).version


async def _ask_gate(
    session: AsyncSession, asked: Asking, wanted: NewCall, due_at: datetime
) -> tuple[datetime, JsonObject | None]:
    """Say when the call may be dialled, and what has it wait until then. Raises refusals."""
    callee = Callee(wanted.to_number, wanted.time_zone, wanted.postal_code)
    decision = await asking.ask(session, asked, callee)
    if decision.allowed:
        return due_at, None
    if decision.refusal == AWAITING_HOOK and decision.next_allowed_at is not None:
        return decision.next_allowed_at, decision.told()
    if wanted.scheduled_at != "next_allowed" or decision.next_allowed_at is None:
        raise decision.error()
    return decision.next_allowed_at, decision.told()


def _wrong_numbers(to_number: str, from_number: str | None) -> list[FieldError]:
    wrong = []
    if not is_e164(to_number):
        wrong.append(
            FieldError("/to_number", "Not a phone number in E.164 format, such as +14155550100.")
        )
    if from_number is None:
        wrong.append(
            FieldError(
                "/agent_id",
                "The agent has no from_number, and neither has the organisation. "
                "RETELL_FROM_NUMBER is not used with an organisation's own key: it belongs to "
                "the installation's account at Retell.",
            )
        )
    return wrong


def wrong_metadata(metadata: JsonObject) -> list[FieldError]:
    wrong = []
    if CALL_ID_KEY in metadata:
        wrong.append(FieldError(f"/metadata/{CALL_ID_KEY}", "This key is used by Ringback itself."))
    if len(json.dumps(metadata).encode()) > _METADATA_BYTES:
        wrong.append(FieldError("/metadata", f"Longer than {_METADATA_BYTES} bytes as JSON."))
    return wrong


async def get_call(session: AsyncSession, org_id: UUID, call_id: UUID) -> Call:
    call = await queries.find_call(session, org_id, call_id)
    if call is None:
        raise CallNotFound(f"There is no call {call_id}.")
    return call


async def lock_call(session: AsyncSession, org_id: UUID, call_id: UUID) -> Call:
    call = await queries.lock_call(session, org_id, call_id)
    if call is None:
        raise CallNotFound(f"There is no call {call_id}.")
    return call


async def list_calls(
    session: AsyncSession,
    org_id: UUID,
    wanted: CallFilter,
    stretch: Stretch,
    *,
    among: Sequence[SelectOfScalar[UUID]] = (),
) -> Sequence[Call]:
    """List calls as the stretch says, without their transcripts; `among` all these ids."""
    cursor = stretch.cursor if stretch.by_length else None
    if cursor is not None and await queries.find_call(session, org_id, cursor) is None:
        # Where it stood is gone with it, and an empty page would look like the end.
        raise CursorGone("The last call of the page before was deleted. Begin at the first page.")
    return await queries.list_calls(session, org_id, wanted, stretch, among=among)


async def count_calls(
    session: AsyncSession,
    org_id: UUID,
    wanted: CallFilter,
    *,
    most: int,
    among: Sequence[SelectOfScalar[UUID]] = (),
) -> int:
    """Count calls, and stop at `most`."""
    return await queries.count_calls(session, org_id, wanted, most=most, among=among)


async def cancel_call(session: AsyncSession, org_id: UUID, call_id: UUID) -> Call:
    """Take back a call that has not been dialled. Canceling twice is a conflict."""
    call = await lock_call(session, org_id, call_id)
    if call.status not in {CallStatus.SCHEDULED, CallStatus.QUEUED}:
        raise CallNotCancelable(
            f"The call is {call.status.value}; only a scheduled or queued call can be canceled."
        )
    call.status = CallStatus.CANCELED
    await session.flush()
    await events.publish(session, CallCanceled(**about(call)))
    return call


async def withdraw_call(session: AsyncSession, org_id: UUID, call_id: UUID) -> bool:
    """Have a call not dialled, and say whether it still can be: not if anything was sent of it."""
    call = await queries.lock_call(session, org_id, call_id)
    if call is not None and call.status in {CallStatus.SCHEDULED, CallStatus.QUEUED}:
        await cancel_call(session, org_id, call_id)
        return True
    if call is None or call.status is not CallStatus.DIALING or call.sent_at is not None:
        return False
    call.dial_before = clock.now()
    return True


async def assign_call(
    session: AsyncSession, org_id: UUID, call_id: UUID, user_id: UUID | None
) -> None:
    """Have a user look after the call; None: nobody. Said twice, it is announced once."""
    call = await lock_call(session, org_id, call_id)
    if call.assigned_to == user_id:
        return
    if user_id is not None:
        found = await users.list_named(session, org_id, [user_id])
        if not any(user.deactivated_at is None for user in found):
            raise AssigneeUnknown(f"There is no active user {user_id}.")
    call.assigned_to = user_id
    await session.flush()
    assigned_to = str(user_id) if user_id else None
    await events.publish(
        session,
        CallAssigned(
            org_id=org_id,
            agent_id=call.agent_id,
            call_id=call.id,
            data={"assigned_to": assigned_to},
        ),
    )


async def get_running(session: AsyncSession, org_id: UUID, call_id: UUID) -> str:
    """Return Retell's id of a call that can be stopped."""
    call = await get_call(session, org_id, call_id)
    is_running = call.status in {CallStatus.DIALING, CallStatus.IN_PROGRESS}
    if not is_running or call.retell_call_id is None:
        raise CallNotRunning(
            f"The call is {call.status.value}; only a running call can be stopped."
        )
    return call.retell_call_id


async def ask_at_once(session: AsyncSession, org_id: UUID, call_id: UUID) -> None:
    """Have Retell asked about a call now, and not only at its deadline."""
    await events.publish(session, CallOverdue(org_id=org_id, call_id=call_id))


async def fail_call(
    session: AsyncSession, call: Call, failure: str, *, refusal: Decision | None = None
) -> None:
    """Close a call that will not be dialled, with the reason in words, or by whose rule."""
    call.status = CallStatus.FAILED
    call.failure = failure
    call.check_at = None
    if refusal is not None:
        call.status_reason = refusal.refusal
    await session.flush()
    content = about(call)
    if refusal is not None:
        content["data"] |= {"refusal": refusal.told()}
    await events.publish(session, CallFailed(**content))


async def end_if_late(session: AsyncSession, call: Call) -> bool:
    """Close a call whose time to be dialled is over, and say whether it was."""
    if call.dial_before is None or clock.now() < call.dial_before:
        return False
    call.status_reason = TOO_LATE
    await fail_call(session, call, "The time in which it was to be dialled was over.")
    return True


def is_settled(call: Call) -> bool:
    """Say whether nothing more is expected: all was said, or Retell is no longer waited for."""
    goes_on = lifecycle.leg_goes_on(call.status_reason, call.seen)
    is_told = "analyzed" in call.seen and not goes_on
    return is_told or (call.status.is_final and call.check_at is None)


async def count_repairs(session: AsyncSession, org_id: UUID, since: datetime) -> RepairTally:
    return await queries.count_repairs(session, org_id, since, clock.now())


def about(call: Call) -> JsonObject:
    """Fill in an event about the call, with the snapshot that readers of the log get."""
    return {
        "org_id": call.org_id,
        "agent_id": call.agent_id,
        "call_id": call.id,
        "data": {
            "status": call.status.value,
            "status_reason": call.status_reason,
            "answered_by": call.answered_by.value,
            "duration_ms": call.duration_ms,
        },
    }


def about_held(call: Call) -> JsonObject:
    """Fill in an event about a call that waits, with the rule by which it does if there is one."""
    content = about(call)
    if call.held is not None:
        content["data"] |= {"refusal": call.held}
    return content


def after(seconds: float) -> datetime:
    return clock.now() + timedelta(seconds=seconds)
