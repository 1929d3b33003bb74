"""Calls and the gate: one that is refused ends, or waits until it may be dialled."""

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.calls import service
from backend.calls.events import CallScheduled
from backend.calls.models import Call, CallStatus
from backend.compliance import asking
from backend.compliance.asking import Asking
from backend.compliance.callee import Callee
from backend.compliance.gate import Decision
from backend.compliance.models import Scope
from backend.platform import events
from backend.platform.settings import Settings


async def is_refused(session: AsyncSession, call: Call, settings: Settings) -> bool:
    """Ask the gate about a call whose turn it is, and end it or have it wait when it is refused."""
    asked = await _asking(session, call, settings)
    decision = await asking.ask(session, asked, callee_of(call))
    return await _settle(session, call, decision)


async def is_refused_for_good(
    session: AsyncSession, call: Call, settings: Settings, *, may_wait: bool = True
) -> bool:
    """Ask the last time before it is dialled: nobody is suppressed until that is settled.

    One that may have been dialled already may not wait: it would be dialled once more.
    """
    asked = await _asking(session, call, settings)
    decision = await asking.ask_for_good(session, asked, callee_of(call))
    return await _settle(session, call, decision, may_wait=may_wait)


async def end_if_unwanted(session: AsyncSession, call: Call, settings: Settings) -> None:
    """End a call that waits for who is not to be called, whatever the hour is now."""
    asked = await _asking(session, call, settings)
    decision = await asking.ask(session, asked, callee_of(call))
    if decision.suppression is not None:
        await service.fail_call(session, call, decision.detail or "", refusal=decision)


def callee_of(call: Call) -> Callee:
    return Callee(call.to_number or "", call.time_zone, call.postal_code)


async def _asking(session: AsyncSession, call: Call, settings: Settings) -> Asking:
    assert call.agent_version is not None  # noqa: S101 - set when the call was placed
    version = await agents.get_version(session, call.org_id, call.agent_id, call.agent_version)
    purpose = Scope(version.config.get("purpose", Scope.SERVICE))
    return Asking(call.org_id, purpose, settings.secret_keys, own_call_id=call.id)


async def _settle(
    session: AsyncSession, call: Call, decision: Decision, *, may_wait: bool = True
) -> bool:
    if decision.allowed:
        return False
    until = decision.next_allowed_at
    is_too_long = until is not None and call.dial_before is not None and until >= call.dial_before
    if until is None or is_too_long or not may_wait:
        await service.fail_call(session, call, decision.detail or "", refusal=decision)
        return True
    call.status, call.due_at = CallStatus.SCHEDULED, until
    call.held = decision.told()
    call.dialed_at = call.check_at = None
    await session.flush()
    await events.publish(session, CallScheduled(**service.about_held(call)))
    return True
