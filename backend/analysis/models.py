"""Analyses: what each call tells, by the organisation's own schema, one row for each revision."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, Date, Float, Index, LargeBinary, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from backend.agents.models import ProofPolicy
from backend.platform import clock, ids
from backend.platform.events import JsonObject
from backend.platform.tables import Table, document_column, enum_column, instant_column, json_column

_CURRENT = text("is_current")


class AnalysisStatus(StrEnum):
    PENDING = "pending"
    VALID = "valid"
    NEEDS_REVIEW = "needs_review"
    FAILED = "failed"
    # Not made, for a reason that has nothing to do with the call.
    LEFT_OUT = "left_out"


class LeftOutReason(StrEnum):
    """Why a call was not analysed."""

    BUDGET = "budget"
    # By itself it would cost more than a whole day may.
    TOO_LONG = "too_long"
    NO_PRICE = "no_price"
    SWITCHED_OFF = "switched_off"
    # Nobody answered: an outage, no credit, a key that is rejected.
    MODEL_UNAVAILABLE = "model_unavailable"


class AnalysisSettings(Table, table=True):
    """How an organisation has its calls analysed. Without a row: not at all."""

    __tablename__ = "analysis_settings"

    org_id: UUID = Field(foreign_key="organisations.id", primary_key=True)
    enabled: bool = False
    schema_version: int
    daily_budget_cents: float
    # Whose calendar tells the days.
    time_zone: str = "UTC"
    share_percent: int = 100
    # None: all.
    agent_ids: list[UUID] | None = Field(
        default=None, sa_column=Column("agent_ids", ARRAY(Uuid()), nullable=True)
    )
    # None: the organisation's own.
    model: str | None = None
    proof: ProofPolicy = Field(sa_column=enum_column(ProofPolicy, "proof"))
    updated_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("updated_at", nullable=False)
    )


class AnalysisSchema(Table, table=True):
    """A version of what is asked of each call. It is never changed: another one follows it."""

    __tablename__ = "analysis_schemas"

    org_id: UUID = Field(foreign_key="organisations.id", primary_key=True)
    version: int = Field(primary_key=True)
    record_schema: JsonObject = Field(sa_column=document_column("record_schema"))
    instructions: str | None = None
    created_by: UUID | None = Field(default=None, foreign_key="users.id")
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )


class CallAnalysis(Table, table=True):
    """A revision. One of a call's is current; the others stay for the history."""

    __tablename__ = "call_analyses"
    __table_args__ = (
        UniqueConstraint("call_id", "revision"),
        Index(
            "uq_call_analyses_call_id_current", "call_id", unique=True, postgresql_where=_CURRENT
        ),
        Index(
            "ix_call_analyses_org_id_status_id_current",
            *("org_id", "status", "id"),
            postgresql_where=_CURRENT,
        ),
        Index(
            "ix_call_analyses_org_id_id_left_out",
            *("org_id", "id"),
            postgresql_where=text("status = 'left_out'"),
        ),
        Index(
            "ix_call_analyses_org_id_reserved_on_pending",
            *("org_id", "reserved_on"),
            postgresql_where=text("status = 'pending' and reserved_on is not null"),
        ),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    call_id: UUID = Field(foreign_key="calls.id", ondelete="CASCADE")
    agent_id: UUID
    revision: int
    # The highest that came to something, else the highest. Changed under the call's lock.
    is_current: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    status: AnalysisStatus = Field(sa_column=enum_column(AnalysisStatus, "status"))
    left_out_reason: LeftOutReason | None = Field(
        default=None, sa_column=enum_column(LeftOutReason, "left_out_reason", nullable=True)
    )
    schema_version: int
    # What it was made from; the same again needs no second one.
    source_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    data: JsonObject = Field(default_factory=dict, sa_column=document_column("data"))
    evidence: JsonObject = Field(default_factory=dict, sa_column=document_column("evidence"))
    problems: list[JsonObject] = Field(default_factory=list, sa_column=json_column("problems"))
    not_said: JsonObject = Field(default_factory=dict, sa_column=document_column("not_said"))
    # How speakers felt, moment by moment, in the order in which it was said.
    sentiment: list[JsonObject] = Field(default_factory=list, sa_column=json_column("sentiment"))
    failure: str | None = None
    model: str | None = None
    attempts: int = 0
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_cents: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    # What it is expected to cost, as far as prices are known.
    estimated_cents: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    # The day whose budget it is paid from, by the organisation's calendar.
    reserved_on: date | None = Field(default=None, sa_column=Column("reserved_on", Date))
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )


class AnalysisAudit(Table, table=True):
    """What an analysis' model was told and what it answered, word for word.

    As personal as the transcript: deleted with the call, shown to administrators only.
    """

    __tablename__ = "analysis_audits"

    analysis_id: UUID = Field(foreign_key="call_analyses.id", ondelete="CASCADE", primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    exchanges: list[JsonObject] = Field(sa_column=document_column("exchanges"))
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )


class AnalysisDay(Table, table=True):
    """What analyses cost on one day, by the organisation's calendar. It names nobody."""

    __tablename__ = "analysis_days"

    org_id: UUID = Field(foreign_key="organisations.id", primary_key=True)
    day: date = Field(sa_column=Column("day", Date, primary_key=True))
    spent_cents: float = Field(
        default=0.0, sa_column=Column(Float, nullable=False, server_default=text("0"))
    )
    # Questions to models that were paid for; some of them came to nothing.
    analyzed: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    left_out: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    # When a call first had no room any more; set once, and told once.
    reached_at: datetime | None = Field(default=None, sa_column=instant_column("reached_at"))
