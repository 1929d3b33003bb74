"""Editing and publishing policies."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.platform import clock
from backend.platform.errors import FieldError, pointer_to
from backend.platform.etags import Revisions
from backend.platform.versioning.differences import FieldChange
from backend.platform.versioning.forms import parsed
from backend.quality.errors import PolicyInvalid, PolicyNotPublished
from backend.quality.models import Policy, PolicyVersion
from backend.quality.policies import queries
from backend.quality.policies.config import PolicyConfig
from backend.quality.policies.queries import POLICIES
from backend.quality.policies.rules import refuse_incomplete, refuse_unusable


async def create_policy(session: AsyncSession, org_id: UUID, config: PolicyConfig) -> Policy:
    await _refuse(session, org_id, config)
    policy = Policy(org_id=org_id, config=config.model_dump(mode="json"))
    session.add(policy)
    await session.flush()
    return policy


async def _refuse(session: AsyncSession, org_id: UUID, config: PolicyConfig) -> None:
    refuse_unusable(config)
    known = await agents.find_names(session, org_id)
    wrong = [
        FieldError(pointer_to("applies_to", n, "agent_id"), "There is no such agent.")
        for n, each in enumerate(config.applies_to)
        if each.agent_id not in known
    ]
    if wrong:
        raise PolicyInvalid("The policy is for agents that are not there.", errors=wrong)


async def get_policy(session: AsyncSession, org_id: UUID, policy_id: UUID) -> Policy:
    return await POLICIES.get(session, org_id, policy_id)


async def list_policies(
    session: AsyncSession, org_id: UUID, *, archived: bool, cursor: UUID | None, limit: int
) -> Sequence[Policy]:
    return await POLICIES.list(session, org_id, archived=archived, cursor=cursor, limit=limit)


async def update_policy(
    session: AsyncSession,
    org_id: UUID,
    policy_id: UUID,
    changes: Mapping[str, Any],
    *,
    based_on: Revisions = None,
) -> Policy:
    """Change fields of the draft. Calls are evaluated as before until it is published."""
    policy = await POLICIES.lock_for_change(session, org_id, policy_id, based_on=based_on)
    config = parsed(PolicyConfig, {**policy.config, **changes}, PolicyInvalid)
    await _refuse(session, org_id, config)
    return await POLICIES.store(session, policy, config)


async def archive_policy(session: AsyncSession, org_id: UUID, policy_id: UUID) -> None:
    """Evaluate no more calls by it. Its evaluations stay; archiving twice changes nothing."""
    policy = await POLICIES.lock(session, org_id, policy_id)
    policy.archived_at = policy.archived_at or clock.now()


async def unarchive_policy(session: AsyncSession, org_id: UUID, policy_id: UUID) -> Policy:
    """Put the policy back into use as it was. One that is in use stays as it is."""
    policy = await POLICIES.lock(session, org_id, policy_id)
    policy.archived_at = None
    return policy


async def publish_policy(
    session: AsyncSession,
    org_id: UUID,
    policy_id: UUID,
    *,
    by: UUID | None,
    note: str | None,
    based_on: Revisions = None,
) -> Policy:
    """Freeze the draft as the next version. One that is published as it is stays that version."""
    policy = await POLICIES.lock_for_change(session, org_id, policy_id, based_on=based_on)
    draft = policy.draft
    refuse_incomplete(draft)
    latest = await POLICIES.find_latest_version(session, org_id, policy_id)
    if latest is not None and latest.frozen == draft:
        return policy
    version = PolicyVersion(
        org_id=org_id,
        policy_id=policy_id,
        version=latest.version + 1 if latest else 1,
        config=draft.model_dump(mode="json"),
        note=note,
        published_by=by,
    )
    session.add(version)
    policy.published_version = version.version
    await session.flush()
    return policy


async def restore_version(
    session: AsyncSession,
    org_id: UUID,
    policy_id: UUID,
    version: int,
    *,
    based_on: Revisions = None,
) -> Policy:
    """Copy an old version into the draft. It counts once it is published."""
    policy = await POLICIES.lock_for_change(session, org_id, policy_id, based_on=based_on)
    old = await POLICIES.get_version(session, org_id, policy_id, version)
    return await POLICIES.store(session, policy, old.frozen)


async def get_version(
    session: AsyncSession, org_id: UUID, policy_id: UUID, version: int
) -> PolicyVersion:
    return await POLICIES.get_version(session, org_id, policy_id, version)


async def get_published(session: AsyncSession, org_id: UUID, policy_id: UUID) -> PolicyVersion:
    """Return the version that calls are evaluated by. Refuses a policy that has none."""
    policy = await POLICIES.get(session, org_id, policy_id)
    if policy.published_version is None:
        raise PolicyNotPublished(f"Policy {policy_id} evaluates no call before it is published.")
    return await get_version(session, org_id, policy_id, policy.published_version)


async def find_version_before(
    session: AsyncSession, org_id: UUID, policy_id: UUID, version: int
) -> PolicyVersion | None:
    return await POLICIES.find_version(session, org_id, policy_id, version - 1)


async def list_versions(
    session: AsyncSession, org_id: UUID, policy_id: UUID, *, cursor: UUID | None, limit: int
) -> tuple[Sequence[tuple[PolicyVersion, PolicyVersion | None]], UUID | None]:
    """List what was published, each with the version before it, and the next page's cursor."""
    return await POLICIES.page_of_versions(session, org_id, policy_id, cursor=cursor, limit=limit)


async def compare_configs(
    session: AsyncSession, org_id: UUID, policy_id: UUID, *, base: int | None, compared: int | None
) -> Sequence[FieldChange]:
    """Say what differs between two versions; None stands for the draft."""
    return await POLICIES.compare(session, org_id, policy_id, base=base, compared=compared)


async def find_unpublished(session: AsyncSession, policies: Sequence[Policy]) -> set[UUID]:
    """Find those of one organization's policies whose draft is not what calls are evaluated by."""
    if not policies:
        return set()
    live = {
        version.policy_id: version.frozen
        for version in await queries.list_live_versions(
            session, policies[0].org_id, [policy.id for policy in policies]
        )
    }
    return {policy.id for policy in policies if live.get(policy.id) != policy.draft}
