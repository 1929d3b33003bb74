"""The ledger's copy outside of the database, from which erasures outlive a restored backup.

Files in the storage have an erasure's hashes, and the key encrypted as it is in the database.
An erasure that the files have and the database has not came after the backup: it is made again.
"""

import base64
import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from loguru import logger
from pydantic import BaseModel
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.models import Organisation
from backend.platform import db, events
from backend.platform.people import erased
from backend.platform.people.erased import ErasedSubject, LedgerKey, SubjectKind
from backend.platform.people.personal_data import Holdings, Subject
from backend.platform.storage import ObjectNotFound, Storage
from backend.providers.runtime import Runtime
from backend.retention import queries, service
from backend.retention.events import ErasureDue
from backend.retention.models import Erasure, ErasureKind

_FOLDER = "erasures"
_KEY = f"{_FOLDER}/key.json"


class _Entry(BaseModel):
    kind: SubjectKind
    digest: str


class _Copy(BaseModel):
    """An erasure as a file has it."""

    id: UUID
    org_id: UUID
    kind: ErasureKind
    subject_digest: str
    created_at: datetime
    entries: list[_Entry]


async def keep_copy(runtime: Runtime, org_id: UUID, erasure_id: UUID) -> None:
    """Write down what is being erased, before any of it goes."""
    async with db.transaction(runtime.sessions) as session:
        erasure = await service.get_erasure(session, org_id, erasure_id)
        statement = select(ErasedSubject).where(ErasedSubject.erasure_id == erasure_id)
        entries = (await session.exec(statement)).all()
        sealed = (await session.exec(select(LedgerKey.sealed))).one()
    copy = _Copy(
        id=erasure.id,
        org_id=org_id,
        kind=erasure.kind,
        subject_digest=erasure.subject_digest.hex(),
        created_at=erasure.created_at,
        entries=[_Entry(kind=each.kind, digest=each.digest.hex()) for each in entries],
    )
    await _write_key(runtime.storage, sealed)
    await runtime.storage.put(_file_of(org_id, erasure_id), _once(copy.model_dump_json().encode()))


async def _write_key(storage: Storage, sealed: bytes) -> None:
    written = json.dumps({"sealed": base64.b64encode(sealed).decode()}).encode()
    if await _read(storage, _KEY) != written:
        await storage.put(_KEY, _once(written))


def _file_of(org_id: UUID, erasure_id: UUID) -> str:
    return f"{_FOLDER}/{org_id}/{erasure_id}.json"


async def erase_again(runtime: Runtime) -> int:
    """Make the erasures again that the files have and the database has not. Return how many."""
    files = [stored.key async for stored in runtime.storage.list_under(_FOLDER)]
    by_id = {found: key for key in files if (found := _id_in(key)) is not None}
    if not by_id:
        return 0
    async with db.transaction(runtime.sessions) as session:
        known = set(await queries.list_known(session, list(by_id)))
    count = 0
    for erasure_id in sorted(set(by_id) - known):
        content = await _read(runtime.storage, by_id[erasure_id])
        if content is not None:
            count += await _take_up(runtime, _Copy.model_validate_json(content))
    if count:
        logger.warning("erasure.made_again", count=count)
    return count


def _id_in(key: str) -> UUID | None:
    try:
        return UUID(key.rpartition("/")[2].removesuffix(".json"))
    except ValueError:
        return None


async def _take_up(runtime: Runtime, copy: _Copy) -> bool:
    own = await runtime.of(copy.org_id)
    kept = await _read(runtime.storage, _KEY)
    sealed = base64.b64decode(json.loads(kept)["sealed"]) if kept else None
    async with db.transaction(runtime.sessions) as session:
        if await session.get(Organisation, copy.org_id) is None:
            return False
        key = await erased.ensure_key(session, own.settings.secret_keys, sealed)
        erasure = Erasure(
            id=copy.id,
            org_id=copy.org_id,
            kind=copy.kind,
            subject_digest=bytes.fromhex(copy.subject_digest),
            created_at=copy.created_at,
        )
        subject = await _recognise(session, service.holdings_of(session), copy, key)
        service.seal_subject(erasure, subject, own.settings)
        session.add(erasure)
        await session.flush()
        entries = [(each.kind, bytes.fromhex(each.digest)) for each in copy.entries]
        await service.enter(session, erasure, entries)
        due = ErasureDue(org_id=copy.org_id, erasure_id=erasure.id)
        await events.publish(session, due)
    return True


async def _recognise(
    session: AsyncSession, rooms: Sequence[Holdings[Any]], copy: _Copy, key: bytes
) -> Subject:
    """Find who and what is here again, by the hashes of all that could be meant."""
    digests = {bytes.fromhex(each.digest) for each in copy.entries}

    def is_meant(kind: SubjectKind, name: str | None) -> bool:
        return name is not None and erased.digest_of(key, copy.org_id, kind, name) in digests

    numbers: set[str] = set()
    call_ids: set[str] = set()
    for room in rooms:
        if room.numbers is not None:
            of_room = await room.numbers(session, copy.org_id)
            numbers |= {number for number in of_room if is_meant(SubjectKind.NUMBER, number)}
        last = UUID(int=0)
        while room.calls is not None and (some := await room.calls(session, copy.org_id, last)):
            call_ids |= {
                str(call.call_id)
                for call in some
                if is_meant(SubjectKind.CALL, str(call.call_id))
                or is_meant(SubjectKind.CALL_AT_RETELL, call.retell_call_id)
            }
            last = some[-1].call_id
    return Subject(
        copy.org_id,
        copy.created_at,
        copy.created_at,
        numbers=frozenset(numbers),
        call_ids=frozenset(call_ids),
    )


async def _read(storage: Storage, key: str) -> bytes | None:
    try:
        return b"".join([chunk async for chunk in storage.read(key)])
    except ObjectNotFound:
        return None


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
