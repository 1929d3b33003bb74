"""The records room's jobs: open a revision when there is something new, make it, or give it up."""

from backend.platform import db
from backend.platform.events import AgentEvent, CallEvent
from backend.providers.llm_errors import LlmPaced
from backend.providers.runtime import Runtime
from backend.records import making, masking_again, opting_out, service
from backend.records.events import RecordRequested
from backend.records.pacing import come_back


async def open_revision(runtime: Runtime, event: CallEvent) -> None:
    """Have a record made of what is known of a call that is over, if it is not made already."""
    async with db.transaction(runtime.sessions) as session:
        await service.open_revision(session, event.org_id, event.call_id)


async def suppress_opted_out(runtime: Runtime, event: CallEvent) -> None:
    """Suppress whoever the record says is not to be called again."""
    async with db.transaction(runtime.sessions) as session:
        await opting_out.suppress_opted_out(session, event.org_id, event.call_id)


async def make_record(runtime: Runtime, event: RecordRequested) -> None:
    """Make it now, or later when the provider's limits are reached: that is no failed attempt."""
    try:
        await making.make_record(await runtime.of(event.org_id), event.org_id, event.record_id)
    except LlmPaced as paced:
        await come_back(runtime, event, paced)


async def mask_words(runtime: Runtime, event: AgentEvent) -> None:
    """Mask anew what the agent's calls are found by, where what it masks has changed for them."""
    await masking_again.mask_again_of(runtime.sessions, event.org_id, event.agent_id)


async def mask_all_words(runtime: Runtime) -> None:
    """Mask anew what calls are found by, of which nobody said that it has changed."""
    await masking_again.mask_all_again(runtime.sessions)


async def give_up(runtime: Runtime, event: RecordRequested, reason: str) -> None:
    """Close the revision: nothing may stay pending for ever."""
    async with db.transaction(runtime.sessions) as session:
        await service.fail(session, event.org_id, event.record_id, reason)
