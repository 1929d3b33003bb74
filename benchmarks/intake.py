"""Webhook intake: how many are stored a second, beside a receiver written by hand.

The one by hand commits a row and a job for each request; its twin verifies and stores nothing. All
servers run at the same time and take turns, since absolute times drift with the machine. Then
acknowledgements are timed at a steady rate, without and with a worker that applies what comes in.
"""

import sys
from statistics import median
from typing import Any

from _report import in_ms, report
from _stage import HERE, KEY, RINGBACK, Server, Tool, stage

CONNECTIONS = 32
ROUNDS = 5
COUNT = 2500
RATE = 200
RATE_COUNT = 2000


def main() -> None:
    with stage() as on_stage:
        load = on_stage.tool(str(HERE / "_load.py"))
        by_hand = (sys.executable, str(HERE / "_by_hand.py"))
        servers = {
            "stored": on_stage.serve(*RINGBACK, "serve"),
            "stored_by_hand": on_stage.serve(*by_hand),
            "verified_by_hand": on_stage.serve(*by_hand, "--verify-only"),
        }
        storing = servers["stored"]
        rates: dict[str, list[float]] = {name: [] for name in servers}
        for server in servers.values():
            _per_second(load, server)  # connections, caches and statements become warm
        for _ in range(ROUNDS):
            for name, server in servers.items():
                rates[name].append(_per_second(load, server))
        report(
            "intake",
            connections=CONNECTIONS,
            per_second={name: round(median(of)) for name, of in rates.items()},
            to_stored_by_hand=_ratio(rates["stored"], rates["stored_by_hand"]),
            to_verified_by_hand=_ratio(rates["stored"], rates["verified_by_hand"]),
        )
        alone = _at_a_rate(load, storing)
        on_stage.run(*RINGBACK, "worker")
        report("ack", per_second=RATE, alone=alone, beside_a_worker=_at_a_rate(load, storing))


def _ratio(ours: list[float], others: list[float]) -> float:
    return round(median(a / b for a, b in zip(ours, others, strict=True)), 3)


def _per_second(load: Tool, server: Server) -> float:
    load.ask(do="prepare", count=COUNT, key=KEY)
    answer = _run(load, server, rate=None)
    return COUNT / float(answer["seconds"])


def _at_a_rate(load: Tool, server: Server) -> dict[str, float]:
    load.ask(do="prepare", count=RATE_COUNT, key=KEY)
    return in_ms(_run(load, server, rate=RATE)["latencies"], 0.5, 0.95, 0.99)


def _run(load: Tool, server: Server, *, rate: int | None) -> dict[str, Any]:
    answer: dict[str, Any] = load.ask(
        do="run", port=server.port, connections=CONNECTIONS, rate=rate
    )
    assert set(answer["statuses"]) == {"204"}, answer["statuses"]
    return answer


if __name__ == "__main__":
    main()
