"""What a policy's draft would say of a call, with nothing stored."""

from collections.abc import Collection, Sequence
from uuid import UUID

from backend.calls import service as calls
from backend.calls.models import Turn
from backend.platform import clock, db, ids
from backend.platform.events import JsonObject
from backend.providers.runtime import Runtime
from backend.quality.errors import NothingToEvaluate
from backend.quality.evaluations import marking, service
from backend.quality.evaluations.making import columns_of
from backend.quality.evaluations.service import Whole
from backend.quality.judging.asking import CallMaterial, Judged, judge_call
from backend.quality.models import Evaluation, EvaluationStatus
from backend.quality.policies import service as policies
from backend.quality.policies.config import PolicyConfig
from backend.quality.policies.rules import refuse_incomplete
from backend.quality.reliability import find_unreliable


async def preview(
    runtime: Runtime,
    org_id: UUID,
    policy_id: UUID,
    *,
    call_id: UUID | None,
    turns: Sequence[Turn],
) -> Whole:
    """Judge a call, or a transcript, by the draft. No transaction is open meanwhile."""
    async with db.transaction(runtime.sessions) as session:
        policy = await policies.get_policy(session, org_id, policy_id)
        draft = policy.draft
        refuse_incomplete(draft)
        unreliable = await find_unreliable(session, policy_id, draft)
        material = CallMaterial(turns=turns, policy=draft)
        if call_id is not None:
            call = await calls.get_call(session, org_id, call_id)
            material = await service.material_by(session, draft, call)
    if not material.turns:
        raise NothingToEvaluate("Nothing was said in this call.")
    judged = await judge_call(runtime, material)
    return scored(unstored(policy_id, columns_of(runtime, judged)), draft, judged, unreliable)


def unstored(policy_id: UUID, columns: JsonObject) -> Evaluation:
    """Make an evaluation that is kept nowhere."""
    return Evaluation(
        org_id=ids.new_id(),
        call_id=ids.new_id(),
        policy_id=policy_id,
        policy_version=0,
        agent_id=ids.new_id(),
        call_at=clock.now(),
        revision=0,
        status=EvaluationStatus.PENDING,
        source_sha256=b"",
        **columns,
    )


def scored(
    evaluation: Evaluation, policy: PolicyConfig, judged: Judged, unreliable: Collection[str]
) -> Whole:
    """Score what was judged, as if it were stored."""
    verdicts = [
        marking.verdict_row(evaluation, n, criterion, result)
        for n, (criterion, result) in enumerate(zip(policy.criteria, judged.results, strict=True))
    ]
    marking.mark(evaluation, verdicts, policy, unreliable)
    evaluation.status = marking.state_of(evaluation, verdicts)
    return Whole(evaluation, verdicts)
