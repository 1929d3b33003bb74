"""The records room's jobs: open a revision when there is something new, make it, or give it up."""

import random
from datetime import timedelta

from backend.platform import clock, db, events
from backend.platform.events import Event
from backend.providers.llm_errors import LlmPaced
from backend.providers.tools import Tools
from backend.records import backtests, making, service
from backend.records.events import BacktestToApply, RecordRequested, TrialDue


async def open_revision(tools: Tools, event: Event) -> None:
    """Have a record made of what is known of a call that is over, if it is not made already."""
    assert event.call_id is not None  # noqa: S101 - call events carry it
    async with db.transaction(tools.sessions) as session:
        await service.open_revision(session, event.org_id, event.call_id)


async def make_record(tools: Tools, event: RecordRequested) -> None:
    """Make it now, or later when the provider's limits are reached: that is no failed attempt."""
    try:
        await making.make_record(await tools.of(event.org_id), event.org_id, event.record_id)
    except LlmPaced as paced:
        await _come_back(tools, event, paced)


async def give_up(tools: Tools, event: RecordRequested, reason: str) -> None:
    """Close the revision: nothing may stay pending for ever."""
    async with db.transaction(tools.sessions) as session:
        await service.fail(session, event.org_id, event.record_id, reason)


async def run_trial(tools: Tools, event: TrialDue) -> None:
    """Try a call of a back-test, or come back when the provider's limits allow."""
    try:
        await backtests.run_trial(await tools.of(event.org_id), event.org_id, event.trial_id)
    except LlmPaced as paced:
        await _come_back(tools, event, paced)


async def fail_trial(tools: Tools, event: TrialDue, reason: str) -> None:
    await backtests.finish_trial(tools, event.org_id, event.trial_id, failure=reason)


async def apply_backtest(tools: Tools, event: BacktestToApply) -> None:
    await backtests.apply_trials(tools, event.org_id, event.backtest_id)


async def _come_back(tools: Tools, event: Event, paced: LlmPaced) -> None:
    # Apart from each other, so that those who wait do not all come back at once.
    wait = timedelta(seconds=(paced.retry_after or 1.0) * random.uniform(1.0, 1.5))  # noqa: S311 - jitter
    async with db.transaction(tools.sessions) as session:
        await events.publish(session, event, at=clock.now() + wait)
