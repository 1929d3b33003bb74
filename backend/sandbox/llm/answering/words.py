"""Text as words with their places, and each word reduced to what it means."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from backend.sandbox.llm.answering.lexicon import IDIOMS, SAME_MEANING, STOP_WORDS

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_")
SUFFIXES = ("ations", "ation", "ings", "ing", "edly", "ed", "ies", "es", "s", "al", "ly")
STEM_LENGTH = 3


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start: int
    end: int
    # What the word means, comparable with other words; empty if it means nothing alone.
    term: str


@lru_cache(maxsize=2048)
def words(text: str) -> tuple[Word, ...]:
    """Split into words; the last word of an idiom carries what the idiom means, for all of it."""
    idioms = [
        (match.start(), match.end(), term(meaning))
        for meaning, pattern in IDIOM_PATTERNS
        for match in pattern.finditer(text)
    ]
    return tuple(
        Word(match[0], match.start(), match.end(), _meaning(match, idioms))
        for match in WORD.finditer(text)
    )


def _meaning(word: re.Match[str], idioms: Sequence[tuple[int, int, str]]) -> str:
    for start, end, meaning in idioms:
        if start <= word.start() and word.end() <= end:
            return meaning if word.end() == end else ""
    return term(word[0])


@lru_cache(maxsize=2048)
def terms(text: str) -> frozenset[str]:
    return frozenset(filter(None, (word.term for word in words(text))))


@lru_cache(maxsize=1024)
def spoken_terms(text: str) -> frozenset[str]:
    """Collect what a text speaks of; `proof of delivery` also speaks of a POD."""
    initials = "".join(word.text[0] for word in words(text)).lower()
    short = {initials[i : i + size] for size in (3, 4) for i in range(len(initials) - size + 1)}
    return terms(text) | short


@lru_cache(maxsize=2048)
def label_text(name: str) -> str:
    """Read an identifier as words: `pickupDate` and `pickup_date` are both `pickup date`."""
    return CAMEL.sub(" ", name)


@lru_cache(maxsize=8192)
def term(word: str) -> str:
    plain = folded(word)
    plain = re.sub(r"'(s|re|m|ll|ve|d)$", "", plain)
    if plain in STOP_WORDS or plain.endswith("n't"):
        return ""
    root = stem(plain)
    return MEANINGS.get(root, root)


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Return the text in lower case, without accents."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def stem(word: str) -> str:
    """Cut common English endings, so that forms of a word meet; the rest need not be a word."""
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= STEM_LENGTH:
            word = word[: -len(suffix)] + ("y" if suffix == "ies" else "")
            break
    if len(word) > STEM_LENGTH and word[-1] == word[-2] and word[-1] not in "aeiols":
        word = word[:-1]
    return word.rstrip("e") if len(word) > STEM_LENGTH else word


def _meanings() -> Iterator[tuple[str, str]]:
    for line in SAME_MEANING.strip().splitlines():
        same = [stem(folded(word)) for word in line.split()]
        for word in same:
            yield word, same[0]


MEANINGS = dict(_meanings())
IDIOM_PATTERNS = tuple(
    (meaning, re.compile(rf"\b(?:{phrases})\b", re.IGNORECASE))
    for meaning, phrases in IDIOMS.items()
)
