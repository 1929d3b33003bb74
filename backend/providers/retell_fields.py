"""Field types for what Retell sends: a missing or wrong value reads as None, never as a failure."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict

from backend.providers.retell_json import JsonObject

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST_INTEGER = 2**31 - 1


class Reading(BaseModel):
    """A part of Retell's answers. Its fields carry our names; the aliases are Retell's."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_by_name=True)


def as_text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def as_cents(value: object) -> float | None:
    number = _as_number(value)
    return number if number is not None and number >= 0 else None


def _as_number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def _as_flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _as_whole(value: object) -> int | None:
    number = _as_number(value)
    return round(number) if number is not None and 0 <= number <= _LARGEST_INTEGER else None


def _as_instant(value: object) -> datetime | None:
    """Read milliseconds since 1970; 0 stands for a moment that has not come."""
    if isinstance(value, datetime):
        return value
    number = _as_number(value)
    if number is None or number <= 0:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=number)
    except OverflowError:
        return None


def _as_object(value: object) -> object:
    return value if isinstance(value, Mapping) else {}


def _as_texts(value: object) -> dict[str, str]:
    """Retell's variables are strings; whatever else slipped in is kept as its JSON."""
    members = value.items() if isinstance(value, Mapping) else ()
    return {
        str(name): member if isinstance(member, str) else json.dumps(member, ensure_ascii=False)
        for name, member in members
        if member is not None
    }


Text: TypeAlias = Annotated[str | None, BeforeValidator(as_text)]
Flag: TypeAlias = Annotated[bool | None, BeforeValidator(_as_flag)]
Whole: TypeAlias = Annotated[int | None, BeforeValidator(_as_whole)]
Cents: TypeAlias = Annotated[float | None, BeforeValidator(as_cents)]
Instant: TypeAlias = Annotated[datetime | None, BeforeValidator(_as_instant)]
Texts: TypeAlias = Annotated[dict[str, str], BeforeValidator(_as_texts)]
Members: TypeAlias = Annotated[JsonObject, BeforeValidator(_as_object)]
