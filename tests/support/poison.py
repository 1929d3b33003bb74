"""A worker whose job ends its process, and a supervisor that starts it again and again.

Prints why the job was given up, and how many processes it took.
"""

import asyncio
import os

from backend.platform.events import Wiring
from backend.platform.jobs import run_worker
from tests.support.jobs import QUICK, Knocked


async def end_the_process(stopping: asyncio.Event, event: Knocked) -> None:
    os._exit(13)


async def tell(stopping: asyncio.Event, event: Knocked, reason: str) -> None:
    print(reason, flush=True)  # noqa: T201 - read by the test
    stopping.set()


async def work(dsn: str) -> None:
    stopping = asyncio.Event()
    wiring = Wiring[asyncio.Event]()
    wiring.on(Knocked, end_the_process, give_up=tell)
    await run_worker(dsn, wiring, stopping, stopping, policy=QUICK)


def supervise(dsn: str) -> None:
    for start in range(1, 20):
        child = os.fork()
        if child == 0:
            asyncio.run(work(dsn))
            os._exit(0)
        if os.waitpid(child, 0)[1] == 0:
            print(start, flush=True)  # noqa: T201 - read by the test
            return
