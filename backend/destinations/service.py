"""Destinations: made, changed, switched off and on. `replaying` has what is made again."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.destinations import booking, queries, shape
from backend.destinations.config import CONFIGS, SIGNING_KINDS, merge
from backend.destinations.errors import DestinationInvalid, DestinationNotFound, HasNoSecret
from backend.destinations.events import DestinationDisabled
from backend.destinations.models import Destination, DestinationKind, DisabledReason
from backend.destinations.senders import PREVIOUS, SIGNING, seal_secrets, unseal_secrets
from backend.platform import clock, events
from backend.platform.errors import FieldError, pointer_into, pointer_to
from backend.platform.events import JsonObject
from backend.platform.outbound.signing import new_secret
from backend.platform.settings import Settings

# How long the secret before a rotation signs along.
OVERLAP = timedelta(hours=24)
_LARGEST_FIELDS = 20_000
# Records in these states are told of by events of their own, which would all be held back.
_STATUS_OF = {"record.needs_review": "needs_review", "record.failed": "failed"}


async def create_destination(
    session: AsyncSession,
    org_id: UUID,
    kind: DestinationKind,
    wanted: JsonObject,
    settings: Settings,
) -> tuple[Destination, str | None]:
    """Make a destination. Returns it with the secret that signs, which is not shown again."""
    config = wanted.pop("config")
    _refuse_if_wrong(wanted)
    if kind is DestinationKind.EMAIL and settings.smtp.url is None:
        raise DestinationInvalid(
            "No mail can be sent until whoever runs Ringback sets SMTP_URL.",
            errors=[FieldError("/kind", "SMTP_URL is not set.")],
        )
    destination = Destination(
        org_id=org_id,
        kind=kind,
        config=config.public(),
        secrets=b"",
        watched=booking.watched(wanted["events"]),
        **wanted,
    )
    _note_switch(destination, enabled=wanted["enabled"])
    secrets: dict[str, str] = config.secrets()
    if kind in SIGNING_KINDS:
        secrets[SIGNING] = new_secret()
    destination.secrets = seal_secrets(destination, secrets, settings)
    session.add(destination)
    await session.flush()
    return destination, secrets.get(SIGNING)


async def get_destination(
    session: AsyncSession, org_id: UUID, destination_id: UUID, *, lock: bool = False
) -> Destination:
    find = queries.lock_destination if lock else queries.find_destination
    destination = await find(session, org_id, destination_id)
    if destination is None:
        raise DestinationNotFound(f"There is no destination {destination_id}.")
    return destination


async def update_destination(
    session: AsyncSession,
    org_id: UUID,
    destination_id: UUID,
    changes: JsonObject,
    settings: Settings,
) -> Destination:
    destination = await get_destination(session, org_id, destination_id, lock=True)
    config = changes.pop("config", None)
    if config is not None:
        _change_config(destination, config, settings)
    named = ("events", "record_statuses", "fields")
    _refuse_if_wrong({name: getattr(destination, name) for name in named} | changes)
    enabled = changes.pop("enabled", destination.enabled)
    destination.sqlmodel_update(changes)
    destination.watched = booking.watched(destination.events)
    destination.updated_at = clock.now()
    if enabled and not destination.enabled:
        await enable_destination(session, org_id, destination_id)
    elif not enabled:
        _note_switch(destination, enabled=False)
    await session.flush()
    return destination


def _change_config(destination: Destination, config: JsonObject, settings: Settings) -> None:
    try:
        checked = CONFIGS[destination.kind].model_validate(config)
    except ValidationError as error:
        wrong = [
            FieldError(
                "/config" + pointer_into(config, problem["loc"], is_missing=True), problem["msg"]
            )
            for problem in error.errors(include_url=False, include_input=False)
        ]
        raise DestinationInvalid(_sentence(wrong), errors=wrong) from None
    secrets = merge(unseal_secrets(destination, settings), checked)
    shown = checked.public()
    _refuse_other_format(destination, shown)
    if destination.kind is DestinationKind.WEBHOOK and config.get("headers") is None:
        shown["headers"] = destination.config["headers"]
    gone = [
        each for each in destination.config.get("unsubscribed", []) if each in shown.get("to", [])
    ]
    if gone:
        # Nobody else can ask for what somebody has ended for themselves.
        shown["unsubscribed"] = gone
    destination.config = shown
    destination.secrets = seal_secrets(destination, secrets, settings)


def _refuse_other_format(destination: Destination, shown: JsonObject) -> None:
    """Refuse what would leave events in two files, one of each format."""
    before = destination.config.get("format")
    if before is not None and shown["format"] != before:
        wrong = [
            FieldError("/config/format", f"Stays {before}: make another destination for the other.")
        ]
        raise DestinationInvalid(_sentence(wrong), errors=wrong)


async def delete_destination(session: AsyncSession, org_id: UUID, destination_id: UUID) -> None:
    """Remove a destination with its books."""
    destination = await get_destination(session, org_id, destination_id, lock=True)
    await session.delete(destination)
    await session.flush()


async def rotate_secret(
    session: AsyncSession, org_id: UUID, destination_id: UUID, settings: Settings
) -> tuple[Destination, str]:
    """Make a new secret; the one before signs along for a day."""
    destination = await get_destination(session, org_id, destination_id, lock=True)
    if destination.kind not in SIGNING_KINDS:
        raise HasNoSecret("Only webhooks are signed, so there is no secret to rotate.")
    secrets = unseal_secrets(destination, settings)
    secrets[PREVIOUS], secrets[SIGNING] = secrets[SIGNING], new_secret()
    destination.secrets = seal_secrets(destination, secrets, settings)
    destination.previous_secret_until = clock.now() + OVERLAP
    destination.updated_at = clock.now()
    await session.flush()
    return destination, secrets[SIGNING]


async def reseal_secrets(session: AsyncSession, settings: Settings) -> int:
    """Encrypt all destinations' secrets with the current SECRET_KEY. Return how many there are."""
    found = await queries.lock_all(session)
    for destination in found:
        secrets = unseal_secrets(destination, settings)
        destination.secrets = seal_secrets(destination, secrets, settings)
    return len(found)


async def enable_destination(
    session: AsyncSession, org_id: UUID, destination_id: UUID
) -> Destination:
    """Switch it on. What waits goes out now; what it missed meanwhile waits for a replay."""
    destination = await get_destination(session, org_id, destination_id, lock=True)
    if not destination.enabled:
        _note_switch(destination, enabled=True)
        destination.failing_since = None
        await session.flush()
        await (await session.connection()).execute(_GO_NOW, {"id": destination.id})
    return destination


_GO_NOW = text(
    """
    with going as (
        update deliveries set next_attempt_at = now(), step = 0
        where destination_id = :id and status = 'pending' and next_attempt_at > now()
    )
    select pg_notify('ringback_deliveries', '')
    """
)


def _note_switch(
    destination: Destination, *, enabled: bool, reason: DisabledReason = DisabledReason.PERSON
) -> None:
    if enabled:
        destination.disabled_reason, destination.disabled_at = None, None
    elif destination.disabled_at is None:
        destination.disabled_reason, destination.disabled_at = reason, clock.now()
    destination.enabled = enabled


async def switch_off(
    session: AsyncSession, destination: Destination, reason: DisabledReason
) -> None:
    """Switch it off by ourselves, and tell. Lock it first; one that is off stays as it is."""
    if not destination.enabled:
        return
    _note_switch(destination, enabled=False, reason=reason)
    await session.flush()
    await events.publish(
        session,
        DestinationDisabled(
            org_id=destination.org_id,
            destination_id=destination.id,
            data={
                "destination_id": str(destination.id),
                "name": destination.name,
                "reason": reason.value,
                "at": clock.now().isoformat(),
            },
        ),
    )


def _refuse_if_wrong(wanted: JsonObject) -> None:
    wrong = [*_wrong_events(wanted["events"], wanted["record_statuses"])]
    fields: Any = wanted.get("fields")
    if fields is not None:
        wrong += shape.check(fields)
        if len(json.dumps(fields)) > _LARGEST_FIELDS:
            wrong.append(FieldError("/fields", "Larger than 20 kB."))
    if wrong:
        raise DestinationInvalid(_sentence(wrong), errors=wrong)


def _wrong_events(names: Sequence[str], statuses: Sequence[str]) -> list[FieldError]:
    known = events.deliverable_names()
    wrong = [
        FieldError(pointer_to("events", place), f"There is no event {name} to subscribe to.")
        for place, name in enumerate(names)
        if name not in known
    ]
    wrong += [
        FieldError(
            "/record_statuses",
            f"{name} tells of records in state {status}: add that state, or nothing of it is sent.",
        )
        for name, status in _STATUS_OF.items()
        if name in names and status not in statuses
    ]
    return wrong


def _sentence(wrong: Sequence[FieldError]) -> str:
    return "; ".join(f"{error.pointer}: {error.message}" for error in wrong)
