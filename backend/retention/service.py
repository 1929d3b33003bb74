"""Asking for erasures, and what is said of them."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from loguru import logger
from pydantic import TypeAdapter
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import service as calls
from backend.compliance import service as compliance
from backend.platform import clock, events, ids, sealing
from backend.platform.events import wiring_of
from backend.platform.people import erased, personal_data
from backend.platform.people.erased import SubjectKind
from backend.platform.people.holds import HeldCall
from backend.platform.people.personal_data import Holdings, Subject
from backend.platform.settings import Settings
from backend.recordings import service as recordings
from backend.recordings.models import Recording
from backend.retention import holding, queries, receipts
from backend.retention.errors import ErasureNotFailed, ErasureNotFound
from backend.retention.events import ErasureDue, ErasureFailed
from backend.retention.models import Erasure, ErasureKind, ErasureStatus

_SUBJECT = TypeAdapter(Subject)
_LONGEST_SECONDS = 3600.0
SUBJECT_KINDS = {
    ErasureKind.PHONE_NUMBER: SubjectKind.NUMBER,
    ErasureKind.CALL: SubjectKind.CALL,
}


async def erase_number(
    session: AsyncSession, org_id: UUID, phone_number: str, settings: Settings
) -> Erasure:
    """Have all that is kept about a number erased. Asked twice at once, it is one erasure.

    A call with it that goes on is a conflict.
    """
    number = holding.normal(phone_number)
    now = clock.now()
    subject = Subject(org_id, now, now, numbers=frozenset({number}))
    return await _open(session, ErasureKind.PHONE_NUMBER, number, subject, settings)


async def erase_call(
    session: AsyncSession, org_id: UUID, call_id: UUID, settings: Settings
) -> Erasure:
    """Have all that is kept about a call erased. One that goes on is a conflict."""
    await calls.get_call(session, org_id, call_id)
    now = clock.now()
    subject = Subject(org_id, now, now, call_ids=frozenset({str(call_id)}))
    return await _open(session, ErasureKind.CALL, str(call_id), subject, settings)


class Kept(NamedTuple):
    """What is kept of a subject: in how many rows of which tables, and what others were sent."""

    subject: Subject
    tables: Mapping[str, int]
    passed_on: Mapping[str, int]


async def find_kept(session: AsyncSession, subject: Subject) -> Kept:
    """Find by which names a subject is kept, and how much there is of it now."""
    rooms = holdings_of(session)
    found = await personal_data.find_all(session, rooms, subject)
    tables = await personal_data.count_rows(session, rooms, found)
    passed_on = await personal_data.count_passed_on(session, rooms, found)
    return Kept(found, {name: count for name, count in tables.items() if count}, passed_on)


async def preview(session: AsyncSession, subject: Subject) -> tuple[Kept, HeldCall | None]:
    """Look what an erasure would take away now, and whether a hold forbids it."""
    for call_id in subject.call_ids:
        await calls.get_call(session, subject.org_id, UUID(call_id))
    kept = await find_kept(session, subject)
    held = await holding.find_held(session, kept.subject)
    return kept, held[0] if held else None


def subject_of(org_id: UUID, phone_number: str | None, call_id: UUID | None) -> Subject:
    """Name whom or what is meant. Raises SubjectInvalid."""
    now = clock.now()
    numbers = [holding.normal(phone_number)] if phone_number is not None else []
    call_ids = [str(call_id)] if call_id is not None else []
    return Subject(org_id, now, now, numbers=frozenset(numbers), call_ids=frozenset(call_ids))


async def _open(
    session: AsyncSession, kind: ErasureKind, name: str, subject: Subject, settings: Settings
) -> Erasure:
    org_id, secret_keys = subject.org_id, settings.secret_keys
    key = await erased.ensure_key(session, secret_keys)
    digest = erased.digest_of(key, org_id, SUBJECT_KINDS[kind], name)
    running = await queries.find_running(session, org_id, digest)
    if running is not None:
        return running
    rooms = holdings_of(session)
    found = await personal_data.find_all(session, rooms, subject)
    await holding.refuse_held(session, found)
    await personal_data.lock_all(session, rooms, found)
    erasure = Erasure(id=ids.new_id(), org_id=org_id, kind=kind, subject_digest=digest)
    seal_subject(erasure, found, settings)
    session.add(erasure)
    await session.flush()
    await enter(session, erasure, [(SUBJECT_KINDS[kind], digest)])
    await events.publish(session, ErasureDue(org_id=org_id, erasure_id=erasure.id))
    return erasure


async def enter(
    session: AsyncSession,
    erasure: Erasure,
    digests: Sequence[tuple[SubjectKind, bytes]],
    *,
    at: datetime | None = None,
) -> None:
    """Enter names of the subject into the ledger."""
    await erased.enter(
        session,
        erasure.org_id,
        digests,
        erasure_id=erasure.id,
        at=at or erasure.created_at,
    )


async def delete_call(
    session: AsyncSession, org_id: UUID, call_id: UUID, settings: Settings
) -> Erasure:
    """Delete a call at once, and have its copies elsewhere erased after. See `erase_call`."""
    erasure = await erase_call(session, org_id, call_id, settings)
    subject = open_subject(erasure, settings)
    if subject is None:
        return erasure
    # It may have begun before: what goes on with it locks in this order, and counts too.
    await personal_data.lock_all(session, holdings_of(session), subject)
    erasure = await lock_erasure(session, org_id, erasure.id)
    if erasure.status is not ErasureStatus.DONE:
        await erase_rows(session, erasure, subject)
    return erasure


class DeletedRecording(NamedTuple):
    """What is left to do: the files, and for an uploaded one what its call's erasure does."""

    folder: str
    erasure_id: UUID | None


async def delete_recording(
    session: AsyncSession, org_id: UUID, recording_id: UUID, settings: Settings
) -> DeletedRecording:
    """Delete a recording and what was told of it; one that became a call, with the call."""
    recording = await recordings.get_recording(session, org_id, recording_id)
    if recording.call_id is not None and not recording.is_of_call:
        erasure = await delete_call(session, org_id, recording.call_id, settings)
        return DeletedRecording(recording.folder, erasure.id)
    recording = await recordings.lock_to_delete(session, org_id, recording_id)
    call_ids = [str(recording.call_id)] if recording.call_id is not None else []
    await holding.refuse_held(session, _subject_of(recording, call_ids))
    await personal_data.erase_rows(session, holdings_of(session), _subject_of(recording, []))
    return DeletedRecording(recording.folder, None)


def _subject_of(recording: Recording, call_ids: Sequence[str]) -> Subject:
    return Subject(
        recording.org_id,
        recording.created_at,
        clock.now(),
        call_ids=frozenset(call_ids),
        recording_ids=frozenset({str(recording.id)}),
    )


async def erase_rows(session: AsyncSession, erasure: Erasure, subject: Subject) -> None:
    """Delete what the tables have, and add it to what was found. Lock the calls before.

    What is held stays: that is a conflict.
    """
    await holding.refuse_held(session, subject)
    # In the same transaction: what is not on its way by now is never sent.
    passed_on = await personal_data.count_passed_on(session, holdings_of(session), subject)
    passed_on = personal_data.added(erasure.found.get("passed_on", {}), passed_on)
    counts = await personal_data.erase_rows(session, holdings_of(session), subject)
    tables = personal_data.added(erasure.found.get("tables", {}), counts)
    erasure.found = {**erasure.found, "tables": tables, "passed_on": passed_on}
    await session.flush()


async def keep_opt_outs(
    session: AsyncSession, erasure: Erasure, subject: Subject, settings: Settings
) -> None:
    """Keep that somebody does not want to be called, which is all that is kept of them."""
    org_id, kind = subject.org_id, SubjectKind.OPT_OUT
    names = await compliance.list_names_to_keep(session, org_id, subject.numbers)
    if names:
        key = await erased.ensure_key(session, settings.secret_keys)
        digests = [erased.digest_of(key, org_id, kind, name) for name in names]
        await enter(session, erasure, [(kind, digest) for digest in digests])


async def enter_removed(
    session: AsyncSession, subject: Subject, cleanup_id: UUID, settings: Settings
) -> None:
    """Enter calls into the ledger that are too old to be kept. Their people may call again."""
    key = await erased.ensure_key(session, settings.secret_keys)
    digests = digests_of(key, subject)
    await erased.enter(session, subject.org_id, digests, erasure_id=cleanup_id, at=clock.now())


def digests_of(key: bytes, subject: Subject) -> Sequence[tuple[SubjectKind, bytes]]:
    named = [(SubjectKind.CALL, name) for name in subject.call_ids]
    named += [(SubjectKind.CALL_AT_RETELL, name) for name in subject.retell_call_ids]
    named += [(SubjectKind.NUMBER, name) for name in subject.numbers]
    return [(kind, erased.digest_of(key, subject.org_id, kind, name)) for kind, name in named]


def holdings_of(session: AsyncSession) -> Sequence[Holdings[Any]]:
    return wiring_of(session).holdings


def seal_subject(erasure: Erasure, subject: Subject, settings: Settings) -> None:
    written = _SUBJECT.dump_json(subject).decode()
    erasure.sealed = sealing.seal(written, f"erasure {erasure.id}", settings.secret_keys[0])


def open_subject(erasure: Erasure, settings: Settings) -> Subject | None:
    """Return whom it is about, for as long as that is known."""
    if erasure.sealed is None:
        return None
    about = f"erasure {erasure.id}"
    return _SUBJECT.validate_json(sealing.unseal(erasure.sealed, about, settings.secret_keys))


async def reseal_subjects(session: AsyncSession, settings: Settings) -> int:
    """Encrypt whom erasures are about with the current SECRET_KEY. Return how many still know."""
    found = await queries.lock_with_subjects(session)
    for erasure in found:
        subject = open_subject(erasure, settings)
        if subject is not None:
            seal_subject(erasure, subject, settings)
    return len(found)


async def get_erasure(session: AsyncSession, org_id: UUID, erasure_id: UUID) -> Erasure:
    erasure = await queries.find_erasure(session, org_id, erasure_id)
    if erasure is None:
        raise ErasureNotFound(f"There is no erasure {erasure_id}.")
    return erasure


async def lock_erasure(session: AsyncSession, org_id: UUID, erasure_id: UUID) -> Erasure:
    erasure = await queries.lock_erasure(session, org_id, erasure_id)
    if erasure is None:
        raise ErasureNotFound(f"There is no erasure {erasure_id}.")
    return erasure


async def list_erasures(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[Erasure]:
    return await queries.list_erasures(session, org_id, cursor=cursor, limit=limit)


async def retry_erasure(session: AsyncSession, org_id: UUID, erasure_id: UUID) -> Erasure:
    """Have one go on that has failed, or waits. One that is done is a conflict."""
    erasure = await lock_erasure(session, org_id, erasure_id)
    if erasure.status is ErasureStatus.DONE:
        raise ErasureNotFailed("The erasure is done.")
    erasure.status, erasure.error, erasure.attempts = ErasureStatus.RUNNING, None, 0
    await session.flush()
    await events.publish(session, ErasureDue(org_id=org_id, erasure_id=erasure.id))
    return erasure


async def postpone(
    session: AsyncSession, org_id: UUID, erasure_id: UUID, reason: str, wait: float | None
) -> None:
    """Have it go on later, for as long as it takes: what is asked for is owed."""
    erasure = await lock_erasure(session, org_id, erasure_id)
    if erasure.status is not ErasureStatus.RUNNING:
        return
    erasure.attempts += 1
    erasure.error = reason
    doubled: float = 2.0 ** min(erasure.attempts, 12)
    seconds = wait or min(doubled, _LONGEST_SECONDS) * random.uniform(0.75, 1.0)  # noqa: S311 - jitter
    await session.flush()
    due = ErasureDue(org_id=org_id, erasure_id=erasure.id)
    await events.publish(session, due, at=clock.now() + timedelta(seconds=seconds))
    logger.warning("erasure.postponed", erasure_id=str(erasure_id), seconds=round(seconds))


async def fail(session: AsyncSession, org_id: UUID, erasure_id: UUID, reason: str) -> None:
    erasure = await lock_erasure(session, org_id, erasure_id)
    if erasure.status is not ErasureStatus.RUNNING:
        return
    erasure.status, erasure.error = ErasureStatus.FAILED, reason
    await session.flush()
    logger.error("erasure.failed", erasure_id=str(erasure_id))
    data = {"erasure_id": str(erasure_id), "reason": reason}
    await events.publish(session, ErasureFailed(org_id=org_id, data=data))


async def complaint_about(
    session: AsyncSession, org_id: UUID, receipt: Any, settings: Settings
) -> str | None:
    """Check a receipt with the keys of now and of receipts given before."""
    keys = await queries.list_public_keys(session, org_id)
    return receipts.complaint_about(receipt, [*receipts.public_keys(settings.secret_keys), *keys])
