"""From verdicts to an evaluation: its score, its violations, its state."""

from collections.abc import Collection, Sequence
from uuid import UUID

from backend.platform.events import JsonObject
from backend.quality.judging.verdicts import Result
from backend.quality.models import CriterionVerdict, Evaluation, EvaluationStatus
from backend.quality.policies.config import Criterion, PolicyConfig
from backend.quality.score import Marked, score


def verdict_row(
    evaluation: Evaluation, position: int, criterion: Criterion, result: Result
) -> CriterionVerdict:
    """Write a result down together with what its criterion was."""
    return CriterionVerdict(
        evaluation_id=evaluation.id,
        org_id=evaluation.org_id,
        position=position,
        name=criterion.name,
        category=criterion.category,
        weight=criterion.weight,
        auto_fail=criterion.auto_fail,
        fail_below=criterion.fail_below,
        severity=criterion.severity,
        **result_columns(result),
    )


def result_columns(result: Result) -> JsonObject:
    return {
        "key": result.key,
        "verdict": result.verdict,
        "score": result.score,
        "proven_by": result.proven_by,
        "reason": result.reason,
        "evidence": result.evidence.model_dump(mode="json"),
        "problems": [problem.model_dump(mode="json") for problem in result.problems],
    }


def marked(verdict: CriterionVerdict) -> Marked:
    """Take what counts of a verdict: one that nothing has proven does not."""
    return Marked(
        key=verdict.key,
        category=verdict.category,
        weight=verdict.weight,
        mark=None if verdict.proven_by is None else verdict.score,
        auto_fail=verdict.auto_fail,
        fail_below=verdict.fail_below,
    )


def mark(
    evaluation: Evaluation,
    verdicts: Sequence[CriterionVerdict],
    policy: PolicyConfig,
    unreliable: Collection[str],
) -> None:
    """Score an evaluation by its verdicts, and note on each whether it is a violation."""
    scored = score(
        [marked(each) for each in verdicts],
        passing_score=policy.passing_score,
        unreliable=unreliable,
    )
    for verdict in verdicts:
        verdict.unreliable = verdict.key in unreliable
        verdict.violated = not verdict.unreliable and marked(verdict).failed
    evaluation.score, evaluation.passed = scored.score, scored.passed
    evaluation.auto_failed = scored.auto_failed
    evaluation.category_scores = scored.category_scores


def state_of(evaluation: Evaluation, verdicts: Sequence[CriterionVerdict]) -> EvaluationStatus:
    """Say whether a person has to look: at a verdict that is not believed, or at how it ended."""
    resolution = evaluation.resolution or {}
    is_doubtful = any(each.proven_by is None and not each.unreliable for each in verdicts)
    if is_doubtful or resolution.get("problems") or evaluation.problems:
        return EvaluationStatus.NEEDS_REVIEW
    return EvaluationStatus.VALID


def violations(verdicts: Sequence[CriterionVerdict]) -> list[JsonObject]:
    """List the criteria that were failed, the worst first."""
    order = {"critical": 0, "major": 1, "minor": 2}
    found = sorted(
        (each for each in verdicts if each.violated),
        key=lambda each: (order[each.severity.value], each.position),
    )
    return [
        {
            "key": each.key,
            "severity": each.severity.value,
            "description": f"{each.name}: {each.note or each.reason}".rstrip(": "),
            "turns": each.evidence.get("turns", []),
        }
        for each in found
    ]


def copied(verdict: CriterionVerdict, evaluation_id: UUID) -> CriterionVerdict:
    """Copy a verdict into another revision."""
    return CriterionVerdict(
        **verdict.model_dump(exclude={"evaluation_id"}), evaluation_id=evaluation_id
    )
