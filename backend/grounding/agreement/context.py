"""What stands around a quote and turns it: a no, a correction, an "if", words of another.

What is certain whatever the wording is objected to; what is only possible is a doubt.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from backend.grounding.agreement.days import names_moment
from backend.grounding.agreement.evidenced import COURTESY, Evidenced, meaning_of
from backend.grounding.fields import Scalar
from backend.grounding.mentions.quantities import NumberRole, Quantity, quantities_in
from backend.grounding.speech.lexicon import Lexicon, find_phrase, lexicon_of
from backend.grounding.speech.words import (
    MONTHS,
    NEGATIONS,
    WEEKDAYS,
    folded,
    plain_words,
    word_texts,
    wordset,
)

_CLAUSE = re.compile(r"[,.;:!?\u2014]|\b(?:but|and|because|so|however)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
# Between a not and what it denies; "not more than five" and "no problem, five" deny nothing.
_HARMLESS = wordset(
    "more less later earlier fewer only just until till before after sure too mind problem "
    "problems wait matter worries doubt why yet but than bad far over under worse better reason "
    "idea know"
)
_REACH = 5
_IT_IS = re.compile(
    r"\b(?:it is|it.s|that.s|i said|i meant|es ist|das ist|c.est|es|e|het is)\b", re.IGNORECASE
)
_STEM = 5


def denied(field: Scalar, said: Evidenced) -> str | None:
    """Find a "not" in the clause before the value: "not moving to Dallas"."""
    own = word_texts(str(said.value).replace("_", " "))
    if isinstance(said.value, bool) or not own or not NEGATIONS.isdisjoint(own):
        return None
    places = [*_clauses_before(field, said, own)]
    if places and all(_is_denied(before) for before in places):
        return f'The words say a no before "{said.value}".'
    return None


def _clauses_before(field: Scalar, said: Evidenced, own: Sequence[str]) -> Iterator[list[str]]:
    """Give for each place where a value is said what its clause has before it."""
    if field.kind in ("integer", "number"):
        for each in quantities_in(said.turn_text, said.language):
            if _matches(said.value, each):
                yield word_texts(_CLAUSE.split(said.turn_text[: each.start])[-1])
        return
    for clause in _CLAUSE.split(said.turn_text):
        words = word_texts(clause)
        for n in range(len(words) - len(own) + 1):
            if words[n : n + len(own)] == [*own]:
                yield words[:n]


def _is_denied(before: Sequence[str]) -> bool:
    reach = before[-_REACH:]
    at = max((n for n, word in enumerate(reach) if word in NEGATIONS), default=None)
    return at is not None and _HARMLESS.isdisjoint(reach[at + 1 :])


def taken_back(field: Scalar, said: Evidenced) -> str | None:
    """Find a value that its own turn replaces: "forty boxes, I mean fourteen boxes"."""
    lexicon = _lexicon(said)
    if isinstance(said.value, bool):
        return None
    parts = _around_correction(said.turn_text, lexicon)
    if parts is None:
        return None
    before, after = parts
    is_only_before = _names(field, said, before) and not _names(field, said, after)
    if is_only_before and _names_another(field, said, after, before):
        return "The words take the value back in the same breath and name another."
    return None


def replaced_later(field: Scalar, said: Evidenced) -> str | None:
    """Find a later turn of the other side that names another value for the same thing."""
    if isinstance(said.value, bool) or field.format in ("date", "date-time", "time"):
        return None
    nouns = _nouns(field, said)
    for role, text in said.later:
        if role == "agent":
            continue
        is_near = _corrects(said, text) or (nouns and any(noun in _heard(text) for noun in nouns))
        if is_near and _names_another_of_same(field, said, text, nouns):
            return f'Later on another value is named: "{text.strip()[:80]}"'
    return None


def misread(field: Scalar, said: Evidenced) -> str | None:
    """Find words of the agent that the other side has said, or says next, in another way."""
    if not said.is_agents or isinstance(said.value, bool) or not said.reply.strip():
        return None
    if _names(field, said, said.reply):
        return None
    answer = [word for word in word_texts(said.reply) if word not in COURTESY]
    corrects = bool(answer) and (answer[0] in NEGATIONS or "but" in answer[:3])
    if isinstance(said.value, str) and field.choices is None:
        corrects = corrects and _IT_IS.search(said.reply) is not None
    if corrects and _names_another(field, said, said.reply, said.quote):
        return "The other side corrects what the agent said."
    own, theirs = _figures(said.quote, said), _figures(said.reply, said)
    is_same_kind = bool(own) and any(
        len(a) == len(b) and a != b and len(a) > 2 for a in own for b in theirs
    )
    if is_same_kind and not any(a == b for a in own for b in theirs):
        return "The other side says another number than the agent."
    return None


def doubts(field: Scalar, said: Evidenced) -> Iterator[str]:
    """Name what the rules cannot tell: while there is any, they prove nothing."""
    if said.language is None:
        yield "The language is none that the rules know."
    if said.is_agents and field.said_by != "agent":
        yield "Only the agent said it."
    if isinstance(said.value, bool):
        yield "A yes or no takes judgement."
    yield from _turning_words(said)
    if not _is_about(field, said):
        yield "The question is about something else."
    elif _strange_words(field, said) > _MOST_STRANGE:
        yield "It is more than a plain answer."
    if len(_rivals(field, said, said.turn_text)) > 1:
        yield "Several values of the kind are named."
    if any(role != "agent" and _rivals(field, said, text) for role, text in said.later):
        yield "A value of the kind is named later."


def _turning_words(said: Evidenced) -> Iterator[str]:
    lexicon = _lexicon(said)
    words = plain_words(said.turn_text)
    if not NEGATIONS.isdisjoint(word_texts(said.turn_text)):
        yield "There is a no in the turn."
    for phrases, what in (
        (lexicon.hedges, "It is hedged."),
        (lexicon.conditions, "There is a condition."),
        (lexicon.past, "It may be past."),
        (lexicon.others, "It may be about somebody else."),
        (lexicon.takes_back, "Something is corrected."),
    ):
        if find_phrase(phrases, words) is not None:
            yield what
    if "?" in said.turn_text or "or" in words or "instead" in words:
        yield "It is a question, or one of several."
    if any(
        each.role is not NumberRole.ALONE for each in quantities_in(said.turn_text, said.language)
    ):
        yield "A number in it is a rate, a range or a part of something."


def _is_about(field: Scalar, said: Evidenced) -> bool:
    """Say whether the question, or a number's own noun, has a word of the field's."""
    stems = {word[:_STEM] for word in meaning_of(field, said) if len(word) > 2} - _VAGUE
    heard = {word[:_STEM] for word in word_texts(said.answers_to)}
    if field.kind in ("integer", "number"):
        own = [q for q in quantities_in(said.quote, said.language) if _matches(said.value, q)]
        if any(each.unit and each.unit[:_STEM] not in stems for each in own):
            return False
        heard |= {each.noun[:_STEM] for each in own}
    return bool(stems & heard)


def _strange_words(field: Scalar, said: Evidenced) -> int:
    """Count the words of the turn that are neither the value's, the question's nor small ones."""
    known = {*word_texts(said.quote), *word_texts(said.answers_to), *meaning_of(field, said)}
    return sum(word not in known and len(word) > 3 for word in word_texts(said.turn_text))


_MOST_STRANGE = 2
_VAGUE = {
    word[:_STEM] for word in wordset("the number name value what which that with for and this")
}


def _rivals(field: Scalar, said: Evidenced, text: str) -> list[object]:
    """List the mentions of the field's kind in a text."""
    if field.choices:
        words = f" {' '.join(word_texts(text))} "
        named = [
            f" {' '.join(word_texts(str(choice).replace('_', ' ')))} " for choice in field.choices
        ]
        return [name for name in named if name in words]
    if field.kind in ("integer", "number") or field.format == "phone":
        return list(quantities_in(text, said.language))
    texts = word_texts(text)
    if field.format in ("date", "date-time", "time") or names_moment(word_texts(str(said.value))):
        moments = [word for word in texts if word in WEEKDAYS or word in MONTHS]
        return [*moments, *quantities_in(text, said.language)]
    if any(map(str.isdigit, str(said.value))):
        return list(quantities_in(text, said.language))
    return [*_proper_names(text)]


def _proper_names(text: str) -> Iterator[str]:
    """List the words that are written as names inside of sentences."""
    for sentence in _SENTENCE.split(text):
        run = ""
        for n, word in enumerate(re.findall(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|[,.]", sentence)):
            if word[0].isupper() and n and word != "I" and len(word) > 1:
                run += word
            elif run:
                yield run
                run = ""
        if run:
            yield run


def _names(field: Scalar, said: Evidenced, text: str) -> bool:
    if field.kind in ("integer", "number"):
        return any(_matches(said.value, each) for each in quantities_in(text, said.language))
    if field.choices:
        return _has(text, str(said.value))
    digits = _digits(str(said.value))
    if digits and digits == "".join(c for c in str(said.value) if c.isalnum()):
        return any(digits == each.digits for each in quantities_in(text, said.language))
    return _has(text, str(said.value))


def _names_another(field: Scalar, said: Evidenced, text: str, before: str) -> bool:
    if field.kind in ("integer", "number"):
        return bool(quantities_in(text, said.language))
    if field.choices:
        others = [str(choice) for choice in field.choices if choice != said.value]
        return any(_has(text, other) for other in others)
    value = str(said.value)
    if any(map(str.isdigit, value)):
        return bool(quantities_in(text, said.language))
    ours = word_texts(value)
    for days in (WEEKDAYS, MONTHS):
        if not days.keys().isdisjoint(ours):
            return bool(days.keys() & {*word_texts(text)} - {*ours})
    clause = _SENTENCE.split(text.strip(" ,."))[0]
    names = [*_proper_names(clause)] or [*_proper_names(f"x {clause}")][
        : len(word_texts(clause)) < _FEW
    ]
    return (
        bool(names) and len(word_texts(clause)) <= _SHORT and value[:1].isupper() and before != ""
    )


_SHORT, _FEW = 6, 4


def _nouns(field: Scalar, said: Evidenced) -> set[str]:
    """Take the words that tell of a number what it counts."""
    if field.kind not in ("integer", "number"):
        return set()
    own = [q for q in quantities_in(said.turn_text, said.language) if _matches(said.value, q)]
    named = {word for word in word_texts(said.name.replace("_", " ")) if len(word) > 3}
    return named | {each.noun for each in own if len(each.noun) > 2}


def _names_another_of_same(
    field: Scalar, said: Evidenced, text: str, nouns: Collection[str]
) -> bool:
    """Say whether a later turn names another number of the same noun, or corrects one."""
    is_correcting = _corrects(said, text)
    if "?" in text or not (is_correcting or NEGATIONS.isdisjoint(word_texts(text))):
        return False
    if _names(field, said, text):
        return False
    later = quantities_in(text, said.language)
    if field.kind in ("integer", "number"):
        is_bare = len(later) == 1 and later[0].noun in ("", ".", ",")
        return any(each.noun in nouns for each in later) or (is_correcting and is_bare)
    value = str(said.value)
    if value.isdigit():
        return is_correcting and any(len(each.digits) == len(value) for each in later)
    is_short = len(word_texts(text)) <= _SHORT
    is_name = value[:1].isupper() or field.choices is not None
    return is_correcting and is_short and is_name and _names_another(field, said, text, "x")


def _corrects(said: Evidenced, text: str) -> bool:
    return _takes_back(text, said.language or "en")


# Asked of every later turn for every value of a call.
@lru_cache(maxsize=4096)
def _takes_back(text: str, language: str) -> bool:
    phrases = lexicon_of(language).takes_back
    # Few turns have as much as the last word of one, and reading a turn takes time.
    heard = _heard(text)
    if not any(phrase[-1] in heard for phrase in phrases):
        return False
    return find_phrase(phrases, plain_words(text)) is not None


@lru_cache(maxsize=4096)
def _heard(text: str) -> str:
    """Write a text as words are compared: small, without accents."""
    return text.lower() if text.isascii() else folded(text)


def _around_correction(text: str, lexicon: Lexicon) -> tuple[str, str] | None:
    """Split a turn at the last of its words that take something back."""
    tokens = [*re.finditer(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*", text)]
    folded = [" ".join(plain_words(token[0])) for token in tokens]
    longest = max(map(len, lexicon.takes_back), default=0)
    for n in range(len(tokens) - 1, 0, -1):
        for size in range(longest, 0, -1):
            if tuple(folded[n : n + size]) in lexicon.takes_back:
                return text[: tokens[n].start()], text[tokens[n + size - 1].end() :]
    return None


def _matches(value: object, quantity: Quantity) -> bool:
    return isinstance(value, int | float) and any(abs(value - n) < 0.01 for n in quantity.readings)


def _has(text: str, value: str) -> bool:
    own = " ".join(word_texts(value.replace("_", " ")))
    return bool(own) and f" {own} " in f" {' '.join(word_texts(text))} "


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def _figures(text: str, said: Evidenced) -> list[str]:
    return [each.digits for each in quantities_in(text, said.language) if each.digits]


def _lexicon(said: Evidenced) -> Lexicon:
    return lexicon_of(said.language or "en")
