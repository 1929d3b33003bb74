"""A feed on a database of the test's own, without a service on it."""

from collections.abc import AsyncIterator

import pytest

from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.events import Wiring
from backend.platform.settings import DatabaseSettings
from backend.stream.feed import Feed
from tests.support.feeds import running


@pytest.fixture
async def sessions(dsn: str) -> AsyncIterator[Sessions]:
    engine = db.create_engine(DatabaseSettings(url=dsn))  # type: ignore[arg-type]  # parsed by pydantic
    yield db.create_sessions(engine, Wiring())
    await engine.dispose()


@pytest.fixture
async def feed(dsn: str) -> AsyncIterator[Feed]:
    async with running(dsn) as feed:
        yield feed
