"""Repair: asking Retell about calls whose updates did not come, through the same intake."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from backend.agents import service as agents
from backend.calls import dialling, queries, service
from backend.calls.errors import CallUnknownHere
from backend.calls.events import CallMissed, CallOverdue, CallRevised
from backend.calls.intake import apply_update
from backend.calls.lifecycle import UpdateKind
from backend.calls.models import Call, CallSource
from backend.calls.service import after
from backend.calls.updates import kind_of_snapshot
from backend.platform import clock, db, events
from backend.platform.errors import AppError
from backend.providers.retell_call import RetellCall
from backend.providers.retell_errors import RetellNotFound, RetellRateLimited
from backend.providers.retell_shapes import CallSearch
from backend.providers.runtime import Runtime

_BATCH = 100
_CLOCKS_DIFFER = timedelta(minutes=1)
_LOOK_BACK = timedelta(days=7)
_PAGE = 1000  # the most Retell gives at once
_MOST_WAITS = 10


async def claim_overdue(runtime: Runtime) -> int:
    """Find calls without updates past their deadline and have each looked up. Return how many."""
    async with db.transaction(runtime.sessions) as session:
        overdue = await queries.lock_overdue(session, clock.now(), _BATCH)
        for call in overdue:
            # The next deadline is the lease: a look-up that dies is tried again then.
            call.check_at = after(runtime.settings.deadline.dialing_seconds)
        await session.flush()
        await events.publish(
            session, *(CallOverdue(org_id=call.org_id, call_id=call.id) for call in overdue)
        )
    return len(overdue)


async def look_up(runtime: Runtime, org_id: UUID, call_id: UUID) -> None:
    """Ask Retell about one call, and take in what it says."""
    async with db.transaction(runtime.sessions) as session:
        call = await service.get_call(session, org_id, call_id)
    if call.check_at is None:
        return
    if call.retell_call_id is None and call.source is CallSource.WEB:
        await _close(runtime, call, "Retell gave no answer, so nobody could join.")
        return
    if call.retell_call_id is None:
        await dialling.dial(runtime, org_id, call_id)
        return
    try:
        found = await runtime.retell.get_call(call.retell_call_id)
    except RetellNotFound:
        await _close(runtime, call, "Retell no longer has this call.")
        return
    await _take_snapshot(runtime, call, found)


async def _take_snapshot(runtime: Runtime, call: Call, found: RetellCall) -> None:
    last_news = call.news_at or call.dialed_at or call.created_at
    is_given_up = clock.now() - last_news > timedelta(
        seconds=runtime.settings.deadline.give_up_seconds
    )
    kind = kind_of_snapshot(found)
    async with db.transaction(runtime.sessions) as session:
        locked, changes = await apply_update(
            session, call.org_id, kind, found, runtime.settings, is_repair=True
        )
        if not changes:
            locked.news_at = call.news_at
    # A call that Retell says is going on has not gone silent, however long it takes.
    if is_given_up and not changes and kind is not UpdateKind.STARTED:
        await _close(runtime, call, "Retell sent no more news of this call.")


async def _close(runtime: Runtime, call: Call, failure: str) -> None:
    """Stop waiting. A call that has ended stays as it is known; another one has failed."""
    async with db.transaction(runtime.sessions) as session:
        locked = await service.lock_call(session, call.org_id, call.id)
        if locked.status.is_final:
            locked.check_at = None
            await events.publish(session, CallRevised(org_id=locked.org_id, call_id=locked.id))
        else:
            await service.fail_call(session, locked, failure)


async def sweep(runtime: Runtime, org_id: UUID) -> int:
    """Compare Retell's list of calls, since the last sweep, with ours; have what lacks fetched.

    Return how many calls had updates that never arrived. The mark moves on only when all pages were
    compared, so what an error cut off is compared by the next sweep. What could not be fetched
    before is asked for again. That Retell cannot be asked is noted: silence is no good news then.
    """
    began = clock.now()
    try:
        return await _sweep(runtime, org_id, began)
    except AppError as failure:
        async with db.transaction(runtime.sessions) as session:
            await queries.note_failed_sweep(session, org_id, began, failure.detail)
        raise


async def _sweep(runtime: Runtime, org_id: UUID, began: datetime) -> int:
    overlap = timedelta(seconds=runtime.settings.sweep.overlap_seconds)
    async with db.transaction(runtime.sessions) as session:
        agent_ids = await agents.list_ids_at_retell(session, org_id)
        mark = await queries.find_sweep_mark(session, org_id)
        swept_until = _start_of_sweep(mark, began)
        left = await queries.list_missed(session, org_id)
        await events.publish(
            session, *(CallMissed(org_id=org_id, retell_call_id=call_id) for call_id in left)
        )
    if not agent_ids:
        return 0
    search = CallSearch(started_after=swept_until - overlap, agent_ids=tuple(agent_ids))
    missed = 0
    async for listed in _pages(runtime, search):
        missed += await _compare(runtime, org_id, listed)
    async with db.transaction(runtime.sessions) as session:
        await queries.move_sweep_mark(session, org_id, began)
    return missed


def _start_of_sweep(mark: datetime | None, now: datetime) -> datetime:
    """Go on where the last sweep ended. Of a mark from the future nobody knows where that was."""
    if mark is None:
        return now
    return mark if mark <= now + _CLOCKS_DIFFER else now - _LOOK_BACK


async def _pages(runtime: Runtime, search: CallSearch) -> AsyncIterator[list[RetellCall]]:
    """Give page after page, waiting where Retell asks for it: lists are limited most of all."""
    page: str | None = None
    seen: set[str] = set()
    refused = 0
    while True:
        try:
            listed = await runtime.retell.list_calls(search, limit=_PAGE, page=page)
        except RetellRateLimited as limited:
            refused += 1
            if refused > _MOST_WAITS:
                raise
            await asyncio.sleep(limited.retry_after or 1.0)
            continue
        refused = 0
        yield listed.items
        page = listed.next_page
        if page is None or page in seen:
            return
        seen.add(page)


async def _compare(runtime: Runtime, org_id: UUID, listed: list[RetellCall]) -> int:
    async with db.transaction(runtime.sessions) as session:
        held = await queries.find_held(session, org_id, [call.call_id for call in listed])
        missed = [call for call in listed if _is_missed(held.get(call.call_id), call)]
        await queries.note_missed(session, org_id, [call.call_id for call in missed])
        await events.publish(
            session,
            *(CallMissed(org_id=org_id, retell_call_id=call.call_id) for call in missed),
        )
    return len(missed)


def _is_missed(held: Call | None, listed: RetellCall) -> bool:
    if held is None:
        return True
    is_over = kind_of_snapshot(listed) in {UpdateKind.ENDED, UpdateKind.ANALYZED}
    return is_over and not held.status.is_final


async def fetch_missed(runtime: Runtime, org_id: UUID, retell_call_id: str) -> None:
    """Fetch a call that the list has and we lack, and take it in. Calls of others are left.

    While it cannot be fetched it stays noted, and every sweep has it asked for again.
    """
    with suppress(RetellNotFound, CallUnknownHere):
        found = await runtime.retell.get_call(retell_call_id)
        async with db.transaction(runtime.sessions) as session:
            await apply_update(
                session,
                org_id,
                kind_of_snapshot(found),
                found,
                runtime.settings,
                is_repair=True,
            )
    async with db.transaction(runtime.sessions) as session:
        await queries.forget_missed(session, org_id, retell_call_id)
