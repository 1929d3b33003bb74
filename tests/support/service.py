"""The whole service in this process, over real HTTP, as a customer meets it."""

import asyncio
import json
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from backend.cli import running
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.settings import Settings
from backend.wiring import build
from tests.support.sandbox import API_KEY, Sandbox
from tests.support.waiting import until

EMAIL = "admin@example.com"
PASSWORD = "correct horse battery"
# No test asks a provider itself.
NOWHERE = "http://127.0.0.1:9"
SECRET = "a secret for tests that is long enough"

_FILES = tempfile.TemporaryDirectory(prefix="ringback-test-files-")


def test_settings(dsn: str, sandbox: Sandbox, **changes: Any) -> Settings:
    """Settings of a service on this database and sandbox, with times that suit tests."""
    values: dict[str, Any] = {
        "port": _free_port(),
        "secret_key": SECRET,
        "database": {"url": dsn, "pool_size": 5},
        "retell": {
            "api_key": API_KEY,
            "base_url": sandbox.url,
            "from_number": "+14155550199",
        },
        "storage": {"url": f"file://{_FILES.name}"},
        "transcriber": "deepgram/sandbox",
        # Those tests that are about it say so.
        "embedder": "off",
        "deepgram": {"api_key": "sandbox", "base_url": f"{sandbox.url}/deepgram"},
        "assemblyai": {"api_key": "sandbox", "base_url": f"{sandbox.url}/assemblyai"},
        "openai": {"api_key": "sandbox", "base_url": f"{sandbox.url}/v1"},
        "anthropic": {"base_url": NOWHERE},
        "gemini": {"base_url": NOWHERE},
        "llm": {"model": "openai/sandbox-stand-in", "check_model": "same", "timeout_seconds": 10},
        "admin": {"email": EMAIL, "password": PASSWORD},
        "dial": {"starts_per_second": 1000, "tick_seconds": 0.1, "limit_seconds": 1},
        "deadline": {"check_seconds": 0.1},
        "limit": {"requests_per_minute": 100_000, "logins_per_minute": 100_000},
        "log": {"level": "WARNING"},
    }
    for name, value in changes.items():
        values[name] = {**values.get(name, {}), **value} if isinstance(value, dict) else value
    return Settings(_env_file=None, **values)


test_settings.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test


def unconnected_settings(**changes: Any) -> Settings:
    """Settings of a service that is not started: its database is nowhere."""
    nowhere = {"url": "postgresql://nobody@127.0.0.1:9/nothing"}
    return Settings(_env_file=None, **{"secret_key": SECRET, "database": nowhere, **changes})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Service:
    settings: Settings
    sessions: Sessions
    client: httpx.AsyncClient

    async def get(self, path: str, **parameters: Any) -> Any:
        return await self._ask("GET", path, params=parameters)

    async def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return await self._ask("POST", path, json=body, headers=headers)

    async def patch(self, path: str, body: Any) -> Any:
        return await self._ask("PATCH", path, json=body)

    async def _ask(self, method: str, path: str, **options: Any) -> Any:
        response = await self.client.request(method, f"/api/v1{path}", **options)
        assert response.is_success, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    async def published_agent(self, **config: Any) -> dict[str, Any]:
        agent = await self.post("/agents", {"name": "Check-in", "prompt": "Be kind.", **config})
        published: dict[str, Any] = await self.post(f"/agents/{agent['id']}/publish")
        return published

    async def call(self, agent: dict[str, Any], **request: Any) -> dict[str, Any]:
        placed: dict[str, Any] = await self.post(
            "/calls", {"agent_id": agent["id"], "to_number": "+14155550100", **request}
        )
        return placed

    async def call_in(self, call_id: str, *statuses: str) -> dict[str, Any]:
        """Wait until the call is in one of the states, and return it."""

        async def probe() -> dict[str, Any] | None:
            call: dict[str, Any] = await self.get(f"/calls/{call_id}")
            return call if call["status"] in statuses else None

        return await until(probe, f"call {call_id} to be {' or '.join(statuses)}")

    async def record_of(self, call_id: str) -> dict[str, Any]:
        """Wait until the call's record is made, and return it."""

        async def probe() -> dict[str, Any] | None:
            record = (await self.get(f"/calls/{call_id}"))["record"]
            return record if record and record["status"] != "pending" else None

        return await until(probe, f"the record of call {call_id}")

    async def events(self, path: str, last: str, since: str = "0") -> list[dict[str, Any]]:
        """Follow a feed until an event of this name has come; return all that came."""
        seen: list[dict[str, Any]] = []
        url = f"/api/v1{path}"
        async with (
            asyncio.timeout(15),
            self.client.stream("GET", url, params={"last_event_id": since}) as response,
        ):
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    seen.append(json.loads(line.removeprefix("data: ")))
                    if seen[-1]["name"] == last:
                        break
        return seen


@asynccontextmanager
async def running_service(
    settings: Settings, *, api: bool = True, worker: bool = True
) -> AsyncIterator[Service]:
    """Run API and worker in this process, log in, and stop both in the end."""
    stopping = asyncio.Event()
    await running.prepare(settings)
    parts, ready = [], []
    for wanted, part in ((api, running.serve), (worker, running.work)):
        if wanted:
            ready.append(asyncio.Event())
            parts.append(asyncio.create_task(part(settings, stopping, ready[-1])))
    engine = db.create_engine(settings.database)
    try:
        await asyncio.wait_for(asyncio.gather(*(event.wait() for event in ready)), 15)
        address = f"http://127.0.0.1:{settings.port}"
        async with httpx.AsyncClient(base_url=address, timeout=60) as client:
            sessions = db.create_sessions(engine, build(settings))
            if api:
                client.headers["Authorization"] = f"Bearer {await log_in(client)}"
            yield Service(settings, sessions, client)
    finally:
        stopping.set()
        await asyncio.gather(*parts)
        await engine.dispose()


async def log_in(client: httpx.AsyncClient) -> str:
    body = {"email": EMAIL, "password": PASSWORD}
    response = await client.post("/api/v1/auth/login", json=body)
    token: str = response.json()["access_token"]
    return token
