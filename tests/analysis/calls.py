"""Calls to analyze, and how a test has them analyzed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from backend.analysis import budget, jobs, queries, settings
from backend.analysis.events import AnalysisRequested
from backend.analysis.models import AnalysisDay, CallAnalysis
from backend.analysis.settings import Ask
from backend.calls.events import CallAnalyzed, CallEnded
from backend.calls.models import Call
from backend.platform import db
from backend.platform.settings import Settings
from tests.support import builders
from tests.support.room import Room, open_room
from tests.support.sandbox import Sandbox
from tests.support.service import test_settings
from tests.support.waiting import until

MODEL = "openai/sandbox-stand-in"
PRICES = {MODEL: (25, 200)}
SCHEMA = {
    "type": "object",
    "properties": {"delay_reason": {"type": ["string", "null"], "description": "Why he is late"}},
}
LINES = ("agent: Why are you late?", "user: There was an accident on the road.")
MORE = (*LINES, "agent: I see. Anything else?", "user: And then a flat tyre.")
_ON_AND_ON = [f"agent: I see, and then? {'Go on. ' * 40}", f"user: Well. {'And so on. ' * 40}"]
# Of two parts.
LONG_LINES = (*LINES, *(_ON_AND_ON * 120))
SETTLED = ["analyzed", "ended", "started"]


def priced_settings(dsn: str, sandbox: Sandbox, **changes: Any) -> Settings:
    llm = {"prices": PRICES} | changes.pop("llm", {})
    return test_settings(dsn, sandbox, llm=llm, **changes)


@asynccontextmanager
async def priced_room(dsn: str, sandbox: Sandbox, **changes: Any) -> AsyncIterator[Room]:
    async with open_room(priced_settings(dsn, sandbox, **changes)) as room:
        yield room


async def switch_on(room: Room, **changes: Any) -> Ask:
    wanted = {"enabled": True, "record_schema": SCHEMA, "instructions": None} | changes
    async with db.transaction(room.runtime.sessions) as session:
        return await settings.change(
            session, room.org.id, wanted, by=None, installed=room.runtime.settings
        )


async def settled_call(room: Room, **columns: Any) -> Call:
    """A call of which nothing more is expected, whose record is nobody's business here."""
    redact = columns.pop("redact", [])
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id, redact=redact)
        values: dict[str, Any] = {"lines": LINES, "seen": SETTLED, "check_at": None}
        return await builders.call(session, agent, **values | columns)


async def is_analyzed(room: Room, call: Call) -> None:
    """Say that Retell has analyzed the call, and leave the jobs that follow to the test."""
    await jobs.open_analysis(room.runtime, CallAnalyzed(org_id=call.org_id, call_id=call.id))


async def ended(room: Room, call: Call) -> None:
    await jobs.open_analysis(room.runtime, CallEnded(org_id=call.org_id, call_id=call.id))


async def made(room: Room, call: Call) -> list[CallAnalysis]:
    """Run what is to be run, and return all revisions."""
    assert await room.run_jobs() == []
    return await revisions(room, call)


async def revisions(room: Room, call: Call) -> list[CallAnalysis]:
    async with db.transaction(room.runtime.sessions) as session:
        return list(await queries.list_revisions(session, call.org_id, call.id))


async def analyzed(room: Room, call: Call) -> CallAnalysis:
    """Have a call analyzed from its beginning to its end."""
    await is_analyzed(room, call)
    return (await made(room, call))[-1]


async def days(room: Room) -> list[AnalysisDay]:
    async with db.transaction(room.runtime.sessions) as session:
        ask = await settings.read(session, room.org.id)
        today = budget.day_of(ask.settings)
        return list(await queries.list_days(session, room.org.id, since=today, until=today))


async def asked(sandbox: Sandbox) -> int:
    """Count the requests for an analysis, without those that read it a second time."""
    seen = (await sandbox.control("GET", "/llm/requests"))["items"]
    return sum("Case 1" not in request["body"]["messages"][-1]["content"] for request in seen)


def requested(analysis: CallAnalysis) -> AnalysisRequested:
    return AnalysisRequested(
        org_id=analysis.org_id, call_id=analysis.call_id, analysis_id=analysis.id
    )


@asynccontextmanager
async def while_asked(room: Room, sandbox: Sandbox) -> AsyncIterator[list[Exception]]:
    """Run the jobs, and do this while the model is being asked. Gives what failed in the end."""
    slow = {"kind": "slow", "count": 1, "params": {"seconds": 1}}
    await sandbox.control("POST", "/llm/faults", slow)
    running = asyncio.create_task(room.run_jobs())

    async def probe() -> bool:
        return await asked(sandbox) > 0

    await until(probe, "the model to be asked")
    failures: list[Exception] = []
    yield failures
    failures += await running
