"""The stand-in for a judge of calls: what a criterion asks is looked for by its words.

It reads like somebody in a hurry: the turn of the right speaker that shares most with the question,
or with what such questions are usually about. It is the same each time, so that a second reading
can tell an honest verdict from a lie.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from backend.sandbox.llm.conversation import Conversation, Turn, read_conversation
from backend.sandbox.llm.faults import Fault, FaultKind
from backend.sandbox.llm.second_reading import SecondReader
from backend.sandbox.llm.spoiling import INVENTED

CRITERION = re.compile(
    r"^(?:- )?(?P<key>\w+) \((?P<about>[^()]*(?:\([^()]*\)[^()]*)*)\): (?P<question>.*)$"
)
CASE = re.compile(
    r"^Case (?P<number>\d+)\nCriterion: (?P<criterion>[^\n]+)\nVerdict: (?P<verdict>[^\n]+)\n"
    r"Quote: (?P<quote>[^\n]+)\nTurns: (?P<turns>[^\n]+)$",
    re.MULTILINE,
)
RESOLUTION = re.compile(r"^Resolution: (?P<question>.+)$", re.MULTILINE)

# What a question is about, in which words that is done, and whether the last time counts.
CUES: Sequence[tuple[str, str, bool]] = (
    (
        r"\brefund|promis|guarantee|threat|pressur|cannot know",
        r"\bguarantee|\bpromise you|\bor else\b",
        False,
    ),
    (
        r"\bgreet|on whose behalf|who calls|says? who",
        r"\b(?:this is|hello|hi|good (?:morning|evening))\b",
        False,
    ),
    (
        r"\bgoodbye|thank",
        r"\b(?:goodbye|bye|thank you|thanks|have a (?:good|great|safe))\b",
        True,
    ),
    (
        r"\brepeat|confirm|sum(?:s|med)? up|agreed",
        r"\b(?:so:|is that right|to confirm|i have|got it|let me)\b",
        True,
    ),
    (
        r"\btrouble|empath|acknowledge|understand",
        r"\b(?:sorry|understand|of course|that's all right|i see)\b",
        False,
    ),
    (
        r"\bresolved|reached|achieved",
        r"\b(?:thank you|thanks|that's right|great|perfect|sounds good)\b",
        True,
    ),
    (
        r"\bnext step|solution|answer|help",
        r"\b(?:i'll|we'll|will|can|call you back|send)\b",
        False,
    ),
    (r"\bask", r"\?", False),
)
_SMALL_WORDS = (
    "the and did was were that this agent other person call with what when how well for from has "
    "have had its not any one they them their there about before after instead which"
)
SMALL = frozenset(_SMALL_WORDS.split())


@dataclass(frozen=True)
class Criterion:
    key: str
    about: str
    question: str

    @property
    def role(self) -> str | None:
        found = re.search(r"by the (\w+)'s words", self.about)
        return found[1] if found else None

    @property
    def is_good_in_silence(self) -> bool:
        return "good when nothing" in self.about

    def verdict(self, *, good: bool) -> Any:
        if self.about.startswith("points"):
            return 4 if good else 0
        if self.about.startswith("percent"):
            return 85 if good else 0
        return "yes" if good else "no"


def judge(asked: str, schema: Mapping[str, Any], faults: Sequence[Fault]) -> dict[str, Any]:
    """Answer what the criteria ask, or lie as the faults say."""
    conversation = read_conversation([asked])
    criteria = [each for line in asked.splitlines() if (each := read_criterion(line)) is not None]
    answer: dict[str, Any] = {"verdicts": {each.key: told(each, conversation) for each in criteria}}
    if "resolution" in schema.get("properties", {}) and (asks := RESOLUTION.search(asked)):
        answer["resolution"] = told(Criterion("_resolution", "yes or no", asks[1]), conversation)
    for fault in faults:
        if lie := LIES.get(fault.rule.kind):
            lie(answer["verdicts"], criteria, conversation, fault.random)
    return answer


def read_criterion(line: str) -> Criterion | None:
    match = CRITERION.match(line)
    return Criterion(match["key"], match["about"], match["question"]) if match else None


def told(criterion: Criterion, conversation: Conversation) -> dict[str, Any]:
    """Say honestly what the words of the call tell."""
    turn = deciding_turn(criterion, conversation)
    if turn is None:
        looked_at = [t.number for t in own_turns(criterion, conversation)]
        good = criterion.is_good_in_silence
        return {
            "quote": None,
            "turns": looked_at,
            "reason": "Nothing of the kind was said.",
            "verdict": criterion.verdict(good=good),
        }
    good = not criterion.is_good_in_silence
    return {
        "quote": turn.text,
        "turns": [turn.number],
        "reason": f"Turn {turn.number} says so.",
        "verdict": criterion.verdict(good=good),
    }


def own_turns(criterion: Criterion, conversation: Conversation) -> list[Turn]:
    said = [turn for turn in conversation.turns if turn.role != "dtmf"]
    return [turn for turn in said if criterion.role in (None, turn.role)]


def deciding_turn(criterion: Criterion, conversation: Conversation) -> Turn | None:
    """Find the turn that a question is about, by its usual words or else by the question's own."""
    turns = own_turns(criterion, conversation)
    question = criterion.question.casefold()
    for asks, says, is_late in CUES:
        if re.search(asks, question):
            found = [turn for turn in turns if re.search(says, turn.plain.casefold())]
            return found[-1 if is_late else 0] if found else None
    wanted = _words(question)
    shared = [(len(wanted & _words(turn.plain.casefold())), turn) for turn in turns]
    best = max(shared, key=lambda each: (each[0], -each[1].number), default=None)
    return best[1] if best is not None and best[0] else None


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z']{3,}", text)) - SMALL


def check(asked: str, reader: SecondReader) -> list[dict[str, Any]]:
    """Read verdicts a second time: what the reader would have said decides."""
    conversation = read_conversation([asked])
    return [_checked(case, conversation, reader) for case in CASE.finditer(asked)]


def _checked(
    case: re.Match[str], conversation: Conversation, reader: SecondReader
) -> dict[str, Any]:
    criterion = read_criterion(case["criterion"])
    honest = told(criterion, conversation) if criterion else None
    verdict, quote = json.loads(case["verdict"]), json.loads(case["quote"])
    is_right = honest is not None and _agrees(honest, verdict, quote, json.loads(case["turns"]))
    if reader.errs_at(case[0]):
        is_right = not is_right
    turn = honest["turns"][0] if honest and honest["quote"] and honest["turns"] else None
    return {
        "case": int(case["number"]),
        "turn": turn,
        "outcome": "supported" if is_right else "contradicted",
        "reason": "The words say so." if is_right else "The words do not say so.",
    }


def _agrees(honest: dict[str, Any], verdict: Any, quote: str | None, turns: list[int]) -> bool:
    if (quote is None) is not (honest["quote"] is None) or verdict != honest["verdict"]:
        return False
    return quote is None or honest["turns"][0] in turns


Verdicts = dict[str, dict[str, Any]]


def _invent(
    verdicts: Verdicts, criteria: Sequence[Criterion], _call: Conversation, random: Random
) -> None:
    for criterion in criteria:
        said = {"quote": random.choice(INVENTED), "verdict": criterion.verdict(good=True)}
        verdicts[criterion.key] |= said


def _quote_the_other(
    verdicts: Verdicts, criteria: Sequence[Criterion], call: Conversation, random: Random
) -> None:
    """Take the words of the other side for those of the one who has to have said them."""
    for criterion in criteria:
        role = criterion.role or "agent"
        others = [turn for turn in call.turns if turn.role != role and len(turn.text.split()) > 3]
        if others:
            turn = random.choice(others)
            verdicts[criterion.key] |= {"quote": turn.text, "turns": [turn.number]}


def _borrow(
    verdicts: Verdicts, criteria: Sequence[Criterion], _call: Conversation, _random: Random
) -> None:
    """Give each verdict the quote of the next one: real words, about something else."""
    quoted = [c.key for c in criteria if verdicts[c.key]["quote"]]
    given = [{name: verdicts[key][name] for name in ("quote", "turns")} for key in quoted]
    for n, key in enumerate(quoted):
        others = [each for each in given[n + 1 :] + given[:n] if each != given[n]]
        verdicts[key] |= others[0] if others else {}


def _say_yes(
    verdicts: Verdicts, criteria: Sequence[Criterion], call: Conversation, _random: Random
) -> None:
    """Find everything fine, with whatever was said first for a proof."""
    for criterion in criteria:
        turns = own_turns(criterion, call)
        if verdicts[criterion.key]["verdict"] == criterion.verdict(good=True) or not turns:
            continue
        verdicts[criterion.key] |= {
            "quote": turns[0].text,
            "turns": [turns[0].number],
            "verdict": criterion.verdict(good=True),
        }


LIES = {
    FaultKind.INVENTED_QUOTE: _invent,
    FaultKind.WRONG_SPEAKER: _quote_the_other,
    FaultKind.BORROWED_QUOTE: _borrow,
    FaultKind.EVERYTHING_YES: _say_yes,
}
