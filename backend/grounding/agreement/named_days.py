"""Days by another name than weekday or month: holidays, "this evening", "12/3", "the third"."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from backend.grounding.speech.numbers import is_number
from backend.grounding.speech.words import MONTHS, WEEKDAYS, word_texts, wordset

_HOLIDAYS: dict[tuple[str, ...], tuple[str, str]] = {
    ("new", "years", "eve"): ("december", "31"),
    ("new", "years", "day"): ("january", "1"),
    ("new", "years"): ("january", "1"),
    ("valentines", "day"): ("february", "14"),
    ("valentines",): ("february", "14"),
    ("independence", "day"): ("july", "4"),
    ("halloween",): ("october", "31"),
    ("christmas", "eve"): ("december", "24"),
    ("christmas", "day"): ("december", "25"),
    ("christmas",): ("december", "25"),
    ("boxing", "day"): ("december", "26"),
}
# By these alone the season may be meant, or a party: they have to be all that is said.
_LOOSE = ({"on", "at"}, {"christmas", "halloween", "valentines"})
_PARTS_OF_TODAY = wordset("morning afternoon evening")


def dated(quote: Sequence[str]) -> list[str]:
    """Write holidays of fixed dates as month and day, and "this evening" as today's."""
    return list(_dated(quote))


def _dated(quote: Sequence[str]) -> Iterator[str]:
    n = 0
    while n < len(quote):
        name = next((name for name in _HOLIDAYS if [*name] == [*quote[n : n + len(name)]]), None)
        if name is not None and not _is_loose(name, quote):
            yield from _HOLIDAYS[name]
            n += len(name)
            continue
        if [*quote[n : n + 4]] == ["as", "soon", "as", "possible"]:
            yield "asap"
        if quote[n] == "this" and {*quote[n + 1 : n + 2]} & _PARTS_OF_TODAY:
            yield "today"
        yield quote[n]
        n += 1


def _is_loose(name: Sequence[str], quote: Sequence[str]) -> bool:
    before, names = _LOOSE
    return len(name) == 1 and not {*quote} <= before | names


_SLASHED = re.compile(r"(?<![\d/-])(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}|\d{2}))?(?![\d/-])")
_ORDINAL = re.compile(
    r"\b(?P<day>\d{1,2}(?=(?:st|nd|rd|th)\b)|(?:(?:twenty|thirty)[ -])?(?:first|second|third|"
    r"(?:four|fif|six|seven|eigh|nin|ten|eleven|twelf|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen)th)|(?:twentie|thirtie)th)(?:st|nd|rd|th)?"
    r"(?=\s*(?:$|[,.;!?]|at\b|of\s+(?!us\b|them\b|you\b)|please\b|would\b|works?\b|is\b|then\b))",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:first|second|third|fourth|fifth|last) (?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
    re.IGNORECASE,
)
_MOVED = wordset("week weeks before after not or between through until till last first next")


def other_day(value: str, spoken: str, called_on: date | None) -> str | None:
    """Compare a date with the "12/3", the "third" or the year in a quote as it was spoken."""
    try:
        meant = date.fromisoformat(value)
    except ValueError:
        return None
    texts = word_texts(spoken)
    return (
        _other_in_figures(meant, spoken)
        or _other_in_month(meant, spoken, texts, called_on)
        or _other_year(meant, texts)
    )


def _other_in_figures(meant: date, spoken: str) -> str | None:
    """Read "12/3" as the twelfth of March, too: who is American is not known."""
    figures = _SLASHED.findall(spoken)
    if len(figures) != 1 or "24/7" in spoken or {*MONTHS, *WEEKDAYS} & {*word_texts(spoken)}:
        return None
    a, b, year = int(figures[0][0]), int(figures[0][1]), figures[0][2]
    days = [(month, day) for month, day in ((a, b), (b, a)) if 1 <= month <= 12 and 1 <= day <= 31]
    is_other_year = bool(year) and int(year) not in (meant.year, meant.year % 100)
    if not days or ((meant.month, meant.day) in days and not is_other_year):
        return None
    return f"The quote names another date than {meant}."


def _other_in_month(
    meant: date, spoken: str, texts: Sequence[str], called_on: date | None
) -> str | None:
    if _COUNTED.search(spoken):
        return None  # "the second Tuesday of January"
    days = {word_texts(found["day"])[0] for found in _ORDINAL.finditer(spoken)}
    if len(days) != 1 or not (_MOVED - {"first"}).isdisjoint(texts):
        return None
    if str(meant.day) not in days:
        return f"The quote names another day of the month than {meant}."
    is_this_month = "this month" in " ".join(texts) and called_on is not None
    if called_on is not None and is_this_month and meant.month != called_on.month:
        return f"The quote says this month, and {meant} is in another."
    return None


def _other_year(meant: date, texts: Sequence[str]) -> str | None:
    """Compare the year, where a whole date was said: "July 22nd nineteen eighty-five"."""
    if not {*MONTHS} & {*texts}:
        return None
    numbers = [int(text) for text in texts if is_number(text) and text.isdecimal()]
    years = {n for n in numbers if 1900 <= n <= 2099}
    if "at" not in texts:  # "at nineteen thirty"
        years |= {100 * a + b for a, b in pairwise(numbers) if a in (19, 20) and b >= 10}
    if not years and len(numbers) == 2:
        years = {meant.year - meant.year % 100 + n for n in numbers if 31 < n < 100}
    if len(years) != 1 or meant.year in years:
        return None
    return f"The quote names another year than {meant}."
