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
from backend.platform.errors import AppError
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
        async with db.transaction(runtime.sessions) as session:
            cleanup = await queries.claim_cleanup(session, org_id, every=EVERY, lease=LEASE)
        if cleanup is None:
            continue
        try:
            own = await runtime.of(org_id)
            await clean_organisation(own, cleanup)
        except AppError as failure:
            logger.warning("cleanup.waits", reason=failure.code)
            await _wait(runtime, cleanup, failure.detail)


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
            await _rest(began)


async def _rest(began: float) -> None:
    await asyncio.sleep(_REST * (time.monotonic() - began))


class _Calls:
    """Goes through the calls that are older than a kind may be, from where it was last time."""

    def __init__(self, run: _Run, due: Due) -> None:
        self._run, self._due = run, due
        self._org_id = run.cleanup.org_id
        # When the beginning was last begun with.
        self._since = clock.now()

    async def clean(self) -> None:
        position = mark = self._read_mark()
        may_move = True
        while found := await self._next(position):
            position = found[-1].created_at, found[-1].call_id
            # One that goes on is looked at again. What is held begins anew when the hold ends.
            may_move = may_move and all(call.may_go or call.is_held for call in found)
            mark = position if may_move else mark
            await self._remove([str(call.call_id) for call in found if call.may_go], mark)

    def _read_mark(self) -> tuple[datetime, UUID]:
        """Return behind which call to go on; once a week it is the beginning."""
        mark = self._run.policy.marks.get(self._due.mark)
        if mark is None or datetime.fromisoformat(mark["since"]) <= self._since - _WHOLE:
            return _BEGINNING
        self._since = datetime.fromisoformat(mark["since"])
        return datetime.fromisoformat(mark["at"]), UUID(mark["call_id"])

    async def _next(self, position: tuple[datetime, UUID]) -> Sequence[OldCall]:
        since, after = position
        async with self._run.step() as (session, _):
            return await queries.list_old_calls(
                session, self._due.old, since=since, after=after, limit=_CALLS_AT_ONCE
            )

    async def _remove(self, call_ids: Sequence[str], mark: tuple[datetime, UUID]) -> None:
        subject = await self._find(call_ids) if call_ids else None
        if subject is not None:
            for place in (place for room in self._run.rooms for place in room.places):
                if self._due.kind in place.kinds:
                    await place.erase(self._run.runtime, subject)
        # Waiting for Retell is no work for the database.
        began = time.monotonic()
        async with self._run.step() as (session, policy):
            count = await self._remove_rows(session, subject) if subject else 0
            await self._run.count(session, self._due.kind, count)
            # Of calls that are gone nothing has to be skipped.
            if self._due.kind is not KeptKind.CALLS:
                self._keep_mark(policy, mark)
        await _rest(began)

    async def _find(self, call_ids: Sequence[str]) -> Subject:
        now = clock.now()
        subject = Subject(self._org_id, now, now, call_ids=frozenset(call_ids))
        async with self._run.step() as (session, _):
            return await personal_data.find_all(session, self._run.rooms, subject)

    async def _remove_rows(self, session: AsyncSession, subject: Subject) -> int:
        await holds.lock(session, self._org_id)
        if await holds.find_held(session, self._org_id, call_ids=[*subject.call_ids], numbers=[]):
            # One is held since they were found: they are left to the next time.
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

    def _keep_mark(self, policy: RetentionPolicy, mark: tuple[datetime, UUID]) -> None:
        at, call_id = mark
        if mark != _BEGINNING:
            new = {"at": at.isoformat(), "call_id": str(call_id), "since": self._since.isoformat()}
            policy.marks = {**policy.marks, self._due.mark: new}
