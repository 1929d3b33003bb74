"""What tests do with the sandbox: through the vendor's client, and through its controls."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from retell import AsyncRetell
from retell.types import AgentResponse, PhoneCallResponse

OWN_NUMBER = "+14155550199"
PERSON = "+14155550100"
PROMPT = "You are a dispatcher. Call the driver about the load and ask for the ETA."
ALL_EVENTS = [
    "call_started",
    "call_ended",
    "call_analyzed",
    "transcript_updated",
    "transfer_started",
    "transfer_bridged",
    "transfer_ended",
]
T = TypeVar("T")


async def until(probe: Callable[[], Awaitable[T | None]], seconds: float = 10.0) -> T:
    """Ask until there is an answer."""
    async with asyncio.timeout(seconds):
        while True:
            if (answer := await probe()) is not None:
                return answer
            await asyncio.sleep(0.005)


@dataclass(frozen=True)
class SandboxUser:
    url: str
    retell: AsyncRetell
    control: httpx.AsyncClient
    hook: str

    async def agent(self, *, llm: dict[str, Any] | None = None, **settings: Any) -> AgentResponse:
        """Create an agent that reports to the test's receiver."""
        engine = await self.retell.llm.create(**{"general_prompt": PROMPT} | (llm or {}))
        defaults = {
            "response_engine": {"type": "retell-llm", "llm_id": engine.llm_id},
            "voice_id": "11labs-Adrian",
            "agent_name": "Driver check-in",
            "webhook_url": self.hook,
        }
        return await self.retell.agent.create(**defaults | settings)

    async def dial(self, agent_id: str, **request: Any) -> PhoneCallResponse:
        defaults = {
            "from_number": OWN_NUMBER,
            "to_number": PERSON,
            "override_agent_id": agent_id,
        }
        return await self.retell.call.create_phone_call(**defaults | request)

    async def play(self, agent_id: str, scenario: str, **request: Any) -> PhoneCallResponse:
        """Play a scenario to its end and return the call with its analysis."""
        metadata = {"sandbox_scenario": scenario, **request.pop("metadata", {})}
        call = await self.dial(agent_id, metadata=metadata, **request)
        return await self.analyzed(call.call_id)

    async def analyzed(self, call_id: str) -> PhoneCallResponse:
        """Wait for the analysis; Retell's API, with its limits, is asked only once."""

        async def probe() -> bool | None:
            return (await self.seen(call_id))["is_analyzed"] or None

        await until(probe)
        return await self.get(call_id)

    async def in_status(self, call_id: str, status: str) -> PhoneCallResponse:
        async def probe() -> bool | None:
            return (await self.seen(call_id))["call_status"] == status or None

        await until(probe)
        return await self.get(call_id)

    async def has_played_more_than(self, call_id: str, turns: int) -> None:
        async def probe() -> bool | None:
            return (await self.seen(call_id))["turns_played"] > turns or None

        await until(probe)

    async def get(self, call_id: str) -> PhoneCallResponse:
        call = await self.retell.call.retrieve(call_id)
        assert isinstance(call, PhoneCallResponse)
        return call

    async def raw(self, call_id: str) -> dict[str, Any]:
        """Return a call as it is on the wire."""
        call: dict[str, Any] = (await self.request("GET", f"/v2/get-call/{call_id}")).json()
        return call

    async def request(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Ask Retell's API without its client."""
        headers = {"Authorization": f"Bearer {self.retell.api_key}"}
        return await self.control.request(method, f"{self.url}{path}", json=body, headers=headers)

    async def fault(self, target: str, kind: str, **rule: Any) -> None:
        response = await self.control.post("/faults", json={"target": target, "kind": kind, **rule})
        assert response.status_code == 201, response.text

    async def limit(self, **values: Any) -> None:
        response = await self.control.put("/limits", json=values)
        assert response.status_code == 200, response.text

    async def speed(self, speed: float) -> None:
        """Slow calls down to look at them, or let them go on."""
        response = await self.control.put("/speed", json={"speed": speed})
        assert response.status_code == 200, response.text

    async def seen(self, call_id: str) -> dict[str, Any]:
        """Return what the sandbox says about a call and its webhooks."""
        seen: dict[str, Any] = (await self.control.get(f"/calls/{call_id}")).json()
        return seen

    async def triggered(self, call_id: str) -> list[str]:
        """Return the events of a call in the order the sandbox triggered them."""
        return [str(each["event"]) for each in (await self.seen(call_id))["webhooks"]]

    async def settled(self, call_id: str, event: str) -> dict[str, Any]:
        """Wait until the delivery of an event has come to its end, and return it."""

        async def probe() -> dict[str, Any] | None:
            sent = [
                each for each in (await self.seen(call_id))["webhooks"] if each["event"] == event
            ]
            return next((each for each in sent if each["state"] != "pending"), None)

        return await until(probe)

    async def dialled(self) -> dict[str, int]:
        dialled: dict[str, int] = (await self.control.get("/calls")).json()["dialled"]
        return dialled
