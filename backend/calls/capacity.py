"""How many calls may be placed by what places many, so that those of people never wait for them."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import dialling, queries
from backend.platform import clock
from backend.platform.settings import Settings

# However fast an organisation dials, so much may be taken back at once.
_MOST_AHEAD = 50
# So many seconds' worth of calls may wait for hooks, and so many at least.
_FEW_HELD = 4


async def count_free(session: AsyncSession, org_id: UUID, settings: Settings) -> int:
    """Count the calls that may be queued now and would be dialled at once.

    At most a second's worth waits in the queue, so whoever places a call has it dialled after that.
    """
    queue, now = await queries.find_dial_queue(session, org_id), clock.now()
    if queue is not None and dialling.waiting_for(queue, now, 0, settings) == "stop":
        return 0
    queued = await queries.count_waiting(session, org_id)
    free = max(1, min(_MOST_AHEAD, int(settings.dial.starts_per_second))) - queued
    if queue is not None and queue.concurrency_limit is not None:
        running = await queries.count_running(session, org_id)
        free = min(free, queue.concurrency_limit - running - queue.foreign_calls - queued)
    return max(0, free)


def count_most_held(settings: Settings) -> int:
    """Say how many calls of one that places many may wait for hooks, so that their queue is short.

    Some seconds' worth: while they are asked, others are dialled.
    """
    return max(_FEW_HELD, min(_MOST_AHEAD, int(settings.dial.starts_per_second * _FEW_HELD)))


async def find_limit(session: AsyncSession, org_id: UUID) -> int | None:
    """Say how many calls may run at one time; None: Retell has not said yet."""
    queue = await queries.find_dial_queue(session, org_id)
    return queue.concurrency_limit if queue is not None else None
