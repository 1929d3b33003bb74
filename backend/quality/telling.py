"""What others are told of evaluations: the revision that an event is about."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform.events import JsonObject, LoggedEvent
from backend.quality.evaluations import queries, service
from backend.quality.evaluations.schemas import EvaluationRead
from backend.quality.evaluations.service import Whole
from backend.quality.models import (
    CriterionVerdict,
    Evaluation,
    EvaluationOrigin,
    EvaluationStatus,
    VerdictBy,
)
from backend.quality.policies.config import Severity

_ABOUT_EVALUATIONS = ("evaluation.", "violation.")


async def tell_evaluations(
    session: AsyncSession, events: Sequence[LoggedEvent]
) -> Mapping[int, JsonObject]:
    """Give the revision each event is about, and nothing for other events."""
    about = [event for event in events if event.name.startswith(_ABOUT_EVALUATIONS)]
    wanted = {UUID(event.data["evaluation_id"]) for event in about}
    found = await queries.list_by_ids(session, wanted) if wanted else []
    wholes = await service.with_verdicts(session, found)
    by_id = {str(whole.id): whole for whole in wholes}
    told: dict[int, JsonObject] = {}
    for event in about:
        whole = by_id.get(event.data["evaluation_id"])
        if whole is not None and event.id is not None and event.org_id == whole.evaluation.org_id:
            told[event.id] = _shown(whole)
    return told


def _shown(whole: Whole) -> JsonObject:
    return EvaluationRead.of(whole).model_dump(mode="json", exclude={"is_current"})


def example_evaluation(event: str) -> JsonObject | None:
    """Make the evaluation that examples tell of, in the state that this event means."""
    if not event.startswith(_ABOUT_EVALUATIONS):
        return None
    status = _STATUS_AT.get(event, EvaluationStatus.VALID)
    is_reviewed = status is EvaluationStatus.REVIEWED
    evaluation = Evaluation(
        id=UUID("01990000-0000-7000-8000-00000000e5a1"),
        org_id=UUID(int=0),
        call_id=UUID("01990000-0000-7000-8000-00000000ca11"),
        policy_id=UUID("01990000-0000-7000-8000-0000000b011c"),
        policy_version=2,
        agent_id=UUID("01990000-0000-7000-8000-00000000a9e7"),
        agent_version=3,
        call_at=datetime(2026, 11, 2, 15, 4, tzinfo=UTC),
        revision=2 if is_reviewed else 1,
        origin=EvaluationOrigin.OVERRIDE if is_reviewed else EvaluationOrigin.JUDGING,
        status=status,
        source_sha256=b"",
        model="openai/gpt-5-mini",
        attempts=2,
        created_at=datetime(2026, 11, 2, 15, 6, tzinfo=UTC),
    )
    if status is EvaluationStatus.FAILED:
        evaluation.failure = "The model did not answer in the form asked for."
        return _shown(Whole(evaluation, []))
    evaluation.score, evaluation.passed = 60.0, False
    evaluation.category_scores = {"Opening": 100.0, "Compliance": 0.0}
    doubted = status is EvaluationStatus.NEEDS_REVIEW
    return _shown(Whole(evaluation, [_greeting(evaluation.id, doubted=doubted), _disclosure()]))


def _greeting(evaluation_id: UUID, *, doubted: bool) -> CriterionVerdict:
    problem = {"code": "quote_not_found", "message": "The quote is not in the transcript."}
    return CriterionVerdict(
        evaluation_id=evaluation_id,
        key="greeting",
        org_id=UUID(int=0),
        position=0,
        name="Greets by name",
        category="Opening",
        weight=60,
        auto_fail=False,
        fail_below=50,
        severity=Severity.MINOR,
        verdict="yes",
        score=100,
        proven_by=None if doubted else VerdictBy.SECOND_READING,
        reason="The agent says who calls.",
        evidence={
            "quote": "Hi, this is Northwind",
            "turns": [0],
            "start_ms": 0,
            "found": not doubted,
        },
        problems=[problem] if doubted else [],
    )


def _disclosure() -> CriterionVerdict:
    return CriterionVerdict(
        evaluation_id=UUID(int=0),
        key="disclosure",
        org_id=UUID(int=0),
        position=1,
        name="Says that it is an AI",
        category="Compliance",
        weight=40,
        auto_fail=False,
        fail_below=50,
        severity=Severity.CRITICAL,
        verdict="no",
        score=0,
        proven_by=VerdictBy.RULE,
        violated=True,
        reason="The agent does not say that it is an AI.",
        evidence={"quote": None, "turns": [0, 2], "start_ms": 0, "found": False},
    )


_STATUS_AT = {
    "evaluation.completed": EvaluationStatus.VALID,
    "evaluation.needs_review": EvaluationStatus.NEEDS_REVIEW,
    "evaluation.failed": EvaluationStatus.FAILED,
    "evaluation.reviewed": EvaluationStatus.REVIEWED,
    "evaluation.disputed": EvaluationStatus.DISPUTED,
}
