"""Hours by the clock on the wall, around the days on which clocks change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, strategies as st

from backend.compliance.hours import Opening, Schedule, is_open, next_open

ZONES = [
    "America/New_York", "America/Los_Angeles", "America/Phoenix", "America/St_Johns",
    "America/Havana", "Pacific/Honolulu", "Europe/Paris", "Asia/Kolkata", "Australia/Lord_Howe",
]  # fmt: skip
DAILY = Schedule((((8 * 60, 21 * 60),),) * 7)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "opens"),
    [
        # Eastern clocks go back on 1 November 2026, and forward on 14 March 2027.
        ("America/New_York", "2026-10-31T11:59", "2026-10-31T12:00"),
        ("America/New_York", "2026-11-01T12:30", "2026-11-01T13:00"),
        ("America/New_York", "2027-03-13T12:59", "2027-03-13T13:00"),
        ("America/New_York", "2027-03-14T11:30", "2027-03-14T12:00"),
        ("America/Phoenix", "2026-11-01T14:00", "2026-11-01T15:00"),
        ("America/New_York", "2026-11-02T02:00", "2026-11-02T13:00"),
    ],
)
def test_it_opens_by_the_clock_of_the_day(zone: str, at: str, opens: str) -> None:
    opening = Opening(DAILY, zone)

    assert not is_open(opening, utc(at))
    assert next_open(opening, utc(at)) == utc(opens)


def test_hours_that_do_not_come_open_when_the_clock_has_passed_them() -> None:
    night = Opening(Schedule((((150, 240),),) * 7), "America/New_York")

    # 02:30 does not come on this day: the clock goes from 01:59 to 03:00, at 07:00 UTC.
    assert next_open(night, utc("2027-03-14T06:00")) == utc("2027-03-14T07:00")


def test_hours_that_come_twice_are_open_twice() -> None:
    night = Opening(Schedule((((60, 90),),) * 7), "America/New_York")

    assert next_open(night, utc("2026-11-01T04:00")) == utc("2026-11-01T05:00")
    assert next_open(night, utc("2026-11-01T05:30")) == utc("2026-11-01T06:00")


def test_a_holiday_is_closed_where_the_rule_names_its_calendar() -> None:
    work = ((8 * 60, 20 * 60),)
    own = Opening(Schedule((*(work,) * 6, ()), "US-AL"), "America/Chicago")

    # Thanksgiving 2026 is on Thursday, 26 November.
    assert next_open(own, utc("2026-11-26T15:00")) == utc("2026-11-27T14:00")


def test_what_never_opens_has_no_next_time() -> None:
    assert next_open(Opening(Schedule(((),) * 7), "Europe/Paris"), utc("2026-11-01T00:00")) is None


minutes = st.integers(0, 1440)
stretches = st.lists(
    st.tuples(minutes, minutes).filter(lambda pair: pair[0] < pair[1]), max_size=2
).map(tuple)
weeks = st.tuples(*[stretches] * 7)
# Some days around the changes of clocks, north and south.
instants = st.tuples(
    st.sampled_from([utc("2026-03-06"), utc("2026-09-25")]), st.integers(0, 40 * 24 * 60)
).map(lambda pair: pair[0] + timedelta(minutes=pair[1]))


@given(weeks, st.sampled_from(ZONES), instants)
@example((((60, 90),),) * 7, "America/New_York", utc("2026-11-01T05:45"))
def test_the_next_opening_is_open_and_nothing_before_it_is(
    week: tuple[tuple[tuple[int, int], ...], ...], zone: str, at: datetime
) -> None:
    opening = Opening(Schedule(week), zone)

    opens = next_open(opening, at)

    if opens is None:
        assert not any(week)
        return
    assert opens >= at
    assert is_open(opening, opens)
    # Every opening and every change of clocks in these zones is on a whole minute.
    passed = min(int((opens - at) / timedelta(minutes=1)), 2 * 1440)
    assert not any(is_open(opening, at + timedelta(minutes=n)) for n in range(passed))
    if opens > at:
        assert not is_open(opening, opens - timedelta(microseconds=1))
