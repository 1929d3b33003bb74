"""What the agents' paths take and give."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, create_model

from backend.agents.draft.config import AgentConfig
from backend.agents.models import AgentEngine, PublishState, SyncState
from backend.platform.storable import StorableText
from backend.platform.versioning.forms import Changes, optional_fields
from backend.platform.versioning.schemas import FieldChangeRead

AgentId = Annotated[UUID, Path(description="The agent's id.")]


class AgentCreate(AgentConfig):
    """A new agent's draft."""


AgentUpdate = create_model(
    "AgentUpdate", __base__=Changes, __doc__=Changes.__doc__, **optional_fields(AgentConfig)
)


class AgentRead(AgentConfig):
    """An agent: its draft, and how that relates to what takes calls."""

    id: UUID = Field(description="The agent's id.")
    engine: AgentEngine = Field(
        description="Where the conversation is designed. Unless `retell_llm`, prompt and voice "
        "are changed at Retell, and read-only here."
    )
    draft_revision: int = Field(
        description="Counts the changes of the draft; also sent as `ETag`, for `If-Match`."
    )
    published_version: int | None = Field(
        description="The version that takes calls; null: none yet."
    )
    has_unpublished_changes: bool = Field(description="Whether the draft is not what takes calls.")
    publish_state: PublishState = Field(
        description="What became of the last publish. Unless `idle`, publishing again goes on "
        "where it stopped, and the version before stays live."
    )
    publish_error: str | None = Field(description="Why the last publish failed; null: it did not.")
    sync_state: SyncState = Field(
        description="How Retell compared with what was published, when last looked at."
    )
    synced_at: datetime | None = Field(description="When that was; null: never.")
    retell_agent_id: str | None = Field(description="Retell's id of the agent.")
    archived_at: datetime | None = Field(description="When it was taken out of use.")
    created_at: datetime = Field(description="When it was created.")
    updated_at: datetime = Field(description="When its draft was last changed.")


class PublishCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note: StorableText | None = Field(
        None, max_length=1000, description="What changed, for the history."
    )


class AgentDiff(BaseModel):
    """What differs between two versions, or a version and the draft."""

    base: str = Field(description="A version's number, or `draft`.", examples=["1"])
    compare: str = Field(description="A version's number, or `draft`.", examples=["draft"])
    changes: list[FieldChangeRead] = Field(description="The differences; empty: there is none.")


class AgentVersionRead(BaseModel):
    """A published version. It never changes."""

    version: int = Field(description="1, 2, 3 and so on.")
    schema_version: int = Field(description="Counts the changes of the record schema.")
    note: str | None = Field(description="What was noted at publishing.")
    published_by: UUID | None = Field(description="Who published it.")
    created_at: datetime = Field(description="When it was published.")
    changed_fields: list[str] = Field(
        description="The fields that differ from the version before; all of the first version.",
        examples=[["prompt", "voice_speed"]],
    )
    config: AgentConfig = Field(description="What was published.")


class AgentVersionDetail(AgentVersionRead):
    """A published version with what it changed."""

    changes: list[FieldChangeRead] = Field(
        description="The differences from the version before; empty for the first."
    )


class PresetRead(BaseModel):
    """An example agent to start from."""

    key: str = Field(description="The preset's name.", examples=["driver_check_in"])
    config: AgentConfig = Field(description="Pass this to `POST /api/v1/agents`.")
