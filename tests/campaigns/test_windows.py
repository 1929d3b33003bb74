"""When windows are open: by the clocks of every zone, also on the days when these are changed."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, reset_tzpath

import pytest
from hypothesis import given, strategies as st

from backend.campaigns.answers import read_time
from backend.campaigns.policy import Policy, Window
from backend.campaigns.windows import is_open, next_closed, next_day, next_open, zones_of
from backend.compliance.rules import DAYS

ZONES = (
    "America/New_York", "America/Los_Angeles", "America/Phoenix", "America/St_Johns",
    "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Kiritimati",
    "America/Santiago", "Africa/Cairo",
)  # fmt: skip
NEW_YORK = ("America/New_York",)


def window(start: str, end: str, *days: str) -> Window:
    return Window.model_validate({"days": list(days or DAYS), "from": start, "to": end})


def local(text: str, zone: str = "America/New_York", fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-30T08:59", "2026-11-30T09:00"),
        ("2026-11-30T09:00", "2026-11-30T09:00"),
        ("2026-11-30T17:59", "2026-11-30T17:59"),
        ("2026-11-30T18:00", "2026-12-01T09:00"),
        ("2026-12-04T18:00", "2026-12-07T09:00"),
    ],
)
def test_the_next_window_is_that_of_the_next_day_called_on(at: str, opens: str) -> None:
    weekdays = [window("09:00", "18:00", "mon", "tue", "wed", "thu", "fri")]

    assert next_open(weekdays, NEW_YORK, local(at)) == local(opens)


def test_a_number_that_may_lie_in_two_zones_is_called_when_both_are_open() -> None:
    both = ("America/Los_Angeles", "America/New_York")
    hours = [window("09:00", "18:00")]

    assert next_open(hours, both, local("2026-11-30T09:00")) == local("2026-11-30T12:00")
    assert next_closed(hours, both, local("2026-11-30T12:00")) == local("2026-11-30T18:00")


def test_zones_whose_hours_never_meet_have_no_next() -> None:
    hours = [window("09:00", "10:00")]

    assert next_open(hours, ("America/New_York", "Asia/Kolkata"), local("2026-11-30T09:00")) is None


def test_zones_are_those_of_the_release_and_not_of_the_machine(
    tmp_path: Path,
) -> None:
    own = tmp_path / "America" / "New_York"
    own.parent.mkdir()
    own.write_bytes(files("tzdata").joinpath("zoneinfo", "Asia", "Tokyo").read_bytes())
    reset_tzpath(to=[str(tmp_path)])
    ZoneInfo.clear_cache()
    try:
        at_ten = datetime(2026, 11, 30, 15, tzinfo=UTC)

        assert is_open([window("09:00", "18:00")], NEW_YORK, at_ten)
        assert read_time("2026-11-30T10:00", NEW_YORK) == at_ten
    finally:
        reset_tzpath(to=())
        ZoneInfo.clear_cache()


def test_without_windows_it_is_always_open() -> None:
    now = local("2026-11-30T03:00")

    assert next_open([], NEW_YORK, now) == now
    assert next_closed([], NEW_YORK, now) is None


def test_an_hour_that_is_left_out_is_none() -> None:
    early = [window("02:30", "04:00")]

    assert next_open(early, NEW_YORK, local("2026-03-08T01:59")) == local("2026-03-08T03:00")


def test_an_hour_that_comes_twice_is_open_both_times() -> None:
    early = [window("01:00", "02:00")]
    first, second = local("2026-11-01T01:30"), local("2026-11-01T01:30", fold=1)

    assert second.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=1)
    assert is_open(early, NEW_YORK, first)
    assert is_open(early, NEW_YORK, second)
    assert next_closed(early, NEW_YORK, first) == local("2026-11-01T02:00")


def test_the_windows_may_be_in_one_zone_for_everybody() -> None:
    policy = Policy(windows=[window("09:00", "18:00")], time_zone="Europe/Berlin")

    assert zones_of(policy, {"America/New_York"}) == ("Europe/Berlin",)
    assert zones_of(Policy(), {"b/B", "a/A"}) == ("a/A", "b/B")


def test_the_next_day_has_begun_in_every_zone() -> None:
    both = ("America/Los_Angeles", "America/New_York")

    at = next_day(both, local("2026-11-30T12:00"))

    assert at == local("2026-12-01T00:00", "America/Los_Angeles")


def test_a_day_may_begin_at_one_in_the_morning() -> None:
    """In Santiago, midnight of 6 September 2026 is left out."""
    at = next_day(("America/Santiago",), local("2026-09-05T12:00", "America/Santiago"))

    assert at.astimezone(ZoneInfo("America/Santiago")).strftime("%d %H:%M") == "06 01:00"


_clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
_days = st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True)
_spans = st.tuples(_clocks, _clocks).map(sorted).filter(lambda span: span[0] < span[1])
_windows = st.lists(
    st.builds(lambda days, span: window(*span, *days), _days, _spans), min_size=1, max_size=3
)
_zones = st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True)
_instants = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis wants it naive
    max_value=datetime(2027, 12, 31),  # noqa: DTZ001 - hypothesis wants it naive
).map(lambda at: at.replace(tzinfo=UTC, second=0, microsecond=0))


@given(_windows, _zones, _instants)
def test_the_next_is_open_and_nothing_before_it_is(
    windows: list[Window], zones: list[str], after: datetime
) -> None:
    found = next_open(windows, zones, after)

    until = found or after + timedelta(days=14)
    assert found is None or is_open(windows, zones, found)
    step, at = timedelta(minutes=15), after
    while at < until:
        assert not is_open(windows, zones, at)
        at += step


@given(_windows, _zones, _instants)
def test_it_is_open_until_it_closes(
    windows: list[Window], zones: list[str], after: datetime
) -> None:
    opens = next_open(windows, zones, after)
    if opens is None:
        return
    closes = next_closed(windows, zones, opens)

    assert closes is None or not is_open(windows, zones, closes)
    step, at = timedelta(minutes=15), opens
    while at < (closes or opens + timedelta(days=2)):
        assert is_open(windows, zones, at)
        at += step
