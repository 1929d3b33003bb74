"""Whether a value contradicts its own quote, where a rule can tell.

Silence is no proof of agreement: what takes judgement is left to the people and models that have
it. A rule is here because it raises next to no false alarm on real conversations.
"""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import fuzz

from backend.records.clock_agreement import (
    clock_contradiction,
    told_clock,
)
from backend.records.day_agreement import (
    day_contradiction,
    names_moment,
    unsaid_moment,
    unsupported_moment,
)
from backend.records.fields import Scalar
from backend.records.moment_agreement import other_date, other_instant, other_time
from backend.records.number_agreement import (
    number_contradiction,
    phone_contradiction,
    text_contradiction,
    unsaid_number,
    unsaid_phone,
)
from backend.records.spoken import AFFIRMATIONS, NEGATIONS, composed, words, wordset
from backend.records.spoken_numbers import is_number


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
    # All words of the call, and when it began in the zone its times are meant in.
    all_words: Collection[str] = ()
    began_at: datetime | None = None


def contradiction(field: Scalar, said: Evidenced) -> str | None:
    """Say in a sentence why the value cannot be what the quote says, or nothing."""
    quote = _words(said.quote)
    if (why := turned_down(said) or only_asked(said, quote)) is not None:
        return why
    match said.value:
        case bool():
            return (
                plain_answer(field, said, quote)
                or _denial(field, said, quote)
                or _first_word(field, said, quote)
            )
        case str():
            return _in_text(field, said, said.value, quote)
        case _:
            heard = _with_question(said, quote)
            return number_contradiction(said.value, quote) or unsaid_number(said.value, heard)


def is_plain(value: object, quote: str) -> bool:
    """Say whether the quote has the value itself, word for word and number for number."""
    if isinstance(value, bool):
        return False
    said, own = _words(quote), _words(str(value).replace("_", " "))
    return bool(own) and f" {' '.join(own)} " in f" {' '.join(said)} "


def _in_text(field: Scalar, said: Evidenced, value: str, quote: Sequence[str]) -> str | None:
    if field.choices:
        return other_choice(field.choices, value, quote)
    if field.format is None:
        return _in_plain_text(field, said, value, quote)
    began_on = said.began_at.date() if said.began_at else None
    heard = _with_question(said, quote)
    why: str | None = None
    match field.format:
        case "date":
            why = other_date(value, quote, began_on) or unsaid_moment(heard)
        case "time":
            why = other_time(value, quote) or unsaid_moment(heard)
        case "date-time":
            why = other_instant(value, quote, said.began_at) or unsaid_moment(heard)
        case "phone":
            why = phone_contradiction(value, quote) or unsaid_phone(heard)
        case "email":
            why = _other_address(value, quote)
    return why


def _in_plain_text(field: Scalar, said: Evidenced, value: str, quote: Sequence[str]) -> str | None:
    heard = _with_question(said, quote)
    began_on = said.began_at.date() if said.began_at else None
    told = told_clock(value, quote)
    return (
        day_contradiction(value, quote, began_on)
        or text_contradiction(value, told)
        or clock_contradiction(value, told)
        or unsupported_moment(value, heard, f"{said.quote} {_agreed_to(said, quote)}")
        or other_name(said, value, quote)
        or unheard(field, said, value, heard)
    )


_SPELT_OUT = wordset("at dot period underscore dash hyphen minus plus")


def _other_address(value: str, quote: Sequence[str]) -> str | None:
    """Compare an e-mail address with what was spelt: letters, words, "at" and "dot"."""
    heard = "".join(word for word in quote if word not in _SPELT_OUT)
    local, _, domain = value.casefold().partition("@")
    letters = "".join(c for c in local + domain if c.isalnum())
    if fuzz.partial_ratio(letters, heard) >= _SOUNDS_LIKE or len(heard) < _TELLING:
        return None
    return "The quote spells another address than the value."


# Fewer letters than these tell no address from another.
_TELLING = 6


def _meaning(field: Scalar, said: Evidenced) -> set[str]:
    """Take the words that a field is described with, where "whether or not" denies nothing."""
    described = _OR_NOT.sub(" ", field.description)
    return {*_words(said.name.replace("_", " ")), *_words(described)}


_OR_NOT = re.compile(r"\bor not\b", re.IGNORECASE)


def _words(text: str) -> list[str]:
    return [word.text for word in words(composed(text))]


PLAIN_NO = wordset("no nope nah negative nein nee non nej")
_PLAIN_YES = AFFIRMATIONS | wordset("yah affirmative correct ja oui si sim")
COURTESY = wordset(
    "sir maam madam please thanks thank you sorry i am afraid well oh okay ok and so it is"
)
# After "Do you mind?" or "Any problems?" a no may well mean yes.
TURNS_ROUND = NEGATIONS | wordset(
    "mind problem problems issue issues question questions concern concerns objection objections "
    "object trouble else wrong unless any anything or"
)
_NEGATIVE_NAMES = NEGATIONS | wordset("non un missing lack lacks refused declined unable denied")


_IN_ONE_WORD = {
    **dict.fromkeys(("not at all", "no way", "i do not think so", "it is not"), "no"),
    **dict.fromkeys(("absolutely not", "definitely not", "of course not"), "no"),
    **dict.fromkeys(("absolutely", "definitely", "of course", "i think so"), "yes"),
}


def plain_answer(field: Scalar, said: Evidenced, quote: Sequence[str]) -> str | None:
    """Find a plain no given for true, or a plain yes for false."""
    about = _meaning(field, said)
    answer = [_IN_ONE_WORD.get(" ".join(quote)) or word for word in quote if word not in COURTESY]
    if not answer or about & _NEGATIVE_NAMES or TURNS_ROUND & {*_words(said.answers_to)}:
        return None
    if said.value and PLAIN_NO.issuperset(answer):
        return "The quote is a plain no, and the value is true."
    if not said.value and _PLAIN_YES.issuperset(answer):
        return "The quote is a plain yes, and the value is false."
    return None


def _first_word(field: Scalar, said: Evidenced, quote: Sequence[str]) -> str | None:
    """Find an answer that begins with the other word, where the question was about the field."""
    about = _meaning(field, said)
    asked = {*_words(said.answers_to)}
    is_about = any(len(word) > 3 and word not in _ASKING for word in about & asked)
    answer = [word for word in quote if word not in COURTESY]
    if not is_about or not answer or about & _NEGATIVE_NAMES or TURNS_ROUND & asked:
        return None
    if (_PLAIN_YES & {*answer} and PLAIN_NO & {*answer}) or TAKES_BACK & {*answer[1:]}:
        return None
    if said.value and answer[0] in PLAIN_NO:
        return "The quote begins with a no, and the value is true."
    if not said.value and answer[0] in _PLAIN_YES:
        return "The quote begins with a yes, and the value is false."
    return None


TAKES_BACK = wordset("problem problems worries issue issues mind doubt wait actually mean but")
_ASKING = wordset(
    "whether will would could should have does with your that this what when where which they "
    "them there from been being about still then than"
)


def _denial(field: Scalar, said: Evidenced, quote: Sequence[str]) -> str | None:
    """Find "not safe" given for the truth of `is_safe`, or "won't come" for that of coming."""
    meaning = _meaning(field, said)
    about = {word for word in meaning - NEGATIONS - _ASKING if len(word) > 3}
    if not said.value or meaning & _NEGATIVE_NAMES:
        return None
    for before, word in pairwise([said.preceded_by, *quote]):
        if before in ("no", "not") and word in about:
            return f'The quote says "{before} {word}", and the value is true.'
    return None


# What is said to agree to what the other side has just said.
AFFIRMED = _PLAIN_YES | wordset(
    "that thats this these works work sounds sound good great sure right fine perfect "
    "exactly me for with would will be do go ahead alright absolutely definitely awesome"
)
_ASSENT = AFFIRMED | COURTESY


def _with_question(said: Evidenced, quote: Sequence[str]) -> Sequence[str]:
    """Read "Yes, that works" together with what it says yes to."""
    return [*quote, *_words(_agreed_to(said, quote))]


def _agreed_to(said: Evidenced, quote: Sequence[str]) -> str:
    return said.answers_to if _ASSENT.issuperset(quote) else ""


_SHORT = 6


def other_choice(
    choices: Sequence[str | int | float], value: str, quote: Sequence[str]
) -> str | None:
    """Find another choice, word for word, in a short quote that has not the chosen one."""
    if len(quote) > _SHORT or not NEGATIONS.isdisjoint(quote) or _has(quote, value):
        return None
    others = [str(choice) for choice in choices if choice != value and _has(quote, str(choice))]
    # "Premium Economy" is not "Economy" as well.
    others = [a for a in others if not any(a != b and _has(_spelt(b), a) for b in others)]
    if len(others) != 1 or len(others[0]) <= 3 or {*_spelt(others[0])} & {*_spelt(value)}:
        return None
    return f'The quote says "{others[0]}", and the value is "{value}".'


def _spelt(choice: str) -> list[str]:
    return _words(choice.replace("_", " "))


def _has(quote: Sequence[str], choice: str) -> bool:
    return f" {' '.join(_spelt(choice))} " in f" {' '.join(quote)} "


_NAMING = wordset(
    "name city town area location address place street property company carrier airport station "
    "hotel restaurant venue store origin destination doctor therapist clinic customer contact "
    "person artist director album movie song event starring"
)
_GENERIC = wordset(
    "the of at in and a an apartments apartment hotel inn airport station street avenue road city "
    "restaurant cafe center centre park building international"
)
# Parts of so many names that sharing one means nothing.
_SHARED = _GENERIC | wordset("san santa saint new los las el la north south east west big great")
_SOUNDS_LIKE = 75
_SHORT_WORD, _SHORT_SOUNDS_LIKE = 4, 85
_MOSTLY = 0.4


def other_name(said: Evidenced, value: str, quote: Sequence[str]) -> str | None:
    """Find a proper name of which little was said, neither in the quote nor right before it."""
    parts = [part for part in value.split() if part[:1].isalpha()]
    is_name = bool(parts) and parts[0][0].isupper()
    if not is_name or _NAMING.isdisjoint(_words(said.name.replace("_", " "))):
        return None
    heard = _with_question(said, quote)
    return None if _is_named(_words(value), heard) else f'The quote does not say "{value}".'


def _is_named(name: Sequence[str], heard: Sequence[str]) -> bool:
    """Say whether a name was said: its words or most of them, in one piece, or by initials."""
    joined, spoken = "".join(name), "".join(heard)
    if not joined.isascii() or not spoken.isascii():
        return True  # as likely written in another script as another name
    own = [word for word in name if word not in _SHARED] or list(name)
    said = [word for word in own if any(_sounds_like(word, other) for other in heard)]
    if 2 * len(said) >= len(own) or len("".join(said)) >= _MOSTLY * len("".join(own)):
        return True
    if all(any(_sounds_like(word, other) for other in own) for word in heard):
        return True
    return fuzz.partial_ratio(joined, spoken) >= 90 or _is_abbreviated(name, heard)


def _sounds_like(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    enough = _SOUNDS_LIKE if len(short) > _SHORT_WORD else _SHORT_SOUNDS_LIKE
    return fuzz.ratio(a, b) >= enough or (len(short) >= 4 and long.startswith(short))


def _is_abbreviated(name: Sequence[str], heard: Sequence[str]) -> bool:
    """Take "NYC" and "LAX" for New York and Los Angeles, the other way round too."""
    # In a long quote, some letters in a row begin some words in a row by chance.
    ways = [(name, heard), (heard, name)] if len(heard) <= _SHORT else [(name, heard)]
    for long, short in ways:
        full = [word for word in long if word not in _GENERIC]
        starts = "".join(word[0] for word in full)
        letters = "".join(word for word in short if len(word) == 1)
        if any(f"{a}{b}" in starts for a, b in pairwise(letters)):
            return True
        if any(2 <= len(word) <= 3 and word[:2] in starts for word in short):
            return True
    return False


# Fields whose values are in the model's own words, not in the speakers'.
_OWN_WORDS = wordset(
    "summary summarize summarise describe description description's details detail notes note "
    "reason reasons why cause comment comments feedback outcome result explanation explain "
    "situation problem issue issues concern concerns topic sentiment mood tone sentence "
    "sentences words message plan request requests purpose status level condition"
)
_FEW_WORDS = 4
_SHARED_STEM = 5


def unheard(field: Scalar, said: Evidenced, value: str, heard: Sequence[str]) -> str | None:
    """Find a short value of which no word was said in the whole call."""
    about = _meaning(field, said)
    texts = _words(value)
    own = [word for word in texts if word not in _SHARED and len(word) > 2]
    if not own or len(value.split()) > _FEW_WORDS or not about.isdisjoint(_OWN_WORDS):
        return None
    is_moment = any(is_number(word) for word in texts) or names_moment(texts)
    if not "".join(own).isascii() or is_moment or not said.all_words:
        return None
    if _is_named(texts, heard) or any(_is_heard(word, heard) for word in own):
        return None
    if all(word in said.all_words for word in own):
        return f'"{value}" was said elsewhere in the call, and not in what is quoted.'
    if any(_is_heard(word, said.all_words) for word in own):
        return None
    return f'Nobody said "{value}" or anything like it.'


def _is_heard(word: str, all_words: Collection[str]) -> bool:
    return any(
        word[:_SHARED_STEM] == other[:_SHARED_STEM] or _sounds_like(word, other)
        for other in all_words
    )


def turned_down(said: Evidenced) -> str | None:
    """Find an agent's words that the other side turned down right away."""
    answer = [word for word in _words(said.answered_by) if word not in COURTESY]
    is_answered = said.is_agents_turn and bool(answer) and said.value is not False
    if is_answered and PLAIN_NO.issuperset(answer) and not TURNS_ROUND & {*_words(said.quote)}:
        return "The other side said no to what is quoted."
    return None


def only_asked(said: Evidenced, quote: Sequence[str]) -> str | None:
    """Find an agent's question quoted without its answer, unless the answer is plain assent."""
    if not said.is_agents_turn or not said.quote.rstrip().endswith("?"):
        return None
    answer = _words(said.answered_by)
    is_named = is_plain(said.value, said.quote) or said.value is True
    if is_named and answer and _ASSENT.issuperset(answer):
        return None
    if said.value is False and answer and PLAIN_NO.issuperset({*answer} - COURTESY):
        return None
    return "The quote is a question; what was answered is not in it." if quote else None
