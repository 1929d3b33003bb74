"""What is spelt letter by letter: names, and identifiers of letters and digits."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from backend.grounding.mentions.number_words import read_numbers, tokens_of

NATO = [
    "alpha",
    "alfa",
    "bravo",
    "charlie",
    "delta",
    "echo",
    "foxtrot",
    "golf",
    "hotel",
    "india",
    "juliet",
    "juliett",
    "kilo",
    "lima",
    "mike",
    "november",
    "oscar",
    "papa",
    "quebec",
    "romeo",
    "sierra",
    "tango",
    "uniform",
    "victor",
    "whiskey",
    "xray",
    "yankee",
    "zulu",
]
_LIKE = ("as in", "like", "for", "wie", "comme", "como", "come")
_WITH_LETTER = re.compile(r"\bwith an? ([a-z])\b", re.IGNORECASE)
_LEAST = 4
_ALIKE = 65


def spelt(text: str) -> list[str]:
    """Read the stretches that are spelt: "B as in Bravo, seven, double two" is B722."""
    for like in _LIKE:
        text = re.sub(rf"\b([A-Za-z]) {like} \w+", r"\1", text)
    tokens = tokens_of(text)
    numbers = {number.first: number for number in read_numbers(text, tokens, "en")}
    found: list[str] = []
    current, n = "", 0
    while n < len(tokens):
        token = tokens[n]
        if (number := numbers.get(n)) is not None and number.digits:
            current += number.digits
            n = number.last
            if tokens[n].text.isalpha() and len(tokens[n].text) == 1:
                current += tokens[n].as_written
        elif len(token.text) == 1 and token.text.isalpha() and token.as_written.isupper():
            current += token.as_written
        elif token.text in NATO and (current or _is_spelling(tokens, n)):
            current += token.text[0].upper()
        elif token.text not in ",-.":
            found.append(current)
            current = ""
        n += 1
    return [each for each in (*found, current) if len(each) > 1]


def _is_spelling(tokens: Sequence[object], n: int) -> bool:
    return n + 1 < len(tokens) and getattr(tokens[n + 1], "text", "") in NATO


def other_spelling(value: str, text: str) -> str | None:
    """Find a name or identifier that is spelt otherwise in its own turn."""
    letters = "".join(c for c in value if c.isalnum()).upper()
    for letter in _WITH_LETTER.findall(text):
        if letter.upper() not in letters and value.isalpha():
            return f'The quote says "with a {letter}", and the value has none.'
    ways = [way.upper() for way in spelt(text)]
    if (
        not letters
        or any(letters in way for way in ways)
        or any(way in letters and len(way) > 2 for way in ways)
    ):
        return None
    for way in ways:
        is_name = letters.isalpha() and way.isalpha()
        is_mixed = not letters.isalpha() and not way.isdigit() and not way.isalpha()
        is_near = len(way) >= _LEAST and fuzz.ratio(way, letters) >= _ALIKE
        if (is_name and is_near) or (is_mixed and is_near):
            return f'The quote spells "{way}", and the value is "{value}".'
    return None


def is_spelt(value: str, text: str) -> bool:
    """Say whether the letters and digits of a value are spelt in a text."""
    letters = "".join(c for c in value if c.isalnum()).upper()
    return len(letters) > 1 and any(letters == way.upper() for way in spelt(text))
