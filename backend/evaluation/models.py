"""Back-tests and their trials."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Column, Float, Index, UniqueConstraint
from sqlmodel import Field

from backend.platform import clock, ids
from backend.platform.events import JsonObject
from backend.platform.tables import Table, document_column, enum_column, instant_column


class BacktestState(StrEnum):
    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    APPLYING = "applying"
    APPLIED = "applied"


class Backtest(Table, table=True):
    """Extraction tried again over calls that have records, with nothing replaced until applied."""

    __tablename__ = "backtests"

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id", index=True)
    agent_id: UUID = Field(foreign_key="agents.id")
    # The agent's version whose schema and instructions are tried, and the model if not its own.
    version: int
    model: str | None = None
    state: BacktestState = Field(
        default=BacktestState.READY, sa_column=enum_column(BacktestState, "state")
    )
    estimated_tokens: int = Field(sa_column=Column(BigInteger, nullable=False))
    estimated_cost_cents: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    replace_corrections: bool = False
    created_by: UUID | None = Field(default=None, foreign_key="users.id")
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )


class TrialState(StrEnum):
    PENDING = "pending"
    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"
    APPLIED = "applied"
    SKIPPED = "skipped"


class Trial(Table, table=True):
    """One call of a back-test: the record it is compared with, and what was made this time."""

    __tablename__ = "trials"
    __table_args__ = (
        UniqueConstraint("backtest_id", "record_id"),
        Index("ix_trials_backtest_id_state_id", "backtest_id", "state", "id"),
        Index("ix_trials_call_id", "call_id"),
        Index("ix_trials_record_id", "record_id"),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    backtest_id: UUID = Field(foreign_key="backtests.id", ondelete="CASCADE")
    call_id: UUID = Field(foreign_key="calls.id", ondelete="CASCADE")
    record_id: UUID = Field(foreign_key="records.id", ondelete="CASCADE")
    state: TrialState = Field(
        default=TrialState.PENDING, sa_column=enum_column(TrialState, "state")
    )
    # The columns of the record it would be. Null: not tried yet, or failed.
    result: JsonObject | None = Field(
        default=None, sa_column=document_column("result", nullable=True)
    )
    source_sha256: bytes | None = None
    failure: str | None = None
