"""What the record of a conversation says about how its contact goes on."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls.models import Call
from backend.campaigns.outcomes import Answer
from backend.campaigns.policy import Policy
from backend.platform.zones import zone as zone_of
from backend.records import service as records
from backend.records.models import Record, RecordStatus


async def read_answer(
    session: AsyncSession, call: Call, policy: Policy, zones: Collection[str]
) -> Answer | None:
    """Read what the campaign asks of the record; None: it is still being made."""
    if not policy.needs_record:
        return Answer()
    record = await records.find_current(session, call.org_id, call.id)
    if record is None:
        # Nothing was said that a record could be made of.
        will_come = await records.find_source(session, call) is not None
        return None if will_come else Answer()
    if record.status is RecordStatus.PENDING:
        return None
    if record.status is RecordStatus.FAILED:
        return Answer(lacks="record_missing")
    return _answer(record, policy, zones)


def _answer(record: Record, policy: Policy, zones: Collection[str]) -> Answer:
    """Believe no value that is doubted: a person looks at it first."""
    doubted = {problem["field"] for problem in record.problems}
    done, callback = policy.done_when, policy.callback
    if record.status is RecordStatus.NEEDS_REVIEW:
        asked = {each.field for each in (done, callback) if each is not None}
        if doubted & asked:
            return Answer(lacks="record_needs_review")
    is_done = done is not None and record.data.get(done.field) in done.values
    wanted = record.data.get(callback.field) if callback is not None else None
    return Answer(
        is_done=is_done,
        wants_callback=wanted is not None,
        callback_at=read_time(wanted, zones),
    )


def read_time(value: Any, zones: Collection[str]) -> datetime | None:
    """Read a time of a record; one without a zone is the contact's, where that is known."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        if len(set(zones)) != 1:
            return None
        at = at.replace(tzinfo=zone_of(next(iter(zones))))
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return None


def is_asked_of(record_schema: dict[str, Any] | None, field: str) -> bool:
    """Tell whether a record by this schema has the field."""
    return record_schema is not None and field in record_schema.get("properties", {})
