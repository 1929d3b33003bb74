"""What the agent only proposed: a value quoted from its question, without the answer.

"Shall I book the 5th?" proves nothing when nobody answers, when the answer is no, or when it names
another value.
"""

from collections.abc import Sequence

from backend.grounding.agreement.booleans import TAKES_BACK, TURNS_ROUND
from backend.grounding.agreement.choices import other_choice
from backend.grounding.agreement.clock import clock_contradiction, told_clock
from backend.grounding.agreement.days import date_contradiction, day_contradiction
from backend.grounding.agreement.english import is_plain
from backend.grounding.agreement.evidenced import AFFIRMED, COURTESY, PLAIN_NO, Evidenced
from backend.grounding.agreement.moments import other_instant, other_time
from backend.grounding.agreement.numbers import (
    number_contradiction,
    phone_contradiction,
    text_contradiction,
)
from backend.grounding.fields import Scalar
from backend.grounding.speech.words import word_texts, wordset

# "Do you want to change Tuesday?" is answered with a no by those who come on Tuesday.
_LEAVES_IT = wordset(
    "change changed cancel cancelled reschedule move moved different instead remove drop still "
    "already else another other"
)
# In a longer one so much is asked at once that a no may be about something else, unless it is
# no more than a no.
_ONE_QUESTION = 8
_SHORT_ANSWER = 5
_FEW_WORDS = 12
_AGREED = wordset("works work fine good great perfect okay ok sure right")


def unconfirmed(field: Scalar, said: Evidenced) -> str | None:
    """Say why an agent's question does not prove the value, or nothing."""
    if not said.asked_in or said.value is False:
        return None
    if not said.reply.strip():
        return "The agent asked this, and nobody answered."
    reply, asked = word_texts(said.reply), word_texts(said.asked_in)
    answer = [word for word in reply if word not in COURTESY]
    if not answer or not (TURNS_ROUND | _LEAVES_IT).isdisjoint(asked):
        return None
    is_about_it = len(asked) <= _ONE_QUESTION or len(answer) <= _SHORT_ANSWER
    if PLAIN_NO.issuperset(answer) or (is_about_it and _is_refusal(answer)):
        return "The other side said no to what the agent asked."
    if answer[0] in AFFIRMED or len(asked) > _ONE_QUESTION or is_plain(said.value, said.reply):
        return None
    return _other(field, said, reply) and "The answer to the agent's question names another value."


def is_left_open(asked_in: str, reply: str) -> bool:
    """Say whether an agent's question was met with anything else than a plain yes."""
    answer = [word for word in word_texts(reply) if word not in COURTESY]
    return bool(asked_in) and bool(answer) and answer[0] not in AFFIRMED


def _is_refusal(answer: Sequence[str]) -> bool:
    """Find a no that the rest of the answer does not take back: "no problem", "no, that works"."""
    if answer[0] not in PLAIN_NO:
        return False
    rest = {*answer[1:]}
    return TAKES_BACK.isdisjoint(rest) and ("not" in rest or _AGREED.isdisjoint(rest))


def _other(field: Scalar, said: Evidenced, reply: Sequence[str]) -> str | None:
    """Compare the value with a short answer, as far as that names one of its own."""
    if len(reply) > _FEW_WORDS or isinstance(said.value, bool):
        return None
    if not isinstance(said.value, str):
        return number_contradiction(said.value, reply)
    if field.choices:
        return other_choice(field.choices, said.value, reply)
    began_on = said.began_at.date() if said.began_at else None
    told = told_clock(said.value, reply)
    why: str | None = None
    match field.format:
        case "date":
            why = date_contradiction(said.value, reply, began_on)
        case "time":
            why = other_time(said.value, reply)
        case "date-time":
            why = other_instant(said.value, reply, said.began_at)
        case "phone":
            why = phone_contradiction(said.value, reply)
        case None:
            why = day_contradiction(said.value, reply, began_on)
            why = why or text_contradiction(said.value, told)
            why = why or clock_contradiction(said.value, told)
    return why
