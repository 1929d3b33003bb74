"""Sentences of calls with things planted in them, made up by a fixed seed."""

import random
from collections.abc import Callable

from backend.redaction.checks import iban_length
from backend.redaction.finding import Sensitive

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_AREAS = ("201", "212", "303", "312", "404", "415", "512", "617", "702", "713", "818", "916")
_FIRST = ("Maria", "Jonas", "Aylin", "Pete", "Oksana", "Luis", "Bea", "Tomasz", "Ingrid", "Femi")
_LAST = ("Okafor", "Lindqvist", "Moreau", "Petrov", "Nakagawa", "Oliveira", "Brandt", "Castell")
_HOSTS = ("example.com", "example.org", "mail.example.net")
_AROUND = (
    "Sure, it's {}.",
    "You can use {} for that, thanks.",
    "Yeah so {} is the one on file, and I'm past exit 34.",
    "Let me see, {}, did you get that? I'll be there at 4:30.",
    "{}",
    "The load is 48213 and my, uh, it's {} okay.",
)

Maker = Callable[[random.Random], str]


def sentence(chance: random.Random, planted: str) -> str:
    return chance.choice(_AROUND).format(planted)


def _said(chance: random.Random, digits: str) -> str:
    """Say digits one by one, as transcripts spell them."""
    words = [_DIGITS[int(digit)] for digit in digits]
    words = ["oh" if word == "zero" and chance.random() < 0.3 else word for word in words]
    return chance.choice((" ", ", ")).join(words)


def _phone(chance: random.Random) -> str:
    area, last = chance.choice(_AREAS), f"01{chance.randrange(100):02}"
    style = chance.randrange(8)
    if style == 7:
        return chance.choice(("+44 7700 900", "+44 7700 900 ")) + f"{chance.randrange(1000):03}"
    if style == 6:
        return _said(chance, f"{area}555{last}")
    patterns = ("+1{}555{}", "+1 {} 555 {}", "({}) 555-{}", "{}-555-{}", "{}.555.{}", "{} 555 {}")
    return patterns[style].format(area, last)


def _card(chance: random.Random) -> str:
    prefix, length = chance.choice((("4", 16), ("51", 16), ("37", 15), ("6011", 16), ("2223", 16)))
    body = prefix + _digits(chance, length - len(prefix) - 1)
    number = body + next(last for last in "0123456789" if _luhn(body + last))
    style = chance.randrange(4)
    if style == 0:
        return number
    if style == 3:
        return _said(chance, number)
    parts = [number[:4], number[4:10], number[10:]] if length == 15 else _fours(number)
    return " -"[style - 1].join(parts)


def _luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _iban(chance: random.Random) -> str:
    country = chance.choice(("DE", "FR", "ES", "NL", "PL", "AT", "IT", "BE", "CH"))
    length = iban_length(country)
    assert length is not None
    body = _digits(chance, length - 4)
    if country == "NL":
        body = "ABNA" + body[4:]
    spelt = "".join(str(int(sign, 36)) for sign in f"{body}{country}00")
    number = f"{country}{98 - int(spelt) % 97:02}{body}"
    return chance.choice((number, " ".join(_fours(number)), number.lower()))


def _ssn(chance: random.Random) -> str:
    number = (
        f"{chance.randrange(1, 666):03}{chance.randrange(1, 100):02}{chance.randrange(1, 10**4):04}"
    )
    parts = number[:3], number[3:5], number[5:]
    forms = ("-".join(parts), " ".join(parts), f"my social is {_said(chance, number)}")
    return chance.choice(forms)


def _email(chance: random.Random) -> str:
    first, last = chance.choice(_FIRST).lower(), chance.choice(_LAST).lower()
    host = chance.choice(_HOSTS)
    plain = f"{first}.{last}{chance.randrange(100)}@{host}"
    spoken = f"{first} dot {last} at {host.replace('.', ' dot ')}"
    return chance.choice((plain, plain.upper(), spoken))


def _name(chance: random.Random) -> str:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    return chance.choice((first, f"{first} {last}", last, f"{first.lower()}  {last}"))


NAMES = tuple(f"{first} {last}" for first in _FIRST for last in _LAST)

MAKERS: dict[Sensitive, Maker] = {
    Sensitive.PHONE: _phone,
    Sensitive.CARD: _card,
    Sensitive.IBAN: _iban,
    Sensitive.SSN: _ssn,
    Sensitive.EMAIL: _email,
    Sensitive.NAME: _name,
}


def ordinary(chance: random.Random) -> str:
    """Make a number as calls about loads have them, that is nobody's."""
    makers: tuple[Maker, ...] = (
        lambda c: f"load {_digits(c, c.randrange(4, 10))}",
        lambda c: f"load {c.choice('ABLX')}-{_digits(c, 6)}",
        lambda c: f"load number {_said(c, _digits(c, c.randrange(4, 8)))}",
        lambda c: f"{c.randrange(1, 13)}:{c.randrange(60):02} {c.choice(('AM', 'PM'))}",
        lambda c: f"{c.randrange(24):02}{c.randrange(60):02} hours",
        lambda c: f"${c.randrange(100, 9000):,}.{c.randrange(100):02}",
        lambda c: f"{c.randrange(10_000, 48_000):,} pounds",
        lambda c: f"{c.randrange(1, 13)}/{c.randrange(1, 29)}/2026",
        lambda c: f"{c.randrange(10, 999)} miles, {c.randrange(10, 99)} pallets",
        lambda c: f"between {c.randrange(1, 12)}, {c.randrange(100, 999)} and {_digits(c, 5)}",
        lambda c: f"zip {_digits(c, 5)}, dock {c.randrange(100)}",
        lambda c: f"PO {_digits(c, 8)}, BOL {_digits(c, 7)}, ref {_digits(c, 12)}",
        lambda c: f"trailer {_digits(c, 6)}, temperature {c.randrange(-10, 40)}",
        lambda c: f"container MSKU{_digits(c, 7)}",
    )
    # One load in a hundred has as many digits as a number to call.
    return (
        f"load {_digits(chance, 10)}" if chance.random() < 0.01 else chance.choice(makers)(chance)
    )


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices("0123456789", k=count))


def _fours(number: str) -> list[str]:
    return [number[at : at + 4] for at in range(0, len(number), 4)]
