"""All processes go by one clock, the database's, however their hosts' clocks are set."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from backend.platform import clock, db
from backend.platform.db import Sessions
from backend.platform.settings import Settings
from backend.wiring import build
from tests.support.logs import captured_log

DAY = timedelta(days=1)
MOMENT = timedelta(seconds=20)


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock._Difference, "length", timedelta(0))
    monkeypatch.setattr(db._Compared, "at", -db._COMPARE_SECONDS)
    yield
    monkeypatch.undo()


async def _connect(settings: Settings) -> None:
    engine = db.create_engine(settings.database)
    await db.fetch_row(Sessions(engine, build(settings)), "select 1")
    await engine.dispose()


@pytest.mark.parametrize("ahead", [DAY, -DAY])
async def test_a_host_with_a_wrong_clock_goes_by_the_databases(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, ahead: timedelta
) -> None:
    monkeypatch.setattr(clock, "local", lambda: datetime.now(UTC) + ahead)  # noqa: TID251 - the real one
    assert abs(clock.now() - datetime.now(UTC)) > DAY - MOMENT  # noqa: TID251 - the real one

    with captured_log() as log:
        for _ in range(2):
            monkeypatch.setattr(db._Compared, "at", -db._COMPARE_SECONDS)
            await _connect(settings)

    assert abs(clock.now() - datetime.now(UTC)) < MOMENT  # noqa: TID251 - the real one
    (line,) = log.of("clock.differs")
    assert abs(line["database_ahead_seconds"] + ahead.total_seconds()) < MOMENT.total_seconds()


async def test_a_clock_that_is_right_stays_as_it_is(settings: Settings) -> None:
    with captured_log() as log:
        await _connect(settings)

    assert clock._Difference.length == timedelta(0)
    assert log.of("clock.differs") == []


def test_an_answer_that_took_long_says_little_about_the_clock() -> None:
    asked = clock.local()

    moved = clock.follow(asked, asked + timedelta(seconds=8), asked + timedelta(seconds=8))

    assert moved is None
