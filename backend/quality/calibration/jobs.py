"""Calibration's jobs: have the model judge a call, or note that it could not."""

from backend.platform import db
from backend.providers.llm_errors import LlmPaced
from backend.providers.runtime import Runtime
from backend.quality.calibration import judging, queries
from backend.quality.calibration.events import CallToCalibrate
from backend.records.pacing import come_back


async def judge_call(runtime: Runtime, event: CallToCalibrate) -> None:
    """Judge it now, or later when the provider's limits are reached."""
    try:
        own = await runtime.of(event.org_id)
        await judging.judge(own, event.org_id, event.calibration_id, event.call_id)
    except LlmPaced as paced:
        await come_back(runtime, event, paced)


async def finish_complete(runtime: Runtime) -> None:
    """Finish calibrations that wait for nobody since calls were deleted or raters deactivated."""
    async with db.transaction(runtime.sessions) as session:
        found = await queries.list_complete(session)
    for calibration in found:
        await judging.finish(runtime, calibration.org_id, calibration.id)


async def give_up_call(runtime: Runtime, event: CallToCalibrate, reason: str) -> None:
    await judging.give_up(runtime, event.org_id, event.calibration_id, event.call_id, reason)
