"""Who is to be called, and what may be said of where they are."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field

from backend.platform import zones
from backend.platform.storable import StorableText


@dataclass(frozen=True)
class Callee:
    """Who is to be called, and what is known of where they are besides their number."""

    number: str
    time_zone: str | None = None
    postal_code: str | None = None


def _known_zone(name: str) -> str:
    if not zones.is_zone(name):
        raise ValueError("is not a time zone by its IANA name, such as America/Denver")
    return name


TimeZone = Annotated[StorableText, Field(max_length=64), AfterValidator(_known_zone)]
PostalCode = Annotated[
    StorableText, Field(max_length=12, pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]{1,11}$")
]
