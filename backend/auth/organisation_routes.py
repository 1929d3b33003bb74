"""What an organisation sets for itself, and whether its Retell key works."""

from fastapi import APIRouter
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth import organisations
from backend.auth.deps import Admin, AnyCaller, CurrentRuntime, Manager, ProcessRuntime
from backend.auth.models import Organisation, Role
from backend.auth.schemas import (
    KeyRead,
    OrganisationDetail,
    OrganisationUpdate,
    RetellCheckRead,
)
from backend.auth.service import Caller
from backend.platform import db
from backend.platform.deps import CurrentSettings, Session
from backend.platform.errors import AppError

router = APIRouter(prefix="/api/v1/organisation", tags=["accounts"])


@router.get("")
async def get_organisation(caller: AnyCaller, session: Session) -> OrganisationDetail:
    """Show the organisation's settings and, to administrators, which keys are set."""
    return await _read(session, caller, await session.get_one(Organisation, caller.org_id))


@router.patch("")
async def update_organisation(
    body: OrganisationUpdate,
    caller: Admin,
    session: Session,
    settings: CurrentSettings,
    runtime: ProcessRuntime,
) -> OrganisationDetail:
    """Change settings, set keys or remove them. Other processes follow within half a minute."""
    changes = body.model_dump(exclude_unset=True, exclude={"keys"})
    keys = body.keys.given()
    org = await organisations.update_organisation(
        session, caller.org_id, changes, keys, secret_key=settings.secret_keys[0]
    )
    db.after_commit(session, lambda: runtime.forget(caller.org_id))
    caller.note(
        object_id=caller.org_id,
        changed=sorted(changes),
        keys_set=sorted(name.value for name, value in keys.items() if value is not None),
        keys_removed=sorted(name.value for name, value in keys.items() if value is None),
    )
    return await _read(session, caller, org)


@router.post("/retell-check")
async def check_retell(caller: Manager, runtime: CurrentRuntime) -> RetellCheckRead:
    """Ask Retell whether it takes the organisation's API key. Costs nothing."""
    caller.note(object_id=caller.org_id)
    shown = {
        "webhook_key_set": bool(runtime.settings.webhook_keys),
        "webhook_url": f"{runtime.settings.own_url}/webhook/retell/{caller.org_slug}",
    }
    try:
        found = await runtime.retell.get_key_info()
    except AppError as failure:
        return RetellCheckRead.model_validate(
            {"ok": False, "reason": failure.detail, "retell_organisation": None, "key_name": None}
            | shown
        )
    told = {"retell_organisation": found.org_name, "key_name": found.key_name}
    return RetellCheckRead.model_validate({"ok": True, "reason": None} | told | shown)


async def _read(session: AsyncSession, caller: Caller, org: Organisation) -> OrganisationDetail:
    keys = await organisations.list_keys(session, org.id) if caller.role is Role.ADMIN else []
    return OrganisationDetail.model_validate(
        org.model_dump()
        | {"keys": [KeyRead.model_validate(key, from_attributes=True) for key in keys]}
    )
