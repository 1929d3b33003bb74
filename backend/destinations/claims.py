"""Claiming deliveries and entering what came of them, a batch by each statement.

These run for every delivery, so they go to asyncpg directly.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.destinations.backoff import next_retry
from backend.destinations.models import DeliveryStatus, Destination
from backend.destinations.parcel import Answer, Parcel
from backend.platform import clock, db
from backend.platform.db import Sessions
from backend.platform.storable import make_storable

# How long any attempt may take; a worker that died in one loses it to another after the lease.
ATTEMPT_SECONDS = 20.0
LEASE = timedelta(seconds=30)


async def list_due(sessions: Sessions) -> list[UUID]:
    """List the destinations that have something due, after putting back what nobody works on."""
    async with db.driver_connection(sessions) as connection:
        await connection.execute(_PUT_BACK)
        return [row["id"] for row in await connection.fetch(DUE)]


_PUT_BACK = """
update deliveries set status = 'pending', lease_until = null, next_attempt_at = now()
where status = 'sending' and lease_until < now()
"""
# By the first of each alone, in the order of an index: asked whether one is due, the planner may
# well read all that waits, and the dead have much of that.
DUE = """
select destinations.id from destinations cross join lateral (
    select next_attempt_at from deliveries
    where destination_id = destinations.id and status = 'pending'
    order by next_attempt_at, event_id limit 1
) as first where enabled and next_attempt_at <= now()
"""


async def claim(
    sessions: Sessions, destination_id: UUID, most: int, *, together: bool = False
) -> list[Parcel]:
    """Claim what is due, within the limit over all workers, and of each call the earliest only.

    What goes out together is claimed when nothing is on its way, whichever calls it is about.
    """
    async with db.driver_connection(sessions) as connection, db.driver_transaction(connection):
        # By a statement of its own: one that waits for the lock counts what is on its way as it was
        # before, without what whoever held the lock has claimed.
        concurrency = await connection.fetchval(_LOCK, destination_id)
        if concurrency is None:
            return []
        rows = await connection.fetch(_CLAIM, destination_id, most, LEASE, together, concurrency)
    return [
        Parcel(
            id=row["id"],
            event=row["event"],
            at=row["at"],
            raw=row["data"],
            attempt=row["attempts"],
            step=row["step"],
            event_id=row["event_id"],
            call_id=row["call_id"],
        )
        for row in rows
    ]


_LOCK = "select concurrency from destinations where id = $1 and enabled for no key update"
_CLAIM = """
with free as (
    select case when not $4::bool then $5::int - busy when busy = 0 then $2 else 0 end as places
    from (
        select count(*)::int as busy from deliveries
        where destination_id = $1 and status = 'sending'
    ) as sending
), due as (
    select id from deliveries as one
    where destination_id = $1 and status = 'pending' and next_attempt_at <= now()
      and ($4 or not exists (
        select 1 from deliveries as earlier
        where earlier.destination_id = $1 and earlier.call_id = one.call_id
          and earlier.status in ('pending', 'sending') and earlier.event_id < one.event_id
      ))
    order by next_attempt_at, event_id
    limit (select greatest(0, least($2, places)) from free)
    for update skip locked
), claimed as (
    update deliveries set status = 'sending', attempts = attempts + 1, lease_until = now() + $3
    from due where deliveries.id = due.id
    returning deliveries.id, deliveries.event_id, deliveries.attempts, deliveries.step
)
select claimed.*, event, at, call_id, data::text as data
from claimed join messages using (event_id) order by event_id
"""


@dataclass(frozen=True)
class Outcome:
    """An attempt that was made, and what it makes of its delivery."""

    destination_id: UUID
    parcel: Parcel
    answer: Answer
    status: DeliveryStatus
    next_attempt_at: datetime | None
    step: int

    @property
    def is_ordinary(self) -> bool:
        """Whether nobody needs to hear of it."""
        return self.status is not DeliveryStatus.DEAD

    def without_words(self) -> "Outcome":
        """Return the same without what others said."""
        error = None if self.answer.error is None else "It failed; why could not be kept."
        bare = replace(self.answer, error=error, answer=None, outcome=None, is_followed=False)
        return replace(self, answer=bare)


def judge(destination_id: UUID, parcel: Parcel, answer: Answer) -> Outcome:
    """Say what an answer makes of a delivery: done, to be tried again, or dead."""
    status, at, step = DeliveryStatus.DELIVERED, None, parcel.step
    if answer.error is not None:
        retry = None if answer.is_gone else next_retry(step, parcel.attempt, answer.retry_after)
        if retry is None:
            status = DeliveryStatus.DEAD
        else:
            status, at, step = DeliveryStatus.PENDING, clock.now() + retry.after, retry.step
    return Outcome(destination_id, parcel, answer, status, at, step)


def judge_all(
    destination_id: UUID, parcels: Sequence[Parcel], answers: Sequence[Answer]
) -> Sequence[Outcome]:
    """Say what is made of deliveries that went out together. They are tried again together."""
    outcomes = [judge(destination_id, *each) for each in zip(parcels, answers, strict=True)]
    at = {outcome.step: outcome.next_attempt_at for outcome in outcomes}
    return [replace(each, next_attempt_at=at[each.step]) for each in outcomes]


def columns(outcomes: Sequence[Outcome]) -> list[list[Any]]:
    """Make the arrays that `ENTER` takes."""
    rows = [
        (
            outcome.parcel.id,
            outcome.parcel.attempt,
            outcome.destination_id,
            outcome.answer.at,
            outcome.answer.duration_ms,
            outcome.answer.status_code,
            outcome.answer.error and make_storable(outcome.answer.error),
            outcome.answer.answer and make_storable(outcome.answer.answer),
            outcome.status.value,
            outcome.next_attempt_at,
            outcome.step,
            None if outcome.answer.outcome is None else json.dumps(outcome.answer.outcome),
            outcome.answer.is_followed,
        )
        for outcome in outcomes
    ]
    return [list(column) for column in zip(*rows, strict=True)]


# Only who holds the claim enters what came of it. What waits behind a failed delivery of the same
# call is put off at least as long, so that claiming need not look at it. How a destination fares is
# noted when it changes, and every two seconds at most: each delivery would write to the same row.
ENTER = """
with said as (
    select * from unnest($1::uuid[], $2::int[], $3::uuid[], $4::timestamptz[], $5::int[],
        $6::int[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::int[],
        $12::text[], $13::bool[])
    as said (id, number, destination_id, at, duration_ms, status_code, error, answer, status,
             next_attempt_at, step, outcome, is_followed)
), tried as (
    insert into delivery_attempts
        (delivery_id, number, destination_id, at, duration_ms, status_code, error, answer)
    select said.id, number, said.destination_id, at, duration_ms, status_code, error, answer
    from said join deliveries on deliveries.id = said.id
    on conflict do nothing
), entered as (
    update deliveries set status = said.status, step = said.step, lease_until = null,
        next_attempt_at = coalesce(said.next_attempt_at, now()),
        last_error = said.error, last_status_code = said.status_code,
        delivered_at = case when said.status = 'delivered' then now() else delivered_at end,
        outcome = coalesce(said.outcome::jsonb, deliveries.outcome),
        follow_at = case when said.is_followed then now() else follow_at end
    from said
    where deliveries.id = said.id and deliveries.attempts = said.number
      and deliveries.status = 'sending'
    returning deliveries.*
), put_off as (
    update deliveries as later
    set next_attempt_at = greatest(later.next_attempt_at, entered.next_attempt_at)
    from entered
    where entered.status in ('pending', 'dead') and later.destination_id = entered.destination_id
      and later.call_id = entered.call_id and later.status = 'pending'
      and later.event_id > entered.event_id
), fares as (
    select destination_id, bool_or(error is null) as went_well from said group by 1
)
update destinations set
    last_success_at = case when went_well then now() else last_success_at end,
    failing_since = case when went_well then null else coalesce(failing_since, now()) end
from fares where destinations.id = fares.destination_id and case
    when went_well then failing_since is not null or last_success_at is null
        or last_success_at < now() - interval '2 s'
    else failing_since is null end
"""


async def enter(sessions: Sessions, outcomes: Sequence[Outcome]) -> None:
    """Enter a batch of outcomes that nobody needs to hear of."""
    async with db.driver_connection(sessions) as connection:
        await connection.execute(ENTER, *columns(outcomes))


async def find_destination(session: AsyncSession, destination_id: UUID) -> Destination | None:
    statement = select(Destination).where(Destination.id == destination_id)
    return (await session.exec(statement.with_for_update())).one_or_none()


async def release(sessions: Sessions, parcels: Sequence[Parcel]) -> None:
    """Give claims back as if they had not been made, since the worker is to end."""
    async with db.driver_connection(sessions) as connection:
        await connection.execute(
            """
            update deliveries set status = 'pending', lease_until = null, attempts = attempts - 1
            from unnest($1::uuid[], $2::int[]) as claim (id, number)
            where deliveries.id = claim.id and attempts = number and status = 'sending'
            """,
            [parcel.id for parcel in parcels],
            [parcel.attempt for parcel in parcels],
        )
