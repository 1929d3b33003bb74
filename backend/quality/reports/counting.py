"""Counting an evaluation when it changes."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import service as calls
from backend.calls.errors import CallNotFound
from backend.quality.evaluations import queries as evaluations
from backend.quality.models import CriterionVerdict, Evaluation, EvaluationStatus
from backend.quality.reports import service
from backend.quality.reports.models import CountedEvaluation
from backend.quality.reports.tallying import Scored, monday_of

_SURE = {EvaluationStatus.VALID, EvaluationStatus.REVIEWED, EvaluationStatus.DISPUTED}


async def count_call(session: AsyncSession, org_id: UUID, call_id: UUID, policy_id: UUID) -> None:
    """Count what a call's current evaluation says, in the place of what it said before."""
    try:
        await calls.lock_call(session, org_id, call_id)
    except CallNotFound:
        return
    current = await evaluations.find_current(session, org_id, call_id, policy_id)
    if current is None:
        return
    verdicts = (await evaluations.find_verdicts(session, [current.id])).get(current.id, [])
    counted = CountedEvaluation(
        call_id=call_id,
        policy_id=policy_id,
        org_id=org_id,
        agent_id=current.agent_id,
        agent_version=current.agent_version or 0,
        week=monday_of(current.call_at),
        parts=[],
    )
    await service.count(session, counted, scored(current, verdicts))


def scored(evaluation: Evaluation, verdicts: list[CriterionVerdict]) -> Scored:
    """Take what counts: what is believed, and what people and judge agree on."""
    return Scored(
        score=evaluation.score,
        passed=evaluation.passed,
        categories=evaluation.category_scores,
        criteria={
            each.key: each.score
            for each in verdicts
            if each.proven_by is not None and not each.unreliable
        },
        waiting=evaluation.status not in _SURE,
    )
