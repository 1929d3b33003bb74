"""What the agents' paths take and give."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, create_model

from backend.agents.models import AgentConfig, Variable
from backend.platform.events import JsonObject
from backend.platform.storable import StorableText


class AgentCreate(AgentConfig):
    """A new agent's draft."""


_optional: dict[str, Any] = {
    name: (field.annotation | None, Field(None, description=field.description))  # type: ignore[operator]  # annotations here are types
    for name, field in AgentConfig.model_fields.items()
}
AgentUpdate = create_model(
    "AgentUpdate",
    __config__=ConfigDict(extra="forbid"),
    __doc__="The fields of the draft to change; what is left out stays.",
    **_optional,
)


class AgentRead(BaseModel):
    id: UUID
    name: str
    language: str
    time_zone: str
    model: str | None
    voice_id: str
    prompt: str
    begin_message: str | None
    from_number: str | None
    variables: list[Variable]
    record_schema: JsonObject | None
    extraction_instructions: str | None
    retell_overrides: JsonObject
    published_version: int | None = Field(
        description="The version that takes calls; null: none yet."
    )
    has_unpublished_changes: bool
    retell_agent_id: str | None
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime


class PublishCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note: StorableText | None = Field(
        None, max_length=1000, description="What changed, for the history."
    )


class AgentVersionRead(BaseModel):
    version: int
    schema_version: int
    note: str | None
    published_by: UUID | None
    created_at: datetime
    config: AgentConfig


class PresetRead(BaseModel):
    key: str
    config: AgentConfig
