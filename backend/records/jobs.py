"""The records room's jobs: open a revision, ask the model, fill it in."""

from datetime import timedelta

from backend.platform import clock, db
from backend.platform.events import Event
from backend.providers.tools import Tools
from backend.records import making, queries, service
from backend.records.errors import RecordBeingMade
from backend.records.events import RecordRequested
from backend.records.models import Record, RecordStatus

# Together the looks take longer than the lease, so that the last one makes what was left.
_LEASE = timedelta(minutes=2)
_LOOK_AGAIN_SECONDS = 20.0


async def extract(tools: Tools, event: Event) -> None:
    """Make the record of a call that is over. A revision left pending is made here as well."""
    record, _ = await _open(tools, event)
    if record is not None:
        await making.make_record(tools, event.org_id, record.id)


async def finish(tools: Tools, event: Event) -> None:
    """Make the record final, or anew, when more was learned of a call that is over.

    A revision that is just being made is left to its job, and looked at again: that may have died.
    """
    record, is_new = await _open(tools, event)
    if record is None:
        return
    if not is_new and clock.now() - record.created_at < _LEASE:
        raise RecordBeingMade(f"Record {record.id} is being made.", retry_after=_LOOK_AGAIN_SECONDS)
    await making.make_record(tools, event.org_id, record.id)


async def extract_again(tools: Tools, event: RecordRequested) -> None:
    await making.make_record(tools, event.org_id, event.record_id)


async def _open(tools: Tools, event: Event) -> tuple[Record | None, bool]:
    assert event.call_id is not None  # noqa: S101 - call events carry it
    async with db.transaction(tools.sessions) as session:
        return await service.open_revision(session, event.org_id, event.call_id)


async def give_up(tools: Tools, event: Event, reason: str) -> None:
    """Close whatever revision the job has left pending."""
    assert event.call_id is not None  # noqa: S101 - these events carry it
    async with db.transaction(tools.sessions) as session:
        latest = await queries.find_latest(session, event.org_id, event.call_id)
        if latest is not None and latest.status is RecordStatus.PENDING:
            await service.fail(session, event.org_id, latest.id, reason)
