"""What a call waits for, in words for those who look at it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import queries
from backend.calls.models import Call, CallStatus, DialQueue
from backend.calls.schemas import WaitingFor
from backend.compliance.gate import FOR_HOOKS
from backend.platform import clock


class Lines(NamedTuple):
    """How the organisation's dialling stands."""

    queue: DialQueue | None
    running: int


async def read_waits(
    session: AsyncSession, org_id: UUID, calls: Sequence[Call]
) -> Mapping[UUID, WaitingFor]:
    """Tell of each call that waits what it waits for."""
    if not any(_may_wait(call) for call in calls):
        return {}
    lines = Lines(
        await queries.find_dial_queue(session, org_id), await queries.count_running(session, org_id)
    )
    waits = {call.id: waiting_for(call, lines, clock.now()) for call in calls}
    return {call_id: wait for call_id, wait in waits.items() if wait is not None}


def _may_wait(call: Call) -> bool:
    is_dialled = call.status is CallStatus.DIALING and call.retell_call_id is None
    return is_dialled or call.status in {CallStatus.QUEUED, CallStatus.SCHEDULED}


def waiting_for(call: Call, lines: Lines, now: datetime) -> WaitingFor | None:
    if not _may_wait(call):
        return None
    if call.status is CallStatus.DIALING:
        return _dialled(call)
    if call.due_at is not None and call.due_at > now:
        if call.held is not None and call.held["name"] in FOR_HOOKS:
            return WaitingFor(what="hook", since=call.created_at, detail=call.held["detail"])
        why = call.held["detail"] if call.held is not None else None
        later = "It is to be dialled at a later time."
        detail = f"{why} It is dialled when the rule allows." if why else later
        return WaitingFor(what="window", since=call.created_at, detail=detail)
    return _queued(call, lines, now)


def _dialled(call: Call) -> WaitingFor:
    since = call.sent_at or call.dialed_at or call.created_at
    if call.dial_doubt is None:
        return WaitingFor(
            what="retell_answer", since=since, detail="Retell was asked to place this call."
        )
    return WaitingFor(
        what="look_up",
        since=since,
        detail=f"{call.dial_doubt} The phone may have rung, so it is not dialled again: Retell is "
        "asked whether it has the call.",
    )


def _queued(call: Call, lines: Lines, now: datetime) -> WaitingFor:
    queue, since = lines.queue, call.due_at or call.created_at
    if queue is not None and queue.stopped_until is not None and queue.stopped_until > now:
        return WaitingFor(
            what="stopped_queue",
            since=queue.stopped_at or since,
            detail=queue.stopped_reason or "Dialling stands still.",
        )
    limit = queue.concurrency_limit if queue is not None else None
    in_use = lines.running + (queue.foreign_calls if queue is not None else 0)
    is_full = limit is not None and in_use >= limit
    detail = f"{in_use} of {limit} lines are in use." if is_full else "It waits for its turn."
    return WaitingFor(what="free_line", since=since, detail=detail)
