"""The evaluation room's jobs: try a call of a back-test, replace what came out otherwise."""

from backend.evaluation import backtests
from backend.evaluation.events import BacktestToApply, TrialDue
from backend.providers.llm_errors import LlmPaced
from backend.providers.tools import Tools
from backend.records.pacing import come_back


async def run_trial(tools: Tools, event: TrialDue) -> None:
    """Try a call of a back-test, or come back when the provider's limits allow."""
    try:
        await backtests.run_trial(await tools.of(event.org_id), event.org_id, event.trial_id)
    except LlmPaced as paced:
        await come_back(tools, event, paced)


async def fail_trial(tools: Tools, event: TrialDue, reason: str) -> None:
    await backtests.finish_trial(tools, event.org_id, event.trial_id, failure=reason)


async def apply_backtest(tools: Tools, event: BacktestToApply) -> None:
    await backtests.apply_trials(tools, event.org_id, event.backtest_id)
