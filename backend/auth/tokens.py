"""The secrets that identify somebody: access tokens, session cookies, API keys, password links.

Access tokens and cookies are signed, and nothing of them is stored. The others are random and
stored as hashes only. They have 256 bits, so a fast hash is enough: there is nothing to guess.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from backend.auth.errors import CredentialsRefused

API_KEY_PREFIX = "rbk_"
# What of an API key is shown in lists.
PREFIX_LENGTH = 12
_ALGORITHM = "HS256"
# Hosts that share a secret need not share a clock: how far a token may have ended already. When it
# was made says nothing, so that one that comes from the future is as good.
_LEEWAY = timedelta(seconds=60)


def new_secret(prefix: str = "") -> str:
    return prefix + secrets.token_urlsafe(32)


def sha256(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def access_token(
    session_id: UUID, secret_keys: tuple[str, ...], *, now: datetime, until: datetime
) -> str:
    claims = {"sid": str(session_id), "iat": now, "exp": until}
    return jwt.encode(claims, secret_keys[0], algorithm=_ALGORITHM)


def session_in(token: str, secret_keys: tuple[str, ...]) -> UUID:
    """Read whose access token this is. Any of the keys may have signed it."""
    return UUID(_claims(token, secret_keys, ["sid", "exp"])["sid"])


def session_cookie(session_id: UUID, rotation: int, secret_keys: tuple[str, ...]) -> str:
    """Make the session's cookie after so many rotations. It says nothing of the ones to come.

    Signed, so that a replaced one is known to have been real, and a made-up one not to be.
    """
    claims = {"sid": str(session_id), "rotation": rotation}
    return jwt.encode(claims, secret_keys[0], algorithm=_ALGORITHM)


def rotation_in(cookie: str, secret_keys: tuple[str, ...]) -> tuple[UUID, int]:
    """Read whose cookie this is, and after how many rotations. An access token is none."""
    claims = _claims(cookie, secret_keys, ["sid", "rotation"])
    return UUID(claims["sid"]), claims["rotation"]


def _claims(token: str, secret_keys: tuple[str, ...], needed: list[str]) -> dict[str, Any]:
    for key in secret_keys:
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                leeway=_LEEWAY,
                options={"require": needed, "verify_iat": False},
            )
            UUID(claims["sid"])
        except jwt.InvalidSignatureError:
            continue
        except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError) as error:
            raise _refused() from error
        else:
            return claims
    raise _refused()


def _refused() -> CredentialsRefused:
    return CredentialsRefused("The token is not valid or has ended. Log in again.")
