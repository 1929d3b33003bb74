"""Finding what is to be masked. Where it can be checked, what does not check is left."""

import re
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

import phonenumbers

from backend.redaction import checks
from backend.redaction.digits import Group, runs, windows


class Sensitive(StrEnum):
    """What can be masked."""

    PHONE = "phone"
    EMAIL = "email"
    CARD = "card"
    IBAN = "iban"
    SSN = "ssn"
    NAME = "name"


class Span(NamedTuple):
    start: int
    end: int
    kind: Sensitive


# The one that is surer goes before: digits of a card are no number to call.
_ORDER = (
    Sensitive.EMAIL,
    Sensitive.IBAN,
    Sensitive.CARD,
    Sensitive.SSN,
    Sensitive.PHONE,
    Sensitive.NAME,
)
_SHORTEST_NAME = 2


def find(
    text: str, kinds: Sequence[Sensitive], *, names: Sequence[str] = (), region: str = "US"
) -> list[Span]:
    """List what is to be masked, in order and apart from each other.

    `names` are the people's that are known; `region` is where numbers without a country belong.
    """
    spans: list[Span] = []
    taken = bytearray(len(text))
    for kind in _ORDER:
        if kind in kinds:
            for start, end in _FINDERS[kind](text, names, region):
                if not any(taken[start:end]):
                    taken[start:end] = b"\1" * (end - start)
                    spans.append(Span(start, end, kind))
    return sorted(spans)


_Found = Iterator[tuple[int, int]]

# Both are looked for from their middle: from its beginning, any long word could become one.
_AT = re.compile(r"@|(?<=\s)at(?=\s)", re.IGNORECASE)
_USER_BACKWARDS = re.compile(r"[\w.+-]{1,64}")
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63})+")
_LETTERS = r"[A-Za-z0-9_+-]{1,64}"
_SPOKEN_USER_BACKWARDS = re.compile(
    rf"\s{{1,9}}{_LETTERS}(?:(?:\s{{1,9}}(?:tod|erocsrednu|hsad)\s{{1,9}}|\.){_LETTERS}){{0,9}}",
    re.IGNORECASE,
)
_SPOKEN_HOST = re.compile(
    rf"\s{{1,9}}(?:{_LETTERS}(?:\s{{1,9}}dot\s{{1,9}}|\.)){{1,9}}"
    r"(?:com|net|org|io|co|info|biz|edu|gov|[a-z]{2})\b",
    re.IGNORECASE,
)
_LONGEST_USER = 320


def _emails(text: str, _names: Sequence[str], _region: str) -> _Found:
    for at in _AT.finditer(text):
        is_sign = at.group() == "@"
        user, host = (_USER_BACKWARDS, _HOST) if is_sign else (_SPOKEN_USER_BACKWARDS, _SPOKEN_HOST)
        after = host.match(text, at.end())
        if after is not None:
            backwards = text[max(0, at.start() - _LONGEST_USER) : at.start()][::-1]
            before = user.match(backwards)
            if before is not None:
                yield at.start() - before.end(), after.end()


# From each place where one can begin: words before it, such as `on 34`, look like a beginning too.
_IBAN = re.compile(
    r"\b(?=([A-Za-z]{2}[\s.,-]{0,3}\d[\s.,-]{0,3}\d(?:[\s.,-]{0,3}[A-Za-z0-9]){11,30}))"
)


def _ibans(text: str, _names: Sequence[str], _region: str) -> _Found:
    for found in _IBAN.finditer(text):
        length = checks.iban_length(found[1][:2].upper())
        kept = [(at, sign) for at, sign in enumerate(found[1]) if sign.isalnum()]
        if length is None or len(kept) < length:
            continue
        value = "".join(sign for _, sign in kept[:length]).upper()
        if checks.is_iban(value):
            yield found.start(), found.start() + kept[length - 1][0] + 1


_CARD_LENGTHS = 13, 19


def _cards(text: str, _names: Sequence[str], _region: str) -> _Found:
    for run in runs(text):
        for digits, groups in windows(run, *_CARD_LENGTHS):
            if checks.is_card(digits):
                yield groups[0].start, groups[-1].end


_SSN_PARTS = [3, 2, 4]
_SSN_DIGITS = 9
_ABOUT_SSN = re.compile(r"\b(?:social|ssn|ss number)\b", re.IGNORECASE)
_NEAR = 80


def _ssns(text: str, _names: Sequence[str], _region: str) -> _Found:
    """Find those written in three parts, and nine digits said after it was named."""
    for run in runs(text):
        for digits, groups in windows(run, _SSN_DIGITS, _SSN_DIGITS):
            start, end = groups[0].start, groups[-1].end
            if checks.is_ssn(digits) and (_is_parted(text, groups) or _is_named(text, start)):
                yield start, end


def _is_named(text: str, start: int) -> bool:
    return _ABOUT_SSN.search(text, max(0, start - _NEAR), start) is not None


def _is_parted(text: str, groups: Sequence[Group]) -> bool:
    is_in_three = [len(group.digits) for group in groups] == _SSN_PARTS
    return is_in_three and _is_tied(text, groups)


def _is_tied(text: str, groups: Sequence[Group]) -> bool:
    between = {text[a.end : b.start] for a, b in pairwise(groups)}
    return between <= {"-", " ", "\u2013", "."} and len(between) == 1


_PHONE_LENGTHS = 8, 15
_AMERICAN, _TRUNK = 10, "1"
_PLUS_NEAR = 20
_PLUS = re.compile(r"(?:\+|\bplus)\s*\(?$", re.IGNORECASE)
# Where whoever says an American number rests, unless it is said digit by digit or in one.
_RESTS = ({3, 6}, {3})
_SAID_AT_ONCE = 2


def _phones(text: str, _names: Sequence[str], region: str) -> _Found:
    """Find those with their country, and those that are valid where the agent calls."""
    first, plus = -1, None
    for run in runs(text):
        for digits, groups in windows(run, *_PHONE_LENGTHS):
            start, end = groups[0].start, groups[-1].end
            if start != first:
                first, plus = start, _PLUS.search(text, max(0, start - _PLUS_NEAR), start)
            if plus is not None:
                if _is_phone("+" + digits, region):
                    yield plus.start(), end
            elif _is_said(digits, groups, region) and _is_phone(digits, region):
                yield start - text.startswith("(", start - 1), end


def _is_said(digits: str, groups: Sequence[Group], region: str) -> bool:
    """Tell whether digits were given as a number to call, and not one amount after another."""
    if region != "US":
        return True
    has_trunk = digits.startswith(_TRUNK)
    if len(digits) - has_trunk != _AMERICAN:
        return False
    lengths = [len(group.digits) for group in groups]
    rests = {at - has_trunk for at in accumulate(lengths)} - {0, _AMERICAN}
    return not rests or rests in _RESTS or rests > _RESTS[0] or max(lengths) <= _SAID_AT_ONCE


@lru_cache(maxsize=10_000)
def _is_phone(written: str, region: str) -> bool:
    """Tell whether it can be called. With a country before it, it is a number whether or not."""
    try:
        parsed = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return False
    if written.startswith("+"):
        return phonenumbers.is_possible_number(parsed)
    return phonenumbers.is_valid_number(parsed)


def region_of(number: str | None) -> str:
    """Tell where a number is from, by its country; `US` where nobody can tell."""
    try:
        parsed = phonenumbers.parse(number or "", None)
    except phonenumbers.NumberParseException:
        return "US"
    return phonenumbers.region_code_for_country_code(parsed.country_code or 1) or "US"


_WORD = re.compile(r"\w+")
_LONGEST_NAME = 100
_MOST_WORDS = 16


def _by_name(text: str, names: Sequence[str], _region: str) -> _Found:
    """Find whole names and their parts, the longest first where several begin."""
    wanted, most = _wanted(tuple(names))
    if not wanted:
        return
    words = [word.span() for word in _WORD.finditer(text)]
    for first, (start, _) in enumerate(words):
        for _, end in reversed(words[first : first + most]):
            if end - start <= _LONGEST_NAME and _as_name(text[start:end]) in wanted:
                yield start, end
                break


@lru_cache(maxsize=1000)
def _wanted(names: tuple[str, ...]) -> tuple[frozenset[str], int]:
    """Give what is to be found of names, and how many words that has at the most."""
    whole = {_as_name(name) for name in names}
    parts = {_as_name(part) for name in names for part in name.split()}
    wanted = frozenset(name for name in whole | parts if len(name) >= _SHORTEST_NAME)
    most = max((len(_WORD.findall(name)) for name in wanted), default=0)
    return wanted, min(most, _MOST_WORDS)


def _as_name(text: str) -> str:
    """Write a name as it is compared: from its first letter to its last."""
    return " ".join(re.sub(r"^\W+|\W+$", "", text).split()).casefold()


_FINDERS: dict[Sensitive, Callable[[str, Sequence[str], str], _Found]] = {
    Sensitive.EMAIL: _emails,
    Sensitive.IBAN: _ibans,
    Sensitive.CARD: _cards,
    Sensitive.SSN: _ssns,
    Sensitive.PHONE: _phones,
    Sensitive.NAME: _by_name,
}
