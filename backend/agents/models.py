"""Agents: the editable draft, and the numbered versions that took calls."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from backend.agents.draft.config import AgentConfig as AgentConfig
from backend.agents.draft.proof import ProofPolicy as ProofPolicy
from backend.agents.draft.purpose import Purpose as Purpose
from backend.platform import clock, ids
from backend.platform.events import JsonObject
from backend.platform.tables import Table, document_column, enum_column, instant_column, json_column


class AgentEngine(StrEnum):
    """Where the conversation is designed: here, for a Retell LLM, or else at Retell."""

    RETELL_LLM = "retell_llm"
    CONVERSATION_FLOW = "conversation_flow"
    CUSTOM_LLM = "custom_llm"


class PublishState(StrEnum):
    """What became of the last publish. Unless it is idle, the version before is still live."""

    IDLE = "idle"
    RUNNING = "running"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class SyncState(StrEnum):
    """How what is live at Retell compares with what was published here, when last looked at."""

    UNKNOWN = "unknown"
    IN_SYNC = "in_sync"
    DRIFTED = "drifted"
    MISSING = "missing"


class Agent(Table, table=True):
    __tablename__ = "agents"

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id", index=True)
    config: JsonObject = Field(sa_column=document_column("config"))
    # Counts the changes of the draft, so that an edit of an older one can be refused.
    draft_revision: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    engine: AgentEngine = Field(
        default=AgentEngine.RETELL_LLM,
        sa_column=enum_column(AgentEngine, "engine", server_default="retell_llm"),
    )
    published_version: int | None = None
    retell_agent_id: str | None = Field(default=None, unique=True)
    retell_llm_id: str | None = None
    # Set while a publish runs; one that died leaves it behind, so it ends by itself.
    publishing_until: datetime | None = Field(
        default=None, sa_column=instant_column("publishing_until")
    )
    # The step at which the last publish stopped, and why; null once it has gone well.
    publish_step: str | None = None
    publish_error: str | None = None
    sync_state: SyncState = Field(
        default=SyncState.UNKNOWN,
        sa_column=enum_column(SyncState, "sync_state", server_default="unknown"),
    )
    synced_at: datetime | None = Field(default=None, sa_column=instant_column("synced_at"))
    archived_at: datetime | None = Field(default=None, sa_column=instant_column("archived_at"))
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    updated_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("updated_at", nullable=False)
    )

    @property
    def publish_state(self) -> PublishState:
        if self.publish_step is None:
            return PublishState.IDLE
        if self.publishing_until is not None and self.publishing_until > clock.now():
            return PublishState.RUNNING
        return PublishState.FAILED if self.publish_error else PublishState.INTERRUPTED

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


class NumberBinding(Table, table=True):
    """Which agents of which organisation use a phone number of the Retell account."""

    __tablename__ = "number_bindings"

    phone_number: str = Field(primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id", index=True)
    inbound_agent_id: UUID | None = Field(default=None, foreign_key="agents.id", index=True)
    outbound_agent_id: UUID | None = Field(default=None, foreign_key="agents.id", index=True)
    updated_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("updated_at", nullable=False)
    )


class InboundRule(Table, table=True):
    """What is known about callers before their call is taken: variables, or that it is not."""

    __tablename__ = "inbound_rules"
    __table_args__ = (
        UniqueConstraint("org_id", "caller", "phone_number", postgresql_nulls_not_distinct=True),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    # A whole number, or the beginning of numbers with a star behind it.
    caller: str
    phone_number: str | None = None
    is_blocked: bool = False
    variables: dict[str, str] = Field(default_factory=dict, sa_column=json_column("variables"))
    note: str | None = None
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    updated_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("updated_at", nullable=False)
    )
