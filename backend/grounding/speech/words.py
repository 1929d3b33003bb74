"""Speech as words that can be compared.

Case, accents, punctuation, fillers and contractions are gone; numbers are digits. Each word keeps
its place in the text, so that what was found can be shown as it was said.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from backend.grounding.speech.numbers import (
    begins_number,
    is_number,
    leading_number,
    spelt_decimals,
)


class Word(NamedTuple):
    """A word in comparable form, and where it stands in the text (in composed Unicode form)."""

    text: str
    start: int
    end: int


# Scripts without spaces between words: each sign counts as a word. The Indic ones have spaces,
# but vowel signs that Python's \w leaves out.
_SIGNS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_LETTER = rf"(?:[^\W\d_{_SIGNS}]|[\u0300-\u036f\u0900-\u0dff])"
_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?)(?:(?:st|nd|rd|th)\b)?"
_TOKEN = re.compile(
    rf"{_NUMBER}|(?P<word>{_LETTER}+(?:['\u2019]{_LETTER}+)*)|(?P<sign>[{_SIGNS}])", re.IGNORECASE
)
# The same for texts in ASCII, which most are, in half the time.
_ASCII_TOKEN = re.compile(rf"(?P<word>[a-z]+(?:'[a-z]+)*)|{_NUMBER}", re.IGNORECASE | re.ASCII)
_ACCENTS = re.compile("[\u0300-\u036f]")


def numbered(texts: str, first: int) -> dict[str, int]:
    return {text: n for n, text in enumerate(texts.split(), first)}


def wordset(texts: str) -> frozenset[str]:
    return frozenset(texts.split())


_FILLERS = wordset("uh uhm um umm er erm ah hmm hm mm mhm")
_NOT_STEMS = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}
_ENDINGS = {"m": "am", "re": "are", "ve": "have", "ll": "will"}
_VERBS = wordset("do does did is are was were would could should has have had")
WEEKDAYS = numbered("monday tuesday wednesday thursday friday saturday sunday", 0)
MONTHS = numbered(
    "january february march april may june july august september october november december", 1
)
# As speech recognition writes them, without the apostrophe, and as people write them.
_UNMARKED = {
    **{f"{verb}nt": [verb, "not"] for verb in _VERBS},
    "cant": ["can", "not"],
    "cannot": ["can", "not"],
    "wont": ["will", "not"],
    "im": ["i", "am"],
    "ive": ["i", "have"],
    "youre": ["you", "are"],
    "theyre": ["they", "are"],
    "oclock": ["o", "clock"],
    "tmrw": ["tomorrow"],
    **{month[:3]: [month] for month in MONTHS if month != "may"},
    "sept": ["september"],
}

NEGATIONS = wordset(
    "no not nope nah never none nobody nothing neither nor without "
    "nein nicht kein keine keinen nie niemand nichts non ne pas jamais rien aucun "
    "nunca jamas nada nadie tampoco sin nao"
)
_PARTS_OF_DAY = wordset(
    "today tonight tomorrow yesterday morning noon afternoon evening night midnight"
)
AFFIRMATIONS = wordset("yes yeah yep yup")
_DECISIVE = NEGATIONS.union(WEEKDAYS, MONTHS, _PARTS_OF_DAY, AFFIRMATIONS, {"pm"})


def composed(text: str) -> str:
    """Put a text into the Unicode form that the places of words refer to."""
    return unicodedata.normalize("NFC", text)


def words(text: str) -> list[Word]:
    """Read a composed text as words. Texts that sound the same give the same words."""
    return [*_words(text)]


def word_texts(text: str) -> list[str]:
    """Read any text as words in comparable form."""
    return [*_word_texts(text)]


def plain_words(text: str) -> list[str]:
    """Read a text as words, and leave the numbers in it as they were said."""
    return [*_plain_words(text)]


# Every value of a call is judged beside the same turns.
_KEPT = 4096


@lru_cache(_KEPT)
def _words(text: str) -> tuple[Word, ...]:
    read = _plain(text)
    # Most turns have neither numbers nor times, and calls have hundreds of turns.
    if any(begins_number(word.text) for word in read):
        read = tuple(_numbers(text, read))
    if any(word.text == "m" for word in read):
        read = tuple(_times_of_day(read))
    return read


@lru_cache(_KEPT)
def _word_texts(text: str) -> tuple[str, ...]:
    return tuple(word.text for word in _words(composed(text)))


@lru_cache(_KEPT)
def _plain_words(text: str) -> tuple[str, ...]:
    return tuple(word.text for word in _plain(composed(text)))


def decisive(texts: Iterable[str]) -> Counter[str]:
    """Pick the words of which none may differ: numbers, negations, days and times."""
    return Counter(text for text in texts if is_number(text) or text in _DECISIVE)


@lru_cache(_KEPT)
def _plain(text: str) -> tuple[Word, ...]:
    found: list[Word] = []
    for token in (_ASCII_TOKEN if text.isascii() else _TOKEN).finditer(text):
        start, end = token.span()
        if token.lastgroup == "number":
            found.append(Word(_digits(token["number"].replace(",", "")), start, end))
        else:
            for part in _parts(token[0]):
                found.append(Word(part, start, end))  # noqa: PERF401 - mostly one, and of many
    return tuple(found)


@lru_cache(_KEPT)
def _parts(token: str) -> tuple[str, ...]:
    return tuple(part for part in _expanded(folded(token)) if part not in _FILLERS)


def _digits(number: str) -> str:
    """Write a clock's 08 and 00 as people say them, 8 and 0; long digit groups stay."""
    ascii_digits = "".join(str(unicodedata.decimal(c, c)) for c in number)
    return ascii_digits.lstrip("0") or "0" if len(number) == 2 else ascii_digits


@lru_cache(_KEPT)
def folded(token: str) -> str:
    """Write it small, and without accents."""
    folded = unicodedata.normalize("NFKD", token).casefold().replace("\u2019", "'")
    return unicodedata.normalize("NFC", _ACCENTS.sub("", folded))


def _expanded(token: str) -> list[str]:
    stem, _, ending = token.rpartition("'")
    if ending == "t" and stem.endswith("n"):
        stem = stem.removesuffix("n")
        return [_NOT_STEMS.get(stem, stem), "not"]
    if stem and ending in _ENDINGS:
        return [stem.replace("'", ""), _ENDINGS[ending]]
    plain = token.replace("'", "")
    return _UNMARKED.get(plain, [plain])


def _numbers(text: str, found: Sequence[Word]) -> Iterator[Word]:
    n = 0
    while n < len(found):
        if not begins_number(found[n].text):
            yield found[n]
            n += 1
            continue
        phrase = _phrase(text, found[n : n + 12])
        number, used = leading_number(phrase) or (None, 1)
        if number and (decimals := spelt_decimals(phrase[used:])):
            number, used = f"{number}.{decimals}", used + 1 + len(decimals)
        yield Word(number or found[n].text, found[n].start, found[n + used - 1].end)
        n += used


def _phrase(text: str, found: Sequence[Word]) -> list[str]:
    """Take the words up to the first that is set off by more than a space or a hyphen."""
    end = 1
    while end < len(found) and text[found[end - 1].end : found[end].start] in ("", " ", "-"):
        end += 1
    return [word.text for word in found[:end]]


def _times_of_day(found: Sequence[Word]) -> Iterator[Word]:
    """Join the letters of "8 p.m." to one word."""
    skip = False
    for n, word in enumerate(found):
        if skip:
            skip = False
            continue
        following = found[n + 1] if n + 1 < len(found) else None
        if following and following.text == "m" and word.text in ("a", "p"):
            yield Word(f"{word.text}m", word.start, following.end)
            skip = True
        else:
            yield word
