"""A room whose files are its own, so that all of them can be looked through."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.retention import cleaning
from tests.support.room import Room, open_room
from tests.support.sandbox import Sandbox
from tests.support.service import test_settings


@pytest.fixture(autouse=True)
def _without_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "_REST", 0.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
async def kept(dsn: str, sandbox: Sandbox, folder: Path) -> AsyncIterator[Room]:
    """An organisation with nothing running around it, and a storage of its own."""
    async with open_room(test_settings(dsn, sandbox, storage={"url": f"file://{folder}"})) as room:
        yield room
