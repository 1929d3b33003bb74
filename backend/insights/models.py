"""Passages: stretches of transcripts that answer a search."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field

from backend.platform import clock
from backend.platform.tables import Table, instant_column


class CutCall(Table, table=True):
    """A call whose passages were cut, from a transcript with this hash; it may have none."""

    __tablename__ = "cut_calls"

    call_id: UUID = Field(foreign_key="calls.id", ondelete="CASCADE", primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    transcript_hash: str
    cut_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("cut_at", nullable=False)
    )


class Passage(Table, table=True):
    """Some turns of a call that belong together, as they may be read: masked as its agent says.

    `stemming` names PostgreSQL's configuration for the call's language. `words` has each word as it
    is, and as that configuration stems it.
    """

    __tablename__ = "passages"
    __table_args__ = (
        PrimaryKeyConstraint("call_id", "number"),
        Index("ix_passages_words", "words", postgresql_using="gin"),
        Index("ix_passages_org_id_stemming", "org_id", "stemming"),
        # For words that are said everywhere: the newest are found without reading all.
        Index("ix_passages_org_id_call_id", "org_id", text("call_id desc")),
        Index("ix_passages_agent_id_call_id", "agent_id", text("call_id desc")),
    )

    call_id: UUID = Field(
        sa_column=Column("call_id", ForeignKey("calls.id", ondelete="CASCADE"), nullable=False)
    )
    number: int
    org_id: UUID = Field(foreign_key="organisations.id")
    # The call's, kept here for searching one agent's calls.
    agent_id: UUID
    first_turn: int
    last_turn: int
    start_ms: int | None = None
    text: str
    stemming: str
    words: str | None = Field(default=None, sa_column=Column(TSVECTOR))


@dataclass(frozen=True)
class Wanted:
    """What is looked for, and in which calls."""

    org_id: UUID
    words: Sequence[str]
    limit: int
    agent_id: UUID | None = None
    created_after: datetime | None = None


@dataclass(frozen=True)
class Found:
    """A passage that has some of the words; `marked` is its text in pieces, every second a hit."""

    call_id: UUID
    first_turn: int
    last_turn: int
    start_ms: int | None
    text: str
    score: float
    marked: Sequence[str]
