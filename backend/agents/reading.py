"""Agents as the API shows them."""

from collections.abc import Sequence

from fastapi import Response
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service
from backend.agents.models import Agent
from backend.agents.schemas import AgentRead
from backend.platform.etags import etag


async def read_agent(session: AsyncSession, agent: Agent, response: Response) -> AgentRead:
    response.headers["ETag"] = etag(agent.draft_revision)
    (shown,) = await read_agents(session, [agent])
    return shown


async def read_agents(session: AsyncSession, agents: Sequence[Agent]) -> list[AgentRead]:
    """Show agents of one organisation, with one query for what is live of all of them."""
    unpublished = await service.find_unpublished(session, agents)
    return [
        AgentRead(
            **dict(agent.draft),
            id=agent.id,
            engine=agent.engine,
            draft_revision=agent.draft_revision,
            published_version=agent.published_version,
            has_unpublished_changes=agent.id in unpublished,
            publish_state=agent.publish_state,
            publish_error=agent.publish_error,
            sync_state=agent.sync_state,
            synced_at=agent.synced_at,
            retell_agent_id=agent.retell_agent_id,
            archived_at=agent.archived_at,
            created_at=agent.created_at,
            updated_at=agent.updated_at,
        )
        for agent in agents
    ]
