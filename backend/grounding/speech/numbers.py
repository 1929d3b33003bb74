"""English number words as digits: "two thousand five hundred" is 2500, "twenty first" is 21."""

import re
from collections.abc import Sequence
from functools import lru_cache


def _numbered(texts: str, kind: str, step: int = 1, first: int = 0) -> dict[str, tuple[str, int]]:
    return {text: (kind, step * n) for n, text in enumerate(texts.split(), start=first)}


_VALUES: dict[str, tuple[str, int]] = {
    **_numbered(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen",
        "ones",
    ),
    **_numbered(
        "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth",
        "ones",
    ),
    **_numbered("twenty thirty forty fifty sixty seventy eighty ninety", "tens", step=10, first=2),
    **_numbered("twentieth thirtieth", "tens", step=10, first=2),
    "hundred": ("hundred", 100),
    "thousand": ("scale", 1000),
    "k": ("scale", 1000),
    "million": ("scale", 1_000_000),
}
# What a part of a number may come after; "" is the beginning.
_AFTER = {
    "digits": ("", "scale"),
    "ones": ("", "tens", "hundred", "scale"),
    "tens": ("", "hundred", "scale"),
    "hundred": ("", "digits", "ones", "tens"),
    "scale": ("", "digits", "ones", "tens", "hundred"),
}
_DIGITS = re.compile(r"\d+(?:\.\d+)?")


def leading_number(texts: Sequence[str]) -> tuple[str, int] | None:
    """Read the number that the words begin with: its digits, and how many words it takes."""
    total: float = 0
    current: float = 0
    last, used = "", 0
    for n, text in enumerate(texts):
        if text == "and" and last in ("hundred", "scale"):
            continue
        kind, value = _part(text)
        if kind is None or last not in _AFTER[kind] or not _joins(text, kind, last, value):
            break
        match kind:
            case "hundred":
                current = (current or 1) * value
            case "scale":
                total, current = total + (current or 1) * value, 0
            case _:
                current += value
        last, used = kind, n + 1
    if not used:
        return None
    return (texts[0] if used == 1 and last == "digits" else f"{total + current:.10g}"), used


def spelt_decimals(texts: Sequence[str]) -> str:
    """Read what follows a number as "point five": the digits behind the point."""
    if len(texts) < 2 or texts[0] != "point":
        return ""
    digits = ""
    for text in texts[1:]:
        kind, value = _part(text)
        if kind not in ("ones", "digits") or value > 9 or not float(value).is_integer():
            break
        digits += f"{value:.0f}"
    return digits


# Both are asked of every word of a call, which are some hundreds, over and over.
@lru_cache(4096)
def begins_number(text: str) -> bool:
    return text in _VALUES or is_number(text)


@lru_cache(4096)
def is_number(text: str) -> bool:
    return text[:1].isdecimal() and _DIGITS.fullmatch(text) is not None


def _part(text: str) -> tuple[str | None, float]:
    if is_number(text):
        return "digits", float(text)
    return _VALUES.get(text, (None, 0))


def _joins(text: str, kind: str, last: str, value: float) -> bool:
    if kind == "ones" and last == "tens":
        return 1 <= value <= 9
    return text != "k" or last != ""
