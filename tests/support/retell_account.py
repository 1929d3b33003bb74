"""What tests do at the simulated Retell beside the service: buy numbers, call in, look around."""

from itertools import count
from typing import Any

import httpx

from tests.support.sandbox import API_KEY, Sandbox

# Organisations of earlier tests keep their numbers, so each test takes another.
_lines = count(120)


class RetellAccount:
    """The account's owner, at Retell's own API."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        key = {"Authorization": f"Bearer {API_KEY}"}
        async with httpx.AsyncClient(base_url=self.sandbox.url, headers=key, timeout=60) as client:
            response = await client.request(method, path, json=body)
        assert response.is_success, response.text
        return response.json() if response.content else None

    async def edit(
        self,
        agent: dict[str, Any],
        changes: dict[str, Any],
        *,
        prompt: str | None = None,
        llm: dict[str, Any] | None = None,
        publish: bool = True,
    ) -> None:
        """Do what a person does in Retell's own dashboard with one of our agents."""
        agent_id = agent["retell_agent_id"]
        latest = await self.ask("GET", f"/get-agent/{agent_id}")
        base = {"base_version": latest["version"]}
        draft = await self.ask("POST", f"/create-agent-version/{agent_id}", base)
        await self.ask("PATCH", f"/update-agent/{agent_id}", changes)
        told = (llm or {}) | ({} if prompt is None else {"general_prompt": prompt})
        if told:
            llm_id = draft["response_engine"]["llm_id"]
            await self.ask("PATCH", f"/update-retell-llm/{llm_id}", told)
        if publish:
            version = {"version": draft["version"]}
            await self.ask("POST", f"/publish-agent-version/{agent_id}", version)

    async def buy_number(self) -> str:
        wanted = {"phone_number": f"+14155550{next(_lines)}"}
        number: str = (await self.ask("POST", "/create-phone-number", wanted))["phone_number"]
        return number

    async def call_in(self, to_number: str, from_number: str = "+14155550100") -> dict[str, Any]:
        body = {"to_number": to_number, "from_number": from_number}
        answer: dict[str, Any] = await self.sandbox.control("POST", "/calls/inbound", body)
        return answer

    async def call(self, call_id: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.ask("GET", f"/v2/get-call/{call_id}")
        return found

    async def number(self, phone_number: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.ask("GET", f"/get-phone-number/{phone_number}")
        return found
