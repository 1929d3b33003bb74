"""The job of reports: count an evaluation that has changed."""

from uuid import UUID

from backend.platform import db
from backend.platform.events import CallEvent
from backend.providers.runtime import Runtime
from backend.quality.reports import counting


async def count_evaluation(runtime: Runtime, event: CallEvent) -> None:
    policy_id = UUID(str(event.data["policy_id"]))
    async with db.transaction(runtime.sessions) as session:
        await counting.count_call(session, event.org_id, event.call_id, policy_id)
