"""Alerts: what is watched, and how it stands."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, Float, Index, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from backend.platform import clock, ids
from backend.platform.tables import Table, enum_column, instant_column


class Comparison(StrEnum):
    ABOVE = "above"
    BELOW = "below"
    RISES_BY_PERCENT = "rises_by_percent"
    FALLS_BY_PERCENT = "falls_by_percent"

    @property
    def is_relative(self) -> bool:
        """Whether it compares with the same hours of the weeks before."""
        return self in {Comparison.RISES_BY_PERCENT, Comparison.FALLS_BY_PERCENT}


class AlertState(StrEnum):
    QUIET = "quiet"
    TRIGGERED = "triggered"


class Alert(Table, table=True):
    """A number that is watched over a window that ends now, and what was last seen of it."""

    __tablename__ = "alerts"
    __table_args__ = (Index("ix_alerts_org_id_id", "org_id", text("id desc")),)

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    name: str
    # As `metrics.definitions.metric_of` takes it.
    metric: str
    agent_id: UUID | None = Field(default=None, foreign_key="agents.id", ondelete="CASCADE")
    comparison: Comparison = Field(sa_column=enum_column(Comparison, "comparison"))
    threshold: float = Field(sa_column=Column(Float, nullable=False))
    window_minutes: int
    min_samples: int
    # For how long it has to be so, or to be over, before it is told.
    hold_minutes: int
    # Null: all destinations that subscribe.
    destination_ids: list[UUID] | None = Field(
        default=None, sa_column=Column("destination_ids", ARRAY(Uuid))
    )
    enabled: bool = True

    state: AlertState = Field(default=AlertState.QUIET, sa_column=enum_column(AlertState, "state"))
    # When the state began, as it was told.
    state_since: datetime | None = Field(default=None, sa_column=instant_column("state_since"))
    # Since when the number says the other state; null: it does not.
    turning_since: datetime | None = Field(default=None, sa_column=instant_column("turning_since"))
    checked_at: datetime | None = Field(default=None, sa_column=instant_column("checked_at"))
    # What the last check found; null: too few samples.
    value: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    baseline: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    samples: int = 0
    created_by: UUID | None = None
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
