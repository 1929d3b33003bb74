"""JSON that people send: any shape, but only text, numbers and times that can be stored."""

import math
import re
from collections.abc import Iterator
from datetime import MAXYEAR, UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

# NUL, which PostgreSQL has no text with, and halves of surrogate pairs, which are no characters.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_DEEPEST = 50

T = TypeVar("T")


def storable(value: T) -> T:
    """Return the value as it is. Raises ValueError that says what in it cannot be stored."""
    todo: list[tuple[Any, int]] = [(value, 0)]
    while todo:
        part, depth = todo.pop()
        if depth > _DEEPEST:
            raise ValueError(f"must not be nested deeper than {_DEEPEST} levels")
        if isinstance(part, str) and _UNSTORABLE.search(part):
            raise ValueError("must not hold a NUL character or half of a surrogate pair")
        if isinstance(part, float) and not math.isfinite(part):
            raise ValueError("must not hold NaN or Infinity, which are not JSON")
        todo += ((inner, depth + 1) for inner in _inside(part))
    return value


def make_storable(text: str) -> str:
    """Replace what cannot be stored, in text of others that nobody can be asked to mend."""
    return _UNSTORABLE.sub("\ufffd", text)


def _inside(part: Any) -> Iterator[Any]:
    if isinstance(part, dict):
        yield from part.keys()
        yield from part.values()
    elif isinstance(part, list):
        yield from part


StorableText = Annotated[str, BeforeValidator(storable)]
StorableObject = Annotated[dict[str, Any], BeforeValidator(storable)]


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside of the years that can be told in UTC") from None


def _in_the_midst(value: datetime) -> datetime:
    if not 1 < value.year < MAXYEAR:
        raise ValueError(f"must be in the years 2 to {MAXYEAR - 1}, in UTC")
    return value


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
# One from which other times are reckoned, which must not leave the calendar.
ReckonedInstant = Annotated[Instant, AfterValidator(_in_the_midst)]
