"""Hooks that are asked before a dial, and what they were asked."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from backend.auth.deps import Admin, AnyCaller, Manager
from backend.auth.models import Role
from backend.auth.service import Caller
from backend.compliance.hooks import inquiring, queries, service, trying
from backend.compliance.hooks.models import Hook, InquiryStatus
from backend.compliance.hooks.schemas import (
    HookCreate,
    HookCreated,
    HookRead,
    HookSecret,
    HookTried,
    HookTry,
    HookUpdate,
    InquiriesQuery,
    InquiryRead,
)
from backend.compliance.schemas import Reason
from backend.platform import db, pages
from backend.platform.deps import CurrentSettings, Session, SessionFactory
from backend.platform.events import JsonObject
from backend.platform.outbound.addresses import shortened
from backend.platform.pages import Page

router = APIRouter(prefix="/api/v1/compliance", tags=["compliance"])

HookPath = Annotated[UUID, Path(description="The id of the hook.")]


@router.get("/hooks")
async def list_hooks(caller: AnyCaller, session: Session) -> Page[HookRead]:
    """List the hooks that are asked before a dial, and how they fare."""
    found = await queries.list_hooks(session, caller.org_id)
    return Page(items=[_shown(caller, each) for each in found], next_cursor=None)


@router.post("/hooks", status_code=201)
async def create_hook(
    body: HookCreate, caller: Admin, session: Session, settings: CurrentSettings
) -> HookCreated:
    """Have an address asked before dials. The secret that signs is shown now and never again."""
    hook, secret = await service.create_hook(
        session, caller.org_id, dict(body), settings, by=caller.id
    )
    caller.note(object_id=hook.id, **_noted(hook))
    return HookCreated(**_shown(caller, hook).model_dump(), secret=secret)


@router.get("/hooks/inquiries")
async def list_inquiries(
    caller: Manager, session: Session, query: Annotated[InquiriesQuery, Query()]
) -> Page[InquiryRead]:
    """List what hooks were asked and what they answered, newest first."""
    found = await queries.list_inquiries(
        session,
        caller.org_id,
        hook_id=query.hook_id,
        call_id=query.call_id,
        status=InquiryStatus(query.status) if query.status else None,
        cursor=query.cursor,
        limit=query.limit + 1,
    )
    rows, next_cursor = pages.cut(found, query.limit)
    return Page(items=[InquiryRead.of(row) for row in rows], next_cursor=next_cursor)


@router.get("/hooks/{hook_id}")
async def get_hook(hook_id: HookPath, caller: AnyCaller, session: Session) -> HookRead:
    """Show a hook and how it fares."""
    return _shown(caller, await service.get_hook(session, caller.org_id, hook_id))


@router.patch("/hooks/{hook_id}")
async def update_hook(
    hook_id: HookPath, body: HookUpdate, caller: Admin, session: Session
) -> HookRead:
    """Change a hook. It holds for the next dial, also of calls that wait.

    The audit log has each member that is another now, and what it was.
    """
    changes = body.model_dump(exclude_unset=True, exclude={"reason"})
    before = _told(await service.get_hook(session, caller.org_id, hook_id))
    hook = await service.update_hook(session, caller.org_id, hook_id, changes)
    now = _told(hook)
    changed = {name: [before[name], now[name]] for name in now if now[name] != before[name]}
    caller.note(changed=changed, reason=body.reason, **_noted(hook))
    return _shown(caller, hook)


@router.delete("/hooks/{hook_id}", status_code=204)
async def delete_hook(
    hook_id: HookPath,
    caller: Admin,
    session: Session,
    reason: Annotated[Reason | None, Query(description="Why, for the audit log.")] = None,
) -> None:
    """Ask it no more. What it was asked and has answered stays."""
    hook = await service.remove_hook(session, caller.org_id, hook_id)
    caller.note(removed=_told(hook), reason=reason)


@router.post("/hooks/{hook_id}/rotate-secret")
async def rotate_hook_secret(
    hook_id: HookPath, caller: Admin, session: Session, settings: CurrentSettings
) -> HookSecret:
    """Make a new secret. The one before signs along for 24 hours."""
    hook, secret = await service.rotate_secret(session, caller.org_id, hook_id, settings)
    return HookSecret.model_validate(
        {"secret": secret, "previous_secret_until": hook.previous_secret_until}
    )


@router.post("/hooks/{hook_id}/try")
async def try_hook(
    hook_id: HookPath,
    body: HookTry,
    caller: Manager,
    sessions: SessionFactory,
    settings: CurrentSettings,
) -> HookTried:
    """Ask it now, with `"test": true`, and say what came of it. It counts for no call.

    An answer ends the rest of a hook that had failed.
    """
    async with db.transaction(sessions) as session:
        hook = await service.get_hook(session, caller.org_id, hook_id)
    tried = await trying.try_hook(hook, body.to_number, settings)
    if tried.status is not InquiryStatus.FAILED:
        await inquiring.note_well(sessions, hook)
    return tried


def _shown(caller: Caller, hook: Hook) -> HookRead:
    return HookRead.of(hook, in_full=caller.role is Role.ADMIN)


def _told(hook: Hook) -> JsonObject:
    """Say for the audit log what a hook is like; its address not in full, which may be a secret."""
    shown: JsonObject = {name: getattr(hook, name) for name in HookCreate.model_fields}
    agents = None if hook.agent_ids is None else sorted(map(str, hook.agent_ids))
    return shown | {"url": shortened(hook.url), "revision": hook.revision, "agent_ids": agents}


def _noted(hook: Hook) -> dict[str, str]:
    """Say for the audit log what a hook without an answer means from now on, and why."""
    return {"on_failure": hook.on_failure.value, "open_reason": hook.open_reason or ""}
