"""Logging in, logging out, who am I, and one's own password."""

from fastapi import APIRouter, Request

from backend.auth import cross_site, limiting, sessions as logins, users
from backend.auth.deps import (
    AnyCaller,
    Person,
    clear_session_cookie,
    set_session_cookie,
)
from backend.auth.limiting import client_address
from backend.auth.schemas import (
    CallerRead,
    LoginCreate,
    LoginRead,
    OrganisationRead,
    PasswordByLink,
    PasswordUpdate,
)
from backend.auth.service import Caller
from backend.auth.sessions import Login
from backend.platform.deps import CurrentSettings, Session, SessionFactory

router = APIRouter(prefix="/api/v1/auth", tags=["accounts"])


@router.post("/login")
async def log_in(
    body: LoginCreate, request: Request, sessions: SessionFactory, settings: CurrentSettings
) -> LoginRead:
    """Log in with e-mail and password.

    Gives a short-lived bearer token for programs, and sets an HttpOnly cookie for browsers.
    """
    cross_site.refuse(request, settings)
    await limiting.take_login(request, settings, body.email)
    login = await logins.log_in(
        sessions,
        body.email,
        body.password.get_secret_value(),
        secret_keys=settings.secret_keys,
        address=client_address(request),
    )
    await limiting.welcome_login(request, body.email)
    if login.cookie is not None:
        set_session_cookie(request, settings, login.cookie)
    return _read(login)


@router.post("/refresh")
async def refresh_session(caller: Person, session: Session, settings: CurrentSettings) -> LoginRead:
    """Get another access token for this session, before the last one ends."""
    caller.note(object_id=caller.credential_id)
    return _read(await logins.refresh(session, caller, secret_keys=settings.secret_keys))


@router.post("/logout", status_code=204)
async def log_out(
    caller: Person, request: Request, session: Session, settings: CurrentSettings
) -> None:
    """End this session; its token and cookie are refused from now on."""
    caller.note(object_id=caller.credential_id)
    await logins.log_out(session, caller.credential_id)
    clear_session_cookie(request, settings)


@router.post("/logout-everywhere", status_code=204)
async def log_out_everywhere(
    caller: Person, request: Request, session: Session, settings: CurrentSettings
) -> None:
    """End all of the caller's sessions, on all devices, this one included."""
    caller.note(object_id=caller.id)
    await logins.log_out_everywhere(session, caller.id)
    clear_session_cookie(request, settings)


@router.get("/me")
async def get_me(caller: AnyCaller) -> CallerRead:
    """Show who is asking, with role and organisation."""
    return _caller(caller)


@router.post("/password", status_code=204)
async def change_password(
    body: PasswordUpdate,
    request: Request,
    caller: Person,
    sessions: SessionFactory,
    settings: CurrentSettings,
) -> None:
    """Change one's own password. All other sessions end."""
    caller.note(object_id=caller.id)
    await limiting.take_login(request, settings, str(caller.id))
    await users.change_password(
        sessions,
        caller,
        body.current_password.get_secret_value(),
        body.new_password.get_secret_value(),
    )


@router.post("/password/link", status_code=204)
async def set_password_by_link(
    body: PasswordByLink, request: Request, sessions: SessionFactory, settings: CurrentSettings
) -> None:
    """Set a password with the link of an invitation or a reset, once. All sessions end."""
    await limiting.take_login(request, settings, None)
    await users.set_password_by_link(
        sessions,
        body.token,
        body.password.get_secret_value(),
        address=client_address(request),
    )


def _read(login: Login) -> LoginRead:
    return LoginRead(
        access_token=login.token,
        token_type="bearer",  # noqa: S106 - a kind of token, not a password
        expires_in=login.expires_in,
        user=_caller(login.caller),
    )


def _caller(caller: Caller) -> CallerRead:
    org = OrganisationRead(id=caller.org_id, slug=caller.org_slug, name=caller.org_name)
    fields = {
        name: getattr(caller, name) for name in CallerRead.model_fields if name != "organisation"
    }
    return CallerRead.model_validate(fields | {"organisation": org})
