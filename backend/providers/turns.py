"""Taking turns, one at a time: first whoever is in a hurry, then who came first."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """A lock with two queues. Used in one event loop."""

    def __init__(self) -> None:
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()
        self._on: asyncio.Task[object] | None = None
        self._is_taken = False

    def is_on(self, task: asyncio.Task[object]) -> bool:
        """Say whether it is this task's turn."""
        return self._on is task

    @asynccontextmanager
    async def turn(self, *, is_urgent: bool) -> AsyncIterator[None]:
        if self._is_taken:
            await self._wait(self._urgent if is_urgent else self._others)
        self._is_taken, self._on = True, asyncio.current_task()
        try:
            yield
        finally:
            self._on = None
            self._hand_on()

    async def _wait(self, queue: deque[asyncio.Future[None]]) -> None:
        called = asyncio.get_running_loop().create_future()
        queue.append(called)
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self._hand_on()  # It was called, and is gone.
            raise

    def _hand_on(self) -> None:
        for queue in (self._urgent, self._others):
            while queue:
                called = queue.popleft()
                if not called.done():
                    called.set_result(None)
                    return
        self._is_taken = False
