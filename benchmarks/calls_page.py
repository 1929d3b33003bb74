"""A page of fifty calls: how many a second, beside the list a competent person writes.

Both servers run at the same time on the same rows and take turns, asked over one connection each.
"""

import asyncio
import http.client
import json
import sys
import time
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg
import jwt
from _report import report
from _stage import EMAIL, HERE, PASSWORD, RINGBACK, Server, stage
from calls_list import fill

CALLS = 10_000
ROUNDS = 7
REQUESTS = 150
PATH = "/api/v1/calls?limit=50"


class Asker:
    """One connection that stays, and the token its server knows."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port)
        self._headers: dict[str, str] = {}
        self.per_second: list[float] = []

    def carry(self, token: str) -> None:
        self._headers = {"Authorization": f"Bearer {token}"}

    def log_in(self) -> None:
        body = json.dumps({"email": EMAIL, "password": PASSWORD})
        self.carry(self._ask("POST", "/api/v1/auth/login", body)["access_token"])

    def page(self) -> Any:
        return self._ask("GET", PATH)

    def time_round(self) -> None:
        # It was idle while the other was asked; the next request opens it.
        self._connection.close()
        self.page()
        began = time.perf_counter()
        for _ in range(REQUESTS):
            self.page()
        self.per_second.append(REQUESTS / (time.perf_counter() - began))

    def _ask(self, method: str, path: str, body: str | None = None) -> Any:
        headers = self._headers | ({"Content-Type": "application/json"} if body else {})
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        assert answer.status == 200, f"{method} {path}: {answer.status} {text!r}"
        return json.loads(text)


async def find_organisation(dsn: str) -> UUID:
    connection = await asyncpg.connect(dsn)
    org_id: UUID = await connection.fetchval("select id from organisations")
    await connection.close()
    return org_id


def main() -> None:
    with stage() as on_stage:
        ours = Asker(on_stage.serve(*RINGBACK, "serve"))
        by_hand = Asker(on_stage.serve(sys.executable, str(HERE / "_page_by_hand.py")))
        dsn = on_stage.environment["DATABASE_URL"]
        asyncio.run(fill(dsn, CALLS))
        claims = {"org": str(asyncio.run(find_organisation(dsn)))}
        by_hand.carry(jwt.encode(claims, on_stage.environment["SECRET_KEY"], "HS256"))
        ours.log_in()
        pages = [[item["id"] for item in each.page()["items"]] for each in (ours, by_hand)]
        assert pages[0] == pages[1], "the two show other calls"
        for _ in range(ROUNDS):
            for each in (ours, by_hand):
                each.time_round()
        rates = zip(ours.per_second[1:], by_hand.per_second[1:], strict=True)  # the first warms up
        report(
            "calls_page",
            calls=CALLS,
            per_second={
                "ours": round(median(ours.per_second)),
                "by_hand": round(median(by_hand.per_second)),
            },
            ratio=round(median(a / b for a, b in rates), 2),
        )


if __name__ == "__main__":
    main()
