"""Names of two words of which a quote has one, with another word in the other's place."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import fuzz

from backend.grounding.agreement.other_names import is_other_name
from backend.grounding.agreement.sounds import sounds_like
from backend.grounding.speech.words import MONTHS, WEEKDAYS, word_texts, wordset

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_TITLES = wordset(
    "st saint mt mount ft fort dr doctor mr mister mrs ms miss prof professor sir madam the"
)
_NO_NAMES = wordset("i im yes no from at with here speaking and in on of for is").union(
    MONTHS, WEEKDAYS
)
_TELLING = 3
_SPELT_ALIKE = 75


class _Part(NamedTuple):
    text: str
    is_name: bool
    """Whether it is written like a name, and not for beginning a sentence."""
    follows: bool
    """Whether nothing but a space is between it and the word before."""


def other_half(value: str, quote: str) -> str | None:
    """Find "Dana Wells" said and "Dana Mills" given."""
    own = [part.text for part in _parts(value)]
    said = [*_parts(quote)]
    if len(own) != 2 or not value.isascii() or all(_is_said(half, said) for half in own):
        return None
    first, last = own
    for before, after in pairwise(said):
        if not after.follows:
            continue
        is_other = (_alike(first, before.text) and _is_another(after, last)) or (
            _alike(last, after.text) and _is_another(before, first)
        )
        if is_other:
            return f'The quote says "{before.text} {after.text}", and the value is "{value}".'
    return None


def _is_another(part: _Part, half: str) -> bool:
    is_telling = part.is_name and part.text not in _NO_NAMES and len(part.text) >= _TELLING
    return is_telling and not _alike(half, part.text)


def _is_said(half: str, said: list[_Part]) -> bool:
    return any(_alike(half, part.text) for part in said)


def _alike(a: str, b: str) -> bool:
    if a[:1] == b[:1] and fuzz.ratio(a, b) >= _SPELT_ALIKE:
        return True  # "Reed", "Reid"
    return sounds_like(a, b) or a[:_TELLING] == b[:_TELLING] or is_other_name([a], [b])


def _parts(text: str) -> Iterator[_Part]:
    """Read the words that may be parts of a name; titles are none."""
    end, is_first = 0, True
    words = [found for found in _WORD.finditer(text) if found[0].casefold() not in _TITLES]
    is_name_alone = all(found[0][0].isupper() for found in words)
    for found in words:
        between = text[end : found.start()]
        is_first = is_first or bool(re.search(r"[.!?]\s", between))
        is_name = found[0][0].isupper() and (is_name_alone or not is_first)
        yield _Part(" ".join(word_texts(found[0])), is_name, follows=between == " ")
        end, is_first = found.end(), False
