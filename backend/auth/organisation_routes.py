"""What an organisation sets for itself, and whether its Retell key works."""

from fastapi import APIRouter
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth import organisations, provider_keys, retell_keys, users
from backend.auth.deps import Admin, AnyCaller, CurrentRuntime, Manager, ProcessRuntime
from backend.auth.models import Organisation, Role
from backend.auth.schemas import (
    AskedRead,
    ColleagueRead,
    KeyRead,
    OrganisationDetail,
    OrganisationUpdate,
    RetellCheckRead,
)
from backend.auth.service import Caller
from backend.platform import db
from backend.platform.deps import CurrentSettings, Session

router = APIRouter(prefix="/api/v1/organisation", tags=["accounts"])

_MOST_COLLEAGUES = 1000


@router.get("")
async def get_organisation(caller: AnyCaller, session: Session) -> OrganisationDetail:
    """Show the organisation's settings and, to administrators, which keys are set."""
    return await _read(session, caller, await session.get_one(Organisation, caller.org_id))


@router.get("/colleagues")
async def list_colleagues(caller: AnyCaller, session: Session) -> list[ColleagueRead]:
    """List who belongs to the organization, by name: whom a call can be assigned to."""
    found = await users.list_users(session, caller.org_id, cursor=None, limit=_MOST_COLLEAGUES)
    return [
        ColleagueRead(id=user.id, name=user.name, is_active=user.deactivated_at is None)
        for user in sorted(found, key=lambda user: user.name.casefold())
    ]


@router.patch("")
async def update_organisation(
    body: OrganisationUpdate,
    caller: Admin,
    session: Session,
    settings: CurrentSettings,
    runtime: ProcessRuntime,
) -> OrganisationDetail:
    """Change settings, set keys or remove them. Other processes follow within seconds.

    Keys are tried first: one that is not known where it is for is not saved, and nothing else is.
    Saving one for Retell lets dialling go on that had stopped.
    """
    changes = body.model_dump(exclude_unset=True, exclude={"keys"})
    keys = body.keys.given()
    # Before the first statement: no transaction is open at the database meanwhile.
    await provider_keys.refuse_unknown(settings, keys)
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
    """Ask Retell, with the organisation's API key, what the service needs to ask. Costs nothing."""
    caller.note(object_id=caller.org_id)
    settings = runtime.settings
    info, asked = await retell_keys.ask_with(runtime.retell)
    failed = [f"{each.what} ({each.request}): {each.failure}" for each in asked if each.failure]
    return RetellCheckRead(
        ok=not failed,
        reason=failed[0] if failed else None,
        asked=[AskedRead(**each._asdict()) for each in asked],
        retell_organisation=info.org_name if info else None,
        key_name=info.key_name if info else None,
        from_number=settings.retell.from_number,
        webhook_key_set=bool(settings.webhook_keys),
        webhook_url=f"{settings.own_url}/webhook/retell/{caller.org_slug}",
    )


async def _read(session: AsyncSession, caller: Caller, org: Organisation) -> OrganisationDetail:
    keys = await organisations.list_keys(session, org.id) if caller.role is Role.ADMIN else []
    return OrganisationDetail.model_validate(
        org.model_dump()
        | {"keys": [KeyRead.model_validate(key, from_attributes=True) for key in keys]}
    )
