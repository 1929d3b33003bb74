"""The analysis room's jobs: open an analysis when a call is over, make it, or give it up."""

from backend.analysis import making, service
from backend.analysis.events import AnalysisRequested
from backend.calls.errors import CallNotFound
from backend.platform import db
from backend.platform.events import CallEvent
from backend.providers.llm_errors import LlmPaced
from backend.providers.runtime import Runtime
from backend.records.pacing import come_back


async def open_analysis(runtime: Runtime, event: CallEvent) -> None:
    """Have a call analysed, if it is one of those that are and nobody has."""
    try:
        async with db.transaction(runtime.sessions) as session:
            await service.open_for_call(session, event.org_id, event.call_id)
    except CallNotFound:
        return  # Erased meanwhile.


async def make_analysis(runtime: Runtime, event: AnalysisRequested) -> None:
    """Make it now, or later when the provider's limits are reached: that is no failed attempt."""
    try:
        await making.make_analysis(await runtime.of(event.org_id), event.org_id, event.analysis_id)
    except LlmPaced as paced:
        await come_back(runtime, event, paced)


async def give_up_analysis(runtime: Runtime, event: AnalysisRequested, reason: str) -> None:
    """Close the revision: nothing may stay pending for ever."""
    async with db.transaction(runtime.sessions) as session:
        await service.give_up(session, event.org_id, event.analysis_id, reason)
