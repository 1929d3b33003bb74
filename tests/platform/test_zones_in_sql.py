"""What clocks show, as Python has it and as PostgreSQL reckons it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import text

from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.zones import local, offsets, zone

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
# With summer time, without, by half an hour, and in the south.
ZONES = ("America/Chicago", "Asia/Kathmandu", "Australia/Lord_Howe", "Europe/Berlin", "UTC")


@given(st.sampled_from(ZONES), st.integers(0, 365 * 24 * 60 - 1))
def test_the_offset_at_any_instant_is_the_zones(name: str, minutes: int) -> None:
    at = SINCE + timedelta(minutes=minutes)
    found = offsets(zone(name), SINCE, UNTIL)
    place = max(n for n, start in enumerate(found.starts) if start <= at)
    assert found.ahead[place] == at.astimezone(zone(name)).utcoffset()


def test_clocks_are_changed_at_the_minute() -> None:
    found = offsets(zone("America/Chicago"), SINCE, UNTIL)
    assert found.starts[1:] == [
        datetime(2026, 3, 8, 8, tzinfo=UTC),
        datetime(2026, 11, 1, 7, tzinfo=UTC),
    ]
    assert found.ahead == [timedelta(hours=-6), timedelta(hours=-5), timedelta(hours=-6)]


@pytest.mark.parametrize("name", ZONES)
async def test_postgresql_reckons_the_same(sessions: Sessions, name: str) -> None:
    found = offsets(zone(name), SINCE, UNTIL)
    at = [SINCE + timedelta(hours=7 * n) for n in range(1200)]
    statement = text(f"select {local('at')} from unnest(cast(:at as timestamptz[])) as at")  # noqa: S608 - our own text
    asked = {"at": at, "zone_starts": found.starts, "zone_ahead": found.ahead}
    async with db.transaction(sessions) as session:
        shown = (await (await session.connection()).execute(statement, asked)).scalars().all()
    assert shown == [each.astimezone(zone(name)).replace(tzinfo=None) for each in at]
