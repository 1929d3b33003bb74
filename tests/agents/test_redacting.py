"""What is masked of an agent's calls: as the version says that took one, and asked for once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from backend.agents import redacting
from backend.agents.models import Agent, AgentVersion
from backend.agents.redacting import Redaction
from backend.platform import db
from backend.redaction.finding import Sensitive
from tests.support import builders
from tests.support.room import Room

CARD = Redaction((Sensitive.CARD,), keeps_original=False)


@contextmanager
def statements(room: Room) -> Iterator[list[str]]:
    """Collect what the database is asked."""
    asked: list[str] = []
    engine = room.runtime.sessions.engine.sync_engine

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def found(room: Room, agent: Agent, version: int | None) -> Redaction:
    async with db.transaction(room.runtime.sessions) as session:
        return await redacting.find(session, agent.id, version)


async def published(room: Room, **config: Any) -> Agent:
    async with db.transaction(room.runtime.sessions) as session:
        return await builders.published_agent(session, room.org.id, **config)


async def change(room: Room, agent: Agent, **columns: Any) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        (await session.get_one(Agent, agent.id)).sqlmodel_update(columns)


@pytest.mark.parametrize("redact", [[], ["card"]])
async def test_a_version_is_asked_for_once(room: Room, redact: list[str]) -> None:
    agent = await published(room, redact=redact, keep_original=not redact)
    first = await found(room, agent, 1)

    with statements(room) as asked:
        assert [await found(room, agent, 1) for _ in range(3)] == [first] * 3

    assert first == (CARD if redact else Redaction())
    assert asked == []


async def test_a_draft_is_asked_for_each_time_and_a_version_stays(room: Room) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        draft = await builders.agent(session, room.org.id)
    agent = await published(room, redact=["card"], keep_original=False)
    assert [await found(room, each, None) for each in (draft, agent)] == [Redaction(), CARD]

    await change(room, draft, config={**draft.config, "redact": ["card"], "keep_original": False})
    await change(room, agent, config={**agent.config, "redact": []})

    assert [await found(room, each, None) for each in (draft, agent)] == [CARD, CARD]


async def test_what_is_published_next_counts_at_once(room: Room) -> None:
    agent = await published(room)
    assert await found(room, agent, None) == Redaction()
    async with db.transaction(room.runtime.sessions) as session:
        (first,) = await session.exec(select(AgentVersion).where(AgentVersion.agent_id == agent.id))
        told = first.model_dump(exclude={"id", "version", "config"})
        config = {**first.config, "redact": ["card"], "keep_original": False}
        session.add(AgentVersion(**told, version=2, config=config))
    await change(room, agent, published_version=2)

    assert await found(room, agent, None) == CARD
    assert await found(room, agent, 1) == Redaction()


async def test_a_version_that_may_be_taken_back_is_not_remembered(room: Room) -> None:
    agent = await published(room)
    version = AgentVersion(
        org_id=room.org.id,
        agent_id=agent.id,
        version=2,
        schema_version=1,
        config=agent.config,
        retell_version=1,
    )
    async with room.runtime.sessions() as session:
        session.add(version)
        await session.flush()
        assert await redacting.find(session, agent.id, 2) == Redaction()
        await session.rollback()
    async with db.transaction(room.runtime.sessions) as session:
        masked = {**agent.config, "redact": ["card"], "keep_original": False}
        session.add(AgentVersion(**version.model_dump(exclude={"id", "config"}), config=masked))

    assert await found(room, agent, 2) == CARD


async def test_only_so_many_are_remembered(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redacting, "_MOST_KNOWN", 2)
    monkeypatch.setattr(redacting, "_known", {})
    agents = [await published(room) for _ in range(3)]

    for agent in agents:
        await found(room, agent, 1)

    assert list(redacting._known) == [(agent.id, 1) for agent in agents[1:]]
