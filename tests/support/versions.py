"""Versions of agents with calls, and what is found when they are compared."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from backend.agents import service as agents
from backend.agents.models import Agent, AgentVersion
from backend.calls.models import AnsweredBy
from backend.insights import jobs
from backend.insights.versions import service
from backend.insights.versions.models import VersionComparison
from backend.platform import clock, db
from backend.platform.events import LoggedEvent
from backend.records.models import RecordStatus
from tests.support import builders
from tests.support.room import Room


def long_enough_ago() -> datetime:
    return clock.now() - timedelta(hours=2)


SCHEMA = {
    "type": "object",
    "properties": {
        "boxes": {"type": ["number", "null"]},
        "outcome": {"type": ["string", "null"], "enum": ["done", "refused", None]},
    },
}


async def an_agent(room: Room, **config: Any) -> Agent:
    """Make an agent whose version 1 is live."""
    async with db.transaction(room.runtime.sessions) as session:
        return await builders.published_agent(session, room.org.id, record_schema=SCHEMA, **config)


async def publish(room: Room, agent: Agent, version: int, *, days_ago: float = 0) -> None:
    """Freeze the draft as this version, which takes calls from then on."""
    async with db.transaction(room.runtime.sessions) as session:
        stored = await agents.lock_agent(session, room.org.id, agent.id)
        stored.published_version = version
        session.add(
            AgentVersion(
                org_id=room.org.id,
                agent_id=agent.id,
                version=version,
                schema_version=1,
                config=stored.config,
                retell_version=version,
                created_at=clock.now() - timedelta(days=days_ago),
            )
        )


async def calls(
    room: Room, agent: Agent, version: int, count: int, *, answered: int = 8, **columns: Any
) -> None:
    """Make calls of a version, so many of ten answered by people."""
    async with db.transaction(room.runtime.sessions) as session:
        for n in range(count):
            is_well = n % 10 < answered
            usual: dict[str, Any] = {"duration_ms": 60_000 + 100 * (n % 10)}
            usual["dialed_at"] = long_enough_ago()
            who = AnsweredBy.HUMAN if is_well else AnsweredBy.VOICEMAIL
            call = await builders.call(
                session,
                agent,
                agent_version=version,
                answered_by=who,
                **usual | columns,
            )
            data = {"boxes": n % 7, "outcome": "done" if is_well else "refused"}
            await builders.record(session, call, status=RecordStatus.VALID, data=data)


async def compare(room: Room) -> None:
    """Run the job as if some minutes had gone by since it last ran."""
    async with db.transaction(room.runtime.sessions) as session:
        for each in await session.exec(
            select(VersionComparison).where(VersionComparison.org_id == room.org.id)
        ):
            each.checked_at = None
    await jobs.compare_versions(room.runtime)


async def found(room: Room, agent: Agent, version: int) -> VersionComparison:
    async with db.transaction(room.runtime.sessions) as session:
        return await service.get_comparison(session, room.org.id, agent.id, version)


async def told(room: Room) -> list[dict[str, Any]]:
    statement = select(LoggedEvent).where(
        LoggedEvent.org_id == room.org.id, col(LoggedEvent.name) == "agent.version_differs"
    )
    async with db.transaction(room.runtime.sessions) as session:
        logged = await session.exec(statement.order_by(col(LoggedEvent.id)))
        return [each.data for each in logged]
