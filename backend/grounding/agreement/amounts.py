"""Amounts that take a little reckoning: "half an hour", "two and a half", "me and my wife"."""

from collections.abc import Sequence
from itertools import pairwise

from backend.grounding.speech.numbers import is_number
from backend.grounding.speech.words import wordset

UNITS = wordset("second minute hour day week month year")
_SCALES = ("100", "1000", "1000000")
_SHORT_FORMS = {"h": "hour", "hr": "hour", "hrs": "hours", "min": "minute", "mins": "minutes"}
_SCORES = ("couples", "dozen")
_ONE_MORE = wordset(
    "wife husband partner girlfriend boyfriend friend son daughter colleague brother sister mother "
    "father mom dad boss kid child assistant"
)
_MORE = wordset("friends kids children sons daughters colleagues brothers sisters others people")
_SEVERAL = _MORE | wordset("we us our family parents everybody everyone team group all")
_ALONE = {("just", "me"), ("only", "me"), ("just", "myself"), ("by", "myself"), ("for", "myself")}
_NOBODY_ELSE = wordset("me myself it is for and")


# The words an amount is written in, and how many it took.
Amount = tuple[list[str], int]


def in_numbers(quote: Sequence[str]) -> list[str]:
    """Write the amounts that can be reckoned as numbers, and leave the other words."""
    people = _people(quote)
    if people is not None:
        return [str(people)]
    texts = [_SHORT_FORMS.get(word, word) for word in quote]
    has_number = any(is_number(word) for word in texts)
    written: list[str] = []
    n = 0
    while n < len(texts):
        amount, used = _amount(texts[n : n + 6], is_first=not has_number)
        written += amount
        n += used
    return _in_one_unit(written)


def _amount(texts: Sequence[str], *, is_first: bool) -> Amount:
    """Read an amount that begins with the first word, and say how many words it takes.

    `is_first`: if the quote has no number. Behind one "a week" is a rate: "300 dollars a week".
    """
    if is_number(texts[0]):
        return _from_number(texts)
    for read in (_part, _couple, _dozen):
        if (amount := read(texts)) is not None:
            return amount
    return _one(texts, is_first=is_first)


def _one(texts: Sequence[str], *, is_first: bool) -> Amount:
    """Read "an hour", "a fortnight", "no one"."""
    amount: Amount = ([texts[0]], 1)
    match [*texts]:
        case ["an", "hour", minutes, *_] if is_number(minutes):
            amount = ["1", "hour"], 2
        case ["a" | "an", unit, *after] if unit in UNITS and (is_first or after[:1] == ["and"]):
            amount = _with_rest("1", unit, texts[2:])
        case ["a", "fortnight", *_]:
            amount = ["14", "day"], 2
        case ["no", "1", *_]:
            amount = ["0", "1"], 2
        case ["family", "of", number, *_] if is_number(number):
            amount = [number], 3
    return amount


def _part(texts: Sequence[str]) -> Amount | None:
    """Read "half an hour", "a quarter of an hour"."""
    match [*texts]:
        case ["half", "a" | "an", unit, *_] if unit in UNITS:
            return ["0.5", unit], 3
        case ["half", unit, *_] if unit in UNITS:
            return ["0.5", unit], 2
        case ["quarter", "of", "a" | "an", "hour", *_]:
            return ["0.25", "hour"], 4
        case ["quarter", "hour", *_]:
            return ["0.25", "hour"], 2
    return None


def _couple(texts: Sequence[str]) -> Amount | None:
    """Read "a couple of nights", "both of us", "a couple hundred"."""
    match [*texts]:
        case ["a", "couple", "of", scale, *_] if scale in (*_SCALES, *_SCORES):
            return _couple(["a", "couple", scale])
        case ["a", "couple", scale, *_] if scale in _SCALES:
            return [str(2 * int(scale))], 3
        case ["a", "couple", "dozen", *_]:
            return ["24"], 3
        case ["a", "couple" | "pair", *_]:
            return ["2"], 2
        case ["both", "of", "us" | "them" | "you", *_]:
            return ["2"], 3
    return None


def _dozen(texts: Sequence[str]) -> Amount | None:
    match [*texts]:
        case ["half", "a", "dozen", *_]:
            return ["6"], 3
        case ["a" | "1", "dozen", "and", "a", "half", *_]:
            return ["18"], 5
        case ["a" | "1", "dozen", *_]:
            return ["12"], 2
        case [number, "dozen", *_] if is_number(number):
            return [f"{12 * float(number):.10g}"], 2
        case ["dozen", *_]:
            return ["12"], 1
    return None


def _from_number(texts: Sequence[str]) -> Amount:
    number = texts[0]
    amount: Amount = ([number], 1)
    match [*texts[1:]]:
        case ["dozen", *_]:
            amount = _dozen(texts) or amount
        case ["couples", *_]:
            amount = [f"{2 * float(number):.10g}"], 2
        case ["quarters" | "quarter", "of", "a" | "an", whole, *_] if number in ("1", "3"):
            amount = _of_whole(float(number) / 4, whole, 5)
        case ["quarters" | "quarter", "hour", *_] if number in ("1", "3"):
            amount = _of_whole(float(number) / 4, "hour", 3)
        case ["and", *fraction] if (rest := _fraction(fraction)) is not None:
            amount = _with_fraction(number, *rest, fraction)
        case [unit, *after] if unit.removesuffix("s") in UNITS:
            amount = _with_rest(number, unit, after)
        case ["of", "us" | "them" | "you", *_]:
            amount = [number], 3
    return amount


def _fraction(texts: Sequence[str]) -> tuple[float, int] | None:
    """Read "a half", "three quarters" behind an "and": how much, and in how many words."""
    match [*texts[:2]]:
        case ["a" | "1", "half"]:
            return 0.5, 2
        case ["a" | "1", "quarter"]:
            return 0.25, 2
        case ["3", "quarters" | "quarter"]:
            return 0.75, 2
    return None


def _with_fraction(number: str, part: float, used: int, texts: Sequence[str]) -> Amount:
    """Read "two and a half", "two and a half thousand", "a million and a half"."""
    scale = texts[used] if len(texts) > used else ""
    if scale in _SCALES:
        return [f"{(float(number) + part) * float(scale):.10g}"], used + 3
    if number in _SCALES:
        return [f"{(1 + part) * float(number):.10g}"], used + 2
    return [f"{float(number) + part:g}"], used + 2


def _with_rest(number: str, unit: str, after: Sequence[str]) -> Amount:
    """Read what follows a unit: "an hour and a quarter", "a week and a half"."""
    if after[:1] == ["and"] and (rest := _fraction(after[1:])) is not None:
        part, words = rest
        return [f"{float(number) + part:g}", unit], 3 + words
    return [number, unit], 2


def _of_whole(part: float, whole: str, used: int) -> Amount:
    if whole in _SCALES:
        return [f"{part * float(whole):.10g}"], used
    return ([f"{part:g}", whole] if whole in UNITS else [f"{part:g}"]), used


_SMALLER = {"week": ("day", 7), "day": ("hour", 24), "hour": ("minute", 60)}
_SMALLER |= {"minute": ("second", 60), "year": ("month", 12)}


def _in_one_unit(texts: Sequence[str]) -> list[str]:
    """Write "1 hour and 20 minutes" and "1 hour 20" as 80 minutes."""
    written: list[str] = []
    n = 0
    while n < len(texts):
        smaller = _SMALLER.get(texts[n + 1].removesuffix("s")) if n + 1 < len(texts) else None
        rest = [word for word in texts[n + 2 : n + 5] if word != "and"]
        if is_number(texts[n]) and smaller and rest and is_number(rest[0]):
            unit, times = smaller
            is_bare = len(rest) == 1 and unit == "minute" and float(rest[0]) < times
            if is_bare or [word.removesuffix("s") for word in rest[1:2]] == [unit]:
                written += [f"{float(texts[n]) * times + float(rest[0]):.10g}", unit]
                n += 3 + (texts[n + 2] == "and") + (not is_bare)
                continue
        written.append(texts[n])
        n += 1
    return written


def _people(quote: Sequence[str]) -> int | None:
    """Count the speaker and who comes along, where that is said in so many words."""
    texts, numbers = {*quote}, [word for word in quote if is_number(word)]
    if texts.isdisjoint(("me", "myself", "i")):
        return None
    company = [word for word in quote if word in _ONE_MORE]
    with_company = not texts.isdisjoint(("and", "plus", "with"))
    if not numbers and texts.isdisjoint(_SEVERAL):
        if len(company) == 1 and with_company:
            return 2
        is_alone = not _ALONE.isdisjoint(pairwise(quote)) or texts <= _NOBODY_ELSE
        return 1 if not company and is_alone else None
    if len(numbers) == 1 and with_company and not company and texts & _SEVERAL <= _MORE:
        at = quote.index(numbers[0])
        if {*quote[at + 1 : at + 2]} & _MORE and float(numbers[0]).is_integer():
            return int(float(numbers[0])) + 1
    return None
