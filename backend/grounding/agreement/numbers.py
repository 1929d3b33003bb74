"""Whether the numbers of a value can be those of its quote, with units and clocks reckoned in."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from backend.grounding.agreement.amounts import in_numbers
from backend.grounding.speech.numbers import is_number
from backend.grounding.speech.words import MONTHS, WEEKDAYS, word_texts, wordset

# With one of these in the quote, a number may be meant that is not said.
_RECKONED = wordset(
    "me myself us wife husband partner family friend friends kid kids child children son daughter "
    "colleague colleagues plus more less another other others extra each per half quarter "
    "couple few several pair double twice triple both times add added between or "
    "before after past til till until from through pm clock noon midnight"
)
# With one of these and several numbers, too.
_OPERATORS = wordset("minus percent")
_BELOW_ZERO = wordset("minus negative below")
_CLOCK_ARITHMETIC = wordset(
    "half quarter past to til till before after from through until couple few several dozen"
)
_DAYS = wordset("today tomorrow week weekend month").union(WEEKDAYS, MONTHS)
_MANY = 6

_FACTORS: dict[str, tuple[float, ...]] = {
    "second": (1 / 60,),
    "minute": (60, 1 / 60),
    "hour": (60, 3600, 1 / 24),
    "day": (24, 1440, 1 / 7),
    "week": (7,),
    "month": (30, 1 / 12, 4),
    "year": (12, 1 / 12, 365),
    "cent": (0.01,),
    "dollar": (100,),
    "buck": (100,),
    "euro": (100,),
    "grand": (1000,),
    "mile": (1.609,),
}
_CLOSE = 0.02
_LESS_THAN_A_CENT = 0.005

_TELLING_DIGITS, _WITH_AREA = 7, 10
# The highest number of a time or a day.
_ON_A_CLOCK = 60
# "Sixteen hundred" is four in the afternoon.
_MIDNIGHT = 2400


def number_contradiction(value: float, quote: Sequence[str]) -> str | None:
    """Compare a number with those in its quote, unless the quote calls for reckoning."""
    quote = in_numbers(quote)
    said = [float(word) for word in quote if is_number(word)]
    if len(said) > 1 and not _OPERATORS.isdisjoint(quote):
        return None
    if not _BELOW_ZERO.isdisjoint(quote):
        said = [-number for number in said]
    if not said or len(said) > _MANY or not _RECKONED.isdisjoint(quote):
        return None
    together = _together(quote, said)
    if _is_year(value) and (years := _years(said)):
        together = years
    elif _is_year(value) and value % 100 in said:
        return None  # "eighty-five", "oh nine"
    if any(_is_same(value, number) for number in together):
        return None
    converted = _in_other_units(quote, together)
    if any(_is_close(value, number) or _is_rounded(value, number) for number in converted):
        return None
    return f"The quote says {_listed(quote)}, and the value is {value:.10g}."


def unsaid_number(value: float, heard: Sequence[str]) -> str | None:
    """Find a quote, with what it agrees to, that has neither a number nor a word for one."""
    if any(is_number(word) for word in heard) or not _NUMBER_WORDS.isdisjoint(heard):
        return None
    if len(WEEKDAYS.keys() & {*heard}) > 1:
        return None  # "Thursday through Sunday"
    if not _ONE_AND.isdisjoint(heard) and not _AND.isdisjoint(heard):
        return None  # whoever else "me and my cousin" are
    if (abs(value) == 1 and not _ONE.isdisjoint(heard)) or (
        value == 0 and not _NONE.isdisjoint(heard)
    ):
        return None
    return "The quote has no number in it."


_NUMBER_WORDS = wordset(
    "us wife husband partner family friend friends kid kids child children son daughter colleague "
    "colleagues half quarter couple few several pair double twice triple dozen both many much "
    "hundred thousand grand week day hour year month each every last noon midnight everybody "
    "everyone we our same fortnight overnight weekend best highest lowest top"
)
_ONE_AND, _AND = wordset("me myself i my"), wordset("and plus")
_ONE = wordset("me myself i my only just once alone single solo a an another first one studio")
_NONE = wordset("carry no not none nobody nothing never direct directly nonstop non without studio")


def unsaid_phone(heard: Sequence[str]) -> str | None:
    """Find a quote, with what it agrees to, that gives no number and points to none."""
    if len(_digits(_dictated(heard))) >= _TOLD_DIGITS or not _POINTING.isdisjoint(heard):
        return None
    return "The quote has no phone number in it."


_TOLD_DIGITS = 3
_POINTING = wordset("number same one this line phone cell mobile calling called")


def text_contradiction(value: str, quote: Sequence[str]) -> str | None:
    """Compare the numbers of a text like "8:30 pm" with those of its quote."""
    ours = word_texts(value)
    numbers, heard = _numbers(ours), _numbers(quote)
    spelt = {_digits(quote), _digits(_dictated(quote)), *_split_tens(quote)}
    if not numbers or not heard:
        return None
    if len(numbers) > 1:
        numbers -= {0.0}  # eight o'clock is 8:00
    if "grand" in quote:
        heard |= {1000 * number for number in heard}
    heard |= {number / 100 for number in heard if number % 100 == 0 and number <= _MIDNIGHT}
    # "Half past 2" may be "2:30", but not "half past 3".
    arithmetic = _CLOCK_ARITHMETIC & {*quote} != _CLOCK_ARITHMETIC & {*ours}
    if arithmetic and min(numbers) <= _ON_A_CLOCK:
        return None
    if _DAYS.intersection(ours) and _DAYS.intersection(quote) and not _DAYS & {*ours} & {*quote}:
        return None  # "next Tuesday for 3 days" and "March 5th" may well be the same
    if _are_among(numbers, heard) or _are_among(heard, numbers) or _is_spelt(ours, spelt):
        return None
    return f"The quote says {_listed(quote)}, and the value says {_listed(ours)}."


def phone_contradiction(value: str, quote: Sequence[str], spoken: str = "") -> str | None:
    """Compare a phone number with its quote, when that has a whole number.

    `spoken` is the quote as it stands, where "01" still has its zero.
    """
    value, _, extension = value.partition(";ext=")
    at = next((n for n, word in enumerate(quote) if word in _EXTENSION), len(quote))
    said_extension = _digits(_dictated(quote[at:]))
    if said_extension and said_extension != extension:
        return "The quote has an extension, and the value another or none."
    said = _digits(_dictated(quote[:at]))
    number = "".join(c for c in value if c.isdigit())
    told = _WITH_AREA if min(len(said), len(number)) >= _WITH_AREA else _TELLING_DIGITS
    if len(said) < _TELLING_DIGITS or number[-told:] in (said + " " + _figures(spoken)):
        return None
    return "The quote has another phone number than the value."


_EXTENSION = wordset("extension ext anexo ramal poste durchwahl interno toestel")


def is_phone_number(value: str) -> bool:
    """Say whether a text is a phone number: nothing but digits, and too many for an amount."""
    return _PHONE.fullmatch(value) is not None and sum(map(str.isdigit, value)) >= _TELLING_DIGITS


def _figures(spoken: str) -> str:
    return "".join(c for c in spoken if c.isdigit())


_PHONE = re.compile(r"\+?\(?\d[\d().\s/-]*[().\s/-][\d().\s/-]*\d|\+\d{7,15}")
_REPEATS = {"double": 2, "triple": 3}


def _dictated(quote: Sequence[str]) -> list[str]:
    """Read digits as they are dictated: "oh" is 0, and "double five" is 5 5."""
    digits: list[str] = []
    times = 1
    for word in quote:
        if word in _REPEATS:
            times = _REPEATS[word]
            continue
        digits += ["0" if word in ("oh", "o") else word] * times
        times = 1
    return digits


def _together(quote: Sequence[str], said: list[float]) -> set[float]:
    """Work out what the numbers may stand for together: a sum, one number, dollars and cents."""
    sums = {sum(some) for n in (1, 2, 3) for some in combinations(said, n)}
    in_cents = {a + b / 100 for a, b in pairwise(said) if b < 100}
    return sums | {float(_digits(quote) or 0)} | in_cents


def _is_year(value: float) -> bool:
    return 1900 <= value <= 2099 and float(value).is_integer()


def _years(said: Sequence[float]) -> set[float]:
    """Read whole years: "1999", "nineteen ninety-nine"."""
    in_two = {100 * a + b for a, b in pairwise(said) if a in (19, 20) and 10 <= b <= 99}
    return in_two | {number for number in said if _is_year(number)}


def _in_other_units(quote: Sequence[str], numbers: set[float]) -> set[float]:
    factors = {f for word in quote for f in _FACTORS.get(word.removesuffix("s"), ())}
    return {number * factor for number in numbers for factor in factors}


def _is_same(value: float, said: float) -> bool:
    """Take a number as it was said, or rounded."""
    is_rounded = isinstance(value, int) and abs(value - said) <= 0.5
    return abs(value - said) < _LESS_THAN_A_CENT or is_rounded


def _is_rounded(value: float, said: float) -> bool:
    """Take a week and a half for 10 days, or for 11."""
    return isinstance(value, int) and value > 1 and abs(value - said) == 0.5


def _is_spelt(ours: Sequence[str], spelt: set[str]) -> bool:
    """Say whether digit by digit it is the same, or the same phone number without its area."""
    own = _digits(ours)
    return any(own == said or (len(said) >= 7 and own.endswith(said)) for said in spelt)


def _is_close(a: float, b: float) -> bool:
    return abs(a - b) <= _CLOSE * max(abs(a), abs(b)) and round(a) == round(b)


def _numbers(texts: Sequence[str]) -> set[float]:
    return {float(text) for text in texts if is_number(text)}


def _are_among(some: set[float], others: set[float]) -> bool:
    """Say whether each is among the others, where 3 and 15 are the same, as on a clock."""
    return all(any(a == b or abs(a - b) == 12 for b in others) for a in some)


def _split_tens(quote: Sequence[str]) -> Iterator[str]:
    """Read the 79 of "seven seventy ninth avenue" as 70 and 9."""
    for n, text in enumerate(quote):
        number = int(text) if text.isdecimal() else 0
        if number > 20 and number % 100 > 20 and number % 10:
            yield _digits(
                [*quote[:n], str(number - number % 10), str(number % 10), *quote[n + 1 :]]
            )


def _digits(texts: Sequence[str]) -> str:
    return "".join(text for text in texts if is_number(text)).replace(".", "")


def _listed(texts: Sequence[str]) -> str:
    return " and ".join(text for text in texts if is_number(text))
