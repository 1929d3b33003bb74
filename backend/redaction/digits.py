"""Digits as people say and write them: `4111 1111`, `four one double one`, `oh seven`."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_WORDS = {
    "zero": "0",
    "oh": "0",
    "o": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "niner": "9",
}
_TIMES = {"double": 2, "triple": 3}
_TOKEN = re.compile(rf"\d+|\b(?:(?:{'|'.join(_TIMES)})\s+)?(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
# What may stand between two groups of one number.
_BETWEEN = re.compile(
    r"[\s.,\-\u2013\u2014()/]{0,4}(?:(?:dash|hyphen|space|area code)[\s,]+)?", re.IGNORECASE
)


class Group(NamedTuple):
    """Digits that stand together, and where."""

    digits: str
    start: int
    end: int


def runs(text: str) -> Iterator[list[Group]]:
    """Give the groups of digits that follow each other with nothing of sense in between."""
    run: list[Group] = []
    for found in _TOKEN.finditer(text):
        group = Group(_digits(found.group()), found.start(), found.end())
        if run and _BETWEEN.fullmatch(text, run[-1].end, group.start) is None:
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _digits(token: str) -> str:
    if token.isdigit():
        return token
    *times, word = token.lower().split()
    return _WORDS[word] * (_TIMES[times[0]] if times else 1)


def windows(run: list[Group], shortest: int, longest: int) -> Iterator[tuple[str, list[Group]]]:
    """Give all whole groups of a run that make numbers of such a length, longer ones first."""
    for first in range(len(run)):
        digits, made = "", []
        for last in range(first, len(run)):
            digits += run[last].digits
            if len(digits) > longest:
                break
            if len(digits) >= shortest:
                made.append((digits, run[first : last + 1]))
        yield from reversed(made)
