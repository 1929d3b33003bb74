"""Words that have to be said, or must not be: whole words, in any spelling of case."""

import re
from collections.abc import Sequence

from backend.calls.models import Turn
from backend.quality.criteria.finding import Finding, agent_turns, spoken
from backend.quality.criteria.rules import AsksToRecord, SaysItIsAnAi, SaysTheName, WordsNeverSaid

# "I'm not a robot" and "are you a robot?" say nothing of the kind, and "AI" is no "ai" in Spanish.
_IS_AN_AI = (
    r"\b(?:an?\s+)?A\.?I\.?(?=\W|$)",
    r"(?i:\bartificial intelligence\b)",
    r"(?i:\b(?:virtual|automated|digital|voice|machine)\s+(?:\w+\s+)?(?:assistant|agent|system))",
    r"(?i:\bautomated (?:call|line|service)\b)",
    r"(?i:\b(?:ro)?bot\b)",
    r"(?i:\bcomputer (?:voice|program)\b)",
    r"\bKI\b",
    r"\bIA\b",
    r"(?i:\basistente virtual\b)",
    r"(?i:\binteligencia artificial\b)",
    r"(?i:\bassistant virtuel\b)",
    r"(?i:\bintelligence artificielle\b)",
    r"(?i:\bk\u00fcnstliche\w* intelligenz\b)",
    r"(?i:\bdigitale\w? assisten\w+)",
)
_RECORDED = (
    r"(?i:\b(?:is|are|be|being|'re|'s)\s+(?:(?!not\b|never\b)\w+\s+)?(?:recorded|recording)\b)",
    r"(?i:\brecord(?:ing)?\s+(?:of\s+)?(?:this|the|our|your)\s+(?:call|conversation))",
    r"(?i:\b(?:this|the|our)\s+(?:call|conversation|line)\s+(?:(?!not\b|never\b)\w+\s+)?record)",
    r"(?i:\b(?:est\u00e1 siendo grabada|ser\u00e1 grabada|grabamos|grabar esta)\b)",
    r"(?i:\b(?:est enregistr\u00e9|sera enregistr\u00e9)\w*)",
    r"(?i:\b(?:aufgezeichnet|aufgenommen)\b)",
)
_DENIED = re.compile(
    r"\b(?:not|no|never|isn't|aren't|won't|n't)\s+(?:(?:an?|being|be|actually|really)\s+){0,2}$",
    re.IGNORECASE,
)
_DENIAL_REACHES = 60


def has_to_be_said(
    rule: SaysItIsAnAi | SaysTheName | AsksToRecord, turns: Sequence[Turn]
) -> Finding:
    own = agent_turns(turns, rule.within_agent_turns)
    match rule:
        case SaysItIsAnAi():
            return _among(own, [*_IS_AN_AI, *map(literal, rule.phrases)], "that it is an AI")
        case SaysTheName():
            return _among(own, [*map(literal, rule.names)], "the company's name")
        case AsksToRecord():
            return _among(own, [*_RECORDED, *map(literal, rule.phrases)], "that it is recorded")


def never_said(rule: WordsNeverSaid, turns: Sequence[Turn], said_by: str) -> Finding:
    looked_at = [t for t in spoken(turns) if said_by in {"anyone", t.role}]
    pattern = re.compile("|".join(map(literal, rule.words)))
    for turn in looked_at:
        if match := pattern.search(turn.text):
            return Finding(
                is_good=False,
                reason=f'"{match[0]}" was said.',
                turns=[turn],
                quote=_around(turn.text, match),
            )
    return Finding(is_good=True, reason="None of the words was said.", turns=looked_at)


def literal(words: str) -> str:
    """Write words as a pattern: whole words, whatever is between them.

    No part can match what is between the parts: a search takes as long as the text is.
    """
    in_a_row = r"[\W_]+".join(re.findall(r"[^\W_]+", words))
    return rf"(?i:(?<!\w){in_a_row}(?!\w))"


def _among(turns: Sequence[Turn], patterns: Sequence[str], what: str) -> Finding:
    pattern = re.compile("|".join(patterns))
    for turn in turns:
        for match in pattern.finditer(turn.text):
            if not _is_denied(turn.text, match):
                return Finding(
                    is_good=True,
                    reason=f"The agent says {what}.",
                    turns=[turn],
                    quote=_around(turn.text, match),
                )
    return Finding(is_good=False, reason=f"The agent does not say {what}.", turns=turns)


def _is_denied(text: str, match: re.Match[str]) -> bool:
    near = max(0, match.start() - _DENIAL_REACHES)
    return _DENIED.search(text, near, match.start()) is not None


def _around(text: str, match: re.Match[str]) -> str:
    """Quote the sentence that has the words, or the words alone where it is a long one."""
    ends = [end.end() for end in _SENTENCE_END.finditer(text)]
    start = max((end for end in ends if end <= match.start()), default=0)
    end = next((end for end in ends if end >= match.end()), len(text))
    whole = text[start:end].strip()
    return whole if len(whole) <= _LONGEST_QUOTE else match[0]


# From the first mark of a row alone: trying from each would take a row's length times itself.
_SENTENCE_END = re.compile(r"(?<![.!?])[.!?]+(?:\s+|$)")
_LONGEST_QUOTE = 200
