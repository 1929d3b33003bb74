"""Masking anew what reviewers find calls by, where other kinds count than when it was written.

That is so after a release that wrote none of it, and of calls of which nobody knows which version
took them: for these it is the agent's published version that counts, or its draft.
"""

from functools import partial
from uuid import UUID

from loguru import logger
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import redacting
from backend.calls import earlier, search, service as calls
from backend.calls.errors import CallNotFound
from backend.calls.events import CallMaskedAnew
from backend.platform import db, events
from backend.platform.db import Sessions
from backend.records import queries


async def mask_all_again(sessions: Sessions) -> None:
    """Go through the calls of all agents that mask anything."""
    async with db.transaction(sessions) as session:
        redacting_agents = await redacting.list_redacting(session)
    for org_id, agent_id in redacting_agents:
        await mask_again_of(sessions, org_id, agent_id)


async def mask_again_of(sessions: Sessions, org_id: UUID, agent_id: UUID) -> None:
    """Go through an agent's calls, the newest first, each in a transaction of its own."""
    through = await earlier.go_through(
        sessions, partial(search.look_at_masked, org_id=org_id, agent_id=agent_id), mask_again
    )
    if through.done:
        logger.info("search.masked_again", agent_id=str(agent_id), calls=through.done)


async def mask_again(session: AsyncSession, org_id: UUID, call_id: UUID) -> bool:
    """Mask what one call is found by, and announce it. Return whether it was masked otherwise."""
    try:
        call = await calls.lock_call(session, org_id, call_id)
    except CallNotFound:
        return False  # Deleted meanwhile.
    if not await search.mask_again(session, call):
        return False
    record = await queries.find_current(session, org_id, call_id)
    if record is not None:
        await queries.keep_words(session, record)
    await search.keep_names(session, call_id)
    about = CallMaskedAnew(org_id=org_id, agent_id=call.agent_id, call_id=call_id)
    await events.publish(session, about)
    return True
