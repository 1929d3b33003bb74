"""Quantities: the numbers that a text mentions, each with sign, unit, currency and role.

Numbers that stand side by side are one mention: "twenty two fifty" is 2250 or 22.50, never 22.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from backend.grounding.mentions.number_words import Number, Token, read_numbers, tokens_of
from backend.grounding.speech.lexicon import LANGUAGES, Lexicon, lexicon_of


class NumberRole(StrEnum):
    ALONE = "alone"
    # One end of "ten to twelve".
    END = "end"
    # The ten of "seven out of ten", the eighty of "one twenty over eighty".
    WHOLE = "whole"
    RATE = "rate"
    # Letters stand beside it: "7K22".
    IDENTIFIER = "identifier"


@dataclass(frozen=True)
class Quantity:
    """One mention. `readings` are all numbers it can mean; `parts` are those of its pieces."""

    readings: frozenset[float]
    parts: frozenset[float]
    digits: str
    start: int
    end: int
    role: NumberRole = NumberRole.ALONE
    unit: str | None = None
    currency: str | None = None
    # The word behind it, in comparable form: "pallets".
    noun: str = ""
    is_ordinal: bool = False
    is_negative: bool = False


_OF = ("out", "of")
_BETWEEN = ("-", "\u2013", "\u2014")
_BELOW = frozenset({"below"})
_VULGAR = {"half": 0.5, "third": 1 / 3, "thirds": 1 / 3, "quarter": 0.25, "quarters": 0.25}


@lru_cache(maxsize=4096)
def quantities_in(text: str, language: str | None) -> tuple[Quantity, ...]:
    """Read the quantities of a text. Of other languages than ours, figures and English words."""
    language = language if language in LANGUAGES else "en"
    tokens = tokens_of(text)
    numbers = read_numbers(text, tokens, language)
    if language != "en" and not numbers:
        numbers = read_numbers(text, tokens, "en")
    return tuple(_Reading(text, tokens, lexicon_of(language)).quantities(numbers))


@dataclass(frozen=True)
class _Reading:
    text: str
    tokens: Sequence[Token]
    lexicon: Lexicon

    def quantities(self, numbers: Sequence[Number]) -> list[Quantity]:
        runs: list[list[Number]] = []
        for number in numbers:
            if runs and self._joins(runs[-1][-1], number):
                runs[-1].append(number)
            else:
                runs.append([number])
        read = [self._quantity(run) for run in runs]
        return [self._with_role(n, read, runs) for n in range(len(read))]

    def _joins(self, before: Number, number: Number) -> bool:
        if number.first != before.last + 1 or before.is_ordinal:
            return False
        between = self._gap(before.last, number.first)
        both_in_figures = self.tokens[before.last].is_figure and self.tokens[number.first].is_figure
        return between == " " or (between == "-" and not both_in_figures)

    def _gap(self, before: int, after: int) -> str:
        return self.text[self.tokens[before].end : self.tokens[after].start]

    def _quantity(self, run: Sequence[Number]) -> Quantity:
        first, last = run[0].first, run[-1].last
        sign = -1.0 if self._is_negative(first, last) else 1.0
        noun = self._word(last + 1)
        currency = self.lexicon.currencies.get(
            self._word(first - 1)
        ) or self.lexicon.currencies.get(noun)
        times = self._halves(first)
        readings = {sign * times * reading for reading in _readings(run)}
        fraction = self._fraction(run, last)
        return Quantity(
            readings=frozenset({fraction} if fraction is not None else readings),
            parts=frozenset(number.value for number in run),
            digits="".join(number.digits for number in run),
            start=self.tokens[first].start,
            end=self.tokens[last].end,
            unit=self.lexicon.units.get(noun),
            currency=currency,
            noun=noun,
            is_ordinal=run[-1].is_ordinal,
            is_negative=sign < 0,
            role=NumberRole.IDENTIFIER if self._has_letters(first, last) else NumberRole.ALONE,
        )

    def _fraction(self, run: Sequence[Number], last: int) -> float | None:
        """Read "two thirds", whose thirds text2num takes for an ordinal."""
        if len(run) == 2 and run[1].is_ordinal and run[0].last + 1 == run[1].first:
            part = _VULGAR.get(self.tokens[last].text)
            return run[0].value * part if part else None
        return None

    def _halves(self, first: int) -> float:
        """Read "half a million", "a couple hundred"."""
        before = [self._word(n) for n in range(first - 3, first)]
        if before[1:] in (["half", "a"], ["half", "of"]) or before[2] == "half":
            return 0.5
        return 2.0 if before[2] == "couple" or before[1:] == ["couple", "of"] else 1.0

    def _is_negative(self, first: int, last: int) -> bool:
        before = self._word(first - 1)
        if before in self.lexicon.minus or self._word(last + 1) in _BELOW:
            return True
        if before not in ("-", "\u2212", "\u2013"):
            return False
        is_attached = self.tokens[first - 1].end == self.tokens[first].start
        is_apart = first < 2 or self.tokens[first - 2].end < self.tokens[first - 1].start
        return is_attached and is_apart

    def _word(self, n: int) -> str:
        return self.tokens[n].text if 0 <= n < len(self.tokens) else ""

    def _has_letters(self, first: int, last: int) -> bool:
        """Find a letter on its own, or letters without a space, on either side."""
        for n, at in ((first - 1, self.tokens[first].start), (last + 1, self.tokens[last].end)):
            if not 0 <= n < len(self.tokens):
                continue
            token = self.tokens[n]
            touches = at in (token.start, token.end) and token.text.isalpha()
            is_known = token.text in self.lexicon.units or token.text in self.lexicon.scales
            is_known = is_known or token.text in self.lexicon.currencies
            is_letter = (
                len(token.text) == 1 and token.as_written.isupper() and token.text not in "ai"
            )
            if (
                (touches or is_letter)
                and not is_known
                and token.text not in ("am", "pm", "th", "st", "nd", "rd", "h")
            ):
                return True
        return False

    def _with_role(
        self, n: int, read: Sequence[Quantity], runs: Sequence[Sequence[Number]]
    ) -> Quantity:
        quantity, run = read[n], runs[n]
        if quantity.role is not NumberRole.ALONE:
            return quantity
        role = NumberRole.ALONE
        before = self._between(runs[n - 1], run) if n else None
        after = self._between(run, runs[n + 1]) if n + 1 < len(runs) else None
        if before == _OF or before == ("over",):
            role = NumberRole.WHOLE
        elif any(gap is not None and self._spans(gap) for gap in (before, after)):
            role = NumberRole.END
        elif self._is_rate(run[-1].last):
            role = NumberRole.RATE
        return Quantity(**{**vars(quantity), "role": role})

    def _is_rate(self, last: int) -> bool:
        """Find "an hour" behind a number, or behind its unit: "16 hours a day"."""
        return any(
            self._word(last + n) in self.lexicon.rates
            and self._word(last + n + 1) in self.lexicon.units
            for n in (1, 2)
        )

    def _between(self, run: Sequence[Number], following: Sequence[Number]) -> tuple[str, ...]:
        return tuple(token.text for token in self.tokens[run[-1].last + 1 : following[0].first])

    def _spans(self, gap: tuple[str, ...]) -> bool:
        return len(gap) == 1 and (gap[0] in self.lexicon.to or gap[0] in _BETWEEN)


def _readings(run: Sequence[Number]) -> set[float]:
    """Say which numbers a run can be: one after the other as digits, in hundreds, with cents."""
    values = [number.value for number in run]
    if len(run) == 1:
        return {values[0]}
    readings: set[float] = set()
    digits = "".join(number.digits for number in run)
    if digits:
        readings.add(float(digits))
    if len(run) == 2:
        a, b = values
        if 10 <= b < 100 and a < 1000:
            readings |= {100 * a + b, a + b / 100}
        if b >= 1000 and b % 1000 == 0 and a < 1000:
            readings.add(a * b)
    # "One oh five thousand".
    last = run[-1]
    thousands = last.value / 1000
    if last.value >= 1000 and thousands.is_integer() and thousands < 100:
        before = "".join(number.digits for number in run[:-1])
        if before:
            readings.add(1000 * float(f"{before}{thousands:.0f}"))
    return readings
