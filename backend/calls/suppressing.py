"""Calls and who is not to be called: what suppresses a number, and what ends then."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import gating, queries
from backend.calls.models import OPT_OUT, Call, CallSource, CallStatus
from backend.compliance import service as compliance
from backend.compliance.models import Scope, Suppression
from backend.compliance.numbers import as_dialled
from backend.platform import clock, db
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
    """Return the number of whom the call was with, as it is dialled; None: it had none."""
    if call.source is CallSource.INBOUND:
        return as_dialled(call.from_number)
    return as_dialled(call.to_number) if call.source is CallSource.OUTBOUND else None


async def end_waiting(runtime: Runtime, org_id: UUID, first_id: UUID, last_id: UUID) -> None:
    """End the calls that wait for numbers suppressed from one id to another."""
    async with db.transaction(runtime.sessions) as session:
        numbers = await compliance.list_numbers_suppressed(session, org_id, first_id, last_id)
        waiting = await queries.list_waiting_for(session, org_id, numbers)
    for call_id in waiting:
        async with db.transaction(runtime.sessions) as session:
            call = await queries.lock_call(session, org_id, call_id)
            if call is not None and call.status in {CallStatus.SCHEDULED, CallStatus.QUEUED}:
                await gating.end_if_unwanted(session, call, runtime.settings)
