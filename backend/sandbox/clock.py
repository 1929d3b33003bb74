"""The sandbox's own time: the wall clock in Retell's milliseconds, and waits that run faster."""

import asyncio
import time


def now_ms() -> int:
    """Return the current instant as Retell writes it: milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Pace:
    """How fast simulated time runs: 1 as written, 50 fifty times faster, 0 without waiting."""

    def __init__(self, speed: float) -> None:
        self.speed = speed

    def seconds(self, simulated: float) -> float:
        """Turn simulated seconds into real ones."""
        return simulated / self.speed if self.speed else 0.0

    async def sleep(self, simulated: float) -> None:
        await asyncio.sleep(self.seconds(simulated))
