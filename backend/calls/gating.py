"""Calls and the gate: one that is refused ends, or waits until it may be dialled."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.calls import service
from backend.calls.errors import HooksBusy
from backend.calls.events import CallQueued, CallScheduled
from backend.calls.models import Call, CallStatus
from backend.calls.service import NewCall
from backend.compliance import asking
from backend.compliance.asking import Asking
from backend.compliance.callee import Callee
from backend.compliance.events import InquiryDue
from backend.compliance.gate import AWAITING_HOOK, Decision
from backend.compliance.hooks import ahead
from backend.compliance.hooks.inquiring import Asker
from backend.compliance.hooks.questions import Asked
from backend.compliance.models import Scope
from backend.platform import clock, db, events
from backend.platform.settings import Settings
from backend.providers.runtime import Runtime

# A hook that is busy with other calls is asked a little later.
_BUSY_SECONDS = 1.0


async def is_refused(session: AsyncSession, call: Call, settings: Settings) -> bool:
    """Ask the gate about a call whose turn it is, and end it or have it wait when it is refused."""
    asked = await _asking(session, call, settings)
    decision = await asking.ask(session, asked, callee_of(call))
    return await _settle(session, call, decision)


async def is_refused_for_good(session: AsyncSession, call: Call, settings: Settings) -> bool:
    """Ask the last time before it is dialled: nobody is suppressed until that is settled."""
    asked = await _asking(session, call, settings)
    decision = await asking.ask_for_good(session, asked, callee_of(call))
    return await _settle(session, call, decision)


async def may_not_be_sent_again(
    session: AsyncSession, call: Call, settings: Settings
) -> bool | None:
    """Ask about a call that may have been dialled already, and end it where it is refused.

    It may not wait for another hour: it would be dialled once more. None: hooks have to be asked
    about it first, which is under way, beside the other calls.
    """
    asked = await _asking(session, call, settings)
    decision = await asking.ask_for_good(session, asked, callee_of(call))
    if decision.refusal == AWAITING_HOOK:
        await events.publish(session, _due(call))
        return None
    return await _settle(session, call, decision, may_wait=False)


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
    return Asking(
        call.org_id,
        purpose,
        settings.secret_keys,
        own_call_id=call.id,
        agent_id=call.agent_id,
    )


async def _settle(
    session: AsyncSession, call: Call, decision: Decision, *, may_wait: bool = True
) -> bool:
    call.hook_inquiry_ids = list(decision.inquiry_ids) or None
    if decision.allowed:
        return False
    if decision.refusal == AWAITING_HOOK and may_wait:
        await _have_asked(session, call, decision)
        return True
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


async def _have_asked(session: AsyncSession, call: Call, decision: Decision) -> None:
    """Put a call aside until hooks were asked about its number, so that no other waits for them.

    One that waits for that already is not told of again.
    """
    is_told = awaits_hook(call)
    call.status, call.due_at = CallStatus.SCHEDULED, decision.next_allowed_at
    call.held = decision.told()
    call.dialed_at = call.check_at = None
    await session.flush()
    if not is_told:
        await events.publish(session, CallScheduled(**service.about_held(call)))
    await events.publish(session, _due(call))


def _due(call: Call) -> InquiryDue:
    return InquiryDue(org_id=call.org_id, agent_id=call.agent_id, call_id=call.id)


async def ask_hooks(runtime: Runtime, org_id: UUID, call_id: UUID) -> None:
    """Have hooks asked about the number of a call that waits for that, and let it go on.

    May run twice: a call that does not wait for it any more is left as it is. Raises HooksBusy.
    """
    asker = Asker(runtime.sessions, runtime.settings, is_patient=False)
    async with db.transaction(runtime.sessions) as session:
        call = await service.get_call(session, org_id, call_id)
        if not awaits_hook(call) and not _may_be_sent_again(call):
            return
        asked = await _asked(session, call, runtime.settings)
    decision = await ahead.inquire_if_awaited(asker, asked)
    if decision.refusal == AWAITING_HOOK:
        raise HooksBusy("Its hooks are busy with other calls.", retry_after=_BUSY_SECONDS)
    async with db.transaction(runtime.sessions) as session:
        call = await service.lock_call(session, org_id, call_id)
        if not awaits_hook(call):
            return
        call.status, call.due_at, call.held = CallStatus.QUEUED, clock.now(), None
        await session.flush()
        await events.publish(session, CallQueued(**service.about(call)))


async def ask_hooks_ahead(
    asker: Asker, org_id: UUID, wanted: NewCall, idempotency_key: str | None
) -> None:
    """Have hooks asked before a call is placed, so that whoever places it learns of a refusal.

    A call that is placed for later, or was placed before, is asked about when its time comes.
    Raises CallInvalid: about what cannot be placed nobody is asked.
    """
    now = clock.now()
    if isinstance(wanted.scheduled_at, datetime) and wanted.scheduled_at > now:
        return
    async with db.transaction(asker.sessions) as session:
        version = await service.find_wanted_version(
            session, org_id, wanted, asker.settings, idempotency_key
        )
        if version is None:
            return
        asked = Asked(
            org_id,
            Callee(wanted.to_number, wanted.time_zone, wanted.postal_code),
            Scope(version.frozen.purpose),
            version.agent_id,
        )
    await ahead.inquire_if_awaited(asker, asked)


def awaits_hook(call: Call) -> bool:
    held = call.held or {}
    return call.status is CallStatus.SCHEDULED and held.get("name") == AWAITING_HOOK


def _may_be_sent_again(call: Call) -> bool:
    is_sent = call.sent_at is not None and call.retell_call_id is None
    return call.status is CallStatus.DIALING and is_sent


async def _asked(session: AsyncSession, call: Call, settings: Settings) -> Asked:
    asking_ = await _asking(session, call, settings)
    campaign_id = call.call_metadata.get("campaign_id")
    return Asked(
        call.org_id,
        callee_of(call),
        asking_.purpose,
        call.agent_id,
        call.id,
        campaign_id if isinstance(campaign_id, str) else None,
    )
