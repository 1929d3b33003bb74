"""Sums of scores by week, so that a report takes as long for a million calls as for a hundred."""

from datetime import date
from uuid import UUID

from sqlalchemy import Column, Date, Float, Index
from sqlmodel import Field

from backend.platform.tables import Table, json_column


class ScoreTally(Table, table=True):
    """What the evaluations of a week add up to, in all, by category or by criterion."""

    __tablename__ = "score_tallies"

    org_id: UUID = Field(primary_key=True, foreign_key="organisations.id")
    policy_id: UUID = Field(primary_key=True, foreign_key="policies.id")
    agent_id: UUID = Field(primary_key=True, foreign_key="agents.id")
    # 0: the call is of no version.
    agent_version: int = Field(primary_key=True)
    # Its Monday.
    week: date = Field(sa_column=Column("week", Date, primary_key=True))
    dimension: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    n: int = 0
    total: float = Field(default=0.0, sa_column=Column(Float, nullable=False))
    squares: float = Field(default=0.0, sa_column=Column(Float, nullable=False))
    passed: int = 0
    failed: int = 0


class CountedEvaluation(Table, table=True):
    """What one call has added to the tallies: taken back out when its evaluation changes."""

    __tablename__ = "counted_evaluations"
    __table_args__ = (
        Index("ix_counted_evaluations_org_id_agent_id_score", "org_id", "agent_id", "score"),
        Index("ix_counted_evaluations_org_id_score", "org_id", "score"),
    )

    call_id: UUID = Field(primary_key=True, foreign_key="calls.id", ondelete="CASCADE")
    policy_id: UUID = Field(primary_key=True, foreign_key="policies.id")
    org_id: UUID = Field(foreign_key="organisations.id")
    agent_id: UUID = Field(foreign_key="agents.id")
    agent_version: int
    week: date = Field(sa_column=Column("week", Date, nullable=False))
    score: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    # `[[dimension, name, n, total, squares, passed, failed]]`
    parts: list[list[str | int | float]] = Field(sa_column=json_column("parts"))
