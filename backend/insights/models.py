"""Passages: stretches of transcripts that answer a search."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field

from backend.platform import clock, ids
from backend.platform.tables import Table, instant_column


class CutCall(Table, table=True):
    """A call whose passages were cut, from a transcript with this hash; it may have none.

    All of them have a vector of the embedder, where one is named, but for those that it refuses. It
    is 0 where there are none.
    """

    __tablename__ = "cut_calls"
    __table_args__ = (Index(None, "org_id", "embedder_id", "call_id"),)

    call_id: UUID = Field(foreign_key="calls.id", ondelete="CASCADE", primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    transcript_hash: str
    embedder_id: int | None = None
    # Which embedder failed at one of its passages, how often, and when it is asked again.
    failed_by: int | None = None
    failures: int | None = None
    retry_at: datetime | None = Field(default=None, sa_column=instant_column("retry_at"))
    # How many passages it was through with and has made no vector of: words find them.
    left_out: int | None = None
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


class PassageKey(NamedTuple):
    """A passage: the call it is of, and its number in it."""

    call_id: UUID
    number: int


class Near(NamedTuple):
    """A passage, and how well it fits or how far it is: what an order is made by."""

    key: PassageKey
    by: float


class SearchMode(StrEnum):
    """By words, by what they mean, or by both."""

    HYBRID = "hybrid"
    TEXT = "text"
    MEANING = "meaning"


@dataclass(frozen=True)
class Wanted:
    """What is looked for, and in which calls."""

    org_id: UUID
    words: Sequence[str]
    limit: int
    agent_id: UUID | None = None
    created_after: datetime | None = None

    @property
    def candidates(self) -> int:
        """How many of each kind are brought into one order."""
        return max(50, self.limit)

    def conditions(self) -> tuple[str, dict[str, Any]]:
        """Write the conditions that are asked for in SQL, so that each set of them has its plan."""
        conditions: list[str] = []
        asked: dict[str, Any] = {"org_id": self.org_id}
        if self.agent_id is not None:
            conditions.append("and agent_id = :agent_id")
            asked["agent_id"] = self.agent_id
        if self.created_after is not None:
            conditions.append(_SINCE)
            asked["created_after"] = self.created_after
            asked["since"] = ids.first_id(self.created_after - _CLOCKS_DIFFER)
        return " ".join(conditions), asked


_CLOCKS_DIFFER = timedelta(hours=1)
# Ids of calls begin with when they were made: an index finds those that are new.
_SINCE = """
    and call_id >= :since
    and exists (select from calls where id = call_id and created_at >= :created_after)
"""


@dataclass(frozen=True)
class Found:
    """A passage that was found; `marked` is its text in pieces, every second a word looked for."""

    key: PassageKey
    first_turn: int
    last_turn: int
    start_ms: int | None
    text: str
    score: float
    marked: Sequence[str]

    @property
    def call_id(self) -> UUID:
        return self.key.call_id


@dataclass(frozen=True)
class Answer:
    """What was found, and how; `instead` says why by words alone, where more was wanted."""

    found: Sequence[Found]
    mode: SearchMode
    instead: str | None = None
