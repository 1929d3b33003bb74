"""What others are told of records: the revision that an event is about, and what it replaces."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform.events import JsonObject, LoggedEvent
from backend.records import queries
from backend.records.models import Origin, Record, RecordStatus
from backend.records.schemas import RecordRead

_ABOUT_RECORDS = "record."


async def tell_records(
    session: AsyncSession, events: Sequence[LoggedEvent]
) -> Mapping[int, JsonObject]:
    """Give the revision each event is about, and nothing for other events.

    A revision that came to something is never changed, so a correction made since shows nowhere.
    """
    about = [event for event in events if event.name.startswith(_ABOUT_RECORDS)]
    calls = {event.call_id for event in about if event.call_id is not None}
    records = await queries.list_revisions_of_calls(session, calls) if calls else []
    by_revision = {(record.call_id, record.revision): record for record in records}
    told: dict[int, JsonObject] = {}
    for event in about:
        record = by_revision.get((event.call_id, event.data.get("revision", 0)))  # type: ignore[arg-type]  # a call that is None has no record
        if record is not None and event.id is not None:
            final = {"final": event.data.get("final", record.final)}
            told[event.id] = _shown(record, _supersedes(record, records)) | final
    return told


def _shown(record: Record, supersedes: int | None) -> JsonObject:
    shown = RecordRead.of(record).model_dump(mode="json", exclude={"is_current"})
    return shown | {"supersedes": supersedes}


def _supersedes(record: Record, others: Sequence[Record]) -> int | None:
    """Find the revision that this one takes the place of: the last that came to something."""
    if record.status is RecordStatus.FAILED:
        return None
    before = (
        other.revision
        for other in others
        if other.call_id == record.call_id
        and other.revision < record.revision
        and other.status not in {RecordStatus.PENDING, RecordStatus.FAILED}
    )
    return max(before, default=None)


def example_record(event: str) -> JsonObject | None:
    """Make the record that examples tell of, in the state that this event means."""
    if not event.startswith(_ABOUT_RECORDS):
        return None
    status = _STATUS_AT[event]
    is_corrected = status is RecordStatus.CORRECTED
    record = Record(
        id=UUID("01990000-0000-7000-8000-00000000e1ec"),
        org_id=UUID(int=0),
        call_id=UUID("01990000-0000-7000-8000-00000000ca11"),
        revision=2 if is_corrected else 1,
        origin=Origin.CORRECTION if is_corrected else Origin.EXTRACTION,
        status=status,
        final=True,
        schema_version=2,
        source_sha256=b"",
        model="openai/gpt-5-mini",
        attempts=1,
        created_at=datetime(2026, 11, 2, 15, 5, 30, tzinfo=UTC),
    )
    if status is RecordStatus.FAILED:
        record.failure = "The model did not answer in the form asked for."
        return _shown(record, None)
    record.data = {"driver_status": "delayed", "delay_minutes": 120}
    quote = {"quote": "I'm running two hours late", "turns": [1], "start_ms": 2600}
    found = status is not RecordStatus.NEEDS_REVIEW
    record.evidence = {"driver_status": quote | {"found": found}}
    if not found:
        problem = {"field": "driver_status", "code": "quote_not_found"}
        record.problems = [problem | {"message": "The quote is not in the transcript."}]
    return _shown(record, 1 if is_corrected else None)


_STATUS_AT = {
    "record.extracted": RecordStatus.VALID,
    "record.needs_review": RecordStatus.NEEDS_REVIEW,
    "record.failed": RecordStatus.FAILED,
    "record.corrected": RecordStatus.CORRECTED,
}
