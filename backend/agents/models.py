"""Agents: the editable draft, and the numbered versions that took calls."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field as Spec, field_validator
from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from backend.agents.variables import NAME_PATTERN
from backend.platform import clock, ids
from backend.platform.events import JsonObject
from backend.platform.storable import storable
from backend.platform.tables import Table, document_column, instant_column


class Variable(BaseModel):
    """A value each call brings along, written `{{name}}` in prompt and begin message."""

    model_config = ConfigDict(extra="forbid")

    name: str = Spec(pattern=NAME_PATTERN, examples=["driver_name"])
    description: str = Spec("", max_length=1000)
    required: bool = Spec(
        default=True, description="A call without a value and without default is refused."
    )
    default: str | None = Spec(None, max_length=10_000)
    example: str | None = Spec(None, max_length=10_000, description="Used for test calls.")


class AgentConfig(BaseModel):
    """What can be set on an agent. A published version is a frozen copy of this."""

    model_config = ConfigDict(extra="forbid")

    name: str = Spec(min_length=1, max_length=200, examples=["Driver check-in"])
    language: str = Spec("en-US", description="BCP 47 tag, or `multi`.", max_length=35)
    time_zone: str = Spec(
        "UTC",
        description="IANA zone in which the callee's dates and times are meant.",
        examples=["America/Chicago"],
    )
    model: str | None = Spec(
        None, description="Retell's language model for the conversation. Null: Retell's default."
    )
    voice_id: str = Spec("11labs-Adrian", min_length=1, max_length=200)
    prompt: str = Spec(
        min_length=1,
        max_length=100_000,
        description="What the agent is told. May use `{{variables}}`.",
    )
    begin_message: str | None = Spec(
        None,
        max_length=5000,
        description="The agent's first words. Null: made up from the prompt; "
        "empty: the callee speaks first.",
    )
    from_number: str | None = Spec(
        None, pattern=r"^\+[1-9]\d{6,14}$", description="E.164. Null: RETELL_FROM_NUMBER."
    )
    variables: list[Variable] = Spec(default_factory=list, max_length=100)
    record_schema: JsonObject | None = Spec(
        None, description="JSON Schema of the record made from each call. Null: no record."
    )
    extraction_instructions: str | None = Spec(None, max_length=20_000)
    retell_overrides: JsonObject = Spec(
        default_factory=dict,
        description="Fields sent to Retell as they are. Those under `llm` go to the Retell LLM, "
        "all others (also those under `agent`) to the Retell agent.",
    )

    @field_validator("*", mode="before")
    @classmethod
    def _can_be_stored(cls, value: object) -> object:
        return storable(value)

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"there is no time zone {value!r}; try America/New_York") from error
        return value

    @field_validator("variables")
    @classmethod
    def _names_are_unique(cls, value: list[Variable]) -> list[Variable]:
        names = [variable.name for variable in value]
        if len(set(names)) != len(names):
            raise ValueError("two variables have the same name")
        return value


class Agent(Table, table=True):
    __tablename__ = "agents"

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id", index=True)
    config: JsonObject = Field(sa_column=document_column("config"))
    published_version: int | None = None
    retell_agent_id: str | None = Field(default=None, unique=True)
    retell_llm_id: str | None = None
    # Set while a publish runs; one that died leaves it behind, so it ends by itself.
    publishing_until: datetime | None = Field(
        default=None, sa_column=instant_column("publishing_until")
    )
    archived_at: datetime | None = Field(default=None, sa_column=instant_column("archived_at"))
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    updated_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("updated_at", nullable=False)
    )

    @property
    def draft(self) -> AgentConfig:
        return AgentConfig.model_validate(self.config)


class AgentVersion(Table, table=True):
    """A published configuration. Never changed."""

    __tablename__ = "agent_versions"
    __table_args__ = (UniqueConstraint("agent_id", "version"),)

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    agent_id: UUID = Field(foreign_key="agents.id")
    version: int
    schema_version: int
    config: JsonObject = Field(sa_column=document_column("config"))
    retell_version: int
    note: str | None = None
    published_by: UUID | None = Field(default=None, foreign_key="users.id")
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )

    @property
    def frozen(self) -> AgentConfig:
        return AgentConfig.model_validate(self.config)
