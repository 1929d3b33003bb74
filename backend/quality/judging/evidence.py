"""What a verdict has to rest on. Rules may object, never acquit: the rest is read a second time."""

from backend.grounding.transcript import Transcript
from backend.quality.judging.answer import Said
from backend.quality.judging.verdicts import (
    Result,
    Verdict,
    VerdictEvidence,
    VerdictProblem,
    evidence_at,
    mark_of,
)
from backend.quality.policies.config import Criterion


def judge_verdict(criterion: Criterion, said: Said | None, transcript: Transcript) -> Result:
    """Look at what a judge says of one criterion. A result with problems is not believed."""
    if said is None:
        result = Result(criterion.key, None)
        result.complain(VerdictProblem.NOT_ANSWERED, "The judge left it out.")
        return result
    verdict = _verdict(said)
    result = Result(
        key=criterion.key,
        verdict=verdict,
        score=mark_of(verdict, criterion.scale),
        reason=" ".join(said.reason.split()),
    )
    if said.quote and said.quote.strip():
        _look_at_quote(criterion, said, transcript, result)
    else:
        _look_at_silence(criterion, said, transcript, result)
    return result


def _verdict(said: Said) -> Verdict:
    given: Verdict | None = getattr(said, "verdict", None)
    return given if given is not None else "not_applicable"


def _look_at_quote(
    criterion: Criterion, said: Said, transcript: Transcript, result: Result
) -> None:
    named = [turn for turn in said.turns if turn in transcript.roles]
    found = transcript.find(said.quote or "", named)
    if found is None:
        start = transcript.starts_ms[named[0]] if named else None
        result.evidence = VerdictEvidence(quote=said.quote, turns=named, start_ms=start)
        result.complain(
            VerdictProblem.QUOTE_NOT_FOUND, "The quote is not in the transcript, word for word."
        )
        return
    result.evidence = evidence_at(found, transcript)
    speakers = {transcript.roles[turn] for turn in found.turns}
    if criterion.said_by != "anyone" and criterion.said_by not in speakers:
        result.complain(
            VerdictProblem.WRONG_SPEAKER,
            f"The {criterion.said_by} has to have said this; the quote is from another.",
        )


def _look_at_silence(
    criterion: Criterion, said: Said, transcript: Transcript, result: Result
) -> None:
    """Ask whether silence can be the reason, and whether the judge has listened to it."""
    looked_at = sorted({turn for turn in said.turns if turn in transcript.roles})
    result.evidence = VerdictEvidence(
        turns=looked_at, start_ms=transcript.starts_ms[looked_at[0]] if looked_at else None
    )
    if needs_quote(criterion, result.score):
        result.complain(VerdictProblem.NO_QUOTE, "Such a verdict needs the words it rests on.")
        return
    speakers = {transcript.roles[turn] for turn in looked_at}
    if not looked_at or (criterion.said_by != "anyone" and criterion.said_by not in speakers):
        result.complain(
            VerdictProblem.NOTHING_LOOKED_AT,
            "That it was never said needs the turns that were looked at.",
        )


def needs_quote(criterion: Criterion, mark: float | None) -> bool:
    """Say whether silence cannot be the reason for this mark."""
    if mark is None:
        return False
    return mark > 0 if criterion.good_when == "said" else mark < 100
