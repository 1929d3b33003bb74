"""Reading policies and their versions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import cast
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform.versioning.drafts import Failures, Versioned
from backend.quality.errors import (
    PolicyArchived,
    PolicyChanged,
    PolicyNotFound,
    PolicyVersionNotFound,
)
from backend.quality.models import Policy, PolicyVersion
from backend.quality.policies.config import PolicyConfig

POLICIES = Versioned(
    name="policy",
    draft=Policy,
    version=PolicyVersion,
    owner=col(PolicyVersion.policy_id),
    config=PolicyConfig,
    failures=Failures(PolicyNotFound, PolicyArchived, PolicyChanged, PolicyVersionNotFound),
)

_IS_LIVE = (col(PolicyVersion.policy_id) == col(Policy.id)) & (
    col(PolicyVersion.version) == col(Policy.published_version)
)


async def list_live_versions(
    session: AsyncSession, org_id: UUID, policy_ids: Sequence[UUID]
) -> Sequence[PolicyVersion]:
    """List what is published of these policies."""
    statement = (
        select(PolicyVersion)
        .join(Policy, _IS_LIVE)
        .where(Policy.org_id == org_id, col(Policy.id).in_(policy_ids))
    )
    return (await session.exec(statement)).all()


async def list_live_for_agent(
    session: AsyncSession, org_id: UUID, agent_id: UUID
) -> Sequence[PolicyVersion]:
    """List what is published for an agent's calls, the oldest policy first."""
    named = cast(col(PolicyVersion.config), JSONB)["applies_to"].contains(
        [{"agent_id": str(agent_id)}]
    )
    statement = (
        select(PolicyVersion)
        .join(Policy, _IS_LIVE)
        .where(Policy.org_id == org_id, col(Policy.archived_at).is_(None), named)
        .order_by(col(Policy.id))
    )
    return (await session.exec(statement)).all()
