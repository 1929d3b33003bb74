"""Every select of destinations and deliveries that people ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.destinations.models import (
    Delivery,
    DeliveryAttempt,
    DeliveryStatus,
    Destination,
    Message,
)
from backend.platform import ids

# Up to where a backlog is counted; beyond, how long it is makes no difference to anybody.
COUNTED = 10_000


async def list_destinations(session: AsyncSession, org_id: UUID) -> Sequence[Destination]:
    statement = select(Destination).where(Destination.org_id == org_id)
    return (await session.exec(statement.order_by(col(Destination.id).desc()))).all()


async def find_destination(
    session: AsyncSession, org_id: UUID, destination_id: UUID
) -> Destination | None:
    statement = select(Destination).where(
        Destination.org_id == org_id, Destination.id == destination_id
    )
    return (await session.exec(statement)).one_or_none()


async def lock_destination(
    session: AsyncSession, org_id: UUID, destination_id: UUID
) -> Destination | None:
    statement = select(Destination).where(
        Destination.org_id == org_id, Destination.id == destination_id
    )
    return (await session.exec(statement.with_for_update())).one_or_none()


@dataclass(frozen=True)
class DeliveryFilter:
    destination_id: UUID | None = None
    status: DeliveryStatus | None = None
    call_id: UUID | None = None
    event: str | None = None

    @property
    def clauses(self) -> list[ColumnElement[bool]]:
        wanted = (
            (Delivery.destination_id, self.destination_id),
            (Delivery.status, self.status),
            (Delivery.call_id, self.call_id),
            (Delivery.event, self.event),
        )
        found = [col(column) == value for column, value in wanted if value is not None]
        if self.status not in {None, DeliveryStatus.DELIVERED}:
            # The indexes by status leave out what was delivered.
            found.append(col(Delivery.status) != text("'delivered'"))
        return found


async def list_deliveries(
    session: AsyncSession,
    org_id: UUID,
    wanted: DeliveryFilter,
    *,
    cursor: UUID | None,
    limit: int,
) -> Sequence[Delivery]:
    statement = select(Delivery).where(Delivery.org_id == org_id, *wanted.clauses)
    if cursor is not None:
        statement = statement.where(col(Delivery.id) < cursor)
    return (await session.exec(statement.order_by(col(Delivery.id).desc()).limit(limit))).all()


async def find_delivery(
    session: AsyncSession, org_id: UUID, delivery_id: UUID, *, lock: bool = False
) -> Delivery | None:
    statement = select(Delivery).where(Delivery.org_id == org_id, Delivery.id == delivery_id)
    return (await session.exec(statement.with_for_update() if lock else statement)).one_or_none()


async def list_attempts(session: AsyncSession, delivery_id: UUID) -> Sequence[DeliveryAttempt]:
    statement = select(DeliveryAttempt).where(DeliveryAttempt.delivery_id == delivery_id)
    return (await session.exec(statement.order_by(col(DeliveryAttempt.number)))).all()


async def find_message(session: AsyncSession, event_id: int) -> Message | None:
    return await session.get(Message, event_id)


@dataclass(frozen=True)
class Figures:
    """How a destination fares. Counts end at `COUNTED`."""

    waiting: int = 0
    dead: int = 0
    missed: int = 0
    held: int = 0
    oldest_waiting_at: datetime | None = None
    p95_ms: float | None = None


async def read_figures(
    session: AsyncSession, destination_ids: Sequence[UUID]
) -> dict[UUID, Figures]:
    if not destination_ids:
        return {}
    rows = await (await session.connection()).execute(
        _FIGURES, {"ids": list(destination_ids), "most": COUNTED}
    )
    return {row[0]: Figures(*row[1:]) for row in rows}


_FIGURES = text(
    """
    select wanted.id, waiting.n, dead.n, missed.n, held.n, oldest.at, speed.p95
    from unnest(cast(:ids as uuid[])) as wanted (id)
    cross join lateral (select count(*) as n from (
        select 1 from deliveries where destination_id = wanted.id
        and status in ('pending', 'sending') limit :most) as few) as waiting
    cross join lateral (select count(*) as n from (
        select 1 from deliveries where destination_id = wanted.id and status = 'dead'
        and status <> 'delivered' limit :most) as few) as dead
    cross join lateral (select count(*) as n from (
        select 1 from deliveries where destination_id = wanted.id and status = 'missed'
        and status <> 'delivered' limit :most) as few) as missed
    cross join lateral (select count(*) as n from (
        select 1 from deliveries where destination_id = wanted.id and status = 'held'
        limit :most) as few) as held
    left join lateral (select created_at as at from deliveries where destination_id = wanted.id
        and status = 'pending' and status <> 'delivered' order by id limit 1) as oldest on true
    left join lateral (select percentile_cont(0.95) within group (order by duration_ms) as p95
        from (select duration_ms from delivery_attempts where destination_id = wanted.id
              order by at desc limit 500) as latest) as speed on true
    """
)


@dataclass(frozen=True)
class Which:
    """Which deliveries of a destination to make again: booked since, before, and how they stand."""

    destination_id: UUID
    since: datetime
    until: datetime
    statuses: Sequence[DeliveryStatus]


async def count_deliveries(session: AsyncSession, which: Which) -> int:
    statement = text(f"select count(*) from deliveries where {_WHICH}")  # noqa: S608 - our own
    found: int = (await (await session.connection()).execute(statement, _bound(which))).scalar_one()
    return found


async def list_ids(
    session: AsyncSession, which: Which, after: UUID | None, limit: int
) -> Sequence[UUID]:
    """List the ids of the next deliveries in the order in which they were booked, locked."""
    statement = text(
        f"""
        select id from deliveries where {_WHICH} and id > :after
        order by id limit :limit for update
        """  # noqa: S608 - our own
    )
    values = _bound(which) | {"after": after or UUID(int=0), "limit": limit}
    return (await (await session.connection()).execute(statement, values)).scalars().all()


# By the id too, which begins with the time: so an index finds the place.
_WHICH = """
    destination_id = :destination_id and id >= :first and id < :last
    and created_at >= :since and created_at < :until and status = any(:statuses)
"""
_SLACK = timedelta(seconds=1)


def _bound(which: Which) -> dict[str, object]:
    return {
        "destination_id": which.destination_id,
        "first": ids.first_id(which.since - _SLACK),
        "last": ids.first_id(which.until + _SLACK),
        "since": which.since,
        "until": which.until,
        "statuses": [status.value for status in which.statuses],
    }


async def lock_all(session: AsyncSession) -> Sequence[Destination]:
    """Lock all, of every organisation."""
    return (await session.exec(select(Destination).with_for_update())).all()
