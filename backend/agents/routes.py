"""Configuring agents."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from backend.agents import service
from backend.agents.models import AgentVersion
from backend.agents.presets.catalog import PRESETS
from backend.agents.reading import read_agent, read_agents
from backend.agents.retell import publishing
from backend.agents.retell.publishing import Publication
from backend.agents.retell.webhook_address import webhook_url
from backend.agents.schemas import (
    AgentCreate,
    AgentDiff,
    AgentId,
    AgentRead,
    AgentUpdate,
    AgentVersionDetail,
    AgentVersionRead,
    PresetRead,
    PublishCreate,
)
from backend.auth.deps import AnyCaller, CurrentRuntime, Manager
from backend.platform import pages
from backend.platform.deps import Session
from backend.platform.etags import IfMatch
from backend.platform.pages import Cursor, Limit, Page
from backend.platform.versioning.differences import changed_fields, changes_between
from backend.platform.versioning.schemas import (
    FieldChangeRead,
    VersionNumber,
    VersionOrDraft,
    number_of,
)

router = APIRouter(prefix="/api/v1/agents", tags=["agents"])


@router.post("", status_code=201)
async def create_agent(
    body: AgentCreate, caller: Manager, session: Session, response: Response
) -> AgentRead:
    """Create an agent as a draft. It takes calls once it is published."""
    agent = await service.create_agent(session, caller.org_id, body)
    caller.note(object_id=agent.id)
    return await read_agent(session, agent, response)


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
    return Page(items=await read_agents(session, rows), next_cursor=next_cursor)


@router.get("/presets")
async def list_presets(caller: AnyCaller) -> list[PresetRead]:  # noqa: ARG001 - login needed
    """List example agents to start from: pass a preset's `config` to `POST /api/v1/agents`."""
    return [PresetRead(key=preset.key, config=preset.config) for preset in PRESETS]


@router.get("/{agent_id}")
async def get_agent(
    agent_id: AgentId, caller: AnyCaller, session: Session, response: Response
) -> AgentRead:
    """Show an agent's draft and what is live."""
    agent = await service.get_agent(session, caller.org_id, agent_id)
    return await read_agent(session, agent, response)


@router.patch("/{agent_id}")
async def update_agent(
    agent_id: AgentId,
    body: AgentUpdate,
    caller: Manager,
    session: Session,
    response: Response,
    if_match: IfMatch,
) -> AgentRead:
    """Change fields of the draft; what is live does not change until it is published."""
    changes = body.model_dump(mode="json", exclude_unset=True)
    agent = await service.update_agent(session, caller.org_id, agent_id, changes, based_on=if_match)
    return await read_agent(session, agent, response)


@router.delete("/{agent_id}", status_code=204)
async def archive_agent(agent_id: AgentId, caller: Manager, session: Session) -> None:
    """Archive an agent: it takes no more calls; its calls and versions stay."""
    await service.archive_agent(session, caller.org_id, agent_id)


@router.post("/{agent_id}/unarchive")
async def unarchive_agent(
    agent_id: AgentId, caller: Manager, session: Session, response: Response
) -> AgentRead:
    """Bring an archived agent back: its published version takes calls again."""
    agent = await service.unarchive_agent(session, caller.org_id, agent_id)
    return await read_agent(session, agent, response)


@router.post("/{agent_id}/publish")
async def publish_agent(
    agent_id: AgentId,
    caller: Manager,
    runtime: CurrentRuntime,
    response: Response,
    if_match: IfMatch,
    body: PublishCreate | None = None,
) -> AgentRead:
    """Push the draft to Retell and make it the version that takes calls.

    An error on the way leaves the version before live; publishing again goes on where it stopped.
    """
    publication = Publication(
        org_id=caller.org_id,
        agent_id=agent_id,
        webhook_url=webhook_url(runtime.settings, caller.org_slug),
        published_by=caller.user_id,
        note=body.note if body else None,
        based_on=if_match,
    )
    agent = await publishing.publish_agent(runtime.sessions, runtime.retell, publication)
    caller.note(version=agent.published_version)
    async with runtime.sessions() as session:
        return await read_agent(session, agent, response)


@router.get("/{agent_id}/versions")
async def list_versions(
    agent_id: AgentId,
    caller: AnyCaller,
    session: Session,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AgentVersionRead]:
    """List what was published, newest first."""
    rows, next_cursor = await service.list_versions(
        session, caller.org_id, agent_id, cursor=cursor, limit=limit
    )
    items = [_version(row, earlier) for row, earlier in rows]
    return Page(items=items, next_cursor=next_cursor)


@router.get("/{agent_id}/versions/{version}")
async def get_version(
    agent_id: AgentId, version: VersionNumber, caller: AnyCaller, session: Session
) -> AgentVersionDetail:
    """Show a version, with what it changed."""
    await service.get_agent(session, caller.org_id, agent_id)
    row = await service.get_version(session, caller.org_id, agent_id, version)
    before = await service.find_version_before(session, caller.org_id, agent_id, version)
    changes = changes_between(before.config, row.config) if before else []
    return AgentVersionDetail(
        **dict(_version(row, before)),
        changes=[FieldChangeRead(**change._asdict()) for change in changes],
    )


@router.get("/{agent_id}/diff")
async def diff_versions(
    agent_id: AgentId,
    caller: AnyCaller,
    session: Session,
    base: Annotated[VersionOrDraft, Query(description="A version's number, or `draft`.")],
    compare: Annotated[
        VersionOrDraft, Query(description="A version's number, or `draft`.")
    ] = "draft",
) -> AgentDiff:
    """Show what differs between any two versions, or between a version and the draft."""
    changes = await service.compare_configs(
        session, caller.org_id, agent_id, base=number_of(base), compared=number_of(compare)
    )
    return AgentDiff(
        base=str(base),
        compare=str(compare),
        changes=[FieldChangeRead(**change._asdict()) for change in changes],
    )


@router.post("/{agent_id}/versions/{version}/restore")
async def restore_version(
    agent_id: AgentId,
    version: VersionNumber,
    caller: Manager,
    session: Session,
    response: Response,
    if_match: IfMatch,
) -> AgentRead:
    """Copy an old version into the draft; publish it to make it live."""
    agent = await service.restore_version(
        session, caller.org_id, agent_id, version, based_on=if_match
    )
    return await read_agent(session, agent, response)


def _version(version: AgentVersion, before: AgentVersion | None) -> AgentVersionRead:
    return AgentVersionRead(
        version=version.version,
        schema_version=version.schema_version,
        note=version.note,
        published_by=version.published_by,
        created_at=version.created_at,
        changed_fields=changed_fields(before.config if before else {}, version.config),
        config=version.frozen,
    )
