"""What is measured by the clock: silence, who talks how much, who interrupts."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from backend.calls.models import Turn
from backend.quality.criteria.finding import Finding, spoken
from backend.quality.criteria.rules import Interruptions, LongestSilence, TalkShare

_NO_TIMES = "The transcript does not tell when things were said."
# Less than this is how people take turns, and no interruption.
_OVERLAP_MS = 300


def measured(rule: LongestSilence | TalkShare | Interruptions, turns: Sequence[Turn]) -> Finding:
    match rule:
        case LongestSilence():
            return _longest_silence(rule, turns)
        case TalkShare():
            return _talk_share(rule, turns)
        case Interruptions():
            return _interruptions(rule, turns)


def _longest_silence(rule: LongestSilence, turns: Sequence[Turn]) -> Finding:
    gaps = list(_gaps(turns))
    if not gaps:
        return Finding(is_good=None, reason=_NO_TIMES)
    gap, before, after = max(gaps, key=lambda each: each[0])
    return Finding(
        is_good=gap <= rule.most_seconds * 1000,
        reason=f"The longest silence took {gap / 1000:.1f} seconds, before turn {after.turn}.",
        turns=[before, after],
        at_ms=before.end_ms,
    )


def _gaps(turns: Sequence[Turn]) -> Iterator[tuple[int, Turn, Turn]]:
    """Give what lies between one turn's end and the next one's start, whoever spoke last."""
    last: Turn | None = None
    for turn in spoken(turns):
        if last is not None and last.end_ms is not None and turn.start_ms is not None:
            yield max(0, turn.start_ms - last.end_ms), last, turn
        is_later = last is None or (turn.end_ms or 0) >= (last.end_ms or 0)
        last = turn if is_later else last


def _talk_share(rule: TalkShare, turns: Sequence[Turn]) -> Finding:
    """By time; where times are missing, by the number of words."""
    said = spoken(turns)
    has_times = all(turn.start_ms is not None and turn.end_ms is not None for turn in said)
    lengths = [
        max(0, (turn.end_ms or 0) - (turn.start_ms or 0)) if has_times else len(turn.text.split())
        for turn in said
    ]
    if not sum(lengths):
        return Finding(is_good=None, reason="Nothing was said.")
    own = sum(length for turn, length in zip(said, lengths, strict=True) if turn.role == "agent")
    percent = 100 * own / sum(lengths)
    by = "time" if has_times else "words"
    return Finding(
        is_good=rule.least_percent <= percent <= rule.most_percent,
        reason=f"The agent has {percent:.0f} % of the talk, by {by}.",
        turns=said,
    )


def _interruptions(rule: Interruptions, turns: Sequence[Turn]) -> Finding:
    """Count turns of the agent that begin before another's turn has ended."""
    said = [turn for turn in spoken(turns) if not turn.is_backchannel]
    if all(turn.start_ms is None or turn.end_ms is None for turn in said):
        return Finding(is_good=None, reason=_NO_TIMES)
    found = [
        turn
        for before, turn in pairwise(said)
        if turn.role == "agent"
        and before.role != "agent"
        and turn.start_ms is not None
        and before.end_ms is not None
        and before.end_ms - turn.start_ms > _OVERLAP_MS
    ]
    times = "once" if len(found) == 1 else f"{len(found)} times"
    return Finding(
        is_good=len(found) <= rule.most,
        reason=f"The agent interrupts {times}." if found else "The agent does not interrupt.",
        turns=found or said,
        at_ms=found[0].start_ms if found else None,
    )
