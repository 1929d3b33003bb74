"""Times said digit by digit or in hundreds, written as an hour and minutes.

Such as "seven three zero", "seventeen oh five", "oh eight hundred hours".
"""

from collections.abc import Iterator, Sequence

from backend.grounding.speech.numbers import is_number

_ZERO = frozenset({"oh", "o", "0"})
# Behind one of these, four digits are a time; without, they may be a year or an amount.
_MARKS = frozenset({"hours", "am", "pm"})


def spelt_out(texts: Sequence[str], *, is_clock: bool = False) -> list[str]:
    """Write "7 3 0" and "oh 800 hours" as "7 30" and "8 0".

    `is_clock`: nothing but a time of day is meant, so "1530" is one, too.
    """
    return list(_spelt_out(texts, is_clock=is_clock))


def _spelt_out(texts: Sequence[str], *, is_clock: bool) -> Iterator[str]:
    n = 0
    while n < len(texts):
        time, used = _read(texts, n, is_clock=is_clock)
        if time is None:
            yield from texts[n : n + used]
        else:
            hour, minute = divmod(time, 100)
            yield str(hour)
            yield f"{minute:02}" if minute else "0"
            used += texts[n + used : n + used + 1] == ["hours"]
        n += used


def _read(texts: Sequence[str], n: int, *, is_clock: bool) -> tuple[int | None, int]:
    """Read the time that begins at a word, as 730 for half past seven, and how long it is."""
    digits = _digits(texts, n)
    if len(digits) > 1:
        is_whole = len(digits) == 4 or (len(digits) == 3 and digits[0] != "0")
        return (_time(int(digits)) if is_whole else None), len(digits)
    if _is_hour_with_zero(texts[n : n + 3]) and len(_digits(texts, n + 1)) == 2:
        return _time(100 * int(texts[n]) + int(texts[n + 2])), 3
    if texts[n + 2 : n + 3] == ["hours"] and _is_hour_and_minute(texts[n], texts[n + 1]):
        return _time(100 * int(texts[n]) + int(texts[n + 1])), 2
    is_after_zero = texts[n] in _ZERO and n + 1 < len(texts)
    at = n + 1 if is_after_zero else n
    following = texts[at + 1] if at + 1 < len(texts) else ""
    if not _is_together(texts[at], following, is_after_zero=is_after_zero, is_clock=is_clock):
        return None, 1
    return _time(int(texts[at])), at + 1 - n


def _digits(texts: Sequence[str], n: int) -> str:
    """Take the digits that are said one by one from a word on."""
    digits = ""
    for at in range(n, len(texts)):
        is_clock_word = texts[at] == "o" and texts[at + 1 : at + 2] == ["clock"]
        if texts[at] in _ZERO and not is_clock_word:
            digits += "0"
        elif len(texts[at]) == 1 and texts[at].isdecimal():
            digits += texts[at]
        else:
            break
    return digits


def _is_hour_with_zero(texts: Sequence[str]) -> bool:
    return len(texts) == 3 and len(texts[0]) == 2 and texts[0].isdecimal() and texts[1] in _ZERO


def _is_hour_and_minute(hour: str, minute: str) -> bool:
    is_minute = minute == "0" or (len(minute) == 2 and minute.isdecimal())
    return is_minute and len(hour) <= 2 and hour.isdecimal()


def _is_together(text: str, following: str, *, is_after_zero: bool, is_clock: bool) -> bool:
    """Say whether one number is a time: "0730", "oh 800", "1530 hours"."""
    if not is_number(text) or not text.isdecimal():
        return False
    if len(text) == 4:
        return is_clock or text[0] == "0" or following in _MARKS
    return len(text) == 3 and (is_after_zero or (is_clock and following != "hours"))


def _time(number: int) -> int | None:
    hour, minute = divmod(number, 100)
    return number if hour <= 24 and minute < 60 else None
