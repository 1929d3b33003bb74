"""Whether a value contradicts its quote, in whatever language that was said.

Of other languages than English we know what their tables have. A rule that would need more is
left out, and what it would have said is left to the second reading.
"""

from collections.abc import Sequence

from backend.grounding.agreement.booleans import plain_answer
from backend.grounding.agreement.choices import other_choice
from backend.grounding.agreement.clock import clock_contradiction
from backend.grounding.agreement.counted import is_dictated, other_identifier, other_number
from backend.grounding.agreement.days import date_contradiction, day_contradiction
from backend.grounding.agreement.english import contradiction, turned_down
from backend.grounding.agreement.evidenced import Evidenced
from backend.grounding.agreement.moments import other_instant
from backend.grounding.agreement.names import other_name
from backend.grounding.agreement.numbers import (
    phone_contradiction,
    text_contradiction,
)
from backend.grounding.agreement.proposals import unconfirmed
from backend.grounding.agreement.spelling import is_spelt, other_spelling
from backend.grounding.fields import Scalar
from backend.grounding.speech.languages import ENGLISH, in_english_words


def contradiction_in(language: str | None, field: Scalar, said: Evidenced) -> str | None:
    """Say in a sentence why the value cannot be what the quote says, or nothing."""
    said = said._replace(language=language)
    if isinstance(said.value, str) and not field.choices and field.format is None:
        why = other_spelling(said.value, said.turn_text) or other_identifier(said.value, said)
        if why or is_spelt(said.value, said.quote) or is_dictated(said.value, said):
            return why
    if language == ENGLISH:
        return contradiction(field, said) or unconfirmed(field, said)
    quote = in_english_words(said.quote, language)
    if isinstance(said.value, str) and field.format == "phone":
        return phone_contradiction(said.value, quote)
    if language is None:
        return None
    spoken = said
    said = said._replace(
        quote=" ".join(quote),
        answers_to=" ".join(in_english_words(said.answers_to, language)),
        answered_by=" ".join(in_english_words(said.answered_by, language)),
    )
    why = turned_down(said)
    match said.value:
        case bool():
            why = why or plain_answer(field, said, quote)
        case str():
            why = why or _in_text(field, said, said.value, quote, language)
        case _:
            why = why or other_number(field, spoken, said.value)
    return why


def _in_text(
    field: Scalar, said: Evidenced, value: str, quote: Sequence[str], language: str
) -> str | None:
    began_on = said.began_at.date() if said.began_at else None
    why: str | None = None
    if field.choices:
        return other_choice(field.choices, value, quote)
    match field.format:
        case "date":
            why = date_contradiction(value, quote, began_on)
        case "time":
            why = text_contradiction(value, quote) or clock_contradiction(value, quote)
        case "date-time":
            why = other_instant(value, quote, said.began_at)
        case None:
            written = " ".join(in_english_words(value, language))
            why = (
                day_contradiction(written, quote, began_on)
                or text_contradiction(written, quote)
                or clock_contradiction(written, quote)
                or _name_said_elsewhere(said, value, quote)
            )
    return why


def _name_said_elsewhere(said: Evidenced, value: str, quote: Sequence[str]) -> str | None:
    """Find a name that was said in the call, and not in the quote. Others may be translated."""
    is_said = all(word in said.all_words for word in in_english_words(value, ENGLISH))
    return other_name(said, value, quote) if is_said else None
