"""Numbers as people say them, in digits or in English words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backend.sandbox.llm.filling.words import listed

SMALL = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
VALUES = {word: n for n, word in enumerate(SMALL)}
VALUES |= {word: n * 10 for n, word in enumerate(TENS, 2)} | {"dozen": 12, "couple": 2}
SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000, "k": 1000, "million": 1_000_000}
_WORDS = "|".join((*VALUES, *SCALES))
# `I-80` and `A-4` are names.
NUMBER = re.compile(
    rf"(?<![\w.-])(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?(?=k?\b)(?:\s*(?:{'|'.join(SCALES)})\b)?"
    rf"|\b(?:{_WORDS})(?:(?:[\s-]+and)?[\s-]+(?:{_WORDS}))*\b",
    re.IGNORECASE,
)
# `that one` and `one of them` count nothing.
POINTING = re.compile(
    r"\b(?:this|that|which|the|no|any|another|each|every|next|other) $", re.IGNORECASE
)


@dataclass(frozen=True)
class Number:
    start: int
    end: int
    value: float


def find_numbers(text: str) -> Iterator[Number]:
    for match in NUMBER.finditer(text):
        is_pointing = match[0].lower() == "one" and POINTING.search(text[: match.start()])
        value = None if is_pointing else _value(match[0])
        if value is not None:
            yield Number(match.start(), match.end(), value)


def _value(said: str) -> float | None:
    total, current = 0.0, 0.0
    for part in re.findall(r"[\d.,]+|[a-z]+", said.lower()):
        if part[0].isdigit():
            current = float(part.replace(",", ""))
        elif part in VALUES:
            # `twenty five` is one number, `two thirty` is a time and no number at all.
            if current % 100 and not (current % 100 >= 20 and VALUES[part] < 10):
                return None
            current += VALUES[part]
        elif part in SCALES:
            current = (current or 1) * SCALES[part]
            if part != "hundred":
                total, current = total + current, 0.0
    return total + current
