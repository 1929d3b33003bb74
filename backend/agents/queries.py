"""Reading agents and their versions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import cast
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backend.agents.draft.config import AgentConfig
from backend.agents.errors import (
    AgentArchived,
    AgentChanged,
    AgentNotFound,
    AgentVersionNotFound,
)
from backend.agents.models import Agent, AgentVersion, InboundRule, NumberBinding
from backend.platform.versioning.drafts import Failures, Versioned

AGENTS = Versioned(
    name="agent",
    draft=Agent,
    version=AgentVersion,
    owner=col(AgentVersion.agent_id),
    config=AgentConfig,
    failures=Failures(AgentNotFound, AgentArchived, AgentChanged, AgentVersionNotFound),
)


async def find_agent_at_retell(
    session: AsyncSession, org_id: UUID, retell_agent_id: str
) -> Agent | None:
    statement = select(Agent).where(
        Agent.org_id == org_id, Agent.retell_agent_id == retell_agent_id
    )
    return (await session.exec(statement)).one_or_none()


async def list_agents_at_retell(
    session: AsyncSession, retell_agent_ids: Sequence[str]
) -> Sequence[Agent]:
    """List the agents with these ids at Retell, of every organisation."""
    statement = select(Agent).where(col(Agent.retell_agent_id).in_(retell_agent_ids))
    return (await session.exec(statement)).all()


async def list_published(session: AsyncSession) -> Sequence[tuple[UUID, UUID]]:
    """List all agents that take calls, each with its organisation."""
    statement = select(Agent.org_id, Agent.id).where(
        col(Agent.published_version).is_not(None), col(Agent.archived_at).is_(None)
    )
    return (await session.exec(statement)).all()


def select_tagged(org_id: UUID, tag: str) -> SelectOfScalar[UUID]:
    """Select the agents whose draft has this label."""
    tags = cast(Agent.config, JSONB)["tags"]
    return select(Agent.id).where(Agent.org_id == org_id, tags.contains([tag]))


async def find_names(session: AsyncSession, org_id: UUID) -> dict[UUID, str]:
    """Find what the agents are called, archived ones included."""
    statement = select(Agent.id, cast(Agent.config, JSONB)["name"].astext).where(
        Agent.org_id == org_id
    )
    return dict((await session.exec(statement)).all())


async def list_named(session: AsyncSession, org_id: UUID, name: str) -> Sequence[Agent]:
    """List the agents in use whose draft has this name."""
    statement = select(Agent).where(
        Agent.org_id == org_id,
        col(Agent.archived_at).is_(None),
        cast(Agent.config, JSONB)["name"].astext == name,
    )
    return (await session.exec(statement)).all()


async def find_version_at_retell(
    session: AsyncSession, org_id: UUID, agent_id: UUID, retell_version: int
) -> AgentVersion | None:
    statement = (
        select(AgentVersion)
        .where(
            AgentVersion.org_id == org_id,
            AgentVersion.agent_id == agent_id,
            AgentVersion.retell_version == retell_version,
        )
        .order_by(col(AgentVersion.version).desc())
        .limit(1)
    )
    return (await session.exec(statement)).one_or_none()


async def list_ids_at_retell(session: AsyncSession, org_id: UUID) -> Sequence[str]:
    statement = select(Agent.retell_agent_id).where(
        Agent.org_id == org_id, col(Agent.retell_agent_id).is_not(None)
    )
    return [found for found in (await session.exec(statement)).all() if found is not None]


async def list_live_versions(
    session: AsyncSession, org_id: UUID, agent_ids: Sequence[UUID]
) -> Sequence[AgentVersion]:
    """List the version that takes calls of each agent that has one."""
    is_live = (col(AgentVersion.agent_id) == Agent.id) & (
        col(AgentVersion.version) == Agent.published_version
    )
    statement = (
        select(AgentVersion)
        .join(Agent, is_live)
        .where(Agent.org_id == org_id, col(Agent.id).in_(agent_ids))
    )
    return (await session.exec(statement)).all()


async def find_binding(session: AsyncSession, phone_number: str) -> NumberBinding | None:
    """Find whose a number is, whichever organisation that may be."""
    statement = select(NumberBinding).where(NumberBinding.phone_number == phone_number)
    return (await session.exec(statement)).one_or_none()


async def lock_or_add_binding(
    session: AsyncSession, org_id: UUID, phone_number: str
) -> NumberBinding:
    """Lock a number's binding, made for this organisation when nobody has one yet."""
    await session.exec(
        insert(NumberBinding)
        .values(**NumberBinding(phone_number=phone_number, org_id=org_id).model_dump())
        .on_conflict_do_nothing()
    )
    statement = select(NumberBinding).where(NumberBinding.phone_number == phone_number)
    # One that is read already would otherwise stay as it was then.
    fresh = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(fresh)).one()


async def list_bindings(session: AsyncSession, numbers: Sequence[str]) -> Sequence[NumberBinding]:
    """List the bindings of these numbers, of every organisation."""
    statement = select(NumberBinding).where(col(NumberBinding.phone_number).in_(numbers))
    return (await session.exec(statement)).all()


async def list_bindings_of_agent(
    session: AsyncSession, org_id: UUID, agent_id: UUID
) -> Sequence[NumberBinding]:
    is_used = (NumberBinding.inbound_agent_id == agent_id) | (
        NumberBinding.outbound_agent_id == agent_id
    )
    statement = select(NumberBinding).where(NumberBinding.org_id == org_id, is_used)
    return (await session.exec(statement.order_by(col(NumberBinding.phone_number)))).all()


async def find_inbound_rule(
    session: AsyncSession, org_id: UUID, rule_id: UUID
) -> InboundRule | None:
    statement = select(InboundRule).where(InboundRule.org_id == org_id, InboundRule.id == rule_id)
    return (await session.exec(statement)).one_or_none()


async def list_inbound_rules(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[InboundRule]:
    statement = select(InboundRule).where(InboundRule.org_id == org_id)
    if cursor is not None:
        statement = statement.where(col(InboundRule.id) < cursor)
    return (await session.exec(statement.order_by(col(InboundRule.id).desc()).limit(limit))).all()


async def list_rules_for(
    session: AsyncSession, org_id: UUID, *, callers: Sequence[str], phone_number: str
) -> Sequence[InboundRule]:
    """List the rules of these callers, for calls to this number or to any."""
    is_for_number = col(InboundRule.phone_number).is_(None) | (
        InboundRule.phone_number == phone_number
    )
    statement = select(InboundRule).where(
        InboundRule.org_id == org_id, col(InboundRule.caller).in_(callers), is_for_number
    )
    return (await session.exec(statement)).all()
