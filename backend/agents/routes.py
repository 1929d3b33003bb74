"""Configuring agents."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import publishing, service
from backend.agents.errors import PublicUrlMissing
from backend.agents.models import Agent, AgentVersion
from backend.agents.presets import PRESETS
from backend.agents.publishing import Publication
from backend.agents.schemas import (
    AgentCreate,
    AgentRead,
    AgentUpdate,
    AgentVersionRead,
    PresetRead,
    PublishCreate,
)
from backend.auth.deps import AnyCaller, Manager
from backend.platform import pages
from backend.platform.deps import CurrentSettings, Session, SessionFactory
from backend.platform.pages import Cursor, Limit, Page
from backend.providers.deps import CurrentRetell

router = APIRouter(prefix="/api/v1/agents", tags=["agents"])


@router.post("", status_code=201)
async def create_agent(body: AgentCreate, caller: Manager, session: Session) -> AgentRead:
    """Create an agent as a draft. It takes calls once it is published."""
    return await _read(session, await service.create_agent(session, caller.org_id, body))


@router.get("")
async def list_agents(
    caller: AnyCaller,
    session: Session,
    *,
    archived: Annotated[bool, Query(description="Also those that were archived.")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AgentRead]:
    """List agents, newest first."""
    rows = await service.list_agents(
        session, caller.org_id, archived=archived, cursor=cursor, limit=limit + 1
    )
    rows, next_cursor = pages.cut(rows, limit)
    return Page(items=await _read_all(session, rows), next_cursor=next_cursor)


@router.get("/presets")
async def list_presets(caller: AnyCaller) -> list[PresetRead]:  # noqa: ARG001 - login needed
    """List example agents to start from: pass a preset's `config` to `POST /api/v1/agents`."""
    return [PresetRead(key=preset.key, config=preset.config) for preset in PRESETS]


@router.get("/{agent_id}")
async def get_agent(agent_id: UUID, caller: AnyCaller, session: Session) -> AgentRead:
    """Show an agent's draft and what is live."""
    return await _read(session, await service.get_agent(session, caller.org_id, agent_id))


@router.patch("/{agent_id}")
async def update_agent(
    agent_id: UUID,
    body: AgentUpdate,
    caller: Manager,
    session: Session,
) -> AgentRead:
    """Change fields of the draft; what is live does not change until it is published."""
    changes = body.model_dump(mode="json", exclude_unset=True)
    return await _read(
        session, await service.update_agent(session, caller.org_id, agent_id, changes)
    )


@router.delete("/{agent_id}", status_code=204)
async def archive_agent(agent_id: UUID, caller: Manager, session: Session) -> None:
    """Archive an agent: it takes no more calls; its calls and versions stay."""
    await service.archive_agent(session, caller.org_id, agent_id)


@router.post("/{agent_id}/publish")
async def publish_agent(
    agent_id: UUID,
    caller: Manager,
    sessions: SessionFactory,
    settings: CurrentSettings,
    retell: CurrentRetell,
    body: PublishCreate | None = None,
) -> AgentRead:
    """Push the draft to Retell and make it the version that takes calls."""
    if not settings.can_be_reached:
        raise PublicUrlMissing(
            "PUBLIC_URL is not set, so Retell would not know where to send what comes of calls. "
            "Set it to an address of this service that Retell reaches, and publish then."
        )
    publication = Publication(
        org_id=caller.org_id,
        agent_id=agent_id,
        webhook_url=f"{settings.own_url}/webhook/retell/{caller.org_slug}",
        published_by=caller.user_id,
        note=body.note if body else None,
    )
    agent = await publishing.publish_agent(sessions, retell, publication)
    async with sessions() as session:
        return await _read(session, agent)


@router.get("/{agent_id}/versions")
async def list_versions(
    agent_id: UUID,
    caller: AnyCaller,
    session: Session,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AgentVersionRead]:
    """List what was published, newest first."""
    rows = await service.list_versions(
        session, caller.org_id, agent_id, cursor=cursor, limit=limit + 1
    )
    rows, next_cursor = pages.cut(rows, limit)
    return Page(items=[_version(row) for row in rows], next_cursor=next_cursor)


@router.post("/{agent_id}/versions/{version}/restore")
async def restore_version(
    agent_id: UUID, version: int, caller: Manager, session: Session
) -> AgentRead:
    """Copy an old version into the draft; publish it to make it live."""
    agent = await service.restore_version(session, caller.org_id, agent_id, version)
    return await _read(session, agent)


async def _read(session: AsyncSession, agent: Agent) -> AgentRead:
    (shown,) = await _read_all(session, [agent])
    return shown


async def _read_all(session: AsyncSession, agents: Sequence[Agent]) -> list[AgentRead]:
    """Show agents of one organisation, with one query for what is live of all of them."""
    unpublished = await service.find_unpublished(session, agents)
    return [
        AgentRead(
            **agent.draft.model_dump(),
            id=agent.id,
            published_version=agent.published_version,
            has_unpublished_changes=agent.id in unpublished,
            retell_agent_id=agent.retell_agent_id,
            archived_at=agent.archived_at,
            created_at=agent.created_at,
            updated_at=agent.updated_at,
        )
        for agent in agents
    ]


def _version(version: AgentVersion) -> AgentVersionRead:
    return AgentVersionRead(
        version=version.version,
        schema_version=version.schema_version,
        note=version.note,
        published_by=version.published_by,
        created_at=version.created_at,
        config=version.frozen,
    )
