"""The sandbox as a process of its own, and what tests ask of it."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.waiting import until

API_KEY = "key_sandbox"
SPEED = 50.0


@dataclass(frozen=True)
class Sandbox:
    url: str

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        async with httpx.AsyncClient(base_url=self.url, timeout=60) as client:
            response = await client.request(method, f"/sandbox{path}", json=body)
            response.raise_for_status()
            return response.json() if response.content else None

    async def add_fault(self, **rule: Any) -> None:
        await self.control("POST", "/faults", rule)

    async def reset(self) -> None:
        await self.control("POST", "/reset")
        await self.control("POST", "/llm/reset")
        await self.control("POST", "/mail/reset")
        await self.control("POST", "/lookup/reset")

    async def calls(self) -> list[dict[str, Any]]:
        answer = await self.control("GET", "/calls")
        calls: list[dict[str, Any]] = answer["calls"] if isinstance(answer, dict) else answer
        return calls

    async def ended(self, count: int) -> list[dict[str, Any]]:
        """Wait until so many calls are over at Retell, with their analysis, and return them."""

        async def probe() -> list[dict[str, Any]] | None:
            over = [call for call in await self.calls() if call["is_analyzed"]]
            return over if len(over) >= count else None

        return await until(probe, f"{count} calls to be over at Retell")

    @asynccontextmanager
    async def at_speed(self, speed: float) -> AsyncIterator[None]:
        """Let calls go slower for a while, so that there is time to do something to them."""
        await self.control("PUT", "/speed", {"speed": speed})
        try:
            yield
        finally:
            await self.control("PUT", "/speed", {"speed": SPEED})


@contextmanager
def running_sandbox(*options: str, speed: float = SPEED) -> Iterator[Sandbox]:
    command = [sys.executable, "-m", "backend.sandbox", "--port", "0", "--die-with-parent"]
    command += ["--api-key", API_KEY, "--speed", str(speed), "--log-level", "warning", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Sandbox(json.loads(process.stdout.readline())["url"])
        finally:
            process.terminate()
