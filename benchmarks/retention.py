"""A list of a million calls, while a day's share of them is cleaned up and while not.

By turns: in each, the calls of one more agent that came here on the first day are removed.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import asyncpg
from _customer import Customer, customer_of
from _report import in_ms, percentile, report
from _stage import RINGBACK, stage
from calls_list import MANY, fill

DAYS = 91
KEPT_DAYS = DAYS - 1
CLEANER = str(Path(__file__).with_name("_cleaner.py"))
PAGES = ("/calls?limit=50", "/calls?limit=50&status=failed", "/calls?limit=50&q=%2B14155550142")
MOST = timedelta(days=DAYS)
# Of the agents, as many as have their calls removed by turns.
TURNS = 8
# A turn without cleaning up has as many requests as one with it, and no fewer than these.
FEWEST = 60
WARM_UP = 6

# Retell is not asked: the time it takes is no load. Its days go on while this runs.
_FIRST_DAY = """
update calls set retell_call_id = null where created_at < now() - $1::interval
"""


def main() -> None:
    with stage() as on_stage:
        url = on_stage.serve(*RINGBACK, "serve").url
        dsn = on_stage.environment["DATABASE_URL"]
        asyncio.run(_fill(dsn))
        with _cleaner(on_stage.environment) as cleaner:
            asyncio.run(measure(url, cleaner))


async def _fill(dsn: str) -> None:
    await fill(dsn, MANY, first=MOST, apart=MOST / MANY)
    connection = await asyncpg.connect(dsn, command_timeout=600)
    await connection.execute(_FIRST_DAY, timedelta(days=KEPT_DAYS - 1))
    await connection.execute("vacuum analyze calls")
    await connection.close()


@contextmanager
def _cleaner(environment: dict[str, str]) -> "Iterator[subprocess.Popen[str]]":
    process = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, CLEANER],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


async def measure(url: str, cleaner: "subprocess.Popen[str]") -> None:
    quiet: list[float] = []
    busy: list[float] = []
    removed, seconds = 0, 0.0
    for number in range(TURNS):
        # A log-in lasts for a quarter of an hour.
        async with customer_of(url) as customer:
            agents = await _agents(customer)
            own = [{"agent_id": each, "calls": KEPT_DAYS} for each in agents[: number + 1]]
            await customer.ask("PUT", "/retention", {"agents": own})
            told = await _turn(customer, cleaner, busy, quiet)
        removed, seconds = removed + int(told[0]), seconds + float(told[1])
    slower = percentile(busy, 0.95) / percentile(quiet, 0.95)
    report(
        "retention",
        calls=MANY,
        removed=removed,
        calls_per_second=round(removed / seconds),
        cleaning=in_ms(busy, 0.5, 0.95),
        quiet=in_ms(quiet, 0.5, 0.95),
        requests=len(busy),
        p95_ratio=round(slower, 3),
    )


async def _turn(
    customer: Customer, cleaner: "subprocess.Popen[str]", busy: list[float], quiet: list[float]
) -> list[str]:
    """Ask for as many pages while it is cleaned up as while it is not."""
    for count in range(WARM_UP):
        await _ask(customer, count, [])
    told = asyncio.create_task(asyncio.to_thread(_clean, cleaner))
    count = 0
    while not told.done() or count < FEWEST:
        # Behind its end there is nothing to measure.
        await _ask(customer, count, busy if not told.done() else [])
        count += 1
    for again in range(count):
        await _ask(customer, again, quiet)
    return (await told).split()


async def _agents(customer: Customer) -> list[str]:
    found = await customer.ask("GET", "/agents?limit=200")
    return [each["id"] for each in found["items"]]


def _clean(cleaner: "subprocess.Popen[str]") -> str:
    assert cleaner.stdin is not None and cleaner.stdout is not None  # noqa: PT018 - pipes
    cleaner.stdin.write("\n")
    cleaner.stdin.flush()
    return cleaner.stdout.readline()


async def _ask(customer: Customer, turn: int, seconds: list[float]) -> None:
    began = time.perf_counter()
    await customer.ask("GET", PAGES[turn % len(PAGES)])
    seconds.append(time.perf_counter() - began)


if __name__ == "__main__":
    main()
