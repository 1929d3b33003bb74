"""Evaluations: deciding when to make one, storing what was made. `review` has what people do."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from loguru import logger
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import masking, service as calls
from backend.calls.models import Call, CallStatus, Turn
from backend.platform import events
from backend.platform.events import Event, JsonObject
from backend.quality import events as told
from backend.quality.errors import (
    EvaluationNotFound,
    EvaluationNotOpen,
    NothingToEvaluate,
)
from backend.quality.evaluations import marking, queries
from backend.quality.judging.asking import CallMaterial, Judged
from backend.quality.judging.verdicts import fits, mark_of
from backend.quality.models import (
    BY_A_PERSON,
    CriterionVerdict,
    Evaluation,
    EvaluationOrigin,
    EvaluationStatus,
    PolicyVersion,
    VerdictBy,
)
from backend.quality.policies import queries as policies, service as policy_service
from backend.quality.policies.applying import is_for
from backend.quality.policies.config import PolicyConfig
from backend.quality.reliability import find_unreliable


@dataclass(frozen=True)
class Whole:
    """An evaluation with its verdicts, in the order of its policy."""

    evaluation: Evaluation
    verdicts: Sequence[CriterionVerdict]

    @property
    def id(self) -> UUID:
        return self.evaluation.id


def turns_of(call: Call) -> list[Turn]:
    return [Turn.model_validate(turn) for turn in call.transcript]


def is_over(call: Call) -> bool:
    """Say whether a call is over and something was said in it."""
    return call.status in {CallStatus.ENDED, CallStatus.FAILED} and bool(call.transcript)


def sha256_of(version: PolicyVersion, call: Call) -> bytes:
    """Tell apart what evaluations are made from."""
    said = [(turn.role, turn.text) for turn in turns_of(call)]
    content = [str(version.policy_id), version.version, said]
    return hashlib.sha256(json.dumps(content).encode()).digest()


async def material_of(session: AsyncSession, version: PolicyVersion, call: Call) -> CallMaterial:
    return await material_by(session, version.frozen, call)


async def material_by(session: AsyncSession, policy: PolicyConfig, call: Call) -> CallMaterial:
    """Give what a call is judged with by a policy: masked as its agent says."""
    config = await masking.config_of(session, call)
    mask = masking.mask_of(config.redact, call)
    return CallMaterial(
        turns=masking.masked_turns(mask, turns_of(call)),
        policy=policy,
        variables=masking.masked(mask, call.variables),
        language=config.only_language,
    )


async def open_for_call(session: AsyncSession, org_id: UUID, call_id: UUID) -> None:
    """Open an evaluation by each policy that is for this call, once nothing more is expected."""
    call = await calls.lock_call(session, org_id, call_id)
    if not is_over(call) or not calls.is_settled(call):
        return
    for version in await policies.list_live_for_agent(session, org_id, call.agent_id):
        if is_for(version.frozen, call):
            await open_revision(session, call, version)


async def open_revision(
    session: AsyncSession,
    call: Call,
    version: PolicyVersion,
    *,
    again: bool = False,
    replaces_review: bool = False,
) -> Evaluation:
    """Open another revision as `pending` if one is needed; the job that makes it follows.

    The same words and the same version need none unless it is asked for `again`, nor does what a
    person has vouched for. One that is pending is made from what is known when it is done. Lock
    the call first. Returns the latest revision.
    """
    policy_id = version.policy_id
    latest = await queries.lock_latest(session, call.org_id, call.id, policy_id)
    current = await queries.lock_current(session, call.org_id, call.id, policy_id)
    sha256 = sha256_of(version, call)
    if latest is not None and not _needs_another(latest, current, sha256, again=again):
        if replaces_review and latest.status is EvaluationStatus.PENDING:
            latest.replaces_review = True
            await session.flush()
        return latest
    evaluation = Evaluation(
        org_id=call.org_id,
        call_id=call.id,
        policy_id=policy_id,
        policy_version=version.version,
        agent_id=call.agent_id,
        agent_version=call.agent_version,
        call_at=call.started_at or call.created_at,
        revision=latest.revision + 1 if latest else 1,
        status=EvaluationStatus.PENDING,
        source_sha256=sha256,
        replaces_review=replaces_review,
    )
    await add_revision(session, evaluation)
    requested = told.EvaluationRequested(
        org_id=call.org_id, call_id=call.id, evaluation_id=evaluation.id
    )
    await events.publish(session, requested)
    return evaluation


def _needs_another(
    latest: Evaluation, current: Evaluation | None, sha256: bytes, *, again: bool
) -> bool:
    if latest.status is EvaluationStatus.PENDING:
        return False
    is_by_a_person = current is not None and is_vouched_for(current)
    return again or (latest.source_sha256 != sha256 and not is_by_a_person)


def is_vouched_for(evaluation: Evaluation) -> bool:
    is_disputed = evaluation.status is EvaluationStatus.DISPUTED
    return evaluation.origin in BY_A_PERSON or is_disputed


async def add_revision(session: AsyncSession, evaluation: Evaluation) -> None:
    """Add a revision, and make it current if it comes to more than the current one."""
    session.add(evaluation)
    await session.flush()
    await _take_over(session, evaluation)


async def _take_over(session: AsyncSession, evaluation: Evaluation) -> None:
    """Make a revision current unless a later one is, or one that came to more. Lock the call.

    What is disputed stays until a person decides: it may be disputed after judging began.
    """
    current = await queries.lock_current(
        session, evaluation.org_id, evaluation.call_id, evaluation.policy_id
    )
    if current is not None:
        is_waiting = current.status is EvaluationStatus.DISPUTED
        if is_waiting and evaluation.origin is EvaluationOrigin.JUDGING:
            return
        if current.id == evaluation.id or _rank(current) > _rank(evaluation):
            return
        current.is_current = False
        await session.flush()
    evaluation.is_current = True
    await session.flush()


def _rank(evaluation: Evaluation) -> tuple[bool, int]:
    nothing = {EvaluationStatus.PENDING, EvaluationStatus.FAILED}
    return evaluation.status not in nothing, evaluation.revision


async def request_evaluation(
    session: AsyncSession,
    org_id: UUID,
    call_id: UUID,
    policy_id: UUID | None,
    *,
    replace_review: bool = False,
) -> Evaluation:
    """Have a call evaluated because somebody asked, by a policy or by the one it has been.

    A person's verdicts stay, unless it is asked that they give way.
    """
    call = await calls.lock_call(session, org_id, call_id)
    if not is_over(call):
        raise NothingToEvaluate("The call is not over yet, or nothing was said in it.")
    version = await _version_for(session, call, policy_id)
    current = await queries.lock_current(session, org_id, call_id, version.policy_id)
    if current is not None and current.status is EvaluationStatus.DISPUTED:
        raise EvaluationNotOpen("The evaluation is disputed. Decide that first.")
    return await open_revision(session, call, version, again=True, replaces_review=replace_review)


async def _version_for(session: AsyncSession, call: Call, policy_id: UUID | None) -> PolicyVersion:
    if policy_id is None:
        current = await queries.find_current(session, call.org_id, call.id, None)
        if current is not None:
            policy_id = current.policy_id
    if policy_id is not None:
        return await policy_service.get_published(session, call.org_id, policy_id)
    live = await policies.list_live_for_agent(session, call.org_id, call.agent_id)
    if not live:
        raise NothingToEvaluate("No policy is for this agent's calls. Name one as policy_id.")
    return live[0]


NOTHING_LEFT = "What was said in the call is not kept any more, so nothing can be judged."


async def complete(
    session: AsyncSession, evaluation: Evaluation, judged: Judged, columns: JsonObject
) -> bool:
    """Fill in a pending revision and announce it. One that is filled in already stays.

    Returns False, and stores nothing, when the call has been learned more about since it was read.
    Where what was said has been removed since, nothing of it is stored either: it has failed.
    """
    call = await calls.lock_call(session, evaluation.org_id, evaluation.call_id)
    if not is_over(call):
        await fail(session, evaluation.org_id, evaluation.id, NOTHING_LEFT)
        return True
    version = await policy_service.get_version(
        session, evaluation.org_id, evaluation.policy_id, evaluation.policy_version
    )
    source_sha256 = columns["source_sha256"]
    if sha256_of(version, call) != source_sha256:
        return False
    locked = await queries.lock_evaluation(session, evaluation.org_id, evaluation.id)
    if locked is None or locked.status is not EvaluationStatus.PENDING:
        return True
    locked.sqlmodel_update(columns)
    policy = version.frozen
    verdicts = [
        marking.verdict_row(locked, n, criterion, result)
        for n, (criterion, result) in enumerate(zip(policy.criteria, judged.results, strict=True))
    ]
    if not locked.replaces_review:
        await _keep_what_people_said(session, locked, verdicts, policy)
    session.add_all(verdicts)
    unreliable = await find_unreliable(session, locked.policy_id, policy)
    marking.mark(locked, verdicts, policy, unreliable)
    locked.status = marking.state_of(locked, verdicts)
    await session.flush()
    await _take_over(session, locked)
    await announce(session, Whole(locked, verdicts))
    return True


async def _keep_what_people_said(
    session: AsyncSession,
    evaluation: Evaluation,
    verdicts: Sequence[CriterionVerdict],
    policy: PolicyConfig,
) -> None:
    """Put a person's verdicts of the current revision in the place of the judge's."""
    current = await queries.lock_current(
        session, evaluation.org_id, evaluation.call_id, evaluation.policy_id
    )
    if current is None or current.id == evaluation.id:
        return
    before = (await queries.find_verdicts(session, [current.id])).get(current.id, [])
    said = {each.key: each for each in before if each.proven_by is VerdictBy.PERSON}
    for verdict, criterion in zip(verdicts, policy.criteria, strict=True):
        word = said.get(verdict.key)
        if word is not None and fits(word.verdict, criterion):
            kept = {name: getattr(word, name) for name in _A_WORD}
            verdict.sqlmodel_update(kept | {"score": mark_of(word.verdict, criterion.scale)})


_A_WORD = ("verdict", "proven_by", "reason", "evidence", "problems", "note")


async def fail(session: AsyncSession, org_id: UUID, evaluation_id: UUID, failure: str) -> None:
    """Close a pending revision that could not be made, with the reason in words."""
    locked = await queries.lock_evaluation(session, org_id, evaluation_id)
    if locked is None or locked.status is not EvaluationStatus.PENDING:
        return
    locked.status, locked.failure = EvaluationStatus.FAILED, failure
    await session.flush()
    logger.warning("evaluation.failed", call_id=str(locked.call_id))
    await announce(session, Whole(locked, []))


_EVENTS: dict[EvaluationStatus, type[Event]] = {
    EvaluationStatus.VALID: told.EvaluationCompleted,
    EvaluationStatus.NEEDS_REVIEW: told.EvaluationNeedsReview,
    EvaluationStatus.FAILED: told.EvaluationFailed,
    EvaluationStatus.REVIEWED: told.EvaluationReviewed,
    EvaluationStatus.DISPUTED: told.EvaluationDisputed,
}


async def announce(session: AsyncSession, whole: Whole) -> None:
    """Say what an evaluation came to, and apart from that what it found a call to have failed."""
    evaluation, violations = whole.evaluation, marking.violations(whole.verdicts)
    about = {
        "org_id": evaluation.org_id,
        "call_id": evaluation.call_id,
        "agent_id": evaluation.agent_id,
    }
    content: JsonObject = {
        "evaluation_id": str(evaluation.id),
        "policy_id": str(evaluation.policy_id),
        "policy_version": evaluation.policy_version,
        "revision": evaluation.revision,
        "status": evaluation.status.value,
        "score": evaluation.score,
        "passed": evaluation.passed,
    }
    published = [_EVENTS[evaluation.status](**about, data=content)]
    is_judged = evaluation.status in {EvaluationStatus.VALID, EvaluationStatus.NEEDS_REVIEW}
    if violations and is_judged and evaluation.origin is EvaluationOrigin.JUDGING:
        listed = [
            {name: each[name] for name in ("key", "severity", "turns")} for each in violations
        ]
        published.append(told.ViolationFound(**about, data=content | {"violations": listed}))
    await events.publish(session, *published)


async def get_current(
    session: AsyncSession, org_id: UUID, call_id: UUID, policy_id: UUID | None
) -> Whole:
    await calls.get_call(session, org_id, call_id)
    found = await queries.find_current(session, org_id, call_id, policy_id)
    if found is None:
        raise EvaluationNotFound(f"Call {call_id} has no evaluation.")
    (whole,) = await with_verdicts(session, [found])
    return whole


async def find_whole(session: AsyncSession, org_id: UUID, call_id: UUID) -> Whole | None:
    found = await queries.find_current(session, org_id, call_id, None)
    return None if found is None else (await with_verdicts(session, [found]))[0]


async def with_verdicts(session: AsyncSession, evaluations: Collection[Evaluation]) -> list[Whole]:
    """Read the verdicts of evaluations, with one query for all of them."""
    found = await queries.find_verdicts(session, [each.id for each in evaluations])
    return [Whole(each, found.get(each.id, [])) for each in evaluations]


async def list_revisions(
    session: AsyncSession, org_id: UUID, call_id: UUID, policy_id: UUID | None
) -> list[Whole]:
    current = await get_current(session, org_id, call_id, policy_id)
    found = await queries.list_revisions(session, org_id, call_id, current.evaluation.policy_id)
    return await with_verdicts(session, found)


async def get_revision(
    session: AsyncSession, org_id: UUID, call_id: UUID, policy_id: UUID | None, revision: int
) -> Whole:
    current = await get_current(session, org_id, call_id, policy_id)
    found = await queries.find_revision(
        session, org_id, call_id, current.evaluation.policy_id, revision
    )
    if found is None:
        raise EvaluationNotFound(f"Call {call_id} has no revision {revision} of its evaluation.")
    (whole,) = await with_verdicts(session, [found])
    return whole
