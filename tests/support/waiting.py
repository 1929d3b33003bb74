"""Waiting for conditions, so that no test sleeps for a guessed time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy import text

from backend.platform import db
from backend.platform.db import Sessions

T = TypeVar("T")

PATIENCE_SECONDS = 15.0


async def until(
    probe: Callable[[], Awaitable[T | None]], what: str, *, patience: float = PATIENCE_SECONDS
) -> T:
    """Ask again and again until the answer is truthy; fail by naming what did not come."""
    deadline = time.monotonic() + patience
    pause = 0.005
    while True:
        if answer := await probe():
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {patience} s in vain for {what}.")
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.1)


async def until_one_waits_for_a_lock(sessions: Sessions) -> None:
    """Wait until a connection to this database is held up by another one's lock."""
    waiting = text(
        "select count(*) from pg_stat_activity "
        "where datname = current_database() and wait_event_type = 'Lock'"
    )

    async def probe() -> bool:
        async with db.transaction(sessions) as session:
            return bool(await (await session.connection()).scalar(waiting))

    await until(probe, "somebody to wait for a lock", patience=5)
