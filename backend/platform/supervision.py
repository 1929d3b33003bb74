"""Keeping the parts of a process that must not end running beside its server."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from loguru import logger

_PAUSE_SECONDS = 1.0


async def keep_running(
    run: Callable[[asyncio.Event], Awaitable[None]], stopping: asyncio.Event
) -> None:
    """Run a part until told to stop. One that fails with what it did not expect runs again."""
    while not stopping.is_set():
        try:
            await run(stopping)
        except Exception:  # noqa: BLE001 - nobody would notice that the part is gone
            logger.exception("service.part_restarted", part=_name(run))
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), _PAUSE_SECONDS)


def _name(run: Callable[..., object]) -> str:
    function = run.func if isinstance(run, partial) else run
    return function.__qualname__
