"""From `ringback up` to ready, with the data of earlier runs; embedded PostgreSQL and all."""

import time
from statistics import median

from _report import report
from _stage import HERE, KEY, RINGBACK, Stage, free_port, stage, stop, wait_until_ready

WEBHOOKS = 500
STARTS = 5


def main() -> None:
    with stage(database=False) as running:
        first = start(running, fill=True)
        seconds = [start(running) for _ in range(STARTS)]
    report(
        "start",
        starts=STARTS,
        median_seconds=round(median(seconds), 2),
        slowest_seconds=round(max(seconds), 2),
        to_reach_seconds=4,
        without_data_seconds=round(first, 2),
    )


def start(running: Stage, *, fill: bool = False) -> float:
    """Start, stop again, and return how long it took to be ready."""
    port = free_port()
    began = time.perf_counter()
    process = running.run(*RINGBACK, "up", PORT=str(port))
    wait_until_ready(f"http://127.0.0.1:{port}", process)
    seconds = time.perf_counter() - began
    if fill:
        load = running.tool(str(HERE / "_load.py"))
        load.ask(do="prepare", count=WEBHOOKS, key=KEY)
        load.ask(do="run", port=port, connections=8, rate=None)
    stop(process)
    return seconds


if __name__ == "__main__":
    main()
