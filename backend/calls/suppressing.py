"""Calls and who is not to be called: what suppresses a number, and what ends then."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.calls import queries, service
from backend.calls.models import OPT_OUT, Call, CallSource, CallStatus
from backend.compliance import service as compliance
from backend.compliance.gate import Refusal
from backend.compliance.models import Scope, Suppression
from backend.compliance.service import Asked
from backend.platform import clock, db
from backend.platform.settings import Settings
from backend.providers.runtime import Runtime


async def keep_opt_out(session: AsyncSession, call: Call) -> None:
    """Suppress whoever has asked Retell's agent not to be called again. Twice is as once."""
    number = other_side(call)
    if call.status_reason != OPT_OUT or number is None:
        return
    asked = Suppression(
        org_id=call.org_id,
        to_number=number,
        scope=Scope.ALL,
        source=compliance.BY_RETELL,
        call_id=call.id,
        asked_at=call.ended_at or clock.now(),
    )
    await compliance.suppress(session, [asked])


def other_side(call: Call) -> str | None:
    """Return the number of whom the call was with; None: it had none."""
    if call.source is CallSource.INBOUND:
        return call.from_number
    return call.to_number if call.source is CallSource.OUTBOUND else None


async def is_refused(session: AsyncSession, call: Call, settings: Settings) -> bool:
    """Ask the gate about a call that waits, and end it when it is refused."""
    number = call.to_number or ""
    asked = await compliance.ask(session, call.org_id, number, settings.secret_keys)
    return await _end_if_refused(session, call, asked)


async def is_refused_for_good(session: AsyncSession, call: Call, settings: Settings) -> bool:
    """Ask the last time before it is dialled: nobody is suppressed until that is settled."""
    number = call.to_number or ""
    asked = await compliance.ask_for_good(session, call.org_id, number, settings.secret_keys)
    return await _end_if_refused(session, call, asked)


async def _end_if_refused(session: AsyncSession, call: Call, asked: Asked | None) -> bool:
    refusal = await _refusal(session, call, asked) if asked is not None else None
    if refusal is not None:
        await service.fail_call(session, call, refusal.detail, refusal=refusal)
    return refusal is not None


async def _refusal(session: AsyncSession, call: Call, asked: Asked) -> Refusal | None:
    assert call.agent_version is not None  # noqa: S101 - set when the call was placed
    version = await agents.get_version(session, call.org_id, call.agent_id, call.agent_version)
    return asked.refusal(version.frozen.purpose)


async def end_waiting(runtime: Runtime, org_id: UUID, first_id: UUID, last_id: UUID) -> None:
    """End the calls that wait for numbers suppressed from one id to another."""
    async with db.transaction(runtime.sessions) as session:
        numbers = await compliance.list_numbers_suppressed(session, org_id, first_id, last_id)
        waiting = await queries.list_waiting_for(session, org_id, numbers)
    for call_id in waiting:
        async with db.transaction(runtime.sessions) as session:
            call = await queries.lock_call(session, org_id, call_id)
            if call is not None and call.status in {CallStatus.SCHEDULED, CallStatus.QUEUED}:
                await is_refused(session, call, runtime.settings)
