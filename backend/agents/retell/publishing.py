"""Publishing: Retell's LLM, Retell's agent, a Retell version, then our numbered version.

Each step's result is stored before the next begins, so that publishing again continues where a
crash or an error stopped. The old version stays live until the last step has gone well.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import queries, service
from backend.agents.draft.config import AgentConfig
from backend.agents.draft.publishable import refuse_undeclared_variables
from backend.agents.errors import PublishRunning
from backend.agents.events import AgentPublished
from backend.agents.models import Agent, AgentVersion, SyncState
from backend.agents.retell.pushing import LEASE, Push
from backend.platform import clock, db, events
from backend.platform.db import Sessions
from backend.platform.errors import AppError
from backend.platform.etags import Revisions
from backend.providers.retell import Retell


@dataclass(frozen=True)
class Publication:
    """What to publish, who asked for it, and where Retell sends its webhooks.

    `config` is what is published instead of the draft; `based_on` are the draft's revisions that
    it was asked for.
    """

    org_id: UUID
    agent_id: UUID
    webhook_url: str
    published_by: UUID | None
    note: str | None
    based_on: Revisions = None
    config: AgentConfig | None = None


async def publish_agent(sessions: Sessions, retell: Retell, publication: Publication) -> Agent:
    """Make the draft the version that takes calls. A second publish meanwhile is a conflict."""
    async with _claimed(sessions, retell, publication) as push:
        retell_version = await push.to_version(note=publication.note)
        async with db.transaction(sessions) as session:
            agent = await _freeze(session, push, retell_version, publication)
    async with db.transaction(sessions) as session:
        return await service.get_agent(session, agent.org_id, agent.id)


async def push_draft(
    sessions: Sessions, retell: Retell, publication: Publication
) -> tuple[Agent, int]:
    """Bring the draft to Retell as a draft there, and return that version's number.

    What takes calls stays as it is; a publish goes on with what this has made.
    """
    async with _claimed(sessions, retell, publication) as push:
        version = await push.to_draft()
        async with db.transaction(sessions) as session:
            stored = await service.lock_agent(session, push.agent.org_id, push.agent.id)
            stored.publish_step = None
    return push.agent, version


@asynccontextmanager
async def _claimed(
    sessions: Sessions, retell: Retell, publication: Publication
) -> AsyncIterator[Push]:
    """Hold an agent while it is brought to Retell, and note what went wrong with that."""
    async with db.transaction(sessions) as session:
        agent = await _claim(session, publication)
        live = await service.find_live(session, agent)
    assert agent.publishing_until is not None  # noqa: S101 - just claimed
    push = Push(
        sessions=sessions,
        retell=retell,
        agent=agent,
        config=publication.config or agent.draft,
        live=live,
        webhook_url=publication.webhook_url,
        until=agent.publishing_until,
        stopped_at=agent.publish_step,
    )
    failure: str | None = None
    try:
        yield push
    except AppError as error:
        failure = error.detail
        raise
    except Exception:
        failure = "Something went wrong here; the log has the details."
        raise
    finally:
        async with db.transaction(sessions) as session:
            await _release(session, push, failure)


async def _claim(session: AsyncSession, publication: Publication) -> Agent:
    agent = await service.lock_agent(
        session, publication.org_id, publication.agent_id, based_on=publication.based_on
    )
    refuse_undeclared_variables(publication.config or agent.draft, agent.engine)
    now = clock.now()
    if agent.publishing_until is not None and agent.publishing_until > now:
        seconds = round((agent.publishing_until - now).total_seconds())
        raise PublishRunning(
            f"Agent {agent.id} is being published. Should that have died, publishing is possible "
            f"again in {seconds} seconds."
        )
    agent.publishing_until = now + LEASE
    agent.publish_error = None
    return agent


async def _release(session: AsyncSession, push: Push, failure: str | None) -> None:
    agent = await queries.AGENTS.find_locked(session, push.agent.org_id, push.agent.id)
    # A publish that outlived its lease must not end that of the next.
    if agent is not None and agent.publishing_until == push.until:
        agent.publishing_until = None
        agent.publish_error = failure


async def _freeze(
    session: AsyncSession, push: Push, retell_version: int, publication: Publication
) -> Agent:
    """Record what was pushed, which the draft may no longer equal, as the next version."""
    agent = push.agent
    stored = await service.lock_agent(session, agent.org_id, agent.id)
    if stored.publishing_until != push.until:
        raise PublishRunning("Another publish has taken over, as this one took too long.")
    latest = await queries.AGENTS.find_latest_version(session, agent.org_id, agent.id)
    pushed = push.config.model_dump(mode="json")
    schema_version = latest.schema_version if latest else 1
    if latest and latest.config.get("record_schema") != pushed.get("record_schema"):
        schema_version += 1
    version = AgentVersion(
        org_id=agent.org_id,
        agent_id=agent.id,
        version=latest.version + 1 if latest else 1,
        schema_version=schema_version,
        config=pushed,
        retell_version=retell_version,
        note=publication.note,
        published_by=publication.published_by,
    )
    session.add(version)
    stored.published_version = version.version
    stored.publish_step = None
    stored.sync_state, stored.synced_at = SyncState.IN_SYNC, clock.now()
    await session.flush()
    await events.publish(
        session,
        AgentPublished(org_id=agent.org_id, agent_id=agent.id, data={"version": version.version}),
    )
    return stored
