"""The quality room's jobs: open an evaluation when a call is over, make it, or give it up."""

from backend.platform import db
from backend.platform.events import CallEvent
from backend.providers.llm_errors import LlmPaced
from backend.providers.runtime import Runtime
from backend.quality.backtests import service as backtests
from backend.quality.evaluations import making, service
from backend.quality.events import EvaluationRequested, PolicyTrialDue
from backend.quality.golden import service as golden
from backend.records.pacing import come_back


async def open_evaluations(runtime: Runtime, event: CallEvent) -> None:
    """Have a call evaluated by each policy that is for it, if it is not already."""
    async with db.transaction(runtime.sessions) as session:
        await service.open_for_call(session, event.org_id, event.call_id)


async def make_evaluation(runtime: Runtime, event: EvaluationRequested) -> None:
    """Make it now, or later when the provider's limits are reached: that is no failed attempt."""
    try:
        await making.make_evaluation(
            await runtime.of(event.org_id), event.org_id, event.evaluation_id
        )
    except LlmPaced as paced:
        await come_back(runtime, event, paced)


async def give_up_evaluation(runtime: Runtime, event: EvaluationRequested, reason: str) -> None:
    """Close the revision: nothing may stay pending for ever."""
    async with db.transaction(runtime.sessions) as session:
        await service.fail(session, event.org_id, event.evaluation_id, reason)


async def try_policy(runtime: Runtime, event: PolicyTrialDue) -> None:
    """Try a policy's draft on a call, or come back when the provider's limits allow."""
    try:
        await backtests.run_trial(await runtime.of(event.org_id), event.org_id, event.trial_id)
    except LlmPaced as paced:
        await come_back(runtime, event, paced)
        return
    await _finish_golden(runtime, event)


async def give_up_trial(runtime: Runtime, event: PolicyTrialDue, reason: str) -> None:
    await backtests.fail_trial(runtime, event.org_id, event.trial_id, reason)
    await _finish_golden(runtime, event)


async def _finish_golden(runtime: Runtime, event: PolicyTrialDue) -> None:
    """Measure a golden run with the last of its calls, which nobody should have to wait for."""
    async with db.transaction(runtime.sessions) as session:
        await golden.finish_with(session, event.org_id, event.trial_id)
