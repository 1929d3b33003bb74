"""A queue with a wiring of the test's own."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from backend.platform import db
from backend.platform.events import Wiring
from backend.platform.settings import DatabaseSettings
from tests.support.jobs import Knocked, Queue, answer, leave_a_note


@pytest.fixture
async def empty_queue(dsn: str) -> AsyncIterator[Queue]:
    """Nothing runs after anything, until the test says so."""
    engine = db.create_engine(DatabaseSettings(url=SecretStr(dsn), pool_size=5))
    wiring = Wiring[Any]()
    yield Queue(dsn, db.create_sessions(engine, wiring), wiring)
    await engine.dispose()


@pytest.fixture
async def queue(empty_queue: Queue) -> Queue:
    """A knock is answered; when that fails for good, a note is left."""
    empty_queue.wiring.on(Knocked, answer, give_up=leave_a_note)
    return empty_queue
