"""What the accounts' paths take and give."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, EmailStr, Field, SecretStr

from backend.auth.models import Role


class LoginCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: EmailStr = Field(examples=["admin@example.com"])
    password: SecretStr = Field(min_length=1, max_length=1024)


class OrganisationRead(BaseModel):
    id: UUID
    slug: str
    name: str


class UserRead(BaseModel):
    id: UUID
    email: str
    name: str
    role: Role
    organisation: OrganisationRead
    created_at: datetime


class LoginRead(BaseModel):
    access_token: str = Field(description="Send as `Authorization: Bearer <access_token>`.")
    token_type: Literal["bearer"]
    expires_in: int = Field(description="Seconds until the token ends.")
    user: UserRead
