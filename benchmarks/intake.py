"""Webhook intake: how many are stored a second, beside the same app that stores nothing.

Both servers run at the same time and take turns, since absolute times drift with the machine. Then
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
        storing = on_stage.serve(*RINGBACK, "serve")
        verifying = on_stage.serve(sys.executable, str(HERE / "_verify_only.py"), "serve")
        stored, verified = [], []
        for _ in range(ROUNDS):
            load.ask(do="prepare", count=COUNT, key=KEY)
            stored.append(_per_second(load, storing))
            verified.append(_per_second(load, verifying))
        report(
            "intake",
            connections=CONNECTIONS,
            stored_per_second=round(median(stored)),
            verified_only_per_second=round(median(verified)),
            ratio=round(median(s / v for s, v in zip(stored, verified, strict=True)), 3),
        )
        alone = _at_a_rate(load, storing)
        on_stage.run(*RINGBACK, "worker")
        report("ack", per_second=RATE, alone=alone, beside_a_worker=_at_a_rate(load, storing))


def _per_second(load: Tool, server: Server) -> float:
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
