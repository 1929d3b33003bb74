"""What it costs a writer that each transaction with events notifies those who follow the log.

Transactions of one event each, from several connections at once, and batches; with notifications
and without, in turns, while a feed listens.
"""

import asyncio
import statistics
import time

import asyncpg
from _report import report
from _stage import RINGBACK, Stage, stage

from backend.platform import ids

WRITERS = 8
TRANSACTIONS = 250  # of each writer, in each round
BATCH = 100
BATCHES = 10
ROUNDS = 5
INSERT = (
    "insert into events (org_id, name, data, at) "
    "select $1, 'call.started', '{\"status\": \"in_progress\"}', now() from generate_series(1, $2)"
)


async def main(running: Stage) -> None:
    dsn = running.environment["DATABASE_URL"]
    writers = [await asyncpg.connect(dsn) for _ in range(WRITERS)]
    singles: dict[str, list[float]] = {"enable": [], "disable": []}
    batches: dict[str, list[float]] = {"enable": [], "disable": []}
    for _ in range(ROUNDS):
        for way in ("enable", "disable"):
            await writers[0].execute(f"alter table events {way} trigger notify_events")
            singles[way].append(await transactions_per_second(writers, TRANSACTIONS, 1))
            batches[way].append(await transactions_per_second(writers, BATCHES, BATCH))
    await writers[0].execute("alter table events enable trigger notify_events")
    for writer in writers:
        await writer.close()
    report("feed_notify", writers=WRITERS, one_event=shown(singles), batch_of_100=shown(batches))


async def transactions_per_second(
    writers: "list[asyncpg.Connection[asyncpg.Record]]", count: int, size: int
) -> float:
    org_id = ids.new_id()

    async def write(writer: "asyncpg.Connection[asyncpg.Record]") -> None:
        for _ in range(count):
            await writer.execute(INSERT, org_id, size)

    began = time.perf_counter()
    await asyncio.gather(*map(write, writers))
    return count * len(writers) / (time.perf_counter() - began)


def shown(found: dict[str, list[float]]) -> dict[str, float]:
    notified, silent = (statistics.median(found[way]) for way in ("enable", "disable"))
    return {
        "transactions_per_second": round(notified),
        "without_notifying": round(silent),
        "ratio": round(notified / silent, 2),
    }


if __name__ == "__main__":
    with stage() as running:
        running.serve(*RINGBACK, "serve")
        asyncio.run(main(running))
