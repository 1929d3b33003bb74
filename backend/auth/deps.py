"""The caller as a route's parameter. Its role in the signature is the permission needed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import HTTPConnection

from backend.auth import audit, cross_site, limiting, sessions as logins
from backend.auth.addressed import AddressedOrganisations
from backend.auth.errors import CredentialsRefused, NoCredentials, PersonNeeded, RoleMissing
from backend.auth.limiting import client_address
from backend.auth.masking import note_reader
from backend.auth.models import CallerKind, Role
from backend.auth.service import Caller
from backend.platform import db
from backend.platform.deps import CurrentSettings, Session, SessionFactory
from backend.platform.headers import add_header
from backend.platform.services import provided, services_of
from backend.platform.settings import Settings
from backend.providers.runtime import Runtime

SESSION_COOKIE = "ringback_session"

_bearer = HTTPBearer(
    auto_error=False,
    description="An access token from `/api/v1/auth/login`, or an API key (`rbk_…`).",
)


def session_cookie_name(settings: Settings) -> str:
    """Over https, browsers take `__Host-` from this host alone: no other name can plant one."""
    return f"__Host-{SESSION_COOKIE}" if _is_https(settings) else SESSION_COOKIE


def _is_https(settings: Settings) -> bool:
    return settings.own_url.startswith("https://")


class _SessionCookie(APIKeyCookie):
    async def __call__(self, request: HTTPConnection) -> str | None:
        return request.cookies.get(
            session_cookie_name(services_of(request.scope["app"]).get(Settings))
        )


_cookie = _SessionCookie(
    name=SESSION_COOKIE,
    auto_error=False,
    description="Set by `/api/v1/auth/login`; over https its name is `__Host-ringback_session`.",
)


async def get_caller(
    request: Request,
    settings: CurrentSettings,
    sessions: SessionFactory,
    session: Session,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    cookie: Annotated[str | None, Security(_cookie)],
) -> AsyncIterator[Caller]:
    """Identify the caller in a transaction of its own, so that streams hold none.

    Whatever the request changes is entered in the audit log, in the transaction of the change.
    """
    if bearer:
        async with db.transaction(sessions) as own:
            caller = await logins.identify_bearer(
                own, bearer.credentials, secret_keys=settings.secret_keys
            )
    elif cookie:
        caller = await _by_cookie(request, settings, sessions, cookie)
    else:
        raise NoCredentials(f"{request.url.path} needs a bearer token or a session cookie.")
    caller = replace(caller, address=client_address(request))
    note_reader(request.scope, caller)
    await limiting.take_request(request, settings, caller)
    yield caller
    if request.method not in cross_site.SAFE_METHODS:
        await _enter(session, request, caller)


async def _enter(session: AsyncSession, request: Request, caller: Caller) -> None:
    """Enter what was done, to what the path names first. Where it names nothing, routes note it."""
    named = {name: str(value) for name, value in request.path_params.items()}
    object_id = named.pop(next(iter(named))) if named else None
    await audit.record(session, caller, request.scope["route"].name, object_id, named)


AnyCaller = Annotated[Caller, Depends(get_caller, scope="function")]


async def _by_cookie(
    request: Request, settings: Settings, sessions: SessionFactory, cookie: str
) -> Caller:
    cross_site.refuse(request, settings)
    async with db.transaction(sessions) as own:
        found = await logins.identify_cookie(own, cookie, secret_keys=settings.secret_keys)
    if found is None:
        raise CredentialsRefused("This session has ended. Log in again.")
    caller, replacement = found
    if replacement is not None:
        set_session_cookie(request, settings, replacement)
    return caller


def set_session_cookie(request: Request, settings: Settings, cookie: str) -> None:
    """Have the answer set the cookie, whichever way the request ends."""
    _set_cookie(request, settings, cookie, int(logins.IDLE_LENGTH.total_seconds()))


def clear_session_cookie(request: Request, settings: Settings) -> None:
    _set_cookie(request, settings, '""', 0)


def _set_cookie(request: Request, settings: Settings, value: str, max_age: int) -> None:
    name, secure = session_cookie_name(settings), "; Secure" if _is_https(settings) else ""
    cookie = f"{name}={value}; Max-Age={max_age}; Path=/; HttpOnly; SameSite=strict"
    add_header(request.scope, "set-cookie", cookie + secure)


async def get_manager(caller: AnyCaller) -> Caller:
    if caller.role not in {Role.ADMIN, Role.MANAGER}:
        raise RoleMissing("This needs the role manager or admin.")
    return caller


async def get_admin(caller: AnyCaller) -> Caller:
    if caller.role is not Role.ADMIN:
        raise RoleMissing("This needs the role admin.")
    return caller


async def get_admin_in_person(caller: Annotated[Caller, Depends(get_admin)]) -> Caller:
    if caller.kind is not CallerKind.USER:
        raise PersonNeeded("An account outlasts the key that makes it: log in to do this.")
    return caller


async def get_person(caller: AnyCaller) -> Caller:
    if caller.kind is not CallerKind.USER:
        raise PersonNeeded("This is about a user's own account: log in as that user.")
    return caller


async def get_runtime(
    caller: AnyCaller, runtime: Annotated[Runtime, Depends(provided(Runtime))]
) -> Runtime:
    return await runtime.of(caller.org_id)


async def limit_calls(request: Request, settings: CurrentSettings, caller: AnyCaller) -> None:
    """Count a call that is to be placed. Raises LimitReached."""
    await limiting.take_call(request, settings, caller)


# The runtime of the whole process; what a caller asks for runs with its organisation's own.
ProcessRuntime = Annotated[Runtime, Depends(provided(Runtime))]
CurrentRuntime = Annotated[Runtime, Depends(get_runtime)]
Addressed = Annotated[AddressedOrganisations, Depends(provided(AddressedOrganisations))]
Person = Annotated[Caller, Depends(get_person)]
Manager = Annotated[Caller, Depends(get_manager)]
Admin = Annotated[Caller, Depends(get_admin)]
AdminInPerson = Annotated[Caller, Depends(get_admin_in_person)]
