"""Waiting for conditions, so that no test sleeps for a guessed time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

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
