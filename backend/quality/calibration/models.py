"""Calibrations, and what was rated in them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field

from backend.platform import clock, ids
from backend.platform.events import JsonObject
from backend.platform.tables import Table, document_column, enum_column, instant_column, json_column


class CalibrationStatus(StrEnum):
    OPEN = "open"
    DONE = "done"


class Calibration(Table, table=True):
    """People and the model score the same calls blind, by one version of a policy."""

    __tablename__ = "calibrations"
    __table_args__ = (
        # The newest first of an organisation.
        Index("ix_calibrations_org_id_id", "org_id", "id"),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    policy_id: UUID = Field(foreign_key="policies.id", index=True)
    policy_version: int
    # The ids of users.
    raters: list[str] = Field(sa_column=json_column("raters"))
    chosen: str
    model: str | None = None
    status: CalibrationStatus = Field(
        default=CalibrationStatus.OPEN, sa_column=enum_column(CalibrationStatus, "status")
    )
    created_by: UUID | None = Field(default=None, foreign_key="users.id")
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    done_at: datetime | None = Field(default=None, sa_column=instant_column("done_at"))


class CalibrationCall(Table, table=True):
    """One call of a calibration, and what the model says of it."""

    __tablename__ = "calibration_calls"

    calibration_id: UUID = Field(
        primary_key=True, foreign_key="calibrations.id", ondelete="CASCADE"
    )
    call_id: UUID = Field(primary_key=True, foreign_key="calls.id", ondelete="CASCADE", index=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    place: int
    # By the criteria's keys. Null: the model has not been asked yet, or could not answer.
    verdicts: JsonObject | None = Field(
        default=None, sa_column=document_column("verdicts", nullable=True)
    )
    failure: str | None = None


class CalibrationRating(Table, table=True):
    """What one rater says of one call."""

    __tablename__ = "calibration_ratings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["calibration_id", "call_id"],
            ["calibration_calls.calibration_id", "calibration_calls.call_id"],
            ondelete="CASCADE",
        ),
    )

    calibration_id: UUID = Field(primary_key=True)
    call_id: UUID = Field(primary_key=True)
    rater_id: UUID = Field(primary_key=True, foreign_key="users.id")
    org_id: UUID = Field(foreign_key="organisations.id")
    # `{key: {verdict, note}}`
    results: JsonObject = Field(sa_column=document_column("results"))
    rated_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("rated_at", nullable=False)
    )
