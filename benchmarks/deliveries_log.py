"""The log of deliveries with 1,000,000 in the books, beside one with 10,000.

Two databases on one server, each with an API of its own; the same questions go to both in turns.
"""

import asyncio
import time
from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
from _books import Books
from _report import percentile, report
from _stage import EMAIL, PASSWORD, RINGBACK, Stage, stage

from backend.platform import migrations

SMALL, LARGE = 10_000, 1_000_000
ROUNDS = 60
# Of what is in the books, so many are dead, whatever the size: that is what people replay.
DEAD = 500


async def _fill(dsn: str, count: int, org_id: Any) -> str:
    connection = await asyncpg.connect(dsn)
    books = Books(connection)
    books.org_id = org_id or await connection.fetchval("select id from organisations limit 1")
    destination = await books.destination("http://127.0.0.1:9/", enabled=True)
    for start in range(0, count - DEAD, 100_000):
        part = min(100_000, count - DEAD - start)
        await books.book(destination, part, "delivered", data={"call": None})
    await books.book(destination, DEAD, "dead", data={"call": None})
    await connection.execute("vacuum analyze deliveries", timeout=600)
    await connection.close()
    return str(destination)


def _questions(destination: str) -> dict[str, tuple[str, str, dict[str, Any]]]:
    since = {"since": "2020-01-01T00:00:00Z", "status": ["dead"]}
    path = "/api/v1/deliveries"
    preview = f"/api/v1/destinations/{destination}/replay/preview"
    return {
        "newest": ("GET", path, {}),
        "of_destination": ("GET", path, {"params": {"destination_id": destination}}),
        "dead": ("GET", path, {"params": {"status": "dead"}}),
        "destinations": ("GET", "/api/v1/destinations", {}),
        "replay_preview": ("POST", preview, {"json": since}),
        "replay": ("POST", preview.removesuffix("/preview"), {"json": since}),
    }


async def main(on_stage: Stage) -> None:
    small_dsn = on_stage.environment["DATABASE_URL"]
    admin = await asyncpg.connect(small_dsn)
    await admin.execute("create database large")
    await admin.close()
    large_dsn = urlsplit(small_dsn)._replace(path="/large").geturl()
    await asyncio.to_thread(migrations.upgrade, large_dsn)
    times: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    asked = {}
    for size, dsn, count in (("small", small_dsn, SMALL), ("large", large_dsn, LARGE)):
        server = on_stage.serve(*RINGBACK, "serve", DATABASE_URL=dsn)
        client = httpx.AsyncClient(base_url=server.url, timeout=60)
        body = {"email": EMAIL, "password": PASSWORD}
        token = (await client.post("/api/v1/auth/login", json=body)).json()["access_token"]
        client.headers["authorization"] = f"Bearer {token}"
        asked[size] = (client, _questions(await _fill(dsn, count, None)))
    for _ in range(ROUNDS):
        for size, (client, questions) in asked.items():
            for name, (verb, path, options) in questions.items():
                began = time.perf_counter()
                answer = await client.request(verb, path, **options)
                times[name][size].append(time.perf_counter() - began)
                assert answer.is_success, answer.text
    for name, by_size in times.items():
        p95 = {size: percentile(values[5:], 0.95) * 1000 for size, values in by_size.items()}
        report(
            "deliveries_log",
            question=name,
            small_p95_ms=round(p95["small"], 2),
            large_p95_ms=round(p95["large"], 2),
            ratio=round(p95["large"] / p95["small"], 2),
        )


if __name__ == "__main__":
    with stage() as set_up:
        asyncio.run(main(set_up))
