"""Everything that happened to one call, in order: its events and the webhooks that came."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter
from sqlmodel import col, select

from backend.auth.deps import AnyCaller
from backend.calls import service as calls
from backend.calls.deps import CallPath
from backend.platform.deps import Session
from backend.platform.events import LoggedEvent, find_masks
from backend.platform.people.masks import Mask, masked_event
from backend.webhooks import queries
from backend.webhooks.models import Webhook
from backend.webhooks.schemas import TimelineEntry

router = APIRouter(prefix="/api/v1/calls", tags=["calls"])


@router.get("/{call_id}/timeline")
async def get_timeline(
    call_id: CallPath, caller: AnyCaller, session: Session
) -> list[TimelineEntry]:
    """Show everything that happened to this call, in order."""
    call = await calls.get_call(session, caller.org_id, call_id)
    logged = (
        await session.exec(
            select(LoggedEvent)
            .where(LoggedEvent.org_id == caller.org_id, LoggedEvent.call_id == call_id)
            .order_by(col(LoggedEvent.id))
        )
    ).all()
    found = {} if caller.sees_originals else await find_masks(session, [call_id])
    entries = [_event(event, found) for event in logged]
    if call.retell_call_id is not None:
        received = await queries.list_webhooks_of_call(session, caller.org_id, call.retell_call_id)
        entries += [_webhook(webhook) for webhook in received]
    return sorted(entries, key=lambda entry: entry.at)


def _event(event: LoggedEvent, found: Mapping[UUID, Mask]) -> TimelineEntry:
    position = f"{event.transaction_id}-{event.id}"
    mask = found.get(event.call_id) if event.call_id else None
    data = masked_event(event.data, found, mask)
    return TimelineEntry(at=event.at, kind="event", name=event.name, id=position, data=data)


def _webhook(webhook: Webhook) -> TimelineEntry:
    return TimelineEntry(
        at=webhook.received_at,
        kind="webhook",
        name=webhook.event or "unreadable",
        id=str(webhook.id),
        data={
            "state": webhook.state.value,
            "attempts": webhook.attempts,
            "repeats": webhook.repeats,
            "error": webhook.error,
        },
    )
