"""Which days, weekdays and hours a stretch of time has, in somebody's calendar. Pure."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backend.insights.metrics.reading import Stretch
from backend.insights.series.schemas import SeriesBy

_DAYS = 30
_DAY = timedelta(days=1)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def last_days(now: datetime, zone: ZoneInfo, days: int = _DAYS) -> datetime:
    """Give when the first of the last so many days began, today among them."""
    return start_of(now.astimezone(zone).date() - (days - 1) * _DAY, zone)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def keys_of(by: SeriesBy, stretch: Stretch, zone: ZoneInfo) -> Sequence[str]:
    """Give the keys that are shown whether or not there was anything; none by other than time."""
    if by is SeriesBy.WEEKDAY:
        return [str(number) for number in range(1, 8)]
    if by is SeriesBy.HOUR:
        return [str(hour) for hour in range(24)]
    if by not in {SeriesBy.DAY, SeriesBy.WEEK}:
        return []
    first = stretch.since.astimezone(zone).date()
    last = (stretch.until - timedelta(microseconds=1)).astimezone(zone).date()
    if by is SeriesBy.WEEK:
        first -= first.weekday() * _DAY
    step = 7 if by is SeriesBy.WEEK else 1
    return [(first + n * _DAY).isoformat() for n in range(0, (last - first).days + 1, step)]


def span_of(by: SeriesBy, key: str, stretch: Stretch, zone: ZoneInfo) -> Stretch:
    """Give the part of a stretch that a day or week is; of other keys, the whole."""
    if by not in {SeriesBy.DAY, SeriesBy.WEEK}:
        return stretch
    day = date.fromisoformat(key)
    days = 7 if by is SeriesBy.WEEK else 1
    return Stretch(
        max(stretch.since, start_of(day, zone)),
        min(stretch.until, start_of(day + days * _DAY, zone)),
    )


def label_of(by: SeriesBy, key: str) -> str:
    if by is SeriesBy.WEEKDAY:
        return _WEEKDAYS[int(key) - 1]
    return f"{int(key):02}:00" if by is SeriesBy.HOUR else key
