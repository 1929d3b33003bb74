"""Taking somebody out of the files of results. All other rows stay as they are, byte for byte."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, timedelta
from uuid import UUID

from sqlmodel import col, select

from backend.destinations import files
from backend.destinations.models import Delivery, DeliveryStatus, Destination, DestinationKind
from backend.platform import clock, db
from backend.platform.errors import Unavailable
from backend.platform.people.personal_data import Subject
from backend.platform.storage import ObjectNotFound
from backend.providers.runtime import Runtime

_FOLDER = "results"
_POLL_SECONDS = 0.2
# Above the lease under which a file is written.
_PATIENCE = timedelta(seconds=40)


class ResultsBeingWritten(Unavailable):
    code, title = "results-being-written", "A file of results is being written"


async def count_results(runtime: Runtime, subject: Subject) -> int:
    """Count the files that name one of the subject's calls or recordings."""
    count = 0
    async for _ in _naming(runtime, subject):
        count += 1
    return count


async def erase_results(runtime: Runtime, subject: Subject) -> None:
    """Write each such file without them. By then the books should know nothing of them any more."""
    await _wait_for_writers(runtime, subject)
    async for key, content in _naming(runtime, subject):
        left = files.without(content, _format_of(key), _names(subject))
        if left is None:
            await runtime.storage.delete(key)
        else:
            await runtime.storage.put(key, _once(left))


async def _naming(runtime: Runtime, subject: Subject) -> AsyncIterator[tuple[str, bytes]]:
    names = _names(subject)
    if not names:
        return
    others = await _folders_of_others(runtime, subject.org_id)
    first_day = subject.since.astimezone(UTC).date() - timedelta(days=1)
    async for stored in runtime.storage.list_under(_FOLDER):
        _, folder, *rest = stored.key.split("/")
        if folder in others or (_day_of(rest[0]) or first_day) < first_day:
            continue
        try:
            content = b"".join([chunk async for chunk in runtime.storage.read(stored.key)])
        except ObjectNotFound:
            continue
        if await asyncio.to_thread(files.has_any, content, _format_of(stored.key), names):
            yield stored.key, content


def _names(subject: Subject) -> frozenset[str]:
    return subject.call_ids | subject.recording_ids


async def _folders_of_others(runtime: Runtime, org_id: UUID) -> set[str]:
    """Name the folders that another organisation has. Those of nobody are looked at too."""
    async with db.transaction(runtime.sessions) as session:
        found = await session.exec(select(Destination.id).where(Destination.org_id != org_id))
        return {str(destination_id) for destination_id in found}


def _day_of(part: str) -> date | None:
    try:
        return date.fromisoformat(part.removeprefix("day="))
    except ValueError:
        return None


def _format_of(key: str) -> files.Format:
    return "parquet" if key.endswith(files.ENDINGS["parquet"]) else "ndjson"


async def _wait_for_writers(runtime: Runtime, subject: Subject) -> None:
    """Wait until nobody writes a file from what the books said before."""
    began = clock.now()
    writing = await _being_written(runtime, subject.org_id)
    while writing & await _being_written(runtime, subject.org_id):
        if clock.now() - began > _PATIENCE:
            raise ResultsBeingWritten("A file of results is still being written.")
        await asyncio.sleep(_POLL_SECONDS)


async def _being_written(runtime: Runtime, org_id: UUID) -> set[tuple[UUID, int]]:
    statement = (
        select(Delivery.id, Delivery.attempts)
        .join(Destination)
        .where(
            Delivery.org_id == org_id,
            Delivery.status == DeliveryStatus.SENDING,
            col(Destination.kind) == DestinationKind.OBJECT_STORE,
        )
    )
    async with db.transaction(runtime.sessions) as session:
        return {(row[0], row[1]) for row in await session.exec(statement)}


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
