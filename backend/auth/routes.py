"""Logging in, logging out, and who am I."""

from fastapi import APIRouter, Response

from backend.auth import service
from backend.auth.deps import SESSION_COOKIE, AnyCaller
from backend.auth.schemas import LoginCreate, LoginRead, OrganisationRead, UserRead
from backend.auth.service import Caller
from backend.platform.deps import CurrentSettings, Session

router = APIRouter(prefix="/api/v1/auth", tags=["accounts"])


@router.post("/login")
async def log_in(
    body: LoginCreate, response: Response, session: Session, settings: CurrentSettings
) -> LoginRead:
    """Log in with e-mail and password.

    Gives a bearer token for programs, and sets the same as an HttpOnly cookie for browsers.
    """
    assert settings.secret_key is not None  # noqa: S101 - the command line resolves it before
    login = await service.log_in(
        session,
        body.email,
        body.password.get_secret_value(),
        secret=settings.secret_key.get_secret_value(),
    )
    response.set_cookie(
        SESSION_COOKIE,
        login.token,
        max_age=login.expires_in,
        httponly=True,
        samesite="strict",
        secure=settings.own_url.startswith("https://"),
    )
    return LoginRead(
        access_token=login.token,
        token_type="bearer",  # noqa: S106 - a kind of token, not a password
        expires_in=login.expires_in,
        user=_user(login.caller),
    )


@router.post("/logout", status_code=204)
async def log_out(caller: AnyCaller, response: Response, session: Session) -> None:
    """End this session; its token is refused from now on."""
    await service.log_out(session, caller.session_id)
    response.delete_cookie(SESSION_COOKIE)


@router.get("/me")
async def get_me(caller: AnyCaller) -> UserRead:
    """Show who is logged in, with role and organisation."""
    return _user(caller)


def _user(caller: Caller) -> UserRead:
    return UserRead(
        id=caller.user_id,
        email=caller.email,
        name=caller.name,
        role=caller.role,
        organisation=OrganisationRead(id=caller.org_id, slug=caller.org_slug, name=caller.org_name),
        created_at=caller.user_created_at,
    )
