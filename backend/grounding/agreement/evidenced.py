"""A value with the words it was read from, and what stands around them."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from backend.grounding.fields import Scalar
from backend.grounding.speech.words import AFFIRMATIONS, word_texts, wordset


class Evidenced(NamedTuple):
    """A value with the quote it was read from, and what stands around the quote."""

    name: str
    value: str | float | bool
    quote: str
    # The word before the quote in its turn, and what the other side said before and after it.
    preceded_by: str = ""
    answers_to: str = ""
    answered_by: str = ""
    # The agent's question that the quote is from, if it is from one, and what was answered.
    asked_in: str = ""
    reply: str = ""
    # Whether the quote is most of what the agent said in its turn.
    is_agents_turn: bool = False
    # All that was said in the turns of the quote, and what was said after them, by whom.
    turn_text: str = ""
    later: Sequence[tuple[str, str]] = ()
    is_agents: bool = False
    language: str | None = "en"
    # All words of the call, and when it began in the zone its times are meant in.
    all_words: Collection[str] = ()
    began_at: datetime | None = None


def meaning_of(field: Scalar, said: Evidenced) -> set[str]:
    """Take the words that a field is described with, where "whether or not" denies nothing."""
    described = _OR_NOT.sub(" ", field.description)
    return {*word_texts(said.name.replace("_", " ")), *word_texts(described)}


_OR_NOT = re.compile(r"\bor not\b", re.IGNORECASE)


PLAIN_NO = wordset("no nope nah negative nein nee non nej")
PLAIN_YES = AFFIRMATIONS | wordset("yah affirmative correct ja oui si sim")
COURTESY = wordset(
    "sir maam madam please thanks thank you sorry i am afraid well oh okay ok and so it is"
)
# What is said to agree to what the other side has just said.
AFFIRMED = PLAIN_YES | wordset(
    "that thats this these works work sounds sound good great sure right fine perfect "
    "exactly me for with would will be do go ahead alright absolutely definitely awesome"
)
ASSENT = AFFIRMED | COURTESY


def with_question(said: Evidenced, quote: Sequence[str]) -> Sequence[str]:
    """Read "Yes, that works" together with what it says yes to."""
    return [*quote, *word_texts(agreed_to(said, quote))]


def agreed_to(said: Evidenced, quote: Sequence[str]) -> str:
    return said.answers_to if ASSENT.issuperset(quote) else ""
