"""Making an evaluation: read the call, have it judged, score it, store it."""

from uuid import UUID

from backend.calls import service as calls
from backend.calls.models import Call
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.errors import AppError, Retryable
from backend.platform.events import JsonObject
from backend.providers.runtime import Runtime
from backend.quality.evaluations import queries, service
from backend.quality.judging.asking import CallMaterial, Judged, judge_call
from backend.quality.models import Evaluation, EvaluationStatus
from backend.quality.policies import service as policies
from backend.records.asking import prices_of


async def make_evaluation(runtime: Runtime, org_id: UUID, evaluation_id: UUID) -> None:
    """Fill in a pending revision. No transaction is open while the model is asked.

    When more is learned about the call meanwhile, it is judged anew: what was said is old.
    """
    is_made = False
    while not is_made:
        found = await _read(runtime.sessions, org_id, evaluation_id)
        if found is None:
            return
        evaluation, material, sha256 = found
        try:
            judged = await judge_call(runtime, material)
        except Retryable:
            raise
        except AppError as error:
            async with db.transaction(runtime.sessions) as session:
                await service.fail(session, org_id, evaluation_id, error.detail)
            return
        columns = columns_of(runtime, judged) | {"source_sha256": sha256}
        async with db.transaction(runtime.sessions) as session:
            is_made = await service.complete(session, evaluation, judged, columns)


def columns_of(runtime: Runtime, judged: Judged) -> JsonObject:
    """Give what an evaluation's row has of how it was judged."""
    return {
        "resolution": resolution_of(judged),
        "model": judged.answers[0].model if judged.answers else None,
        **judged.usage(prices_of(runtime.settings)),
    }


_RESOLVED = {"yes": True, "no": False}


def resolution_of(judged: Judged) -> JsonObject | None:
    """Write down whether the matter was resolved; null: nobody can tell."""
    result = judged.resolution
    if result is None:
        return None
    return {
        "resolved": _RESOLVED.get(str(result.verdict)),
        "reason": result.reason,
        "evidence": result.evidence.model_dump(mode="json"),
        "problems": [problem.model_dump(mode="json") for problem in result.problems],
        "proven_by": result.proven_by.value if result.proven_by else None,
    }


async def _read(
    sessions: Sessions, org_id: UUID, evaluation_id: UUID
) -> tuple[Evaluation, CallMaterial, bytes] | None:
    """Read what is to be judged. None: there is nothing to do, or no more."""
    async with db.transaction(sessions) as session:
        evaluation = await queries.find_evaluation(session, org_id, evaluation_id)
        if evaluation is None or evaluation.status is not EvaluationStatus.PENDING:
            return None  # Erased meanwhile, or made.
        call: Call = await calls.get_call(session, org_id, evaluation.call_id)
        if not service.is_over(call):
            await service.fail(session, org_id, evaluation_id, service.NOTHING_LEFT)
            return None
        version = await policies.get_version(
            session, org_id, evaluation.policy_id, evaluation.policy_version
        )
        material = await service.material_of(session, version, call)
    return evaluation, material, service.sha256_of(version, call)
