"""Calls in which something was said, looked at as the service does."""

import asyncio
from typing import Any

from backend.calls.models import Call
from backend.compliance import queries
from backend.compliance.models import Suppression
from backend.conduct import service
from backend.conduct.models import CallConduct
from backend.platform import db, ids
from tests.support import builders
from tests.support.room import Room

NUMBER = "+14155550100"
ASKED = "user: No. Please don't call me again. Bye."
PERHAPS = "user: Just leave me alone."
OPENING = "agent: Hi, this is Alex, an AI assistant from Brightline. You can opt out any time."


async def a_call(room: Room, *lines: str, purpose: str = "marketing", **columns: Any) -> Call:
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id, purpose=purpose)
        told = {"seen": ["analyzed", "ended", "started"]} | columns
        return await builders.call(session, agent, lines=lines, **told)


async def checked(room: Room, call: Call) -> CallConduct | None:
    """Look at a call as several jobs do, some at the same time."""

    async def check() -> None:
        async with db.transaction(room.runtime.sessions) as session:
            await service.check_call(session, room.org.id, call.id)

    await asyncio.gather(check(), check())
    await check()
    async with db.transaction(room.runtime.sessions) as session:
        return await service.find_conduct(session, room.org.id, call.id)


async def who_is_suppressed(room: Room, number: str = NUMBER) -> list[Suppression]:
    async with db.transaction(room.runtime.sessions) as session:
        return list(await queries.list_of_numbers(session, room.org.id, [number]))


async def decide(room: Room, call: Call, *, is_opt_out: bool) -> CallConduct:
    async with db.transaction(room.runtime.sessions) as session:
        return await service.decide(
            session, room.org.id, call.id, is_opt_out=is_opt_out, by=ids.new_id()
        )
