"""Pages of a list, newest first. The cursor is the id of the last item of a page."""

from collections.abc import Sequence
from typing import Annotated, Generic, Literal, NamedTuple, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

T = TypeVar("T")

Limit = Annotated[int, Field(ge=1, le=200, description="How many items a page holds.")]
Cursor = Annotated[
    UUID | None, Field(description="`next_cursor` of the page before; leave out for the first.")
]

Order = Annotated[
    Literal["newest", "oldest"], Field(description="Which come first. Default: the newest.")
]


class Stretch(NamedTuple):
    """Which rows of an ordered list are wanted: so many behind the cursor's."""

    cursor: UUID | None
    limit: int
    oldest_first: bool = False
    # By how long they took instead of when they began: the longest first, or the shortest.
    by_length: bool = False


class Page(BaseModel, Generic[T]):
    items: list[T] = Field(description="In order, by default the newest first.")
    next_cursor: UUID | None = Field(
        description="Pass as `cursor` for the next page; null at the end."
    )


class _HasId(Protocol):
    @property
    def id(self) -> UUID: ...


R = TypeVar("R", bound=_HasId)


def cut(rows: Sequence[R], limit: int) -> tuple[Sequence[R], UUID | None]:
    """Split `limit + 1` fetched rows into the page and the cursor of the next one."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], rows[limit - 1].id
