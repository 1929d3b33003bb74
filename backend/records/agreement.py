"""Whether a value contradicts its own quote, where a rule can tell.

Silence is no proof of agreement: what takes judgement is left to the people and models that have
it. A rule is here because it raises next to no false alarm on real conversations.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import fuzz

from backend.records.day_agreement import (
    date_contradiction,
    day_contradiction,
    unsupported_moment,
)
from backend.records.fields import Scalar
from backend.records.number_agreement import (
    number_contradiction,
    phone_contradiction,
    text_contradiction,
)
from backend.records.spoken import AFFIRMATIONS, NEGATIONS, composed, words, wordset


class Evidenced(NamedTuple):
    """A value with the quote it was read from, and what stands around the quote."""

    name: str
    value: str | float | bool
    quote: str
    # The word before the quote in its turn, and what the other side had said before it.
    preceded_by: str = ""
    answers_to: str = ""


def contradiction(field: Scalar, said: Evidenced) -> str | None:
    """Say in a sentence why the value cannot be what the quote says, or nothing."""
    quote = _words(said.quote)
    match said.value:
        case bool():
            return _plain_answer(field, said, quote) or _denial(said, quote)
        case str():
            return _in_text(field, said, said.value, quote)
        case _:
            return number_contradiction(said.value, quote)


def _in_text(field: Scalar, said: Evidenced, value: str, quote: Sequence[str]) -> str | None:
    if field.choices:
        return _other_choice(field.choices, value, quote)
    match field.format:
        case None:
            return (
                day_contradiction(value, quote)
                or text_contradiction(value, quote)
                or unsupported_moment(value, _with_question(said, quote))
                or _other_name(said, value, quote)
            )
        case "date":
            return date_contradiction(value, quote)
        case "time":
            return text_contradiction(value, quote)
        case "phone":
            return phone_contradiction(value, quote)
        case _:
            return None


def _words(text: str) -> list[str]:
    return [word.text for word in words(composed(text))]


_PLAIN_NO = wordset("no nope nah negative nein nee non nej")
_PLAIN_YES = AFFIRMATIONS | wordset("yah affirmative correct ja oui si sim")
_COURTESY = wordset(
    "sir maam madam please thanks thank you sorry i am afraid well oh okay ok and so it is"
)
# After "Do you mind?" or "Any problems?" a no may well mean yes.
_TURNS_ROUND = NEGATIONS | wordset(
    "mind problem problems issue issues question questions concern concerns objection objections "
    "object trouble else wrong unless any anything or"
)
_NEGATIVE_NAMES = NEGATIONS | wordset("non un missing lack lacks refused declined unable denied")


def _plain_answer(field: Scalar, said: Evidenced, quote: Sequence[str]) -> str | None:
    """Find a plain no given for true, or a plain yes for false."""
    about = {*_words(said.name.replace("_", " ")), *_words(field.description)}
    answer = [word for word in quote if word not in _COURTESY]
    if not answer or about & _NEGATIVE_NAMES or _TURNS_ROUND & {*_words(said.answers_to)}:
        return None
    if said.value and _PLAIN_NO.issuperset(answer):
        return "The quote is a plain no, and the value is true."
    if not said.value and _PLAIN_YES.issuperset(answer):
        return "The quote is a plain yes, and the value is false."
    return None


def _denial(said: Evidenced, quote: Sequence[str]) -> str | None:
    """Find "not safe" given for the truth of `is_safe`."""
    name = {word for word in _words(said.name.replace("_", " ")) if len(word) > 3}
    for before, word in pairwise([said.preceded_by, *quote]):
        if said.value and before in ("no", "not") and word in name - NEGATIONS:
            return f'The quote says "{before} {word}", and the value is true.'
    return None


# What is said to agree to what the other side has just said.
_ASSENT = (
    _PLAIN_YES
    | _COURTESY
    | wordset(
        "that thats this these works work sounds sound good great sure right fine perfect "
        "exactly me for with would will be do go ahead alright absolutely definitely awesome"
    )
)


def _with_question(said: Evidenced, quote: Sequence[str]) -> Sequence[str]:
    """Read "Yes, that works" together with what it says yes to."""
    return [*quote, *_words(said.answers_to)] if _ASSENT.issuperset(quote) else quote


_SHORT = 6


def _other_choice(
    choices: Sequence[str | int | float], value: str, quote: Sequence[str]
) -> str | None:
    """Find another choice, word for word, in a short quote that has not the chosen one."""
    if len(quote) > _SHORT or not NEGATIONS.isdisjoint(quote) or _has(quote, value):
        return None
    others = [str(choice) for choice in choices if choice != value and _has(quote, str(choice))]
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
_SOUNDS_LIKE = 75
_MOSTLY = 0.4


def _other_name(said: Evidenced, value: str, quote: Sequence[str]) -> str | None:
    """Find a proper name of which little was said, neither in the quote nor right before it."""
    parts = [part for part in value.split() if part[:1].isalpha()]
    is_name = bool(parts) and all(part[0].isupper() for part in parts if len(part) > 3)
    if not is_name or _NAMING.isdisjoint(_words(said.name.replace("_", " "))):
        return None
    heard = _with_question(said, quote)
    return None if _is_named(_words(value), heard) else f'The quote does not say "{value}".'


def _is_named(name: Sequence[str], heard: Sequence[str]) -> bool:
    """Say whether a name was said: its words or most of them, in one piece, or by initials."""
    joined, spoken = "".join(name), "".join(heard)
    if not joined.isascii() or not spoken.isascii():
        return True  # as likely written in another script as another name
    own = [word for word in name if word not in _GENERIC] or list(name)
    said = [word for word in own if any(_sounds_like(word, other) for other in heard)]
    if 2 * len(said) >= len(own) or len("".join(said)) >= _MOSTLY * len("".join(own)):
        return True
    if all(any(_sounds_like(word, other) for other in own) for word in heard):
        return True
    return fuzz.partial_ratio(joined, spoken) >= 90 or _is_abbreviated(own, heard)


def _sounds_like(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return fuzz.ratio(a, b) >= _SOUNDS_LIKE or (len(short) >= 4 and long.startswith(short))


def _is_abbreviated(name: Sequence[str], heard: Sequence[str]) -> bool:
    """Take "NYC" and "LAX" for New York and Los Angeles, the other way round too."""
    for long, short in ((name, heard), (heard, name)):
        full = [word for word in long if word not in _GENERIC]
        starts = "".join(word[0] for word in full)
        letters = "".join(word for word in short if len(word) == 1)
        if any(f"{a}{b}" in starts for a, b in pairwise(letters)):
            return True
        if any(2 <= len(word) <= 4 and word[:2] in starts for word in short):
            return True
    return False
