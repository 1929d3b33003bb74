"""What the accounts' paths take and give."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    SecretStr,
    StringConstraints,
)

from backend.auth.models import ApiKey, CallerKind, Role, User
from backend.auth.passwords import NewPassword
from backend.platform.pages import Cursor, Limit
from backend.platform.storable import StorableText, storable

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    BeforeValidator(storable),
]

_ROLE = (
    "`admin`: everything. `manager`: agents, calls, records. `reviewer`: reads everything and "
    "corrects records."
)


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LoginCreate(_Input):
    email: EmailStr = Field(description="In any case.", examples=["admin@example.com"])
    password: SecretStr = Field(min_length=1, max_length=1024, description="The user's password.")


class OrganisationRead(BaseModel):
    id: UUID = Field(description="The organisation's id.")
    slug: str = Field(description="Its name in addresses, such as that of its webhooks.")
    name: str = Field(description="Its name for people.")


class CallerRead(BaseModel):
    """Who is asking."""

    kind: CallerKind = Field(description="`user`, or `api_key` for a program.")
    id: UUID = Field(description="The user's id, or the API key's.")
    email: str | None = Field(description="The user's address; null for an API key.")
    name: str = Field(description="The user's name, or the API key's.")
    role: Role = Field(description=_ROLE)
    organisation: OrganisationRead = Field(description="For which organisation.")
    created_at: datetime = Field(description="When the user or the key was made.")


class LoginRead(BaseModel):
    access_token: str = Field(description="Send as `Authorization: Bearer <access_token>`.")
    token_type: Literal["bearer"] = Field(description="How the token is sent.")
    expires_in: int = Field(
        description="Seconds until the token ends; `/api/v1/auth/refresh` gives another.",
        examples=[900],
    )
    user: CallerRead = Field(description="Who has logged in.")


class PasswordUpdate(_Input):
    current_password: SecretStr = Field(
        min_length=1, max_length=1024, description="The password so far."
    )
    new_password: NewPassword


class PasswordByLink(_Input):
    token: str = Field(
        min_length=1,
        max_length=200,
        description="What follows `#token=` in the link that an administrator passed on.",
    )
    password: NewPassword


class UserStatus(StrEnum):
    ACTIVE = "active"
    INVITED = "invited"
    DEACTIVATED = "deactivated"


class UserRead(BaseModel):
    id: UUID = Field(description="The user's id.")
    email: str = Field(description="The address the user logs in with, in lower case.")
    name: str = Field(description="The user's name.")
    role: Role = Field(description=_ROLE)
    status: UserStatus = Field(
        description="`invited` until the user has set a password; `deactivated` cannot log in."
    )
    created_at: datetime = Field(description="When the user was added.")
    last_login_at: datetime | None = Field(description="When the user last logged in.")

    @classmethod
    def of(cls, user: User) -> "UserRead":
        if user.deactivated_at is not None:
            status = UserStatus.DEACTIVATED
        else:
            status = UserStatus.INVITED if user.password_hash is None else UserStatus.ACTIVE
        fields = {name: getattr(user, name) for name in cls.model_fields if name != "status"}
        return cls.model_validate(fields | {"status": status})


class UserCreate(_Input):
    email: EmailStr = Field(
        description="The address to log in with; one user has it in all organisations.",
        examples=["dana@example.com"],
    )
    name: Name = Field(description="The user's name.", examples=["Dana"])
    role: Role = Field(description=_ROLE)


class UserUpdate(_Input):
    name: Name = Field("", description="The user's name.")
    role: Role = Field(Role.REVIEWER, description=_ROLE)
    is_active: bool = Field(
        default=True,
        description="`false` ends the user's sessions and refuses logins; `true` undoes it.",
    )


class PasswordLinkRead(BaseModel):
    url: str = Field(
        description=(
            "Where the person sets a password, once. Pass it on by a way only they read; it is "
            "not shown again."
        ),
        examples=["https://ringback.example.com/set-password#token=…"],
    )
    expires_at: datetime = Field(description="Until when the link works.")


class UserInvited(UserRead):
    invitation: PasswordLinkRead = Field(description="The link to pass on.")


class ApiKeyCreate(_Input):
    name: Name = Field(description="What the key is for.", examples=["CRM import"])
    role: Role = Field(description=_ROLE)
    expires_at: AwareDatetime | None = Field(
        None, description="When the key ends by itself; leave out for never."
    )


class ApiKeyRead(BaseModel):
    id: UUID = Field(description="The key's id, not its secret.")
    name: str = Field(description="What the key is for.")
    prefix: str = Field(
        description="The key's beginning, to tell keys apart.", examples=["rbk_Xy3k9Qab"]
    )
    role: Role = Field(description=_ROLE)
    created_by: UUID | None = Field(description="The user who made it.")
    created_at: datetime = Field(description="When it was made.")
    expires_at: datetime | None = Field(description="When it ends by itself.")
    last_used_at: datetime | None = Field(description="When it was last used, to the minute.")
    revoked_at: datetime | None = Field(description="When it was revoked.")

    @classmethod
    def of(cls, key: ApiKey) -> "ApiKeyRead":
        return cls.model_validate(key, from_attributes=True)


class ApiKeyMade(ApiKeyRead):
    key: str = Field(description="The key itself: shown now and never again.")


class AuditEntryRead(BaseModel):
    id: UUID = Field(description="The entry's id.")
    at: datetime = Field(description="When.")
    actor_kind: CallerKind = Field(
        description="`user`, `api_key`, or `operator` for the command line."
    )
    actor_id: UUID | None = Field(description="The user's or key's id.")
    actor_name: str = Field(description="The user's address or the key's name, as it was then.")
    action: str = Field(description="What was done.", examples=["publish_agent"])
    object_id: str | None = Field(description="What it was done to.")
    details: dict[str, Any] = Field(description="What else is worth knowing; never a secret.")
    address: str | None = Field(description="The network address it was done from.")
    request_id: str | None = Field(description="The request's id, as in the log.")


class AuditQuery(_Input):
    action: StorableText | None = Field(
        None, max_length=100, description="Only this action.", examples=["log_in"]
    )
    actor_id: UUID | None = Field(None, description="Only by this user or API key.")
    object_id: StorableText | None = Field(
        None, max_length=100, description="Only what was done to this object."
    )
    cursor: Cursor = None
    limit: Limit = 50
