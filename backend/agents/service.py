"""Editing agents: drafts, presets, the history of versions."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backend.agents import queries
from backend.agents.draft.config import AgentConfig
from backend.agents.draft.rules import (
    KEPT_HERE,
    OPEN_TO_ALL,
    refuse_read_only,
    refuse_unusable,
    validated,
)
from backend.agents.draft.variables import fill
from backend.agents.errors import (
    AgentArchived,
    AgentBound,
    AgentNameShared,
    AgentNotFound,
    AgentNotPublished,
)
from backend.agents.models import Agent, AgentEngine, AgentVersion
from backend.agents.queries import AGENTS
from backend.platform import clock
from backend.platform.errors import FieldError
from backend.platform.etags import Revisions
from backend.platform.versioning.differences import FieldChange


async def create_agent(session: AsyncSession, org_id: UUID, config: AgentConfig) -> Agent:
    refuse_unusable(config, AgentEngine.RETELL_LLM)
    agent = Agent(org_id=org_id, config=config.model_dump(mode="json"))
    session.add(agent)
    await session.flush()
    return agent


async def get_agent(session: AsyncSession, org_id: UUID, agent_id: UUID) -> Agent:
    return await AGENTS.get(session, org_id, agent_id)


async def list_agents(
    session: AsyncSession, org_id: UUID, *, archived: bool, cursor: UUID | None, limit: int
) -> Sequence[Agent]:
    return await AGENTS.list(session, org_id, archived=archived, cursor=cursor, limit=limit)


def select_tagged(org_id: UUID, tag: str) -> SelectOfScalar[UUID]:
    """Select the agents whose draft has this label."""
    return queries.select_tagged(org_id, tag)


async def find_names(session: AsyncSession, org_id: UUID) -> dict[UUID, str]:
    """Find what the agents are called, archived ones included."""
    return await queries.find_names(session, org_id)


async def update_agent(
    session: AsyncSession,
    org_id: UUID,
    agent_id: UUID,
    changes: Mapping[str, Any],
    *,
    based_on: Revisions = None,
) -> Agent:
    """Change fields of the draft. What is live does not change until it is published."""
    agent = await lock_agent(session, org_id, agent_id, based_on=based_on)
    return await _change_draft(session, agent, validated({**agent.config, **changes}))


def changed_config(agent: Agent, changes: Mapping[str, Any]) -> AgentConfig:
    """Return what the draft would be with these changes. AgentInvalid when that cannot be."""
    config = validated({**agent.config, **changes})
    refuse_unusable(config, agent.engine)
    return config


async def _change_draft(session: AsyncSession, agent: Agent, config: AgentConfig) -> Agent:
    refuse_unusable(config, agent.engine)
    refuse_read_only(agent.draft, config, agent.engine)
    return await store_draft(session, agent, config)


async def store_draft(session: AsyncSession, agent: Agent, config: AgentConfig) -> Agent:
    """Store a draft as it is, new or changed, and count the change."""
    return await AGENTS.store(session, agent, config)


async def lock_agent(
    session: AsyncSession, org_id: UUID, agent_id: UUID, *, based_on: Revisions = None
) -> Agent:
    """Lock an agent that may be changed. An archived one is a conflict.

    `based_on` are the revisions of the draft one of which the change was made for.
    """
    return await AGENTS.lock_for_change(session, org_id, agent_id, based_on=based_on)


async def archive_agent(session: AsyncSession, org_id: UUID, agent_id: UUID) -> None:
    """Take the agent out of use. Its calls and versions stay; archiving twice changes nothing."""
    agent = await AGENTS.lock(session, org_id, agent_id)
    if agent.archived_at is not None:
        return
    bound = await queries.list_bindings_of_agent(session, org_id, agent_id)
    if bound:
        numbers = ", ".join(binding.phone_number for binding in bound)
        raise AgentBound(f"The agent is bound to {numbers}. Give these another agent first.")
    agent.archived_at = clock.now()


async def unarchive_agent(session: AsyncSession, org_id: UUID, agent_id: UUID) -> Agent:
    """Put the agent back into use as it was. One that is in use stays as it is."""
    agent = await AGENTS.lock(session, org_id, agent_id)
    agent.archived_at = None
    return agent


async def get_id_by_name(session: AsyncSession, org_id: UUID, name: str) -> UUID:
    """Return the id of the agent in use that has this name; of several, of the published one."""
    named = await queries.list_named(session, org_id, name)
    meant = [agent for agent in named if agent.published_version is not None] or named
    if not meant:
        raise AgentNotFound(f"There is no agent named {name!r}.")
    if len(meant) > 1:
        raise AgentNameShared(f"{len(meant)} agents are named {name!r}: choose one by `agent_id`.")
    return meant[0].id


async def get_published(
    session: AsyncSession, org_id: UUID, agent_id: UUID
) -> tuple[Agent, AgentVersion]:
    """Return the agent with the version that takes calls. Refuses one that cannot take any."""
    agent = await get_agent(session, org_id, agent_id)
    if agent.archived_at is not None:
        raise AgentArchived(f"Agent {agent_id} is archived and takes no calls.")
    if agent.published_version is None:
        raise AgentNotPublished(f"Agent {agent_id} takes no calls before it is published.")
    return agent, await get_version(session, org_id, agent_id, agent.published_version)


async def find_live(session: AsyncSession, agent: Agent) -> AgentVersion | None:
    """Find the version that takes calls; None when none does yet."""
    if agent.published_version is None:
        return None
    return await AGENTS.find_version(session, agent.org_id, agent.id, agent.published_version)


async def get_version(
    session: AsyncSession, org_id: UUID, agent_id: UUID, version: int
) -> AgentVersion:
    return await AGENTS.get_version(session, org_id, agent_id, version)


async def find_live_at_retell(
    session: AsyncSession, org_id: UUID, retell_agent_id: str, retell_version: int | None
) -> tuple[Agent, AgentVersion | None] | None:
    """Find whose agent a call at Retell belongs to, and the version that took it if known."""
    agent = await queries.find_agent_at_retell(session, org_id, retell_agent_id)
    if agent is None:
        return None
    version = None
    if retell_version is not None:
        version = await queries.find_version_at_retell(session, org_id, agent.id, retell_version)
    return agent, version


async def list_ids_at_retell(session: AsyncSession, org_id: UUID) -> Sequence[str]:
    """List Retell's ids of the organisation's agents, archived ones included."""
    return await queries.list_ids_at_retell(session, org_id)


def fill_variables(
    config: AgentConfig, given: Mapping[str, str | int | float]
) -> tuple[dict[str, str], list[FieldError]]:
    """Give every declared variable its value for one call, or say what is wrong with `given`."""
    return fill(config.variables, given)


async def list_versions(
    session: AsyncSession, org_id: UUID, agent_id: UUID, *, cursor: UUID | None, limit: int
) -> tuple[Sequence[tuple[AgentVersion, AgentVersion | None]], UUID | None]:
    """List what was published, each with the version before it, and the next page's cursor."""
    return await AGENTS.page_of_versions(session, org_id, agent_id, cursor=cursor, limit=limit)


async def restore_version(
    session: AsyncSession,
    org_id: UUID,
    agent_id: UUID,
    version: int,
    *,
    based_on: Revisions = None,
) -> Agent:
    """Copy an old version into the draft. What is live does not change until it is published."""
    agent = await lock_agent(session, org_id, agent_id, based_on=based_on)
    old = (await get_version(session, org_id, agent_id, version)).frozen
    if agent.engine is not AgentEngine.RETELL_LLM:
        ours = {name: getattr(old, name) for name in KEPT_HERE | OPEN_TO_ALL}
        old = agent.draft.model_copy(update=ours)
    return await _change_draft(session, agent, old)


async def find_version_before(
    session: AsyncSession, org_id: UUID, agent_id: UUID, version: int
) -> AgentVersion | None:
    return await AGENTS.find_version(session, org_id, agent_id, version - 1)


async def compare_configs(
    session: AsyncSession, org_id: UUID, agent_id: UUID, *, base: int | None, compared: int | None
) -> Sequence[FieldChange]:
    """Say what differs between two versions; None stands for the draft."""
    return await AGENTS.compare(session, org_id, agent_id, base=base, compared=compared)


async def find_unpublished(session: AsyncSession, agents: Sequence[Agent]) -> set[UUID]:
    """Find those of one organisation's agents whose draft is not what takes calls."""
    if not agents:
        return set()
    live = {
        version.agent_id: version.frozen
        for version in await queries.list_live_versions(
            session, agents[0].org_id, [agent.id for agent in agents]
        )
    }
    return {agent.id for agent in agents if live.get(agent.id) != agent.draft}
