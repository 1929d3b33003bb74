"""Agents and what Retell has of them: compare, bring together, take over."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from backend.agents import service
from backend.agents.errors import AgentReadOnly
from backend.agents.models import AgentEngine, SyncState
from backend.agents.reading import read_agent
from backend.agents.retell import adoption, publishing, sync
from backend.agents.retell.publishing import Publication
from backend.agents.retell.webhook_address import own_webhook_url, webhook_url
from backend.agents.schemas import AgentId, AgentRead
from backend.auth.deps import AnyCaller, CurrentRuntime, Manager
from backend.platform import db
from backend.platform.etags import IfMatch

router = APIRouter(prefix="/api/v1/agents", tags=["agents"])


class SyncDifferenceRead(BaseModel):
    """A setting that is not as it was published."""

    model_config = ConfigDict(from_attributes=True)

    pointer: str = Field(
        description="JSON pointer to what of the agent decides about it.",
        examples=["/voice_speed"],
    )
    setting: str = Field(
        description="What it is called at Retell: `agent.` or `llm.`, then its name.",
        examples=["agent.voice_speed"],
    )
    published: Any = Field(description="What was published; null: nothing.")
    at_retell: Any = Field(description="What is live at Retell; null: nothing.")


class SyncRead(BaseModel):
    """How what is live at Retell compares with what was published here."""

    model_config = ConfigDict(from_attributes=True)

    state: SyncState = Field(description="`missing`: Retell has no live version any more.")
    synced_at: datetime = Field(description="When this was found.")
    published_version: int = Field(description="Our version that takes calls.")
    retell_version: int = Field(description="Retell's version that was made from it.")
    live_retell_version: int | None = Field(
        description="Retell's latest published version; another one was published there."
    )
    draft_retell_version: int | None = Field(
        description="A later draft at Retell, not live; publishing here replaces it."
    )
    differences: list[SyncDifferenceRead] = Field(description="Field by field; empty: in sync.")


class ImportCreate(BaseModel):
    """Which agent of Retell's to take over."""

    model_config = ConfigDict(extra="forbid")

    retell_agent_id: str = Field(
        min_length=1,
        max_length=200,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="Retell's id of the agent: see `GET /api/v1/agents/importable`.",
        examples=["agent_16b980523634a6dc504898cda492e939"],
    )
    version: int | None = Field(
        None,
        ge=0,
        le=2**31 - 1,
        description="Retell's number of the version. Default null: the one that is live, else "
        "the latest.",
        examples=[3],
    )


class ImportableRead(BaseModel):
    """A voice agent of the Retell account."""

    retell_agent_id: str = Field(description="Pass this to `POST /api/v1/agents/import`.")
    name: str | None = Field(description="What it is called at Retell.")
    modified_at: datetime | None = Field(description="When it was last changed there.")
    agent_id: UUID | None = Field(description="Your agent that it is already; null: none.")


@router.get("/importable")
async def list_importable_agents(
    caller: Manager,
    runtime: CurrentRuntime,
    q: Annotated[
        str | None, Query(max_length=200, description="A part of the name or of the id.")
    ] = None,
) -> list[ImportableRead]:
    """List the voice agents of the Retell account, with those that are here already."""
    found = await adoption.list_importable(runtime, caller.org_id, query=q)
    return [
        ImportableRead(
            retell_agent_id=each.entry.agent_id,
            name=each.entry.name,
            modified_at=each.entry.modified_at,
            agent_id=each.agent_id,
        )
        for each in found
    ]


@router.post("/import", status_code=201)
async def import_agent(
    body: ImportCreate, caller: Manager, runtime: CurrentRuntime, response: Response
) -> AgentRead:
    """Take over an agent of Retell's as a draft; publishing goes on with that very agent.

    With a Retell LLM it is taken over whole: prompt, tools, voice, settings. One with a
    conversation flow or a custom LLM stays designed at Retell: calls and records work here, the
    rest is read-only.
    """
    agent = await adoption.import_agent(runtime, caller.org_id, body.retell_agent_id, body.version)
    caller.note(object_id=agent.id, retell_agent_id=body.retell_agent_id)
    async with db.transaction(runtime.sessions) as session:
        return await read_agent(session, agent, response)


@router.get("/{agent_id}/sync")
async def compare_with_retell(
    agent_id: AgentId, caller: AnyCaller, runtime: CurrentRuntime
) -> SyncRead:
    """Compare what is live at Retell with what was published, now. It is also done nightly."""
    async with db.transaction(runtime.sessions) as session:
        url = await own_webhook_url(session, runtime.settings, caller.org_id)
    comparison = await sync.compare_agent(runtime, caller.org_id, agent_id, webhook_url=url)
    return SyncRead.model_validate(comparison)


@router.post("/{agent_id}/sync/overwrite")
async def overwrite_retell(
    agent_id: AgentId, caller: Manager, runtime: CurrentRuntime, response: Response
) -> AgentRead:
    """Publish what was last published once more, over what is live at Retell."""
    async with db.transaction(runtime.sessions) as session:
        agent, version = await service.get_published(session, caller.org_id, agent_id)
    if agent.engine is not AgentEngine.RETELL_LLM:
        raise AgentReadOnly("The agent is designed at Retell; import what is live there instead.")
    publication = Publication(
        org_id=caller.org_id,
        agent_id=agent_id,
        webhook_url=webhook_url(runtime.settings, caller.org_slug),
        published_by=caller.user_id,
        note=f"Version {version.version} again, over what had been changed at Retell.",
        config=version.frozen,
    )
    agent = await publishing.publish_agent(runtime.sessions, runtime.retell, publication)
    async with db.transaction(runtime.sessions) as session:
        return await read_agent(session, agent, response)


@router.post("/{agent_id}/sync/import")
async def import_from_retell(
    agent_id: AgentId,
    caller: Manager,
    runtime: CurrentRuntime,
    response: Response,
    if_match: IfMatch,
) -> AgentRead:
    """Take over into the draft what is live at Retell; publish it to have it here as a version."""
    agent = await sync.import_live(runtime, caller.org_id, agent_id, based_on=if_match)
    async with db.transaction(runtime.sessions) as session:
        return await read_agent(session, agent, response)
