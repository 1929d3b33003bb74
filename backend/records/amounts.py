"""Amounts that take a little reckoning: "half an hour", "two and a half", "me and my wife"."""

from collections.abc import Sequence
from itertools import pairwise

from backend.records.spoken import wordset
from backend.records.spoken_numbers import is_number

UNITS = wordset("second minute hour day week month year dozen")
_SCALES = ("100", "1000", "1000000")
_ONE_MORE = wordset(
    "wife husband partner girlfriend boyfriend friend son daughter colleague brother sister mother "
    "father mom dad boss kid child assistant"
)
_MORE = wordset("friends kids children sons daughters colleagues brothers sisters others people")
_SEVERAL = _MORE | wordset("we us our family parents everybody everyone team group all")
_ALONE = {("just", "me"), ("only", "me"), ("just", "myself"), ("by", "myself"), ("for", "myself")}
_NOBODY_ELSE = wordset("me myself it is for and")


def in_numbers(quote: Sequence[str]) -> list[str]:
    """Write the amounts that can be reckoned as numbers, and leave the other words."""
    people = _people(quote)
    if people is not None:
        return [str(people)]
    has_number = any(is_number(word) for word in quote)
    written: list[str] = []
    n = 0
    while n < len(quote):
        amount, used = _amount(quote[n : n + 6], is_first=not has_number)
        written += amount
        n += used
    return written


def _amount(texts: Sequence[str], *, is_first: bool) -> tuple[list[str], int]:
    """Read an amount that begins with the first word, and say how many words it takes.

    `is_first`: if the quote has no number. Behind one "a week" is a rate: "300 dollars a week".
    """
    if is_number(texts[0]):
        return _from_number(texts)
    read: tuple[list[str], int] = ([texts[0]], 1)
    match [*texts]:
        case ["half", "a" | "an", unit, *_] if unit in UNITS:
            read = (["0.5", unit], 3)
        case ["half", unit, *_] if unit in UNITS:
            read = (["0.5", unit], 2)
        case ["quarter", "of", "a" | "an", "hour", *_]:
            read = (["0.25", "hour"], 4)
        case ["a" | "an", unit, "and", "a", "half", *_] if unit in UNITS:
            read = (["1.5", unit], 5)
        case ["a" | "an", unit, *after] if unit in UNITS and (is_first or after[:1] == ["and"]):
            read = (["1", unit], 2)
        case ["no", "1", *_]:
            read = (["0", "1"], 2)
    return read


def _from_number(texts: Sequence[str]) -> tuple[list[str], int]:
    number = texts[0]
    match [*texts[1:]]:
        case ["and", "a", "half", scale, *_] if scale in _SCALES:
            return [f"{(float(number) + 0.5) * float(scale):.10g}"], 5
        case ["and", "a" | "1", "half", *_]:
            return [f"{float(number) + 0.5:g}"], 4
        case [unit, "and", "a", "half", *_] if unit in UNITS:
            return [f"{float(number) + 0.5:g}", unit], 5
        case ["of", "us" | "them" | "you", *_]:
            return [number], 3
    return [number], 1


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
