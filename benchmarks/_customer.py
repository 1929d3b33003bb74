"""A customer of the service, who knows nothing but its API and its feed."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from _stage import EMAIL, PASSWORD


@dataclass(frozen=True)
class Heard:
    """An event of the feed, and when it was heard."""

    at: float
    name: str
    call_id: str | None


class Customer:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        response = await self.client.request(method, f"/api/v1{path}", json=body)
        assert response.is_success, f"{method} {path}: {response.status_code} {response.text}"
        return response.json()

    async def published_agent(self, name: str, **config: Any) -> Any:
        config = {"name": name, "prompt": "Find out how the run is going.", **config}
        agent = await self.ask("POST", "/agents", config)
        return await self.ask("POST", f"/agents/{agent['id']}/publish")

    async def follow(self, path: str, since: str | None = None) -> AsyncIterator[Heard]:
        """Follow a feed, as long as somebody wants more of it."""
        given = {"last_event_id": since} if since is not None else {}
        async with self.client.stream(
            "GET", f"/api/v1{path}", params=given, timeout=60
        ) as response:
            assert response.status_code == 200, f"{path}: {response.status_code}"
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    event = json.loads(line.removeprefix("data: "))
                    yield Heard(time.monotonic(), event["name"], event["call_id"])


@asynccontextmanager
async def customer_of(url: str) -> AsyncIterator[Customer]:
    """Log in as the administrator."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        body = {"email": EMAIL, "password": PASSWORD}
        response = (await client.post("/api/v1/auth/login", json=body)).raise_for_status()
        client.headers["Authorization"] = f"Bearer {response.json()['access_token']}"
        yield Customer(client)
