"""From a stored webhook to the status on a client's screen, and to the record, one at a time."""

import asyncio
import sys
import time
from uuid import uuid4

import httpx
from _customer import Customer, Heard, customer_of
from _instant_llm import RECORD_SCHEMA
from _payloads import call_ended, sign
from _report import in_ms, report
from _stage import HERE, KEY, RINGBACK, Stage, free_port, stage, wait_until_ready

WARM_UP = 10
COUNT = 100
PATIENCE_SECONDS = 20.0
MADE = ("record.extracted", "record.needs_review", "record.failed")


async def main(url: str) -> None:
    async with customer_of(url) as customer:
        agent = await customer.published_agent("Check-in", record_schema=RECORD_SCHEMA)
        statuses, records, outcomes = await measure(customer, agent["retell_agent_id"])
    report(
        "pipeline",
        webhooks=len(statuses),
        stored_to_status_on_client=in_ms(statuses, 0.5, 0.95) | {"to_reach_p95_ms": 100},
        stored_to_record=in_ms(records, 0.5, 0.95) | {"to_reach_p95_ms": 250},
        records=outcomes,
    )


def serve(running: Stage) -> str:
    llm = f"http://127.0.0.1:{(port := free_port())}"
    wait_until_ready(llm, running.run(sys.executable, str(HERE / "_instant_llm.py"), str(port)))
    service = running.serve(
        *RINGBACK,
        "up",
        RETELL_BASE_URL=running.sandbox(),
        OPENAI_BASE_URL=llm,
        LLM_MODEL="openai/instant",
        LLM_CHECK_MODEL="off",
        DEADLINE_ANALYSIS_SECONDS="3600",
    )
    return service.url


async def measure(
    customer: Customer, agent_id: str
) -> tuple[list[float], list[float], dict[str, int]]:
    """Deliver webhooks one after the other; times count from the acknowledgement."""
    statuses, records, outcomes = [], [], dict.fromkeys(MADE, 0)
    feed = Feed(customer)
    async with asyncio.timeout(240), feed:
        for number in range(WARM_UP + COUNT):
            stored_at = await deliver(customer.client, agent_id)
            ended = await feed.next("call.ended")
            made = await feed.next(*MADE)
            if number >= WARM_UP:
                statuses.append(max(0.0, ended.at - stored_at))
                records.append(made.at - stored_at)
                outcomes[made.name] += 1
    return statuses, records, outcomes


class Feed:
    """The customer's feed, followed from now on."""

    def __init__(self, customer: Customer) -> None:
        self._heard: asyncio.Queue[Heard] = asyncio.Queue()
        self._customer = customer

    async def __aenter__(self) -> None:
        self._following = asyncio.create_task(self._follow())
        # The position "0" has the feed speak at once, which tells that it is open.
        await self.next("agent.published")

    async def __aexit__(self, *_: object) -> None:
        self._following.cancel()
        await asyncio.gather(self._following, return_exceptions=True)

    async def _follow(self) -> None:
        async for heard in self._customer.follow("/events", since="0"):
            self._heard.put_nowait(heard)

    async def next(self, *names: str) -> Heard:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                heard = await self._heard.get()
                if heard.name in names:
                    return heard


async def deliver(client: httpx.AsyncClient, agent_id: str) -> float:
    """Send one webhook, and return when its acknowledgement came."""
    body = call_ended(f"call_{uuid4().hex}", agent_id=agent_id)
    headers = {"X-Retell-Signature": sign(body, KEY), "Content-Type": "application/json"}
    response = await client.post("/webhook/retell/default", content=body, headers=headers)
    at = time.monotonic()
    assert response.status_code == 204, response.text
    return at


if __name__ == "__main__":
    with stage() as running:
        asyncio.run(main(serve(running)))
