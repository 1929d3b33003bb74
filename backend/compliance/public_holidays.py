"""Public holidays, for rules that name them. The calendars are loaded when one is asked for."""

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase


def is_calendar(name: str) -> bool:
    """Say whether there is such a calendar. It may take half a second: the first one is loaded."""
    try:
        _calendar(name)
    except NotImplementedError:
        return False
    return True


def is_holiday(calendar: str, day: date) -> bool:
    """Say whether a day is a holiday by a calendar, such as `US-AL` or `FR`."""
    return day in _calendar(calendar)


@cache
def _calendar(name: str) -> "HolidayBase":
    # Half a second and 45 MB, which an installation without such a rule does not spend.
    import holidays  # noqa: PLC0415 - see above

    country, _, state = name.partition("-")
    return holidays.country_holidays(country, subdiv=state or None)
