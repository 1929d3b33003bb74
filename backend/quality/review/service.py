"""What people do with evaluations: override verdicts, approve, dispute, decide."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.models import Role
from backend.auth.service import Caller
from backend.calls import service as calls
from backend.platform import clock
from backend.platform.errors import FieldError, pointer_to
from backend.quality.errors import (
    DisputeNotYours,
    EvaluationNotCurrent,
    EvaluationNotOpen,
    VerdictsInvalid,
)
from backend.quality.evaluations import marking, queries as evaluations, service
from backend.quality.evaluations.service import Whole
from backend.quality.judging.verdicts import Verdict, fits, mark_of
from backend.quality.models import (
    CriterionVerdict,
    Dispute,
    Evaluation,
    EvaluationOrigin,
    EvaluationStatus,
    VerdictBy,
)
from backend.quality.policies import service as policies
from backend.quality.policies.config import PolicyConfig
from backend.quality.review import queries

_OPEN = {EvaluationStatus.VALID, EvaluationStatus.NEEDS_REVIEW, EvaluationStatus.REVIEWED}


class Word(NamedTuple):
    """A person's word on one criterion."""

    verdict: Verdict
    note: str | None = None


class Review(NamedTuple):
    """What a person says of an evaluation. `revision` is the one they looked at, if they say so.

    Without `words` they approve it as it is.
    """

    words: Mapping[str, Word] | None = None
    note: str | None = None
    revision: int | None = None


async def review(
    session: AsyncSession, caller: Caller, call_id: UUID, policy_id: UUID | None, said: Review
) -> Whole:
    """Add a revision with a person's word. Of a disputed evaluation this decides the dispute."""
    current = await _lock_current(session, caller.org_id, call_id, policy_id, said.revision)
    evaluation = current.evaluation
    if evaluation.status is EvaluationStatus.DISPUTED:
        await _decide(session, caller, evaluation, granted=said.words is not None)
    elif evaluation.status not in _OPEN:
        raise EvaluationNotOpen(f"The evaluation is {evaluation.status.value}; nothing to review.")
    version = await policies.get_version(
        session, caller.org_id, evaluation.policy_id, evaluation.policy_version
    )
    policy = version.frozen
    _refuse_unfitting(policy, current, said.words)
    revised = _revised(evaluation, said, caller.user_id)
    latest = await evaluations.lock_latest(session, caller.org_id, call_id, evaluation.policy_id)
    revised.revision = (latest or evaluation).revision + 1
    session.add(revised)
    await session.flush()
    verdicts = [_with_word(each, revised.id, policy, said.words) for each in current.verdicts]
    session.add_all(verdicts)
    # What counts was decided when the call was scored.
    unreliable = {each.key for each in verdicts if each.unreliable}
    marking.mark(revised, verdicts, policy, unreliable)
    is_doubtful = any(each.proven_by is None and not each.unreliable for each in verdicts)
    revised.status = EvaluationStatus.NEEDS_REVIEW if is_doubtful else EvaluationStatus.REVIEWED
    await service.add_revision(session, revised)
    await service.announce(session, Whole(revised, verdicts))
    return Whole(revised, verdicts)


async def _lock_current(
    session: AsyncSession,
    org_id: UUID,
    call_id: UUID,
    policy_id: UUID | None,
    revision: int | None,
) -> Whole:
    await calls.lock_call(session, org_id, call_id)
    current = await service.get_current(session, org_id, call_id, policy_id)
    if revision not in {None, current.evaluation.revision}:
        raise EvaluationNotCurrent(
            f"Revision {revision} is no longer current, {current.evaluation.revision} is.",
            revision=current.evaluation.revision,
        )
    return current


def _refuse_unfitting(
    policy: PolicyConfig, current: Whole, words: Mapping[str, Word] | None
) -> None:
    """Refuse verdicts that a criterion cannot have, and approval of what has none."""
    by_key = {criterion.key: criterion for criterion in policy.criteria}
    wrong = []
    for key, word in (words or {}).items():
        if key not in by_key:
            message = "The policy has no such criterion."
            wrong.append(FieldError(pointer_to("results", key), message))
        elif not fits(word.verdict, by_key[key]):
            message = f"A criterion of scale {by_key[key].scale.value} has no such verdict."
            wrong.append(FieldError(pointer_to("results", key, "verdict"), message))
    if words is None:
        wrong += [
            FieldError(pointer_to("results", each.key), "There is no verdict to approve; give one.")
            for each in current.verdicts
            if each.verdict is None
        ]
    if wrong:
        told = "; ".join(f"{each.pointer}: {each.message}" for each in wrong)
        raise VerdictsInvalid(told, errors=wrong)


_MADE = {
    *("call_id", "policy_id", "policy_version", "agent_id", "agent_version", "call_at", "org_id"),
    *("source_sha256", "resolution", "model"),
}


def _revised(evaluation: Evaluation, said: Review, by: UUID | None) -> Evaluation:
    origin = EvaluationOrigin.APPROVAL if said.words is None else EvaluationOrigin.OVERRIDE
    return Evaluation(
        **evaluation.model_dump(include=_MADE),
        revision=evaluation.revision,
        origin=origin,
        status=EvaluationStatus.REVIEWED,
        reviewed_by=by,
        note=said.note,
    )


def _with_word(
    verdict: CriterionVerdict,
    evaluation_id: UUID,
    policy: PolicyConfig,
    words: Mapping[str, Word] | None,
) -> CriterionVerdict:
    """Copy a verdict into the new revision, with the person's word in the place of the judge's.

    A verdict that was changed has lost its evidence: the words proved another.
    """
    copied = marking.copied(verdict, evaluation_id)
    if words is None:
        copied.problems = []
        copied.proven_by = VerdictBy.PERSON
        return copied
    if verdict.key not in words:
        return copied
    word = words[verdict.key]
    scale = next(each.scale for each in policy.criteria if each.key == verdict.key)
    if word.verdict != verdict.verdict:
        copied.evidence, copied.reason = {}, ""
    copied.verdict, copied.score = word.verdict, mark_of(word.verdict, scale)
    copied.note, copied.problems, copied.proven_by = word.note, [], VerdictBy.PERSON
    return copied


async def _decide(
    session: AsyncSession, caller: Caller, evaluation: Evaluation, *, granted: bool
) -> None:
    """Close the dispute. Whoever raised it does not decide it, nor does a reviewer."""
    dispute = await queries.lock_open_dispute(session, evaluation.call_id, evaluation.policy_id)
    if dispute is None:
        return
    if caller.role not in {Role.ADMIN, Role.MANAGER}:
        raise DisputeNotYours("A manager or an administrator decides disputes.")
    if dispute.raised_by == caller.id:
        raise DisputeNotYours("You have raised this dispute: somebody else decides it.")
    dispute.decided_by, dispute.decided_at = caller.id, clock.now()
    dispute.granted = granted
    await session.flush()


async def dispute(
    session: AsyncSession,
    caller: Caller,
    call_id: UUID,
    policy_id: UUID | None,
    *,
    reason: str,
    revision: int | None,
) -> Whole:
    """Say that an evaluation is wrong. It waits for a manager who is somebody else."""
    current = await _lock_current(session, caller.org_id, call_id, policy_id, revision)
    evaluation = current.evaluation
    if evaluation.status not in _OPEN:
        raise EvaluationNotOpen(
            f"The evaluation is {evaluation.status.value}, and cannot be disputed."
        )
    session.add(
        Dispute(
            org_id=caller.org_id,
            call_id=call_id,
            policy_id=evaluation.policy_id,
            revision=evaluation.revision,
            reason=reason,
            raised_by=caller.id,
        )
    )
    evaluation.status = EvaluationStatus.DISPUTED
    await session.flush()
    await service.announce(session, current)
    return current
