"""Points in time, as requests give them."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside of the years that can be told in UTC") from None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
