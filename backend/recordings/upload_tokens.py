"""Addresses for uploads into a folder, which signs nothing itself: a token of ours in the path."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import jwt

from backend.platform.errors import NotFound
from backend.recordings.models import Recording

_ALGORITHM = "HS256"
_PURPOSE = "recording-upload"


class UploadTokenRefused(NotFound):
    code, title = "upload-token-refused", "This address for an upload does not work"


@dataclass(frozen=True)
class UploadTarget:
    """What may be sent to an address: a recording, or the part of that number."""

    org_id: UUID
    recording_id: UUID
    part: int | None = None


def token_for(
    recording: Recording, expires_at: datetime, secret_key: str, *, part: int | None = None
) -> str:
    claims = {
        "aud": _PURPOSE, "sub": str(recording.id), "org": str(recording.org_id), "exp": expires_at,
        "part": part,
    }  # fmt: skip
    return jwt.encode(claims, secret_key, algorithm=_ALGORITHM)


def read_token(token: str, secret_keys: tuple[str, ...]) -> UploadTarget:
    """Tell what an address is for. Raises UploadTokenRefused."""
    for secret_key in secret_keys:
        try:
            claims = jwt.decode(token, secret_key, algorithms=[_ALGORITHM], audience=_PURPOSE)
        except jwt.InvalidTokenError:
            continue
        return UploadTarget(UUID(claims["org"]), UUID(claims["sub"]), claims.get("part"))
    raise UploadTokenRefused("The address is wrong, or its time is over. Open the upload again.")
