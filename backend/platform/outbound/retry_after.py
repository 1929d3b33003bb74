"""What another side says of when to come again."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from backend.platform import clock

# A receiver may ask for later, but not for never.
LONGEST = timedelta(hours=24)


def read_retry_after(value: str | None) -> timedelta | None:
    """Read the header, which is seconds or a date. None: it is missing, or says nothing."""
    if value is None:
        return None
    text = value.strip()
    if text.isdecimal():
        return timedelta(seconds=min(int(text), int(LONGEST.total_seconds())))
    try:
        until: datetime = parsedate_to_datetime(text)
        return max(until - clock.now(), timedelta(0))
    except (ValueError, TypeError, OverflowError):
        return None
