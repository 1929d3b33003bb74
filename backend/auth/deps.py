"""The caller as a route's parameter. Its role in the signature is the permission needed."""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from backend.auth import service
from backend.auth.errors import NoCredentials, RoleMissing
from backend.auth.models import Role
from backend.auth.service import Caller
from backend.platform import db
from backend.platform.deps import CurrentSettings, SessionFactory

SESSION_COOKIE = "ringback_session"

_bearer = HTTPBearer(auto_error=False, description="An access token from `/api/v1/auth/login`.")
_cookie = APIKeyCookie(name=SESSION_COOKIE, auto_error=False)


async def get_caller(
    request: Request,
    settings: CurrentSettings,
    sessions: SessionFactory,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    cookie: Annotated[str | None, Security(_cookie)],
) -> Caller:
    """Identify the caller in a transaction of its own, so that streams hold none."""
    token = bearer.credentials if bearer else cookie
    if not token:
        raise NoCredentials(f"{request.url.path} needs a bearer token or a session cookie.")
    assert settings.secret_key is not None  # noqa: S101 - the command line resolves it before
    async with db.transaction(sessions) as session:
        return await service.identify(session, token, secret=settings.secret_key.get_secret_value())


AnyCaller = Annotated[Caller, Depends(get_caller)]


async def get_manager(caller: AnyCaller) -> Caller:
    if caller.role not in {Role.ADMIN, Role.MANAGER}:
        raise RoleMissing("This needs the role manager or admin.")
    return caller


async def get_admin(caller: AnyCaller) -> Caller:
    if caller.role is not Role.ADMIN:
        raise RoleMissing("This needs the role admin.")
    return caller


Manager = Annotated[Caller, Depends(get_manager)]
Admin = Annotated[Caller, Depends(get_admin)]
