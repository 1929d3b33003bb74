"""The records room's jobs: open a revision when there is something new, make it, or give it up."""

import random
from datetime import timedelta

from backend.platform import clock, db, events
from backend.platform.events import Event
from backend.providers.llm_errors import LlmPaced
from backend.providers.tools import Tools
from backend.records import making, service
from backend.records.events import RecordRequested


async def open_revision(tools: Tools, event: Event) -> None:
    """Have a record made of what is known of a call that is over, if it is not made already."""
    assert event.call_id is not None  # noqa: S101 - call events carry it
    async with db.transaction(tools.sessions) as session:
        await service.open_revision(session, event.org_id, event.call_id)


async def make_record(tools: Tools, event: RecordRequested) -> None:
    """Make it now, or later when the provider's limits are reached: that is no failed attempt."""
    try:
        await making.make_record(await tools.of(event.org_id), event.org_id, event.record_id)
    except LlmPaced as paced:
        # Apart from each other, so that those who wait do not all come back at once.
        wait = timedelta(seconds=(paced.retry_after or 1.0) * random.uniform(1.0, 1.5))  # noqa: S311 - jitter
        async with db.transaction(tools.sessions) as session:
            await events.publish(session, event, at=clock.now() + wait)


async def give_up(tools: Tools, event: RecordRequested, reason: str) -> None:
    """Close the revision: nothing may stay pending for ever."""
    async with db.transaction(tools.sessions) as session:
        await service.fail(session, event.org_id, event.record_id, reason)
