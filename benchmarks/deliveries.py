"""Deliveries: how many one worker makes a second, and what dead destinations do to a live one.

The yardstick of the first is an httpx loop of the same concurrency that stores nothing, in turns
with the worker in one run, and the same loop with as few at a time as it is quickest with, since
what httpx's pool does for a request grows with its connections. That of the second is the live
destination alone, in turns too: the ratio is the median over the rounds.
"""

import asyncio
import json
import time
from statistics import median
from typing import Any

import asyncpg
from _books import DATA, EVENT, Books
from _report import in_ms, percentile, report
from _stage import HERE, NOBODY, RINGBACK, Stage, Tool, stage

CONCURRENCY = 20
QUICKEST = 5
COUNT = 2000
ROUNDS = 5
PER_SECOND = 20
EVENTS = 400
LAG_ROUNDS = 5
# Of the dead, some hang until their time is up, and some refuse at once.
HANGING, REFUSING = 5, 4


async def main(on_stage: Stage) -> None:
    connection = await asyncpg.connect(on_stage.environment["DATABASE_URL"])
    books = Books(connection)
    await books.open()
    receiver = on_stage.tool(str(HERE / "_receiver.py"))
    url = f"http://127.0.0.1:{receiver.hear()['port']}/"
    on_stage.run(*RINGBACK, "worker", OUTBOUND_ALLOW="127.0.0.1")
    await _compare_rates(on_stage, books, receiver, url)
    await _compare_lags(on_stage, books, receiver, url)
    await connection.close()


async def _compare_rates(on_stage: Stage, books: Books, receiver: Tool, url: str) -> None:
    bare = on_stage.tool(str(HERE / "_bare_httpx.py"))
    body = json.dumps({"type": EVENT, "timestamp": "2026-11-28T12:00:00Z", "data": DATA})
    ours: list[float] = []
    bare_rates: dict[int, list[float]] = {CONCURRENCY: [], QUICKEST: []}
    for round_number in range(ROUNDS + 1):
        destination = await books.destination(url, concurrency=CONCURRENCY)
        await books.book(destination, COUNT)
        receiver.ask(do="forget")
        await books.switch(destination, on=True)
        delivered = await asyncio.to_thread(receiver.ask, do="wait", count=COUNT)
        await books.switch(destination, on=False)
        if round_number:  # The first warms both up.
            ours.append(COUNT / delivered["seconds"])
        for concurrency, rates in bare_rates.items():
            receiver.ask(do="forget")
            wanted = {"url": url, "body": body, "count": COUNT, "concurrency": concurrency}
            await asyncio.to_thread(bare.ask, **wanted)
            posted = receiver.ask(do="wait", count=COUNT)
            if round_number:
                rates.append(COUNT / posted["seconds"])
    yardstick, quickest = bare_rates[CONCURRENCY], bare_rates[QUICKEST]
    report(
        "deliveries",
        concurrency=CONCURRENCY,
        body_bytes=len(body),
        delivered_per_second=round(median(ours)),
        bare_httpx_per_second=round(median(yardstick)),
        bare_httpx_quickest_per_second=round(median(quickest)),
        ratio=_ratio(ours, yardstick),
        ratio_to_quickest=_ratio(ours, quickest),
    )


def _ratio(ours: list[float], yardstick: list[float]) -> float:
    return round(median(o / y for o, y in zip(ours, yardstick, strict=True)), 3)


async def _compare_lags(on_stage: Stage, books: Books, receiver: Tool, url: str) -> None:
    hanging = on_stage.tool(str(HERE / "_receiver.py"), "--hang")
    dead_url = f"http://127.0.0.1:{hanging.hear()['port']}/"
    await books.destination(url, enabled=True)
    urls = [dead_url] * HANGING + [f"{NOBODY}/"] * REFUSING
    dead = [await books.destination(each) for each in urls]
    alone: list[list[float]] = []
    beside: list[list[float]] = []
    await _lags(books, receiver)
    for _ in range(LAG_ROUNDS):
        alone.append(await _lags(books, receiver))
        for destination in dead:
            await books.switch(destination, on=True)
        beside.append(await _lags(books, receiver))
        for destination in dead:
            await books.switch(destination, on=False)
    ratios = [
        percentile(theirs, 0.99) / percentile(own, 0.99)
        for theirs, own in zip(beside, alone, strict=True)
    ]
    report(
        "deliveries_beside_dead",
        hanging=HANGING,
        refusing=REFUSING,
        per_second=PER_SECOND,
        alone=in_ms([lag for each in alone for lag in each], 0.5, 0.95, 0.99),
        beside_dead=in_ms([lag for each in beside for lag in each], 0.5, 0.95, 0.99),
        p99_ratio=round(median(ratios), 2),
        p99_ratios=[round(ratio, 2) for ratio in ratios],
    )


async def _lags(books: Books, receiver: Tool) -> list[float]:
    """Have events happen at a steady rate; return how long each took to arrive."""
    receiver.ask(do="forget")
    for _ in range(EVENTS):
        await books.happen(time.time())
        await asyncio.sleep(1 / PER_SECOND)
    arrived: dict[str, Any] = await asyncio.to_thread(receiver.ask, do="wait", count=EVENTS)
    lags: list[float] = arrived["lags"]
    return lags


if __name__ == "__main__":
    with stage() as set_up:
        asyncio.run(main(set_up))
