"""Things that happen to calls, announced as the rooms announce them."""

from typing import Any

from backend.agents.models import Agent
from backend.calls import service as calls
from backend.calls.events import CallEnded
from backend.calls.models import Call
from backend.platform import db, events
from backend.records import service as records
from backend.records.models import Record, RecordStatus
from tests.support import builders
from tests.support.customers import Customer


async def an_agent(shop: Customer) -> Agent:
    async with db.transaction(shop.sessions) as session:
        return await builders.published_agent(session, shop.org.id)


async def calls_end(shop: Customer, count: int = 1, agent: Agent | None = None) -> list[Call]:
    """Have calls end, each in a transaction of its own."""
    agent = agent or await an_agent(shop)
    ended = []
    for _ in range(count):
        async with db.transaction(shop.sessions) as session:
            call = await builders.call(session, agent, lines=("user: I am late.",))
            await events.publish(session, CallEnded(**calls.about(call)))
            ended.append(call)
    return ended


async def again(shop: Customer, call: Call, times: int = 1) -> None:
    """Announce the end of a call that has ended once more, in one transaction."""
    async with db.transaction(shop.sessions) as session:
        await events.publish(session, *(CallEnded(**calls.about(call)) for _ in range(times)))


async def a_record_is_made(
    shop: Customer, call: Call, status: RecordStatus = RecordStatus.VALID, **columns: Any
) -> Record:
    async with db.transaction(shop.sessions) as session:
        record = await builders.record(session, call, status=status, **columns)
        await records.announce(session, record)
        return record
