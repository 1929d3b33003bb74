"""What makes vectors, how far it is, and which of it answers an organisation's searches."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Identity, Integer, UniqueConstraint
from sqlmodel import Field

from backend.platform import clock
from backend.platform.tables import Table, instant_column


class Embedder(Table, table=True):
    """A model that texts were embedded with. Its vectors are a partition of `passage_vectors`."""

    __tablename__ = "embedders"
    __table_args__ = (UniqueConstraint("name", "dimensions"),)

    # Of the sequence, and never one that was there before: calls may still name it.
    id: int = Field(sa_column=Column(Integer, Identity(), primary_key=True))
    name: str
    dimensions: int
    # When the model last began to answer with vectors of this length.
    opened_at: datetime | None = Field(default=None, sa_column=instant_column("opened_at"))


class Meaning(Table, table=True):
    """The model that answers an organisation's searches; none yet: words alone do.

    `failure` says why embedding does not go on, if it does not.
    """

    __tablename__ = "meanings"

    org_id: UUID = Field(foreign_key="organisations.id", primary_key=True)
    embedder_id: int | None = Field(default=None, foreign_key="embedders.id")
    failure: str | None = None
    # When another model took over.
    changed_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("changed_at", nullable=False)
    )
