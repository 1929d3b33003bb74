"""Whether an e-mail address is the one its quote spells."""

import re
import unicodedata
from collections.abc import Sequence

from rapidfuzz import fuzz

from backend.grounding.speech.numbers import is_number
from backend.grounding.speech.words import composed, words

_WRITTEN = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_AT = re.compile(r"@|\bat\b", re.IGNORECASE)
_SOUNDS_LIKE = 75
# Fewer letters than these tell no address from another.
_TELLING = 6
_DIGITS = {"oh": "0", "o": "0"}


def other_address(value: str, quote: str) -> str | None:
    """Compare an address with the one that was written or spelt, letter by letter.

    A quote that has no whole address is only compared by its sound.
    """
    written = {found.rstrip(".").casefold() for found in _WRITTEN.findall(quote)}
    heard = _heard(quote)
    letters = _letters(value)
    if value.casefold() in written or (not written and _can_spell(letters, heard)):
        return None
    joined = "".join(heard)
    if len(joined) < _TELLING:
        return None
    sounds_like = fuzz.partial_ratio(letters, joined) >= _SOUNDS_LIKE
    if not written and sounds_like and not _is_whole(quote, joined, letters):
        return None
    return "The quote spells another address than the value."


def _is_whole(quote: str, heard: str, letters: str) -> bool:
    return len(_AT.findall(quote)) == 1 and len(heard) + 1 >= len(letters)


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in folded if c.isascii() and c.isalnum())


def _heard(quote: str) -> list[str]:
    """Take the words as they were said, where "Jan" is no month, and numbers in digits."""
    text = composed(quote)
    heard: list[str] = []
    times = 1
    for word in words(text):
        spelt = word.text if is_number(word.text) else _letters(text[word.start : word.end])
        if spelt in ("double", "triple"):
            times = 2 if spelt == "double" else 3
            continue
        heard += [spelt] * times
        times = 1
    return heard


def _can_spell(letters: str, heard: Sequence[str]) -> bool:
    """Say whether some of the words, in their order, make the address: "dot" is no part of it."""
    reached = {0}
    for word in heard:
        for part in {word, _DIGITS.get(word, word)}:
            reached |= {n + len(part) for n in reached if letters.startswith(part, n)}
    return len(letters) in reached
