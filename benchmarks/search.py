"""Search: whether it finds the right call, and what it takes among a million passages.

`search.py [FILE] [--many 1000000] [--embedder local]`. Each line of the file is a dialogue with the
values that are true of it (see `dialogues.py`): what somebody would remember of the call is looked
for, and counted is where the right call stands, by words, by meaning and by both. Values were said
in these words, so words find them; `paraphrases.jsonl` asks after some dialogues in other words.
Without a file, and for the times, vectors are made up (`_points.py` says how they lie).
"""

import argparse
import asyncio
import json
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np
from _customer import Customer, customer_of
from _passages import fill, word
from _points import DIMENSIONS, NAME, points
from _remembered import find_remembered
from _report import in_ms, percentile, report
from _stage import HERE, RINGBACK, Stage, free_port, stage

FEW = 10_000
ROUNDS = 60
WARM_UP = 10
MODES = ("text", "meaning", "hybrid")
COMPARED = 50
NEAREST = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", help="dialogues as JSON lines")
    parser.add_argument("--many", type=int, default=1_000_000, help="passages; 0: no times")
    parser.add_argument("--embedder", default="local", help="for the dialogues")
    given = parser.parse_args()
    if given.file is not None:
        report("search_dialogues", **find_remembered(given.file, given.embedder))
    if given.many:
        times(given.many)


@dataclass
class Searched:
    """One service with so many passages, and how long its searches took."""

    customer: Customer
    agent_id: str
    seconds: dict[str, list[float]] = field(default_factory=dict)

    async def time_search(self, kind: str, number: int) -> None:
        mode, _, filter_ = kind.partition("_of_")
        words = np.random.default_rng(number).integers(5, 3000, 3)
        asked = f"/search?mode={mode}&q={'+'.join(word(int(each)) for each in words)}"
        if filter_:
            asked += f"&agent_id={self.agent_id}"
        began = time.perf_counter()
        answer = await self.customer.ask("GET", asked)
        took = time.perf_counter() - began
        assert answer["mode"] == mode, answer["instead"]
        self.seconds.setdefault(kind, []).append(took)


def times(many: int) -> None:
    with ExitStack() as stack:
        urls, dsns, built = [], [], []
        for count in (FEW, many):
            on_stage = stack.enter_context(stage())
            urls.append(_serve(on_stage))
            dsns.append(on_stage.environment["DATABASE_URL"])
            built.append(asyncio.run(fill(dsns[-1], count)))
            report("search_built", passages=count, dimensions=DIMENSIONS, **built[-1])
        asyncio.run(measure(many, *urls))
        for count, dsn in zip((FEW, many), dsns, strict=True):
            recall = asyncio.run(compare(dsn))
            report("search_recall", passages=count, nearest=NEAREST, **recall)


def _serve(on_stage: Stage) -> str:
    port = str(free_port())
    on_stage.run(sys.executable, str(HERE / "_points.py"), port)
    return on_stage.serve(
        *RINGBACK,
        "serve",
        EMBEDDER=NAME,
        OPENAI_BASE_URL=f"http://127.0.0.1:{port}/v1",
        OPENBLAS_NUM_THREADS="1",
    ).url


async def measure(many: int, few_url: str, many_url: str) -> None:
    """Time each kind of search by turns, since absolute times drift with the machine."""
    kinds = [*MODES, "meaning_of_agent", "hybrid_of_agent"]
    async with customer_of(few_url) as few_customer, customer_of(many_url) as many_customer:
        searched = [await _searched(each) for each in (few_customer, many_customer)]
        for kind in kinds:
            for number in range(-WARM_UP, ROUNDS):
                for each in searched:
                    await each.time_search(kind, abs(number))
                    if number < 0:
                        each.seconds[kind].clear()
    few, lots = searched
    report(
        "search", passages=many, beside=FEW, **{kind: _figures(lots, few, kind) for kind in kinds}
    )


async def _searched(customer: Customer) -> Searched:
    calls = await customer.ask("GET", "/calls?limit=1")
    return Searched(customer, calls["items"][0]["agent_id"])


def _figures(many: Searched, few: Searched, kind: str) -> dict[str, Any]:
    slow, fast = many.seconds[kind], few.seconds[kind]
    ratio = percentile(slow, 0.95) / percentile(fast, 0.95)
    beside = in_ms(fast, 0.95)["p95_ms"]
    return {**in_ms(slow, 0.5, 0.95), "beside_p95_ms": beside, "p95_ratio": round(ratio, 2)}


async def compare(dsn: str) -> dict[str, Any]:
    """Compare what the index finds, as a search asks it, with all looked at one by one."""
    connection = await asyncpg.connect(dsn, command_timeout=3600)
    asked = points(COMPARED, seed=7)
    statement = (
        "select (call_id, number)::text from passage_vectors_1 "  # noqa: S608 - our own text
        f"order by (vector::halfvec({DIMENSIONS})) <=> $1::text::halfvec({DIMENSIONS}) "
        f"limit {NEAREST}"
    )
    found = []
    for options in (
        "set hnsw.iterative_scan = strict_order; set hnsw.ef_search = 100",
        "set enable_indexscan = off",
    ):
        await connection.execute(options)
        found.append(
            [
                {row[0] for row in await connection.fetch(statement, json.dumps(each.tolist()))}
                for each in asked
            ]
        )
    await connection.close()
    shares = [len(a & b) / NEAREST for a, b in zip(*found, strict=True)]
    return {"questions": COMPARED, "recall": round(sum(shares) / len(shares), 3)}


if __name__ == "__main__":
    main()
