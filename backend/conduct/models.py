"""What was found in a call's transcript: what was to be disclosed, and who asked for no more."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from backend.platform import clock
from backend.platform.events import JsonObject
from backend.platform.tables import Table, document_column, enum_column, instant_column, json_column

# What of a transcript counts. With other patterns it is another number, and the night looks again.
HEARING = 2
# Which calls are for somebody to look at.
NOTICED = "lacks <> '{}' or opt_out_status is not null or denial is not null"


class OptOutStatus(StrEnum):
    """What became of words by which somebody asked, or may have asked, for no more calls."""

    SUPPRESSED = "suppressed"
    RECORDED = "recorded"
    NEEDS_REVIEW = "needs_review"
    DISMISSED = "dismissed"


class CallConduct(Table, table=True):
    """What the transcript of a call has, as of when it was last looked at."""

    __tablename__ = "call_conduct"
    __table_args__ = (
        Index("ix_call_conduct_org_id_called_at", "org_id", "called_at"),
        Index(
            "ix_call_conduct_org_id_call_id_noticed",
            "org_id",
            text("call_id desc"),
            postgresql_where=text(NOTICED),
        ),
        Index(
            "ix_call_conduct_org_id_opt_out_status_call_id",
            "org_id",
            "opt_out_status",
            text("call_id desc"),
            postgresql_where=text("opt_out_status is not null"),
        ),
    )

    call_id: UUID = Field(
        sa_column=Column("call_id", ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    )
    org_id: UUID = Field(foreign_key="organisations.id")
    agent_id: UUID
    called_at: datetime = Field(sa_column=instant_column("called_at", nullable=False))
    # What rules asked the agent to say: rule, source, and where it was said, if it was.
    disclosures: list[JsonObject] = Field(
        default_factory=list, sa_column=json_column("disclosures")
    )
    # The kinds of these that were not said.
    lacks: list[str] = Field(
        default_factory=list, sa_column=Column("lacks", ARRAY(String), nullable=False)
    )
    # Where the agent says that it is no machine, and does not put it right.
    denial: JsonObject | None = Field(
        default=None, sa_column=document_column("denial", nullable=True)
    )
    opt_out: JsonObject | None = Field(
        default=None, sa_column=document_column("opt_out", nullable=True)
    )
    opt_out_status: OptOutStatus | None = Field(
        default=None, sa_column=enum_column(OptOutStatus, "opt_out_status", nullable=True)
    )
    # No foreign key: an erased number leaves no row there.
    suppression_id: UUID | None = None
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_column=instant_column("decided_at"))
    # By which patterns; null: those before there was more than one.
    hearing: int | None = None
    checked_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("checked_at", nullable=False)
    )
