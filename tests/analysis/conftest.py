"""What the tests of analyses ask for."""

from collections.abc import AsyncIterator

import pytest

from tests.analysis.calls import priced_room
from tests.support.room import Room
from tests.support.sandbox import Sandbox


@pytest.fixture
async def room(dsn: str, sandbox: Sandbox) -> AsyncIterator[Room]:
    """An organisation whose model has a price, with nothing running around it."""
    async with priced_room(dsn, sandbox) as room:
        yield room
