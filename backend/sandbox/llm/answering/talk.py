"""The conversation as sentences that know what they answer, correct and meet with."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache

from backend.sandbox.llm.answering.conversation import Conversation, Turn
from backend.sandbox.llm.answering.words import Word, spoken_terms, words
from backend.sandbox.llm.answering.yes_no import reply_polarity

END = re.compile(r"(?<!\b[A-Z])(?<!\b(?:Mr|Dr|St|No|Ms))(?<!\b(?:Mrs|a\.m|p\.m))[.?!]+(?=\s|$)")
ASKS = re.compile(
    r"^\W*(?:and |so |okay,? |ok,? |then |also )*(?:what|where|when|who|how|why|which|whose|do|does"
    r"|did|is|are|was|were|can|could|will|would|have|has|should|may|any|qué|dónde|cuándo|cómo|cuál)\b",
    re.IGNORECASE,
)
CORRECTS = re.compile(
    r"\b(?:no,? wait|wait,? no|actually|scratch that|i mean|make that|correction|or rather"
    r"|sorry|i misspoke|let me correct|instead|perdón|mejor dicho|digo)\b",
    re.IGNORECASE,
)

# Speech is not always transcribed with full stops. Longer than this no sentence gets.
LONGEST = 500
# How far a word of correction reaches, in letters.
REACH = 60


@dataclass(frozen=True)
class Sentence:
    turn: Turn
    start: int
    end: int
    # How many sentences of the turn come before it.
    depth: int
    # The turn of the other side it answers.
    heard: Turn | None
    # How the other side took the turn: True agreed, False refused, None neither.
    met_with: bool | None

    @property
    def text(self) -> str:
        return self.turn.plain[self.start : self.end]

    @property
    def is_by_agent(self) -> bool:
        return self.turn.role == "agent"

    @cached_property
    def is_question(self) -> bool:
        return self.text.rstrip().endswith("?") or bool(ASKS.match(self.text))

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words with their places in the turn."""
        return tuple(
            replace(word, start=word.start + self.start, end=word.end + self.start)
            for word in words(self.text)
        )

    @cached_property
    def own_terms(self) -> frozenset[str]:
        return spoken_terms(self.text)

    @cached_property
    def asked_terms(self) -> frozenset[str]:
        """What the other side spoke of before; to an agent, only what he was asked."""
        if self.heard is None:
            return frozenset()
        return spoken_terms(questions(self.heard.plain, strict=self.is_by_agent))

    @cached_property
    def around_terms(self) -> frozenset[str]:
        """What is spoken of around it in the turn."""
        before = self.turn.plain[max(0, self.start - LONGEST) : self.start]
        return spoken_terms(before + self.turn.plain[self.end : self.end + LONGEST])

    @cached_property
    def corrects(self) -> int | None:
        """From where on in the turn the speaker takes something back, if he does."""
        near = max(0, self.start - REACH)
        ends = [match.end() for match in CORRECTS.finditer(self.turn.plain, near, self.end)]
        return max(ends[-1], self.start) if ends and ends[-1] < self.end else None


@dataclass(frozen=True)
class Talk:
    sentences: tuple[Sentence, ...]
    # When the call began, in the zone of its people.
    now: datetime | None

    @cached_property
    def last_turn(self) -> int:
        return max((sentence.turn.number for sentence in self.sentences), default=0)


def read_talk(conversation: Conversation) -> Talk:
    turns = conversation.turns
    sentences: list[Sentence] = []
    for position, turn in enumerate(turns):
        heard = _other_side(turns[:position][::-1], turn)
        following = _other_side(turns[position + 1 :], turn)
        met_with = reply_polarity(following.plain) if following else None
        sentences += [
            Sentence(turn, start, end, depth, heard, met_with)
            for depth, (start, end) in enumerate(spans(turn.plain))
        ]
    return Talk(tuple(sentences), conversation.started_at)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Cut a turn into sentences, those without end into pieces; only space is left out."""
    start = 0
    for end in (*(match.end() for match in END.finditer(text)), len(text)):
        while end - start > LONGEST:
            cut = text.rfind(" ", start + 1, start + LONGEST)
            cut = cut if cut > start else start + LONGEST
            yield from _unless_empty(text, start, cut)
            start = cut
        yield from _unless_empty(text, start, end)
        start = end


def _unless_empty(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    if start < end:
        yield start, end


@lru_cache(maxsize=1024)
def questions(text: str, *, strict: bool = False) -> str:
    """Keep what asks; if nothing does and it need not, all, as replies follow statements too."""
    sentences = [text[start:end] for start, end in spans(text)]
    asking = [each for each in sentences if "?" in each or ASKS.match(each)]
    return " ".join(asking) or ("" if strict else text)


def _other_side(turns: Sequence[Turn], turn: Turn) -> Turn | None:
    """Find the nearest turn of someone else; an agent's other side is everyone but the agent."""
    return next(
        (other for other in turns if (other.role == "agent") != (turn.role == "agent")), None
    )
