"""The conversation as sentences that know what they answer and how they were taken."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from backend.sandbox.llm.conversation import Conversation, Turn
from backend.sandbox.llm.filling.words import terms

END = re.compile(
    r"(?<!\b[A-Z])(?<!\b(?:Mr|Dr|St|No|Ms))(?<!\b(?:Mrs|a\.m|p\.m))[.?!]+(?=\s|$)"
    r"|,(?= (?:and|but|so|then) )"
)
REPLY = re.compile(
    r"^(?:[\s,.;:!-]|\b(?:well|so|sorry|oh|um|uh|hmm|and|but|like|pues)\b)*"
    r"(?:(?P<yes>yes|yeah|yep|yup|sure|absolutely|definitely|certainly|exactly|of course|got it"
    r"|will do|sounds good|ok|okay|alright|all right|no problem|you bet|that works|that's right"
    r"|correct|right|s[ií]|claro|exacto|de acuerdo)"
    r"|(?P<no>no|nope|nah|not|never|none|nobody|nothing|i don't|i can't|i won't|i didn't|nunca))"
    r"(?![\w'])",
    re.IGNORECASE,
)
CORRECTS = re.compile(
    r"\b(?:no,? wait|actually|scratch that|i mean|make that|correction|or rather|sorry|más bien)\b",
    re.IGNORECASE,
)
DENIAL = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|sin|nunca|nadie)\b|n't\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sentence:
    turn: Turn
    text: str
    # What the other side said before, and how it took the turn: agreed, refused, or neither.
    heard: str
    met_with: bool | None
    # How many sentences of the turn come before it, and whether the speaker takes those back.
    depth: int = 0
    corrects: bool = False

    @property
    def is_by_agent(self) -> bool:
        return self.turn.role == "agent"

    def as_said(self, part: str) -> str:
        """Give a part of the sentence letter by letter, typographic marks included."""
        start = self.turn.plain.index(part)
        return self.turn.text[start : start + len(part)]

    @cached_property
    def terms(self) -> frozenset[str]:
        return terms(self.text)

    @cached_property
    def asked(self) -> frozenset[str]:
        return terms(self.heard)


def read_talk(conversation: Conversation) -> tuple[Sentence, ...]:
    turns = conversation.turns
    said: list[Sentence] = []
    for position, turn in enumerate(turns):
        heard = _other_side(turns[:position][::-1], turn)
        following = _other_side(turns[position + 1 :], turn)
        asked = _questions(heard.plain) if heard else ""
        met_with = polarity(following.plain) if following else None
        corrects = False
        for depth, text in enumerate(sentences(turn.plain)):
            corrects = corrects or (bool(said) and CORRECTS.search(text) is not None)
            said.append(Sentence(turn, text, asked, met_with, depth, corrects))
    return tuple(said)


def sentences(text: str) -> Iterator[str]:
    start = 0
    for end in (*(match.end() for match in END.finditer(text)), len(text)):
        if piece := text[start:end].strip():
            yield piece
        start = end


def polarity(text: str) -> bool | None:
    """Say how a reply begins: True agrees, False refuses, None neither. `Yeah, no` is a no."""
    said = None
    while match := REPLY.match(text):
        said = match["yes"] is not None
        text = text[match.end() :]
    return said


def denies(text: str) -> bool:
    return len(DENIAL.findall(text)) % 2 == 1


def _questions(text: str) -> str:
    """Keep what asks; where nothing does, all, as replies follow statements too."""
    return " ".join(each for each in sentences(text) if each.endswith("?")) or text


def _other_side(turns: Sequence[Turn], turn: Turn) -> Turn | None:
    """Find the nearest turn of someone else; an agent's other side is everyone but the agent."""
    is_agent = turn.role == "agent"
    return next((other for other in turns if (other.role == "agent") != is_agent), None)
