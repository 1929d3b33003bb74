"""The sandbox as a process of its own, and what tests ask of it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

API_KEY = "key_sandbox"


@dataclass(frozen=True)
class Sandbox:
    url: str

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        async with httpx.AsyncClient(base_url=self.url) as client:
            response = await client.request(method, f"/sandbox{path}", json=body)
            response.raise_for_status()
            return response.json() if response.content else None

    async def add_fault(self, **rule: Any) -> None:
        await self.control("POST", "/faults", rule)

    async def reset(self) -> None:
        await self.control("POST", "/reset")
        await self.control("POST", "/llm/reset")

    async def calls(self) -> list[dict[str, Any]]:
        answer = await self.control("GET", "/calls")
        calls: list[dict[str, Any]] = answer["calls"] if isinstance(answer, dict) else answer
        return calls


@contextmanager
def running_sandbox(*options: str, speed: float = 50) -> Iterator[Sandbox]:
    command = [sys.executable, "-m", "backend.sandbox", "--port", "0", "--die-with-parent"]
    command += ["--api-key", API_KEY, "--speed", str(speed), "--log-level", "warning", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ourselves
        assert process.stdout is not None
        try:
            yield Sandbox(json.loads(process.stdout.readline())["url"])
        finally:
            process.terminate()
