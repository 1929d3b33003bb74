"""Running golden evaluations again, and announcing where the judge agrees less than it did."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import clock, events
from backend.quality.backtests import service as backtests
from backend.quality.calibration.agreement import Verdict
from backend.quality.errors import GoldenRunUnderWay, TooFewReviewed
from backend.quality.events import AgreementDropped
from backend.quality.golden import queries
from backend.quality.golden.measuring import FEWEST, Sheet, Verdicts, measured
from backend.quality.models import PolicyBacktest, PolicyTrial, PolicyVersion
from backend.quality.policies.queries import POLICIES

# When somebody asks for a run and none is made by the clock.
USUAL_CALLS = 20
_AGAIN_AFTER = timedelta(days=1)


async def run_if_due(
    session: AsyncSession, version: PolicyVersion, *, model: str, calls: int
) -> PolicyBacktest | None:
    """Judge golden calls again when a day is over, or the model or the policy is another."""
    await POLICIES.lock(session, version.org_id, version.policy_id)
    latest = await queries.find_latest(session, version.policy_id)
    if latest is not None and not _is_due(latest, version, model):
        return None
    compared = await queries.list_golden(session, version.policy_id, limit=calls)
    if len(compared) < FEWEST:
        return None
    return await _start(session, version, compared, model=model)


async def run_now(
    session: AsyncSession, version: PolicyVersion, *, model: str, calls: int, by: UUID | None
) -> PolicyBacktest:
    """Judge golden calls again because somebody asks for it. One run at a time."""
    await POLICIES.lock_for_change(session, version.org_id, version.policy_id)
    latest = await queries.find_latest(session, version.policy_id)
    if latest is not None and latest.done_at is None:
        raise GoldenRunUnderWay("Wait for the run that was started before.")
    compared = await queries.list_golden(session, version.policy_id, limit=calls)
    if len(compared) < FEWEST:
        raise TooFewReviewed(
            f"It takes {FEWEST} calls that people have approved or overridden; "
            f"{len(compared)} of this policy's are."
        )
    return await _start(session, version, compared, model=model, by=by)


async def _start(
    session: AsyncSession,
    version: PolicyVersion,
    compared: Mapping[UUID, UUID],
    *,
    model: str,
    by: UUID | None = None,
) -> PolicyBacktest:
    run = PolicyBacktest(
        org_id=version.org_id,
        policy_id=version.policy_id,
        config=version.config,
        published_version=version.version,
        is_golden=True,
        model=model,
        created_by=by,
    )
    await backtests.start(session, run, dict(compared))
    return run


def _is_due(latest: PolicyBacktest, version: PolicyVersion, model: str) -> bool:
    is_another = (latest.published_version, latest.model) != (version.version, model)
    return is_another or clock.now() - latest.created_at >= _AGAIN_AFTER


async def finish_with(session: AsyncSession, org_id: UUID, trial_id: UUID) -> None:
    """Measure the run that a trial is of, if it was the last to be tried."""
    run = await queries.find_complete_with(session, org_id, trial_id)
    if run is not None:
        await finish(session, run.id)


async def finish(session: AsyncSession, run_id: UUID) -> None:
    """Measure a run of which every call has been tried, once."""
    run = await queries.lock_run(session, run_id)
    if run is None or run.done_at is not None:
        return
    trials = await queries.list_done_trials(session, run.id)
    earlier = await queries.find_done_before(session, run)
    before = {} if earlier is None else await _judged_in(session, earlier)
    people = await _said_by_people(session, trials)
    sheets = [
        Sheet(people[trial.evaluation_id], _believed(trial), before.get(trial.call_id))
        for trial in trials
        if trial.evaluation_id in people
    ]
    run.measured, run.done_at = measured(run.frozen.criteria, sheets), clock.now()
    await session.flush()
    if run.measured["dropped"]:
        await events.publish(session, _dropped(run))


async def _judged_in(session: AsyncSession, run: PolicyBacktest) -> dict[UUID, Verdicts]:
    trials = await queries.list_done_trials(session, run.id)
    return {trial.call_id: _believed(trial) for trial in trials}


def _believed(trial: PolicyTrial) -> Verdicts:
    return {
        key: each["verdict"] if each["believed"] else None for key, each in trial.verdicts.items()
    }


async def _said_by_people(
    session: AsyncSession, trials: Sequence[PolicyTrial]
) -> Mapping[UUID | None, Verdicts]:
    ids = [trial.evaluation_id for trial in trials if trial.evaluation_id is not None]
    said: defaultdict[UUID | None, dict[str, Verdict | None]] = defaultdict(dict)
    for verdict in await queries.list_words(session, ids):
        said[verdict.evaluation_id][verdict.key] = verdict.verdict
    return said


def _dropped(run: PolicyBacktest) -> AgreementDropped:
    return AgreementDropped(
        org_id=run.org_id,
        data={
            "policy_id": str(run.policy_id),
            "policy_version": run.published_version,
            "model": run.model,
            "criteria": (run.measured or {})["dropped"],
        },
    )
