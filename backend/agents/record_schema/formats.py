"""The formats a value may have to have: each takes one and gives it back in one written form."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time

import phonenumbers
from email_validator import EmailNotValidError, validate_email

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


def _date(text: str) -> str:
    if not _DATE.fullmatch(text) or not _parses(date.fromisoformat, text):
        raise ValueError("should be a date like 2026-11-21")
    return text


def _time(text: str) -> str:
    """Take the offset and the seconds as optional: people say half past eight, and no zone."""
    if not _TIME.fullmatch(text) or not _parses(time.fromisoformat, text):
        raise ValueError("should be a time of day like 08:30")
    return text


def _date_time(text: str) -> str:
    if not _DATE_TIME.fullmatch(text) or not _parses(_instant, text):
        raise ValueError("should be a date and time with offset, like 2026-11-21T08:00:00Z")
    return _instant(text).isoformat().replace("+00:00", "Z")


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of range") from error


def _email(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError("should be an e-mail address") from error


def _uri(text: str) -> str:
    if not _URI.fullmatch(text):
        raise ValueError("should be a URI like https://example.com/a")
    return text


def _phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException as error:
        raise ValueError("should be a phone number like +14155550100") from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError("should be a phone number like +14155550100; no number is like this one")
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    # E.164 has no place for an extension; RFC 3966 has.
    return f"{written};ext={number.extension}" if number.extension else written


def whole(value: object) -> object:
    """Take 3.0 for 3, as JSON Schema does."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


CANONICAL: Mapping[str, Callable[[str], str]] = {
    "date": _date,
    "date-time": _date_time,
    "time": _time,
    "email": _email,
    "uri": _uri,
    "phone": _phone,
}

IN_WORDS: Mapping[str, str] = {
    "date": "A date, YYYY-MM-DD.",
    "date-time": "A date and time with offset, like 2026-11-21T08:00:00Z.",
    "time": "A time of day, HH:MM.",
    "email": "An e-mail address.",
    "uri": "A URI.",
    "phone": "A phone number with country code, like +14155550100; with an extension, "
    "+14155550100;ext=123.",
}
