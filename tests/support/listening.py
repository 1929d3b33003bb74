"""Following the feed as a browser does: reconnecting with the id of the last event received."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import cycle
from typing import Any

import httpx

from tests.support.service import Service
from tests.support.waiting import until

# The life of a call that somebody answers, in order.
LIFE = ("call.queued", "call.dialing", "call.started", "call.ended", "call.analyzed")
# What happens to a call, or to a record, at most once.
ONCE = {*LIFE, "call.not_connected", "call.failed", "call.canceled"}
RECORDS = {"record.extracted", "record.needs_review", "record.failed"}


class Listener:
    """One client of the feed. It takes the services in turn, one each time it connects."""

    def __init__(self, *services: Service, stay: int | None = None) -> None:
        """With `stay`, leave after so many events, and come back by the last id."""
        self.events: list[dict[str, Any]] = []
        self.connections = 0
        self._services = services
        self._stay = stay

    async def run(self) -> None:
        for service in cycle(self._services):
            with suppress(httpx.HTTPError):
                await self._follow(service.client)
            await asyncio.sleep(0.05)

    async def _follow(self, client: httpx.AsyncClient) -> None:
        last_id = self.events[-1]["id"] if self.events else "0"
        headers = {"Last-Event-ID": last_id}
        patience = httpx.Timeout(5, read=30)  # the server says something every 15 s
        received = 0
        async with client.stream(
            "GET", "/api/v1/events", headers=headers, timeout=patience
        ) as response:
            response.raise_for_status()
            self.connections += 1
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    self.events.append(json.loads(line.removeprefix("data: ")))
                    received += 1
                    if received == self._stay:
                        return

    @property
    def ids(self) -> list[str]:
        return [event["id"] for event in self.events]

    @property
    def names(self) -> list[str]:
        return [event["name"] for event in self.events]

    def names_of(self, call_id: str) -> list[str]:
        return [event["name"] for event in self.events if event["call_id"] == call_id]

    def life_of(self, call_id: str) -> tuple[str, ...]:
        return tuple(name for name in self.names_of(call_id) if name in LIFE)

    async def sees(self, condition: Callable[[], bool], what: str, *, patience: float = 60) -> None:
        async def probe() -> bool:
            return condition()

        await until(probe, what, patience=patience)

    async def sees_the_end_of(self, *call_ids: str, patience: float = 60) -> None:
        """Wait until each call is over and analyzed, and has its record."""

        def unfinished() -> list[str]:
            return [each for each in call_ids if not self._is_finished(each)]

        try:
            await self.sees(lambda: not unfinished(), "all calls to end", patience=patience)
        except AssertionError as error:
            left = {call_id: self.names_of(call_id) for call_id in unfinished()}
            raise AssertionError(f"{error} These did not: {left}") from None

    def _is_finished(self, call_id: str) -> bool:
        names = set(self.names_of(call_id))
        return "call.analyzed" in names and (
            "call.not_connected" in names or not names.isdisjoint(RECORDS)
        )

    def repeated(self) -> list[tuple[str, str]]:
        """List what was announced more than once, though it happens once to a call or record."""
        told = Counter(
            (event["data"].get("record_id") or event["call_id"], event["name"])
            for event in self.events
            if event["name"] in ONCE | RECORDS
        )
        return [which for which, count in told.items() if count > 1]


@asynccontextmanager
async def listening(*services: Service, stay: int | None = None) -> AsyncIterator[Listener]:
    """Follow everything that ever happened, from the beginning of the log."""
    listener = Listener(*services, stay=stay)
    task = asyncio.create_task(listener.run())
    try:
        yield listener
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def whole_log(service: Service, last_id: str) -> Listener:
    """Read the log in one go, up to an event that is in it."""
    async with listening(service) as listener:
        await listener.sees(lambda: last_id in listener.ids, f"event {last_id}")
    return listener
