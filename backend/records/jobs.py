"""The records room's jobs: open a revision, ask the model, fill it in."""

from backend.platform import db
from backend.platform.events import Event
from backend.providers.tools import Tools
from backend.records import making, queries, service
from backend.records.events import RecordRequested
from backend.records.models import Record, RecordStatus


async def extract(tools: Tools, event: Event) -> None:
    """Make the record of a call that is over; make it final, or anew, when more was learned since.

    A revision that another job left pending is made here as well: that job may have died, and of
    two results the first stands.
    """
    record = await _open(tools, event)
    if record is not None:
        await making.make_record(tools, event.org_id, record.id)


async def extract_again(tools: Tools, event: RecordRequested) -> None:
    await making.make_record(tools, event.org_id, event.record_id)


async def _open(tools: Tools, event: Event) -> Record | None:
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
