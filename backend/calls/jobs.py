"""The calls room's jobs."""

from loguru import logger

from backend.auth import service as auth
from backend.calls import dialling, queries, reconciliation
from backend.calls.events import CallDialing, CallMissed, CallOverdue
from backend.platform import clock, db
from backend.platform.events import Event
from backend.providers.tools import Tools


async def claim_next(tools: Tools, event: Event) -> None:
    """Dial what may be dialled now: a call was queued, or one has made room."""
    await dialling.claim_due(tools, event.org_id)


async def claim_all_due(tools: Tools) -> None:
    async with db.transaction(tools.sessions) as session:
        waiting = await queries.list_orgs_with_due_calls(session, clock.now())
    for org_id in waiting:
        await dialling.claim_due(tools, org_id)


async def dial(tools: Tools, event: CallDialing) -> None:
    assert event.call_id is not None  # noqa: S101 - call events carry it
    await dialling.dial(tools, event.org_id, event.call_id)


async def leave_to_look_up(tools: Tools, event: CallDialing, reason: str) -> None:  # noqa: ARG001 - signature
    """Nothing to do: the call's deadline has Retell asked until the outcome is known."""
    logger.error("dial.left_to_look_up", call_id=str(event.call_id))


async def look_up(tools: Tools, event: CallOverdue) -> None:
    assert event.call_id is not None  # noqa: S101 - call events carry it
    await reconciliation.look_up(tools, event.org_id, event.call_id)


async def fetch_missed(tools: Tools, event: CallMissed) -> None:
    await reconciliation.fetch_missed(tools, event.org_id, event.retell_call_id)


async def claim_overdue(tools: Tools) -> None:
    await reconciliation.claim_overdue(tools)


async def sweep(tools: Tools) -> None:
    async with db.transaction(tools.sessions) as session:
        orgs = await auth.list_organisations(session)
    for org in orgs:
        await reconciliation.sweep(tools, org.id)


async def refresh_limits(tools: Tools) -> None:
    async with db.transaction(tools.sessions) as session:
        waiting = await queries.list_orgs_with_due_calls(session, clock.now())
    for org_id in waiting:
        await dialling.refresh_limit(tools, org_id)
