"""What the accounts' paths take and give."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from backend.auth.models import ApiKey, CallerKind, KeyName, Role, User
from backend.auth.passwords import NewPassword
from backend.platform import clock
from backend.platform.pages import Cursor, Limit
from backend.platform.storable import Instant, StorableText, storable

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    BeforeValidator(storable),
]


def _in_the_future(instant: datetime) -> datetime:
    if instant <= clock.now():
        raise ValueError("must be in the future")
    return instant


FutureInstant = Annotated[Instant, AfterValidator(_in_the_future)]

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


class KeysOfUser(StrEnum):
    REVOKE = "revoke"
    TAKE_OVER = "take_over"


class UserUpdate(_Input):
    name: Name = Field("", description="The user's name.")
    role: Role = Field(Role.REVIEWER, description=_ROLE)
    is_active: bool = Field(
        default=True,
        description="`false` ends the user's sessions and refuses logins; `true` lets them log in.",
    )
    api_keys: KeysOfUser = Field(
        KeysOfUser.REVOKE,
        description="What becomes of the API keys the user may have no longer: all when "
        "deactivated, those that may do more when the role becomes less. `revoke` ends them, "
        "`take_over` leaves them with whoever asks. Default `revoke`.",
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
    expires_at: FutureInstant | None = Field(
        None,
        description="When the key ends by itself, in the future; leave out for never. With a key "
        "that ends, no later than that one.",
    )


class ApiKeyRead(BaseModel):
    id: UUID = Field(description="The key's id, not its secret.")
    name: str = Field(description="What the key is for.")
    prefix: str = Field(
        description="The key's beginning, to tell keys apart.", examples=["rbk_Xy3k9Qab"]
    )
    role: Role = Field(description=_ROLE)
    created_by: UUID | None = Field(
        description="The user who answers for it: when they are deactivated, it ends."
    )
    made_with: UUID | None = Field(
        description="The API key it was made with, and ends with; null: none."
    )
    created_at: datetime = Field(description="When it was made.")
    expires_at: datetime | None = Field(description="When it ends by itself.")
    last_used_at: datetime | None = Field(description="When it was last used, to the minute.")
    revoked_at: datetime | None = Field(description="When it was revoked.")

    @classmethod
    def of(cls, key: ApiKey) -> "ApiKeyRead":
        return cls.model_validate(key, from_attributes=True)


class ApiKeyMade(ApiKeyRead):
    key: str = Field(description="The key itself: shown now and never again.")


class KeyRead(BaseModel):
    """A key that is set. The key itself cannot be read back."""

    name: KeyName = Field(description="Which key.")
    ends_with: str = Field(description="Its last characters; empty for a short key.")
    updated_at: datetime = Field(description="When it was set.")


class OrganisationDetail(OrganisationRead):
    from_number: str | None = Field(
        description="Caller id of agents without their own, E.164; null: none.",
        examples=["+14155550199"],
    )
    llm_model: str | None = Field(
        description="The language model that records are made with; null: `LLM_MODEL`.",
        examples=["openai/gpt-5-mini"],
    )
    calls_per_minute: int | None = Field(
        description="Calls that may be placed in a minute; null: `LIMIT_CALLS_PER_MINUTE`."
    )
    requests_per_minute: int | None = Field(
        description=(
            "Requests each user and API key may make in a minute; null: "
            "`LIMIT_REQUESTS_PER_MINUTE`."
        )
    )
    keys: list[KeyRead] = Field(description="The keys that are set; to administrators only.")


_Secret = Annotated[
    SecretStr | None,
    Field(min_length=8, max_length=500, description="Null removes the key; leave out to keep it."),
]


class KeysUpdate(_Input):
    """Keys for other services: encrypted, and never shown again."""

    retell_api_key: _Secret = None
    retell_webhook_key: _Secret = None
    retell_webhook_key_previous: _Secret = None
    openai_api_key: _Secret = None
    anthropic_api_key: _Secret = None
    gemini_api_key: _Secret = None
    deepgram_api_key: _Secret = None
    assemblyai_api_key: _Secret = None

    @model_validator(mode="after")
    def _are_headers(self) -> Self:
        """Keys are sent in headers: what is no visible ASCII cannot be one."""
        for name in self.model_fields_set:
            key: SecretStr | None = getattr(self, name)
            if key is not None and not re.fullmatch(r"[!-~]+", key.get_secret_value()):
                raise ValueError(f"{name} must have visible ASCII characters only")
        return self

    def given(self) -> dict[KeyName, str | None]:
        keys = {KeyName(name): getattr(self, name) for name in self.model_fields_set}
        return {name: key.get_secret_value() if key else None for name, key in keys.items()}


_PerMinute = Annotated[int | None, Field(ge=1, le=1_000_000)]


class OrganisationUpdate(_Input):
    name: Name = Field("", description="Its name for people.")
    from_number: Annotated[str, StringConstraints(pattern=r"^\+[1-9]\d{6,14}$")] | None = Field(
        None, description="Caller id of agents without their own, E.164.", examples=["+14155550199"]
    )
    llm_model: (
        Annotated[str, StringConstraints(pattern=r"^[a-z]+/[!-~]+$", max_length=200)] | None
    ) = Field(
        None,
        description="provider/model; null: `LLM_MODEL`.",
        examples=["openai/gpt-5-mini"],
    )
    calls_per_minute: _PerMinute = Field(
        None, description="Calls that may be placed in a minute; null: `LIMIT_CALLS_PER_MINUTE`."
    )
    requests_per_minute: _PerMinute = Field(
        None,
        description=(
            "Requests each user and API key may make in a minute; null: "
            "`LIMIT_REQUESTS_PER_MINUTE`."
        ),
    )
    keys: KeysUpdate = Field(
        KeysUpdate(), description="Keys to set or remove; those left out stay."
    )


class AskedRead(BaseModel):
    """One question that was put to Retell."""

    what: str = Field(description="What was asked, in words.")
    request: str = Field(description="The request.", examples=["POST /v3/list-calls"])
    failure: str | None = Field(description="What went wrong; null: it was answered.")


class RetellCheckRead(BaseModel):
    """Whether Retell takes the organisation's API key for what the service needs."""

    ok: bool = Field(description="Whether everything was answered.")
    reason: str | None = Field(description="What was asked first in vain, and why; null: nothing.")
    asked: list[AskedRead] = Field(description="All that was asked, in order.")
    from_number: str | None = Field(
        description="Caller id of agents without their own; null: none. RETELL_FROM_NUMBER is not "
        "used with a key of the organisation's own."
    )
    retell_organisation: str | None = Field(description="The workspace's name at Retell.")
    key_name: str | None = Field(description="The key's name at Retell.")
    webhook_key_set: bool = Field(
        description="Whether webhooks can be verified, by a webhook key or the API key."
    )
    webhook_url: str = Field(description="Where Retell is to send the organisation's webhooks.")


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


class ColleagueRead(BaseModel):
    """Somebody of the organization, as all of it may know them."""

    id: UUID = Field(description="The user.")
    name: str = Field(description="What they are called.")
    is_active: bool = Field(description="Whether they can log in.")


class AuditQuery(_Input):
    action: StorableText | None = Field(
        None,
        max_length=100,
        description="Only actions that begin with this.",
        examples=["log_in", "publish"],
    )
    actor_id: UUID | None = Field(None, description="Only by this user or API key.")
    object_id: StorableText | None = Field(
        None, max_length=100, description="Only what was done to this object."
    )
    created_after: Instant | None = Field(
        None, description="Only what was done at this instant or later."
    )
    created_before: Instant | None = Field(
        None, description="Only what was done before this instant."
    )
    cursor: Cursor = None
    limit: Limit = 50
