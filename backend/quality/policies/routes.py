"""Writing policies: what a good call is."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.deps import AnyCaller, Manager
from backend.platform import pages
from backend.platform.deps import Session
from backend.platform.etags import IfMatch, etag
from backend.platform.pages import Cursor, Limit, Page
from backend.platform.versioning.differences import changed_fields, changes_between
from backend.platform.versioning.schemas import (
    FieldChangeRead,
    VersionNumber,
    VersionOrDraft,
    number_of,
)
from backend.quality import reliability
from backend.quality.models import Policy, PolicyVersion
from backend.quality.policies import service
from backend.quality.policies.presets.catalog import POLICY_PRESETS
from backend.quality.policies.schemas import (
    PolicyCreate,
    PolicyDiff,
    PolicyId,
    PolicyPresetRead,
    PolicyPublish,
    PolicyRead,
    PolicyUpdate,
    PolicyVersionDetail,
    PolicyVersionRead,
    ReliabilityRead,
)

router = APIRouter(prefix="/api/v1/policies", tags=["policies"])


@router.post("", status_code=201)
async def create_policy(
    body: PolicyCreate, caller: Manager, session: Session, response: Response
) -> PolicyRead:
    """Create a policy as a draft. Calls are evaluated by it once it is published."""
    policy = await service.create_policy(session, caller.org_id, body)
    caller.note(object_id=policy.id)
    return await _read(session, policy, response)


@router.get("")
async def list_policies(
    caller: AnyCaller,
    session: Session,
    *,
    archived: Annotated[bool, Query(description="Also those that were archived.")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[PolicyRead]:
    """List policies, newest first."""
    rows = await service.list_policies(
        session, caller.org_id, archived=archived, cursor=cursor, limit=limit + 1
    )
    rows, next_cursor = pages.cut(rows, limit)
    return Page(items=await _read_all(session, rows), next_cursor=next_cursor)


@router.get("/presets")
async def list_presets(caller: AnyCaller) -> list[PolicyPresetRead]:  # noqa: ARG001 - login needed
    """List example policies to start from: pass one's `config` to `POST /api/v1/policies`."""
    return [PolicyPresetRead(key=each.key, config=each.config) for each in POLICY_PRESETS]


@router.get("/{policy_id}")
async def get_policy(
    policy_id: PolicyId, caller: AnyCaller, session: Session, response: Response
) -> PolicyRead:
    """Show a policy's draft and what is published."""
    policy = await service.get_policy(session, caller.org_id, policy_id)
    return await _read(session, policy, response)


@router.patch("/{policy_id}")
async def update_policy(
    policy_id: PolicyId,
    body: PolicyUpdate,
    caller: Manager,
    session: Session,
    response: Response,
    if_match: IfMatch,
) -> PolicyRead:
    """Change fields of the draft; calls are evaluated as before until it is published."""
    changes = body.model_dump(mode="json", exclude_unset=True)
    policy = await service.update_policy(
        session, caller.org_id, policy_id, changes, based_on=if_match
    )
    return await _read(session, policy, response)


@router.delete("/{policy_id}", status_code=204)
async def archive_policy(policy_id: PolicyId, caller: Manager, session: Session) -> None:
    """Archive a policy: it evaluates no more calls; its evaluations and versions stay."""
    await service.archive_policy(session, caller.org_id, policy_id)


@router.post("/{policy_id}/unarchive")
async def unarchive_policy(
    policy_id: PolicyId, caller: Manager, session: Session, response: Response
) -> PolicyRead:
    """Bring an archived policy back: its published version scores the calls to come."""
    policy = await service.unarchive_policy(session, caller.org_id, policy_id)
    return await _read(session, policy, response)


@router.post("/{policy_id}/publish")
async def publish_policy(
    policy_id: PolicyId,
    caller: Manager,
    session: Session,
    response: Response,
    if_match: IfMatch,
    body: PolicyPublish | None = None,
) -> PolicyRead:
    """Freeze the draft as the version that calls are evaluated by from now on."""
    policy = await service.publish_policy(
        session,
        caller.org_id,
        policy_id,
        by=caller.user_id,
        note=body.note if body else None,
        based_on=if_match,
    )
    caller.note(version=policy.published_version)
    return await _read(session, policy, response)


@router.get("/{policy_id}/versions")
async def list_versions(
    policy_id: PolicyId,
    caller: AnyCaller,
    session: Session,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[PolicyVersionRead]:
    """List what was published, newest first."""
    rows, next_cursor = await service.list_versions(
        session, caller.org_id, policy_id, cursor=cursor, limit=limit
    )
    items = [_version(row, earlier) for row, earlier in rows]
    return Page(items=items, next_cursor=next_cursor)


@router.get("/{policy_id}/versions/{version}")
async def get_version(
    policy_id: PolicyId, version: VersionNumber, caller: AnyCaller, session: Session
) -> PolicyVersionDetail:
    """Show a version, with what it changed."""
    await service.get_policy(session, caller.org_id, policy_id)
    row = await service.get_version(session, caller.org_id, policy_id, version)
    before = await service.find_version_before(session, caller.org_id, policy_id, version)
    changes = changes_between(before.config, row.config) if before else []
    return PolicyVersionDetail(
        **dict(_version(row, before)),
        changes=[FieldChangeRead(**change._asdict()) for change in changes],
    )


@router.get("/{policy_id}/diff")
async def diff_versions(
    policy_id: PolicyId,
    caller: AnyCaller,
    session: Session,
    base: Annotated[VersionOrDraft, Query(description="A version's number, or `draft`.")],
    compare: Annotated[
        VersionOrDraft, Query(description="A version's number, or `draft`.")
    ] = "draft",
) -> PolicyDiff:
    """Show what differs between any two versions, or between a version and the draft."""
    changes = await service.compare_configs(
        session, caller.org_id, policy_id, base=number_of(base), compared=number_of(compare)
    )
    return PolicyDiff(
        base=str(base),
        compare=str(compare),
        changes=[FieldChangeRead(**change._asdict()) for change in changes],
    )


@router.post("/{policy_id}/versions/{version}/restore")
async def restore_version(
    policy_id: PolicyId,
    version: VersionNumber,
    caller: Manager,
    session: Session,
    response: Response,
    if_match: IfMatch,
) -> PolicyRead:
    """Copy an old version into the draft; publish it to have calls evaluated by it."""
    policy = await service.restore_version(
        session, caller.org_id, policy_id, version, based_on=if_match
    )
    return await _read(session, policy, response)


@router.get("/{policy_id}/reliability")
async def list_reliability(
    policy_id: PolicyId, caller: AnyCaller, session: Session
) -> list[ReliabilityRead]:
    """List how far the judge can be trusted, of each of the draft's criteria that it answers.

    What a rule measures is left out: it is the same every time.
    """
    policy = await service.get_policy(session, caller.org_id, policy_id)
    standing = await reliability.find_standing(session, policy_id)
    measured = await reliability.list_measurements(session, policy_id)
    return [
        ReliabilityRead.of(each, standing.get(each.key), measured.get(each.key, ()))
        for each in policy.draft.criteria
        if each.rule is None
    ]


async def _read(session: AsyncSession, policy: Policy, response: Response) -> PolicyRead:
    response.headers["ETag"] = etag(policy.draft_revision)
    (shown,) = await _read_all(session, [policy])
    return shown


async def _read_all(session: AsyncSession, policies: Sequence[Policy]) -> list[PolicyRead]:
    """Show policies of one organization, with one query for what is published of all of them."""
    unpublished = await service.find_unpublished(session, policies)
    return [
        PolicyRead(
            **dict(policy.draft),
            id=policy.id,
            draft_revision=policy.draft_revision,
            published_version=policy.published_version,
            has_unpublished_changes=policy.id in unpublished,
            archived_at=policy.archived_at,
            created_at=policy.created_at,
            updated_at=policy.updated_at,
        )
        for policy in policies
    ]


def _version(version: PolicyVersion, before: PolicyVersion | None) -> PolicyVersionRead:
    return PolicyVersionRead(
        version=version.version,
        note=version.note,
        published_by=version.published_by,
        created_at=version.created_at,
        changed_fields=changed_fields(before.config if before else {}, version.config),
        config=version.frozen,
    )
