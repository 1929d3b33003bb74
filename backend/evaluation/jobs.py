"""The evaluation room's jobs: try a call of a back-test, replace what came out otherwise."""

from backend.evaluation import backtests
from backend.evaluation.events import BacktestToApply, TrialDue
from backend.providers.llm_errors import LlmPaced
from backend.providers.runtime import Runtime
from backend.records.pacing import come_back


async def run_trial(runtime: Runtime, event: TrialDue) -> None:
    """Try a call of a back-test, or come back when the provider's limits allow."""
    try:
        await backtests.run_trial(await runtime.of(event.org_id), event.org_id, event.trial_id)
    except LlmPaced as paced:
        await come_back(runtime, event, paced)


async def fail_trial(runtime: Runtime, event: TrialDue, reason: str) -> None:
    await backtests.finish_trial(runtime, event.org_id, event.trial_id, failure=reason)


async def apply_backtest(runtime: Runtime, event: BacktestToApply) -> None:
    await backtests.apply_trials(runtime, event.org_id, event.backtest_id)
