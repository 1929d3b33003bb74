"""What became of each delivery, and making one again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.deps import AnyCaller, Manager
from backend.destinations import queries, replaying, senders, service
from backend.destinations.models import Delivery, DeliveryStatus
from backend.destinations.parcel import Parcel
from backend.destinations.queries import DeliveryFilter
from backend.destinations.schemas import (
    AttemptRead,
    DeliveryQuery,
    DeliveryRead,
    DeliverySummary,
)
from backend.platform import pages
from backend.platform.deps import CurrentSettings, Session
from backend.platform.pages import Page
from backend.platform.settings import Settings

router = APIRouter(prefix="/api/v1/deliveries", tags=["destinations"])

DeliveryPath = Annotated[UUID, Path(description="The id of the delivery.")]


@router.get("")
async def list_deliveries(
    caller: AnyCaller, session: Session, query: Annotated[DeliveryQuery, Query()]
) -> Page[DeliverySummary]:
    """List deliveries, newest first."""
    wanted = DeliveryFilter(**query.model_dump(exclude={"cursor", "limit"}))
    rows = await queries.list_deliveries(
        session, caller.org_id, wanted, cursor=query.cursor, limit=query.limit + 1
    )
    rows, next_cursor = pages.cut(rows, query.limit)
    items = [DeliverySummary.model_validate(_summary(row)) for row in rows]
    return Page(items=items, next_cursor=next_cursor)


@router.get("/{delivery_id}")
async def get_delivery(
    delivery_id: DeliveryPath, caller: AnyCaller, session: Session, settings: CurrentSettings
) -> DeliveryRead:
    """Show a delivery with every attempt, and what is sent."""
    delivery = await replaying.get_delivery(session, caller.org_id, delivery_id)
    return await _read(session, delivery, settings)


@router.post("/{delivery_id}/replay", status_code=202)
async def replay_delivery(
    delivery_id: DeliveryPath, caller: Manager, session: Session, settings: CurrentSettings
) -> DeliveryRead:
    """Make a delivery again with the id it has, or at once if it waits for its next attempt."""
    delivery = await replaying.replay_one(session, caller.org_id, delivery_id)
    return await _read(session, delivery, settings)


def _summary(delivery: Delivery) -> dict[str, object]:
    is_waiting = delivery.status is DeliveryStatus.PENDING
    return delivery.model_dump() | {
        "next_attempt_at": delivery.next_attempt_at if is_waiting else None
    }


async def _read(session: AsyncSession, delivery: Delivery, settings: Settings) -> DeliveryRead:
    attempts = await queries.list_attempts(session, delivery.id)
    destination = await service.get_destination(session, delivery.org_id, delivery.destination_id)
    message = await queries.find_message(session, delivery.event_id)
    assert message is not None  # noqa: S101 - booked and dropped together with its deliveries
    parcel = Parcel.of(delivery.id, message)
    return DeliveryRead.model_validate(
        _summary(delivery)
        | {
            "tries": [AttemptRead.model_validate(each, from_attributes=True) for each in attempts],
            "body": senders.written(destination, parcel, settings),
        }
    )
