"""Destinations: where results go. `delivery_routes` has what became of them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.deps import AnyCaller, Manager, ProcessRuntime
from backend.auth.models import Role
from backend.auth.service import Caller
from backend.destinations import config, examples, queries, replaying, service
from backend.destinations.models import DeliveryStatus, Destination, DestinationKind
from backend.destinations.queries import Figures, Which
from backend.destinations.schemas import (
    AttemptRead,
    DestinationCreate,
    DestinationCreated,
    DestinationHealth,
    DestinationRead,
    DestinationUpdate,
    ExampleSent,
    ReplayMany,
    ReplayPreview,
    SecretRotated,
)
from backend.platform import clock, db
from backend.platform.deps import CurrentSettings, Session, SessionFactory
from backend.platform.pages import Page

router = APIRouter(prefix="/api/v1/destinations", tags=["destinations"])

DestinationPath = Annotated[UUID, Path(description="The id of the destination.")]


@router.get("")
async def list_destinations(caller: AnyCaller, session: Session) -> Page[DestinationRead]:
    """List all destinations with how they fare, newest first."""
    found = await queries.list_destinations(session, caller.org_id)
    figures = await queries.read_figures(session, [each.id for each in found])
    items = [_shown(caller, each, figures[each.id]) for each in found]
    return Page(items=items, next_cursor=None)


@router.post("", status_code=201)
async def create_destination(
    body: DestinationCreate, caller: Manager, session: Session, settings: CurrentSettings
) -> DestinationCreated:
    """Make a destination. The secret that signs is shown now and never again."""
    wanted = {name: getattr(body, name) for name in type(body).model_fields if name != "kind"}
    destination, secret = await service.create_destination(
        session, caller.org_id, DestinationKind(body.kind), wanted, settings
    )
    caller.note(object_id=destination.id, kind=body.kind)
    shown = _shown(caller, destination, Figures())
    return DestinationCreated(**shown.model_dump(), secret=secret)


@router.get("/{destination_id}")
async def get_destination(
    destination_id: DestinationPath, caller: AnyCaller, session: Session
) -> DestinationRead:
    """Show a destination and how it fares."""
    destination = await service.get_destination(session, caller.org_id, destination_id)
    return await _read(session, caller, destination)


@router.patch("/{destination_id}")
async def update_destination(
    destination_id: DestinationPath,
    body: DestinationUpdate,
    caller: Manager,
    session: Session,
    settings: CurrentSettings,
) -> DestinationRead:
    """Change a destination. What waits to be delivered goes by the new settings."""
    changes = body.model_dump(exclude_unset=True)
    destination = await service.update_destination(
        session, caller.org_id, destination_id, changes, settings
    )
    return await _read(session, caller, destination)


@router.delete("/{destination_id}", status_code=204)
async def delete_destination(
    destination_id: DestinationPath, caller: Manager, session: Session
) -> None:
    """Remove a destination, with the log of its deliveries."""
    await service.delete_destination(session, caller.org_id, destination_id)


@router.post("/{destination_id}/test")
async def test_destination(
    destination_id: DestinationPath,
    caller: Manager,
    sessions: SessionFactory,
    runtime: ProcessRuntime,
) -> ExampleSent:
    """Send an example now, of the first event it subscribes to, and say what came of it.

    It says `"test": true`, and is not booked.
    """
    async with db.transaction(sessions) as session:
        destination = await service.get_destination(session, caller.org_id, destination_id)
    sent = await examples.send_example(destination, runtime)
    attempt = AttemptRead.model_validate(vars(sent.answer) | {"number": 1})
    return ExampleSent(delivered=attempt.error is None, attempt=attempt, body=sent.body)


@router.post("/{destination_id}/rotate-secret")
async def rotate_secret(
    destination_id: DestinationPath, caller: Manager, session: Session, settings: CurrentSettings
) -> SecretRotated:
    """Make a new secret. The one before signs along for 24 hours."""
    destination, secret = await service.rotate_secret(
        session, caller.org_id, destination_id, settings
    )
    return SecretRotated.model_validate(
        {"secret": secret, "previous_secret_until": destination.previous_secret_until}
    )


@router.post("/{destination_id}/enable")
async def enable_destination(
    destination_id: DestinationPath, caller: Manager, session: Session
) -> DestinationRead:
    """Switch it on again. What waited goes out at once; what it missed waits for a replay."""
    destination = await service.enable_destination(session, caller.org_id, destination_id)
    return await _read(session, caller, destination)


@router.post("/{destination_id}/replay", status_code=202)
async def replay_many(
    destination_id: DestinationPath, body: ReplayMany, caller: Manager, session: Session
) -> ReplayPreview:
    """Make deliveries again, in their order and with the ids they have."""
    which = _which(destination_id, body)
    return ReplayPreview(count=await replaying.request_replay(session, caller.org_id, which))


@router.post("/{destination_id}/replay/preview")
async def preview_replay(
    destination_id: DestinationPath, body: ReplayMany, caller: Manager, session: Session
) -> ReplayPreview:
    """Count what a replay would make again. Changes nothing."""
    await service.get_destination(session, caller.org_id, destination_id)
    which = _which(destination_id, body)
    return ReplayPreview(count=await queries.count_deliveries(session, which))


def _which(destination_id: UUID, body: ReplayMany) -> Which:
    statuses = [DeliveryStatus(status) for status in body.status]
    return Which(destination_id, body.since, body.until or clock.now(), statuses)


async def _read(session: AsyncSession, caller: Caller, destination: Destination) -> DestinationRead:
    figures = await queries.read_figures(session, [destination.id])
    return _shown(caller, destination, figures[destination.id])


def _shown(caller: Caller, destination: Destination, figures: Figures) -> DestinationRead:
    in_full = caller.role in {Role.ADMIN, Role.MANAGER}
    own = {
        "config": config.shown(destination.kind, destination.config, in_full=in_full),
        "health": DestinationHealth(
            last_success_at=destination.last_success_at,
            failing_since=destination.failing_since,
            **vars(figures),
        ),
    }
    return DestinationRead.model_validate(destination.model_dump() | own)
