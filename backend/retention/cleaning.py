"""Cleaning up what is over its time, a few calls in each transaction, and resting in between.

Copies elsewhere go before the rows that lead to them, so whoever is killed between two steps is
followed by somebody who finds the same work. What a transaction removes it also counts.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from loguru import logger
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import clock, db
from backend.platform.database_failures import FAILURES, meaning_of
from backend.platform.errors import AppError
from backend.platform.events import JsonObject
from backend.platform.people import holds, personal_data
from backend.platform.people.personal_data import Holdings, KeptKind, Subject
from backend.providers.runtime import Runtime
from backend.retention import periods, queries, service
from backend.retention.errors import PeriodsChanged
from backend.retention.models import Cleanup, RetentionPolicy
from backend.retention.periods import Due
from backend.retention.queries import OldCall

# A little less than a day, so that it does not move on through the day.
EVERY = timedelta(hours=23)
LEASE = timedelta(minutes=10)
# How often all calls are looked through again, for what came late to one that was done.
_WHOLE = timedelta(days=7)
_CALLS_AT_ONCE = 25
_ROWS_AT_ONCE = 500
# How long it rests, in terms of how long it worked: others have the database most of the time.
_REST = 19.0
_MISTAKE = "A mistake of ours stopped it; the log has it."
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0)
_COUNTED_IN = {
    KeptKind.CALLS: "calls",
    KeptKind.RECORDINGS: "recordings",
    KeptKind.TRANSCRIPTS: "calls",
    KeptKind.RECORDS: "records",
}


async def clean_up(runtime: Runtime) -> None:
    """Clean up for every organisation whose turn it is. One that has to wait holds up no other."""
    async with db.transaction(runtime.sessions) as session:
        org_ids = await queries.list_organisations_with_policy(session)
    for org_id in org_ids:
        try:
            await _take_turn(runtime, org_id)
        except Exception as failure:  # noqa: BLE001 - what ails one organisation ails no other
            meaning = _meaning_of(failure)
            reason = meaning.code if meaning else type(failure).__name__
            logger.opt(exception=meaning is None).warning("cleanup.waits", reason=reason)


async def _take_turn(runtime: Runtime, org_id: UUID) -> None:
    """Clean up if it is due. Whatever stops it is noted, and raised."""
    async with db.transaction(runtime.sessions) as session:
        cleanup = await queries.claim_cleanup(session, org_id, every=EVERY, lease=LEASE)
    if cleanup is None:
        return
    try:
        await clean_organisation(await runtime.of(org_id), cleanup)
    except Exception as failure:
        meaning = _meaning_of(failure)
        await _wait(runtime, cleanup, meaning.detail if meaning else _MISTAKE)
        raise


def _meaning_of(failure: Exception) -> AppError | None:
    if isinstance(failure, AppError):
        return failure
    return meaning_of(failure) if isinstance(failure, FAILURES) else None


async def _wait(runtime: Runtime, cleanup: Cleanup, reason: str) -> None:
    """Leave the rest to the next turn."""
    async with db.transaction(runtime.sessions) as session:
        row = await queries.lock_cleanup(session, cleanup.id)
        row.error, row.lease_until = reason, None


async def clean_organisation(runtime: Runtime, cleanup: Cleanup) -> None:
    """Remove all that is over its time, and close the clean-up."""
    async with db.transaction(runtime.sessions) as session:
        policy = await periods.get_policy(session, cleanup.org_id)
    run = _Run(runtime, cleanup, policy)
    for due in periods.list_due(policy, clock.now()):
        if due.kind in periods.OF_CALLS:
            await _Calls(run, due).clean()
        await _prune(run, due)
    async with run.step() as (session, _):
        row = await queries.lock_cleanup(session, cleanup.id)
        row.ended_at, row.error, row.lease_until = clock.now(), None, None
    logger.info("cleanup.ended", removed=row.removed)


@dataclass(frozen=True)
class _Run:
    """A clean-up by the periods that it began with. Whoever changes them stops it."""

    runtime: Runtime
    cleanup: Cleanup
    policy: RetentionPolicy

    @property
    def rooms(self) -> Sequence[Holdings[Any]]:
        return self.runtime.sessions.wiring.holdings

    @asynccontextmanager
    async def step(self) -> AsyncIterator[tuple[AsyncSession, RetentionPolicy]]:
        """Open a transaction in which the periods are still these."""
        async with db.transaction(self.runtime.sessions) as session:
            policy = await queries.lock_policy(session, self.cleanup.org_id)
            if policy is None or policy.updated_at != self.policy.updated_at:
                raise PeriodsChanged("The periods were changed; it goes on with the new ones.")
            yield session, policy

    async def count(self, session: AsyncSession, kind: KeptKind, count: int) -> None:
        """Add to what was removed, and go on having the clean-up alone."""
        row = await queries.lock_cleanup(session, self.cleanup.id)
        row.lease_until = clock.now() + LEASE
        if count:
            row.removed = {**row.removed, kind.value: row.removed.get(kind.value, 0) + count}


async def _prune(run: _Run, due: Due) -> None:
    for room in run.rooms:
        prune = room.prunes.get(due.kind)
        pruned = _ROWS_AT_ONCE
        while prune is not None and pruned == _ROWS_AT_ONCE:
            began = time.monotonic()
            async with run.step() as (session, _):
                pruned = await prune(session, due.old, _ROWS_AT_ONCE)
                # With calls go recordings that came to none.
                kind = KeptKind.RECORDINGS if due.kind is KeptKind.CALLS else due.kind
                await run.count(session, kind, pruned)
            await _rest(time.monotonic() - began)


async def _rest(worked: float) -> None:
    # Never for so long that somebody else takes it for dead.
    await asyncio.sleep(min(_REST * worked, LEASE.total_seconds() / 2))


class _Calls:
    """Goes through the calls that are older than a kind may be, from where it was last time."""

    def __init__(self, run: _Run, due: Due) -> None:
        self._run, self._due = run, due
        self._org_id = run.cleanup.org_id
        # When the beginning was last begun with.
        self._since = clock.now()
        self._needs = [room.needs[due.kind] for room in run.rooms if due.kind in room.needs]
        # The mark as it was last read or written here, and whether it may still move on.
        self._mark: JsonObject | None = None
        self._may_move = True
        # How long the database was asked about copies since the last rest.
        self._worked = 0.0

    async def clean(self) -> None:
        position = await self._begin()
        while found := await self._next(position):
            position = found[-1].created_at, found[-1].call_id
            # One that goes on is looked at again. What is held begins anew when the hold ends.
            is_done = all(call.may_go or call.is_held for call in found)
            self._may_move = self._may_move and is_done
            await self._remove([str(call.call_id) for call in found if call.may_go], position)

    async def _begin(self) -> tuple[datetime, UUID]:
        """Return behind which call to go on; once a week it is the beginning."""
        async with self._run.step() as (_, policy):
            self._mark = mark = policy.marks.get(self._due.mark)
            if mark is None or datetime.fromisoformat(mark["since"]) <= self._since - _WHOLE:
                # Written, so that a hold that ends before the first calls are done is noticed.
                self._keep_mark(policy, _BEGINNING)
                return _BEGINNING
            self._since = datetime.fromisoformat(mark["since"])
            return datetime.fromisoformat(mark["at"]), UUID(mark["call_id"])

    async def _next(self, position: tuple[datetime, UUID]) -> Sequence[OldCall]:
        since, after = position
        async with self._run.step() as (session, _):
            return await queries.list_old_calls(
                session, self._due.old, self._needs, since=since, after=after, limit=_CALLS_AT_ONCE
            )

    async def _remove(self, call_ids: Sequence[str], position: tuple[datetime, UUID]) -> None:
        self._worked = 0.0
        await self._erase_copies(call_ids)
        # Waiting for Retell is no work for the database.
        began = time.monotonic()
        async with self._run.step() as (session, policy):
            count = await self._remove_rows(session, call_ids)
            await self._run.count(session, self._due.kind, count)
            self._keep_mark(policy, position)
        await _rest(self._worked + time.monotonic() - began)

    async def _erase_copies(self, call_ids: Sequence[str]) -> None:
        """Erase what is beside the rows."""
        kind = self._due.kind
        places = [place for room in self._run.rooms for place in room.places if kind in place.kinds]
        if not places or not call_ids:
            return
        found = await self._find(call_ids)
        if not any(place.concerns(found) for place in places):
            return
        # A hold may begin while others are erased: each call is asked about just before its turn.
        for call_id in call_ids:
            subject = await self._find([call_id])
            for place in places:
                if place.concerns(subject):
                    await place.erase(self._run.runtime, subject)

    async def _find(self, call_ids: Sequence[str]) -> Subject:
        began = time.monotonic()
        async with self._run.step() as (session, _):
            subject = await self._find_free(session, call_ids)
        self._worked += time.monotonic() - began
        return subject

    async def _find_free(self, session: AsyncSession, call_ids: Sequence[str]) -> Subject:
        """Say by which names the calls go; those that are held or needed by now are left out."""
        now = clock.now()
        free = await queries.list_free(session, self._org_id, self._needs, call_ids)
        self._may_move = self._may_move and len(free) == len(call_ids)
        subject = Subject(self._org_id, now, now, call_ids=frozenset(free))
        return await personal_data.find_all(session, self._run.rooms, subject) if free else subject

    async def _remove_rows(self, session: AsyncSession, call_ids: Sequence[str]) -> int:
        await holds.lock(session, self._org_id)
        subject = await self._find_free(session, call_ids)
        if not subject.call_ids:
            return 0
        await personal_data.lock_all(session, self._run.rooms, subject)
        if self._due.kind is KeptKind.CALLS:
            settings = self._run.runtime.settings
            await service.enter_removed(session, subject, self._run.cleanup.id, settings)
            counts = await personal_data.erase_rows(session, self._run.rooms, subject)
        else:
            kind = self._due.kind
            counts = await personal_data.expire_rows(session, self._run.rooms, subject, kind)
        return counts.get(_COUNTED_IN[self._due.kind], 0)

    def _keep_mark(self, policy: RetentionPolicy, position: tuple[datetime, UUID]) -> None:
        """Note how far it has been, unless somebody has it begin anew meanwhile."""
        # Of calls that are gone nothing has to be skipped.
        if self._due.kind is KeptKind.CALLS or not self._may_move:
            return
        if policy.marks.get(self._due.mark) == self._mark:
            at, call_id = position
            times = {"at": at.isoformat(), "since": self._since.isoformat()}
            self._mark = times | {"call_id": str(call_id)}
            policy.marks = {**policy.marks, self._due.mark: self._mark}
