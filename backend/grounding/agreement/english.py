"""Whether a value contradicts its own quote in English, where a rule can tell.

Silence is no proof of agreement: what takes judgement is left to the people and models that have
it. A rule is here because it raises next to no false alarm on real conversations.
"""

from collections.abc import Sequence

from backend.grounding.agreement.addresses import other_address
from backend.grounding.agreement.alternatives import asserted, rejected, spanned
from backend.grounding.agreement.booleans import TURNS_ROUND, boolean_contradiction
from backend.grounding.agreement.choices import other_choice
from backend.grounding.agreement.clock import clock_contradiction, told_clock
from backend.grounding.agreement.counted import mentions_number, other_number
from backend.grounding.agreement.counting import other_total, other_unit
from backend.grounding.agreement.days import day_contradiction, unsaid_moment, unsupported_moment
from backend.grounding.agreement.evidenced import (
    ASSENT,
    COURTESY,
    PLAIN_NO,
    Evidenced,
    agreed_to,
    with_question,
)
from backend.grounding.agreement.moments import (
    local_day,
    other_date,
    other_instant,
    other_time,
    with_lapse,
)
from backend.grounding.agreement.named_days import dated, other_day
from backend.grounding.agreement.names import other_name, unheard
from backend.grounding.agreement.numbers import (
    is_phone_number,
    phone_contradiction,
    text_contradiction,
    unsaid_number,
    unsaid_phone,
)
from backend.grounding.fields import Scalar
from backend.grounding.speech.words import NEGATIONS, word_texts, wordset


def contradiction(field: Scalar, said: Evidenced) -> str | None:
    """Say in a sentence why the value cannot be what the quote says, or nothing."""
    quote = word_texts(said.quote)
    if (why := turned_down(said) or only_asked(said, quote)) is not None:
        return why
    if isinstance(said.value, bool):
        return boolean_contradiction(field, said, quote)
    if (why := rejected(said.value, said.quote) or spanned(said, quote)) is not None:
        return why
    said = said._replace(quote=asserted(said.quote))
    quote = word_texts(said.quote)
    if isinstance(said.value, str):
        return _in_text(field, said, said.value, quote)
    return (
        other_unit(field, said, said.value, quote)
        or other_total(field, said, said.value, quote)
        or other_number(field, said, said.value)
        or _unsaid_number(said, said.value, quote)
    )


def _unsaid_number(said: Evidenced, value: float, quote: Sequence[str]) -> str | None:
    if (why := unsaid_number(value, with_question(said, quote))) is None:
        return None
    return None if mentions_number(value, said.quote) else why


def is_plain(value: object, quote: str) -> bool:
    """Say whether the quote has the value itself, word for word and number for number."""
    if isinstance(value, bool):
        return False
    said, own = word_texts(quote), word_texts(str(value).replace("_", " "))
    return bool(own) and f" {' '.join(own)} " in f" {' '.join(said)} "


def is_qualified(value: object, quote: str) -> bool:
    """Say whether the quote has a word that may turn down the value it names, or offer others."""
    return not _QUALIFIED.isdisjoint({*word_texts(quote)} - {*word_texts(str(value))})


_QUALIFIED = NEGATIONS | wordset("between or instead rather than except but actually unless")


def _in_text(field: Scalar, said: Evidenced, value: str, quote: Sequence[str]) -> str | None:
    if field.choices:
        return other_choice(field.choices, value, quote)
    if field.format is None:
        return _in_plain_text(field, said, value, quote)
    began_on = said.began_at.date() if said.began_at else None
    heard = with_question(said, quote)
    why: str | None = None
    match field.format:
        case "date":
            why = other_date(value, dated(quote), began_on) or other_day(
                value, said.quote, began_on
            )
            why = why or unsaid_moment(dated(heard))
        case "time":
            why = other_time(value, quote) or unsaid_moment(heard)
        case "date-time":
            why = other_instant(value, dated(quote), said.began_at) or other_day(
                local_day(value, said.began_at), said.quote, began_on
            )
            why = why or unsaid_moment(dated(heard))
        case "phone":
            why = phone_contradiction(value, quote, said.quote) or unsaid_phone(heard)
        case "email":
            why = other_address(value, said.quote)
    return why


def _in_plain_text(field: Scalar, said: Evidenced, value: str, quote: Sequence[str]) -> str | None:
    heard = with_question(said, quote)
    if is_phone_number(value):
        return phone_contradiction(value, quote, said.quote) or unsaid_phone(heard)
    began_on = said.began_at.date() if said.began_at else None
    quote = with_lapse(value, dated(quote), began_on)
    heard = [*dated(heard), *quote]
    told = told_clock(value, quote)
    return (
        day_contradiction(value, quote, began_on)
        or text_contradiction(value, told)
        or clock_contradiction(value, told)
        or unsupported_moment(value, heard, f"{said.quote} {agreed_to(said, quote)}")
        or other_name(said, value, quote)
        or unheard(field, said, value, heard)
    )


def turned_down(said: Evidenced) -> str | None:
    """Find an agent's words that the other side turned down right away."""
    answer = [word for word in word_texts(said.answered_by) if word not in COURTESY]
    is_answered = said.is_agents_turn and bool(answer) and said.value is not False
    if is_answered and PLAIN_NO.issuperset(answer) and not TURNS_ROUND & {*word_texts(said.quote)}:
        return "The other side said no to what is quoted."
    return None


def only_asked(said: Evidenced, quote: Sequence[str]) -> str | None:
    """Find an agent's question quoted without its answer, unless the answer is plain assent."""
    if not said.is_agents_turn or not said.quote.rstrip().endswith("?"):
        return None
    answer = word_texts(said.answered_by)
    is_named = is_plain(said.value, said.quote) or said.value is True
    if is_named and answer and ASSENT.issuperset(answer):
        return None
    if said.value is False and answer and PLAIN_NO.issuperset({*answer} - COURTESY):
        return None
    return "The quote is a question; what was answered is not in it." if quote else None
