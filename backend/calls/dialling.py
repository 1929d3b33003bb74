"""Dialling: at most one call per intent, at the pace the organisation may dial.

A call is claimed (its status becomes `dialing`, in the order of the queue and under the limits),
then sent to Retell outside any transaction. `sent_at` is stored before the request leaves. Found
set without an answer, it means that the phone may have rung: only a look-up answers that, and
within the hour in which Retell honours the idempotency key, sending the same key again.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from uuid import UUID

from loguru import logger
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.agents.models import Agent
from backend.calls import gating, queries, service
from backend.calls.events import CallDialing, CallQueued
from backend.calls.intake import apply_update, lock_updates
from backend.calls.models import Call, CallStatus, DialQueue
from backend.calls.service import about, after
from backend.calls.updates import CALL_ID_KEY, kind_of_snapshot
from backend.platform import clock, db, events
from backend.platform.epochs import find_restored_at
from backend.platform.errors import AppError
from backend.platform.settings import Settings
from backend.providers.retell import Retell
from backend.providers.retell_call import RetellCall
from backend.providers.retell_errors import (
    DialOutcomeUnknown,
    DialRefused,
    RetellAccountBlocked,
    RetellNotFound,
    RetellRateLimited,
    RetellRefused,
    RetellUnreachable,
)
from backend.providers.retell_shapes import CallSearch, Dial
from backend.providers.runtime import Runtime

# Retell honours an idempotency key for one hour; the margin is for clocks that differ.
KEY_LIFETIME = timedelta(minutes=55)
# A queue that stood still may catch up on this much of its pace at once.
_CATCH_UP = timedelta(seconds=1)
# One that waited for longer may have been dialled already by a life that a backup does not know of.
_LATE = timedelta(minutes=1)
_STOP_SECONDS = 300.0
# The most that Retell is taken to ask for.
_LONGEST_WAIT = timedelta(hours=1)
DiallingWaitsFor: TypeAlias = Literal["stop", "pace", "running_calls"]
_UNREACHABLE_SECONDS = 5.0


async def claim_due(runtime: Runtime, org_id: UUID) -> int:
    """Claim as many due calls as pace and concurrency allow now. Return how many."""
    await _learn_limit(runtime, org_id)
    claimed = 0
    while await _claim_one(runtime, org_id):
        claimed += 1
    return claimed


async def _learn_limit(runtime: Runtime, org_id: UUID) -> None:
    """Ask for the limit before the first call ever, or all that wait would be sent at once.

    A key that may dial need not be allowed to ask, so dialling goes on without an answer.
    """
    async with db.transaction(runtime.sessions) as session:
        queue = await queries.find_dial_queue(session, org_id)
    if queue is not None and (queue.limit_read_at or _stands_still(queue, clock.now())):
        return
    try:
        await refresh_limit(runtime, org_id)
    except AppError as error:
        logger.warning("dial.limit_unknown", org_id=str(org_id), reason=error.code)


async def _claim_one(runtime: Runtime, org_id: UUID) -> bool:
    async with db.transaction(runtime.sessions) as session:
        # Found before this transaction takes its id, so that "dialing" comes after "queued" in the
        # log, which is ordered by transaction. The turn keeps other workers from the same call.
        await queries.lock_key(session, f"dial queue of {org_id}")
        next_due = await queries.find_next_due(session, org_id, clock.now())
        if next_due is None:
            return False
        queue = await _lock_queue(session, org_id)
        if queue.stopped_with not in {None, _mark_of_key(runtime.settings)}:
            _go_on(queue)
        now = clock.now()
        if _stands_still(queue, now) or waits_for_its_turn(queue, now, runtime.settings):
            return False
        if not await _has_room(session, queue):
            return False
        call = await queries.lock_call(session, org_id, next_due)
        if call is None or call.status not in {CallStatus.SCHEDULED, CallStatus.QUEUED}:
            return False  # Canceled at this moment.
        is_refused = await gating.is_refused(session, call, runtime.settings)
        if is_refused or await service.end_if_late(session, call):
            return True
        pace = timedelta(seconds=1 / runtime.settings.dial.starts_per_second)
        queue.next_start_at = max(queue.next_start_at, now - _CATCH_UP) + pace
        call.status, call.held = CallStatus.DIALING, None
        call.dialed_at = now
        call.check_at = after(runtime.settings.dial.lease_seconds)
        await session.flush()
        await events.publish(session, CallDialing(**about(call)))
    return True


async def _lock_queue(session: AsyncSession, org_id: UUID) -> DialQueue:
    await session.exec(
        insert(DialQueue)
        .values(org_id=org_id, next_start_at=clock.now(), foreign_calls=0)
        .on_conflict_do_nothing()
    )
    queue = await queries.lock_dial_queue(session, org_id)
    assert queue is not None  # noqa: S101 - inserted above, and never deleted
    return queue


def _stands_still(queue: DialQueue, now: datetime) -> bool:
    return queue.stopped_until is not None and (
        now < queue.stopped_until <= now + timedelta(seconds=2 * _STOP_SECONDS)
    )


def waits_for_its_turn(queue: DialQueue, now: datetime, settings: Settings) -> bool:
    """Tell whether the pace, or Retell, lets no call start yet.

    Further ahead than either ever asks for is a clock that was wrong, which nobody waits for.
    """
    longest = max(_LONGEST_WAIT, timedelta(seconds=2 / settings.dial.starts_per_second))
    return now < queue.next_start_at <= now + longest


def waiting_for(
    queue: DialQueue, now: datetime, running: int, settings: Settings
) -> DiallingWaitsFor | None:
    """Name what keeps the next call from being dialled; null: nothing does."""
    if _stands_still(queue, now):
        return "stop"
    if waits_for_its_turn(queue, now, settings):
        return "pace"
    limit = queue.concurrency_limit
    return "running_calls" if limit is not None and running + queue.foreign_calls >= limit else None


async def _has_room(session: AsyncSession, queue: DialQueue) -> bool:
    if queue.concurrency_limit is None:
        return True
    running = await queries.count_running(session, queue.org_id)
    return running + queue.foreign_calls < queue.concurrency_limit


async def dial(runtime: Runtime, org_id: UUID, call_id: UUID) -> None:
    """Send a claimed call to Retell, once. Safe to run again after a crash at any point."""
    if await _was_dialled_before(runtime, org_id, call_id):
        return
    async with db.transaction(runtime.sessions) as session:
        call = await service.lock_call(session, org_id, call_id)
        if call.status is not CallStatus.DIALING or call.retell_call_id is not None:
            return
        agent = await agents.get_agent(session, org_id, call.agent_id)
        if agent.archived_at is not None and call.sent_at is None:
            await service.fail_call(session, call, "The agent was archived before the call's turn.")
            return
        if call.sent_at is None and await _is_not_to_be_sent(session, call, runtime.settings):
            return
        request = await _request(session, call, agent, runtime.settings)
        first_sent_at, call.sent_at = call.sent_at, call.sent_at or clock.now()
    if first_sent_at is not None and not await _may_send_again(runtime, call, first_sent_at):
        return
    await _send(runtime, call, request, first_sent_at)


async def _is_not_to_be_sent(
    session: AsyncSession, call: Call, settings: Settings, *, may_wait: bool = True
) -> bool:
    """Ask for the last time, and end a call that is refused or too late."""
    if await gating.is_refused_for_good(session, call, settings, may_wait=may_wait):
        return True
    return await service.end_if_late(session, call)


async def _was_dialled_before(runtime: Runtime, org_id: UUID, call_id: UUID) -> bool:
    """Look for a call of which a backup does not know that it was dialled after it was made.

    Whoever may dial but not ask dials: a call that is late is rarely one that rang already.
    """
    async with db.transaction(runtime.sessions) as session:
        call = await service.get_call(session, org_id, call_id)
        if call.status is not CallStatus.DIALING or not await _may_be_forgotten(session, call):
            return False
    try:
        found = await find_at_retell(runtime.retell, call)
    except (RetellRateLimited, RetellUnreachable) as hindrance:
        await _put_back(runtime, call, await _hold_back(runtime, org_id, hindrance))
        return True
    except (RetellAccountBlocked, RetellNotFound, RetellRefused) as refusal:
        logger.warning("dial.not_looked_up", call_id=str(call.id), reason=refusal.code)
        return False
    if found is not None:
        await _attach(runtime, call, found)
    return found is not None


async def _may_be_forgotten(session: AsyncSession, call: Call) -> bool:
    if call.sent_at is not None or call.retell_call_id is not None:
        return False
    restored_at = await find_restored_at(session)
    is_from_backup = restored_at is not None and call.created_at < restored_at
    return is_from_backup or clock.now() - (call.due_at or call.created_at) > _LATE


async def _request(session: AsyncSession, call: Call, agent: Agent, settings: Settings) -> Dial:
    assert call.agent_version is not None  # noqa: S101 - set when the call was placed
    version = await agents.get_version(session, call.org_id, agent.id, call.agent_version)
    assert agent.retell_agent_id is not None  # noqa: S101 - a published agent has one
    from_number = call.from_number or settings.retell.from_number or ""
    return Dial(
        from_number=from_number,
        to_number=call.to_number or "",
        agent_id=agent.retell_agent_id,
        agent_version=version.retell_version,
        variables=call.variables,
        metadata={**call.call_metadata, CALL_ID_KEY: str(call.id)},
        idempotency_key=str(call.id),
    )


async def _may_send_again(runtime: Runtime, call: Call, first_sent_at: datetime) -> bool:
    """Look for the call that an earlier attempt may have made, before anything is sent again."""
    found = await find_at_retell(runtime.retell, call)
    if found is not None:
        await _attach(runtime, call, found)
        return False
    await gating.ask_hooks_again(runtime, call)
    async with db.transaction(runtime.sessions) as session:
        locked = await service.lock_call(session, call.org_id, call.id)
        if locked.status is not CallStatus.DIALING or locked.retell_call_id is not None:
            return False
        if clock.now() - first_sent_at < KEY_LIFETIME:
            return not await _is_not_to_be_sent(session, locked, runtime.settings, may_wait=False)
        await service.fail_call(
            session,
            locked,
            "Retell never said whether it placed this call, and shows no such call. It was "
            "not dialled again.",
        )
    return False


async def find_at_retell(retell: Retell, call: Call) -> RetellCall | None:
    """Look a call up by our id in its metadata. Lists show no transcripts, so it is fetched."""
    page = await retell.list_calls(CallSearch(metadata=(CALL_ID_KEY, str(call.id))), limit=1)
    return await retell.get_call(page.items[0].call_id) if page.items else None


async def _send(
    runtime: Runtime, call: Call, request: Dial, first_sent_at: datetime | None
) -> None:
    """Send the request. Refusals settle a first attempt only.

    After one whose outcome is not known, they say nothing about the phone it may have rung, so
    they are passed on and the question stays open for the next look-up.
    """
    is_first = first_sent_at is None
    try:
        placed = await runtime.retell.create_phone_call(request)
    except DialRefused as refused:
        if not is_first:
            raise
        async with db.transaction(runtime.sessions) as session:
            locked = await service.lock_call(session, call.org_id, call.id)
            await service.fail_call(session, locked, refused.detail)
    except (RetellRateLimited, RetellUnreachable, RetellAccountBlocked) as hindrance:
        wait = await _hold_back(runtime, call.org_id, hindrance)
        if not is_first:
            raise
        await _put_back(runtime, call, wait)
    except DialOutcomeUnknown as unknown:
        async with db.transaction(runtime.sessions) as session:
            locked = await service.lock_call(session, call.org_id, call.id)
            if locked.retell_call_id is None:
                locked.dial_doubt = unknown.detail
        logger.warning("dial.outcome_unknown", call_id=str(call.id))
        raise
    else:
        await _attach(runtime, call, placed)


async def _hold_back(runtime: Runtime, org_id: UUID, hindrance: AppError) -> float:
    """Have the organisation's queue wait, or stop it with the reason. Return the seconds."""
    wait = _UNREACHABLE_SECONDS
    if isinstance(hindrance, RetellRateLimited):
        wait = hindrance.retry_after or 1.0
    async with db.transaction(runtime.sessions) as session:
        queue = await _lock_queue(session, org_id)
        if isinstance(hindrance, RetellAccountBlocked):
            wait = 0.0
            queue.stopped_reason, queue.stopped_until = hindrance.detail, after(_STOP_SECONDS)
            queue.stopped_at = queue.stopped_at or clock.now()
            queue.stopped_with = _mark_of_key(runtime.settings)
            logger.error("dial.stopped", org_id=str(org_id), reason=hindrance.code)
        queue.next_start_at = max(queue.next_start_at, after(wait))
    return wait


async def _attach(runtime: Runtime, call: Call, placed: RetellCall) -> None:
    async with db.transaction(runtime.sessions) as session:
        await lock_updates(session, placed.call_id)
        locked = await service.lock_call(session, call.org_id, call.id)
        if locked.retell_call_id is not None:
            return
        locked.retell_call_id, locked.dial_doubt = placed.call_id, None
        await session.flush()
        await apply_update(session, call.org_id, kind_of_snapshot(placed), placed, runtime.settings)
    logger.info("call.dialled", call_id=str(call.id))


async def _put_back(runtime: Runtime, call: Call, wait: float) -> None:
    """Queue a call again that was certainly not dialled."""
    async with db.transaction(runtime.sessions) as session:
        locked = await service.lock_call(session, call.org_id, call.id)
        if locked.status is not CallStatus.DIALING or locked.retell_call_id is not None:
            return
        locked.status = CallStatus.QUEUED
        locked.sent_at = locked.check_at = None
        await session.flush()
        await events.publish(session, CallQueued(**about(locked)), at=after(wait))


async def refresh_limit(runtime: Runtime, org_id: UUID) -> None:
    """Ask Retell how many calls may run at once, and how many not ours are running."""
    async with db.transaction(runtime.sessions) as session:
        # Counted first, and without calls that Retell has not answered for: claimed ones are not
        # among those it tells of, and would pass for calls that are not ours having ended.
        ours = await queries.count_at_retell(session, org_id)
    concurrency = await runtime.retell.get_concurrency()
    async with db.transaction(runtime.sessions) as session:
        queue = await _lock_queue(session, org_id)
        queue.concurrency_limit = concurrency.limit
        queue.foreign_calls = max(0, concurrency.current - ours)
        queue.limit_read_at = clock.now()


async def resume(session: AsyncSession, org_id: UUID) -> DialQueue:
    """Let a stopped queue go on. Resuming one that is not stopped changes nothing."""
    queue = await _lock_queue(session, org_id)
    _go_on(queue)
    return queue


def _go_on(queue: DialQueue) -> None:
    queue.stopped_reason = queue.stopped_until = queue.stopped_at = queue.stopped_with = None
    queue.next_start_at = min(queue.next_start_at, clock.now())


def _mark_of_key(settings: Settings) -> str:
    """Tell keys apart, however they are set. It is of no use for finding one."""
    key = settings.retell.api_key
    return hashlib.sha256(key.get_secret_value().encode()).hexdigest()[:16] if key else ""
