"""Trying a policy's draft on past calls: which scores and verdicts would move."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import service as calls
from backend.platform import db, events
from backend.platform.errors import AppError, Retryable
from backend.platform.events import JsonObject
from backend.providers.runtime import Runtime
from backend.quality.backtests import queries
from backend.quality.backtests.queries import PastCalls as PastCalls
from backend.quality.errors import NothingToEvaluate, PolicyBacktestNotFound
from backend.quality.evaluations import queries as evaluations, service as evaluating
from backend.quality.evaluations.making import columns_of
from backend.quality.evaluations.preview import scored, unstored
from backend.quality.evaluations.service import Whole
from backend.quality.events import PolicyTrialDue
from backend.quality.judging.asking import judge_call
from backend.quality.models import (
    CriterionVerdict,
    PolicyBacktest,
    PolicyTrial,
    PolicyTrialState,
)
from backend.quality.policies import service as policies
from backend.quality.policies.rules import refuse_incomplete
from backend.quality.reliability import find_unreliable


async def create_backtest(
    session: AsyncSession, org_id: UUID, policy_id: UUID, past: PastCalls, *, by: UUID | None
) -> PolicyBacktest:
    """Choose the calls, and put each on the queue."""
    policy = await policies.get_policy(session, org_id, policy_id)
    draft = policy.draft
    refuse_incomplete(draft)
    agents = [past.agent_id] if past.agent_id else [each.agent_id for each in draft.applies_to]
    chosen = await queries.choose_calls(session, org_id, agents, past)
    if not chosen:
        raise NothingToEvaluate("No call that is over is among those that were asked for.")
    backtest = PolicyBacktest(
        org_id=org_id,
        policy_id=policy_id,
        config=draft.model_dump(mode="json"),
        published_version=policy.published_version,
        created_by=by,
    )
    current = await queries.find_current_ids(session, org_id, policy_id, chosen)
    await start(session, backtest, {call_id: current.get(call_id) for call_id in chosen})
    return backtest


async def start(
    session: AsyncSession, backtest: PolicyBacktest, compared: Mapping[UUID, UUID | None]
) -> None:
    """Put each call on the queue, with the evaluation that it is compared with."""
    session.add(backtest)
    await session.flush()
    trials = [
        PolicyTrial(
            org_id=backtest.org_id,
            backtest_id=backtest.id,
            call_id=call_id,
            evaluation_id=evaluation_id,
        )
        for call_id, evaluation_id in compared.items()
    ]
    session.add_all(trials)
    await session.flush()
    due = [
        PolicyTrialDue(org_id=trial.org_id, call_id=trial.call_id, trial_id=trial.id)
        for trial in trials
    ]
    await events.publish(session, *due)


async def get_backtest(
    session: AsyncSession, org_id: UUID, policy_id: UUID, backtest_id: UUID
) -> PolicyBacktest:
    await policies.get_policy(session, org_id, policy_id)
    found = await queries.find_backtest(session, org_id, backtest_id)
    if found is None or found.policy_id != policy_id:
        raise PolicyBacktestNotFound(f"Policy {policy_id} has no back-test {backtest_id}.")
    return found


async def run_trial(runtime: Runtime, org_id: UUID, trial_id: UUID) -> None:
    """Judge one call by the draft and keep the result aside. One that has a result stays."""
    async with db.transaction(runtime.sessions) as session:
        trial = await queries.find_trial(session, org_id, trial_id)
        if trial is None or trial.state is not PolicyTrialState.QUEUED:
            return
        backtest = await queries.find_backtest(session, org_id, trial.backtest_id)
        if backtest is None:
            return
        call = await calls.get_call(session, org_id, trial.call_id)
        material = await evaluating.material_by(session, backtest.frozen, call)
        unreliable = await find_unreliable(session, backtest.policy_id, backtest.frozen)
    try:
        judged = await judge_call(runtime, material)
    except Retryable:
        raise
    except AppError as error:
        await fail_trial(runtime, org_id, trial_id, error.detail)
        return
    columns = columns_of(runtime, judged)
    whole = scored(unstored(backtest.policy_id, columns), material.policy, judged, unreliable)
    async with db.transaction(runtime.sessions) as session:
        locked = await queries.lock_trial(session, org_id, trial_id)
        if locked is not None and locked.state is PolicyTrialState.QUEUED:
            before = locked.evaluation_id and (
                await evaluations.find_verdicts(session, [locked.evaluation_id])
            ).get(locked.evaluation_id)
            _fill_in(locked, whole, before or ())


def _fill_in(trial: PolicyTrial, whole: Whole, before: Sequence[CriterionVerdict]) -> None:
    evaluation = whole.evaluation
    trial.state, trial.status = PolicyTrialState.DONE, evaluation.status
    trial.score, trial.passed = evaluation.score, evaluation.passed
    trial.cost_cents = evaluation.cost_cents
    trial.verdicts = {
        each.key: {"verdict": each.verdict, "believed": each.proven_by is not None}
        for each in whole.verdicts
    }
    trial.moved = _moved(before, whole.verdicts) if before else []


def _moved(
    before: Sequence[CriterionVerdict], after: Sequence[CriterionVerdict]
) -> list[JsonObject]:
    """List the verdicts that would be others: as they are, and as they would be."""
    old = {each.key: each.verdict for each in before}
    new = {each.key: each.verdict for each in after}
    return [
        {"key": key, "before": old.get(key), "after": new.get(key)}
        for key in dict.fromkeys([*new, *old])
        if old.get(key) != new.get(key)
    ]


async def fail_trial(runtime: Runtime, org_id: UUID, trial_id: UUID, failure: str) -> None:
    """Close a trial that came to nothing."""
    async with db.transaction(runtime.sessions) as session:
        locked = await queries.lock_trial(session, org_id, trial_id)
        if locked is not None and locked.state is PolicyTrialState.QUEUED:
            locked.state, locked.failure = PolicyTrialState.FAILED, failure
