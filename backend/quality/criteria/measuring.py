"""Telling a criterion by its rule: no model, no cost, the same evidence."""

from collections.abc import Sequence

from backend.calls.models import Turn
from backend.quality.criteria import phrases, timing
from backend.quality.criteria.finding import Finding
from backend.quality.criteria.rules import (
    AsksToRecord,
    Interruptions,
    LongestSilence,
    SaysItIsAnAi,
    SaysTheName,
    TalkShare,
    WordsNeverSaid,
)
from backend.quality.judging.verdicts import Result, VerdictEvidence, mark_of
from backend.quality.models import VerdictBy
from backend.quality.policies.config import Criterion


def measure(criterion: Criterion, turns: Sequence[Turn]) -> Result:
    """Tell a criterion that has a rule. What cannot be measured does not apply."""
    found = _found(criterion, turns)
    first = found.turns[0].start_ms if found.turns else None
    return Result(
        key=criterion.key,
        verdict=found.verdict,
        score=mark_of(found.verdict, criterion.scale),
        reason=found.reason,
        evidence=VerdictEvidence(
            quote=found.quote,
            turns=[turn.turn for turn in found.turns],
            start_ms=first if found.at_ms is None else found.at_ms,
            found=found.quote is not None,
        ),
        proven_by=VerdictBy.RULE,
    )


def _found(criterion: Criterion, turns: Sequence[Turn]) -> Finding:
    match criterion.rule:
        case SaysItIsAnAi() | SaysTheName() | AsksToRecord() as rule:
            return phrases.has_to_be_said(rule, turns)
        case WordsNeverSaid() as rule:
            return phrases.never_said(rule, turns, criterion.said_by)
        case LongestSilence() | TalkShare() | Interruptions() as rule:
            return timing.measured(rule, turns)
        case None:
            return Finding(is_good=None, reason="No rule tells it.")
