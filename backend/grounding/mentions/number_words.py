"""Numbers as they are said, one after the other: figures, words of seven languages, scales.

The words of a number are read by text2num. What it leaves out is here: digits read one by one with
"oh" and "double", decimals behind a point, and scales such as "lakh", "k" and "M".
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from text_to_num import find_numbers  # type: ignore[import-untyped]  # it ships no types

from backend.grounding.speech.lexicon import Lexicon, lexicon_of
from backend.grounding.speech.words import folded


class Token(NamedTuple):
    """A word, a number in figures, or a sign, with its place in the text."""

    text: str
    start: int
    end: int
    as_written: str
    is_figure: bool


class Number(NamedTuple):
    """One number as it was read: value, digits, and its tokens from `first` to `last`."""

    value: float
    digits: str
    first: int
    last: int
    is_ordinal: bool = False


class _Heard:
    """A token as text2num wants it. Figures and signs end a number."""

    def __init__(self, token: Token) -> None:
        self._is_word = token.as_written[0].isalpha()
        self._text = token.as_written.lower() if self._is_word else ","

    def text(self) -> str:
        return self._text

    def nt_separated(self, _previous: object) -> bool:
        return not self._is_word

    def not_a_number_part(self) -> bool:
        return not self._is_word


_TOKEN = re.compile(
    r"(?<![\d.,])\d{1,3}(?P<by>[,.'\u2019 \u00a0\u202f])\d{2,3}(?:(?P=by)\d{3})*"
    r"(?:[.,]\d{1,2})?(?!\d)"
    r"|\d+[.,]\d+|(?<![\d\w])[.,]\d+|\d+|[^\W\d_]+(?:['\u2019][^\W\d_]+)*(?:-[^\W\d_]+)*|\S"
)
_ZERO = frozenset({"oh", "o"})
_REPEATS = {"double": 2, "triple": 3}
# Behind a number in words these are letters, or words of their own.
_LETTERS = frozenset({"k", "m", "mm", "b", "bn", "mio", "mrd"})
_ROUND = frozenset({1e2, 1e3, 1e6, 1e9})


def tokens_of(text: str) -> list[Token]:
    return [
        Token(
            folded(found[0]).replace("'", ""),
            found.start(),
            found.end(),
            found[0],
            found[0][-1].isdigit(),
        )
        for found in _TOKEN.finditer(text)
    ]


def read_numbers(text: str, tokens: Sequence[Token], language: str) -> list[Number]:
    """Read the numbers one after the other, each as far as it is one for sure."""
    spoken = {
        found.start: Number(
            found.value, _digits_in(found.text), found.start, found.end - 1, found.is_ordinal
        )
        for found in find_numbers([_Heard(token) for token in tokens], language, 0.0)
    }
    reader = _Reader(text, tokens, spoken, lexicon_of(language), is_english=language == "en")
    return reader.numbers()


class _Reader(NamedTuple):
    text: str
    tokens: Sequence[Token]
    spoken: Mapping[int, Number]
    lexicon: Lexicon
    is_english: bool

    def numbers(self) -> list[Number]:
        read: list[Number] = []
        n = 0
        while n < len(self.tokens):
            number = self._at(n)
            if number is not None:
                number = self._scaled(self._with_decimals(number))
                read.append(number)
                n = number.last
            n += 1
        return read

    def follows(self, n: int) -> bool:
        """Say whether nothing but a space or hyphen is before a token."""
        if not 0 < n < len(self.tokens):
            return False
        return self.text[self.tokens[n - 1].end : self.tokens[n].start] in ("", " ", "-")

    def _at(self, n: int) -> Number | None:
        token = self.tokens[n]
        if token.is_figure:
            value = figure_value(token.text, is_english=self.is_english)
            return None if value is None else Number(value, _digits_in(token.text), n, n)
        if token.text in self.lexicon.points:
            digits, last = self._decimals(n + 1)
            return Number(float(f"0.{digits}"), f"0{digits}", n, last) if digits else None
        if self.is_english and token.text in _ZERO and not self._is_clock(n):
            return Number(0.0, "0", n, n)
        if self.is_english and token.text in _REPEATS and (one := self.spoken.get(n + 1)):
            digits = one.digits * _REPEATS[token.text]
            return Number(float(digits), digits, n, one.last) if len(one.digits) == 1 else None
        return self.spoken.get(n)

    def _is_clock(self, n: int) -> bool:
        return n + 1 < len(self.tokens) and self.tokens[n + 1].text in ("clock", "'")

    def _with_decimals(self, number: Number) -> Number:
        at = number.last + 1
        is_whole = number.value == int(number.value)
        if not (is_whole and self.follows(at) and self.tokens[at].text in self.lexicon.points):
            return number
        digits, last = self._decimals(at + 1)
        if not digits:
            return number
        value = float(f"{number.value:.0f}.{digits}")
        return Number(value, number.digits + digits, number.first, last)

    def _decimals(self, at: int) -> tuple[str, int]:
        digits, last = "", at - 1
        while self.follows(at):
            token, one = self.tokens[at], self.spoken.get(at)
            digit = one.digits if one else token.text if token.text.isdecimal() else ""
            digit = "0" if token.text in _ZERO else digit
            if not digit or (digits and len(digit) > 1):
                break
            digits, last = digits + digit, one.last if one else at
            at = last + 1
        return digits, last

    def _scaled(self, number: Number) -> Number:
        """Multiply by the scale that follows, and add what follows that: "2 lakh 50 thousand"."""
        at = number.last + 1
        if number.is_ordinal or not self.follows(at):
            return number
        scale = self._scale(at, is_figure=self.tokens[number.last].is_figure)
        if scale is None or number.value >= scale:
            return number
        scaled = Number(number.value * scale, number.digits, number.first, at)
        rest = self.spoken.get(at + 1)
        if rest is None or rest.is_ordinal or scale < 1e3:
            return scaled
        rest = self._scaled(rest)
        if not 0 < rest.value < scale or self.tokens[at].text in _LETTERS:
            return scaled
        return Number(scaled.value + rest.value, "", number.first, rest.last)

    def _scale(self, at: int, *, is_figure: bool) -> float | None:
        token, one = self.tokens[at], self.spoken.get(at)
        if (
            one is not None
            and one.value in _ROUND
            and one.first == one.last
            and one.digits[0] == "1"
        ):
            return one.value
        if token.text in _LETTERS and not (
            is_figure and (token.as_written.isupper() or token.text in ("k", "mio", "mrd"))
        ):
            return None
        return self.lexicon.scales.get(token.text)


def figure_value(text: str, *, is_english: bool = True) -> float | None:
    """Read "1,50,000", "1 500,50" and "1.2": which sign is the point goes by its digits."""
    text = re.sub(r"[\s'\u2019\u00a0\u202f]", "", text)
    signs = [c for c in text if c in ",."]
    point = ""
    if signs and signs.count(signs[-1]) == 1:
        is_group = len(text) - text.rindex(signs[-1]) - 1 == 3 and text[0] not in ",."
        is_alone = len(signs) == 1
        # "1.500" is fifteen hundred where the comma is the point.
        is_point = signs[-1] == "." if is_english else signs[-1] == ","
        if not is_group or (is_point and not (is_alone and signs[-1] == ",")):
            point = signs[-1]
    plain = "".join("." if c == point else c for c in text if c not in ",." or c == point)
    try:
        return float(plain)
    except ValueError:
        return None


def _digits_in(text: str) -> str:
    return "".join(c for c in text if c.isdigit())
