"""Telephone numbers: which are whole, and which person's a call is."""

import re

import phonenumbers

_PUNCTUATION = re.compile(r"[\s().\-/]")


def is_e164(number: str) -> bool:
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    formatted = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return formatted == number and phonenumbers.is_possible_number(parsed)


def read_e164(text: str) -> str | None:
    """Read a number as lists have it, with spaces and brackets; None unless it is whole."""
    number = _PUNCTUATION.sub("", text.lstrip("'"))
    return number if is_e164(number) else None


def as_dialled(number: str | None) -> str | None:
    """Write a number of Retell's as it is dialled: some come without their plus.

    What cannot be read is left as it is, such as the name of a line.
    """
    if number is None or number.startswith("+"):
        return number
    return read_e164(f"+{number}") or number
