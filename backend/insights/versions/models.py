"""What was found of a version's calls beside those of a version before."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from backend.platform import clock, ids
from backend.platform.events import JsonObject
from backend.platform.tables import Table, enum_column, instant_column, json_column


class ComparisonEnd(StrEnum):
    """Why a version is not looked at any more."""

    COMPLETE = "complete"
    SUPERSEDED = "superseded"
    ARCHIVED = "archived"
    TOO_OLD = "too_old"
    BASELINE_GONE = "baseline_gone"


class VersionComparison(Table, table=True):
    """A version beside one before it, as it was found at the last look; figures are of 30 or more.

    One for each version, from when it was published until it was looked at for the last time.
    """

    __tablename__ = "version_comparisons"
    __table_args__ = (
        UniqueConstraint("agent_id", "version"),
        Index("ix_version_comparisons_org_id_id", "org_id", text("id desc")),
        Index(
            "ix_version_comparisons_checked_at",
            "checked_at",
            postgresql_where=text("ended_at is null"),
        ),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    agent_id: UUID = Field(foreign_key="agents.id", ondelete="CASCADE")
    version: int
    # The newest before with enough calls; null: there is none, so far.
    baseline_version: int | None = None
    # Calls that are over and settled: see `queries.find_settled`.
    calls: int = 0
    baseline_calls: int = 0
    # How many of `looks.LOOKS` are behind it.
    looks: int = 0
    looked_at: datetime | None = Field(default=None, sa_column=instant_column("looked_at"))
    # As `FindingRead`, one for each metric and field.
    findings: list[JsonObject] = Field(default_factory=list, sa_column=json_column("findings"))
    # In what the calls themselves differ: `source`, `number`, `weekday`, `hours`.
    other_traffic: list[str] = Field(default_factory=list, sa_column=json_column("other_traffic"))
    # The metrics that were announced, each once.
    told: list[str] = Field(default_factory=list, sa_column=json_column("told"))
    checked_at: datetime | None = Field(default=None, sa_column=instant_column("checked_at"))
    ended_at: datetime | None = Field(default=None, sa_column=instant_column("ended_at"))
    ended_because: ComparisonEnd | None = Field(
        default=None, sa_column=enum_column(ComparisonEnd, "ended_because", nullable=True)
    )
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
