"""Erasing: rows first, then the copies elsewhere, then a look whether anything is left.

Each step may be repeated. What was found is counted before it goes, so that the receipt can say it;
what comes in meanwhile is found by the next round.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from loguru import logger

from backend.auth.models import Organisation
from backend.platform import clock, db, events
from backend.platform.people import erased, personal_data
from backend.platform.people.personal_data import Holdings, Place, Subject
from backend.providers.runtime import Runtime
from backend.retention import ledger, receipts, service
from backend.retention.errors import ErasureIncomplete
from backend.retention.events import ErasureCompleted
from backend.retention.models import ErasureStatus

_CALLS_AT_ONCE = 50
_ROUNDS = 3


async def erase(runtime: Runtime, org_id: UUID, erasure_id: UUID) -> None:
    """Erase until nothing is left, and give the receipt. Raises what it has to wait for."""
    rooms = runtime.sessions.wiring.holdings
    async with db.transaction(runtime.sessions) as session:
        erasure = await service.get_erasure(session, org_id, erasure_id)
    subject = service.open_subject(erasure, runtime.settings)
    if erasure.status is ErasureStatus.DONE or subject is None:
        return
    remaining: dict[str, int] = {}
    for _ in range(_ROUNDS):
        subject = await _find_again(runtime, rooms, erasure_id, subject)
        await ledger.keep_copy(runtime, org_id, erasure_id)
        await _erase_rows(runtime, rooms, erasure_id, subject)
        for place in _places(rooms):
            await _erase_place(runtime, place, erasure_id, subject)
        remaining = await _count(runtime, rooms, subject)
        if not any(remaining.values()):
            await _complete(runtime, erasure_id, subject, remaining)
            return
    left = ", ".join(name for name, count in remaining.items() if count)
    raise ErasureIncomplete(f"Something is still in: {left}.")


def _places(rooms: Sequence[Holdings[Any]]) -> list[Place[Any]]:
    return [place for room in rooms for place in room.places]


async def _find_again(
    runtime: Runtime, rooms: Sequence[Holdings[Any]], erasure_id: UUID, subject: Subject
) -> Subject:
    """Learn what else there is of the subject by now, and keep its names for whoever goes on."""
    async with db.transaction(runtime.sessions) as session:
        erasure = await service.lock_erasure(session, subject.org_id, erasure_id)
        found = await personal_data.find_all(session, rooms, subject)
        service.seal_subject(erasure, found, runtime.settings)
        key = await erased.ensure_key(session, runtime.settings.secret_keys)
        await service.enter(session, erasure, service.digests_of(key, found))
        await service.keep_opt_outs(session, erasure, found, runtime.settings)
    return found


async def _erase_rows(
    runtime: Runtime, rooms: Sequence[Holdings[Any]], erasure_id: UUID, subject: Subject
) -> None:
    """Delete rows, some calls at a time, and add what there was to what was found."""
    call_ids = sorted(subject.call_ids)
    for begin in range(0, max(1, len(call_ids)), _CALLS_AT_ONCE):
        part = subject.of_calls(frozenset(call_ids[begin : begin + _CALLS_AT_ONCE]))
        async with db.transaction(runtime.sessions) as session:
            await personal_data.lock_all(session, rooms, part)
            erasure = await service.lock_erasure(session, subject.org_id, erasure_id)
            # Again: what they asked for in one of these calls may have been heard meanwhile.
            await service.keep_opt_outs(session, erasure, part, runtime.settings)
            await service.erase_rows(session, erasure, part)


async def _erase_place(
    runtime: Runtime, place: Place[Any], erasure_id: UUID, subject: Subject
) -> None:
    async with db.transaction(runtime.sessions) as session:
        erasure = await service.get_erasure(session, subject.org_id, erasure_id)
    if place.name not in erasure.found.get("places", {}):
        count = await place.count(runtime, subject)
        async with db.transaction(runtime.sessions) as session:
            erasure = await service.lock_erasure(session, subject.org_id, erasure_id)
            places = {**erasure.found.get("places", {}), place.name: count}
            erasure.found = {**erasure.found, "places": places}
    await place.erase(runtime, subject)


async def _count(
    runtime: Runtime, rooms: Sequence[Holdings[Any]], subject: Subject
) -> dict[str, int]:
    async with db.transaction(runtime.sessions) as session:
        again = await personal_data.find_all(session, rooms, subject)
        counts = await personal_data.count_rows(session, rooms, again)
    return counts | {place.name: await place.count(runtime, again) for place in _places(rooms)}


async def _complete(
    runtime: Runtime, erasure_id: UUID, subject: Subject, remaining: Mapping[str, int]
) -> None:
    secret_key = runtime.settings.secret_keys[0]
    async with db.transaction(runtime.sessions) as session:
        erasure = await service.lock_erasure(session, subject.org_id, erasure_id)
        if erasure.status is ErasureStatus.DONE:
            return
        org = await session.get_one(Organisation, subject.org_id)
        erasure.status, erasure.error, erasure.sealed = ErasureStatus.DONE, None, None
        erasure.completed_at = clock.now()
        payload = {
            "type": "ringback.erasure",
            "version": 1,
            "erasure_id": str(erasure.id),
            "organisation": org.slug,
            "kind": erasure.kind.value,
            "subject": erasure.subject_digest.hex(),
            "requested_at": erasure.created_at.isoformat(),
            "completed_at": erasure.completed_at.isoformat(),
            "found": erasure.found,
            "remaining": dict(remaining),
        }
        erasure.receipt = receipts.sign(payload, secret_key)
        erasure.public_key = receipts.public_key(secret_key)
        await session.flush()
        data = {"erasure_id": str(erasure.id), "call_ids": sorted(subject.call_ids)}
        await events.publish(session, ErasureCompleted(org_id=subject.org_id, data=data))
    logger.info("erasure.completed", erasure_id=str(erasure_id))
