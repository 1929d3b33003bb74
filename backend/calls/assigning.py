"""Who is to look after a call, and with it after its record and its evaluation."""

from typing import Literal, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import col

from backend.auth.service import Caller
from backend.calls.models import Call

Somebody: TypeAlias = UUID | Literal["nobody"]
Assignee: TypeAlias = UUID | Literal["me", "nobody"]

_NO_USER = UUID(int=0)


def resolved(assignee: Assignee | None, caller: Caller) -> Somebody | None:
    """Tell who `me` is. A key is nobody's: nothing is assigned to it."""
    return (caller.user_id or _NO_USER) if assignee == "me" else assignee


def is_assigned(to: Somebody) -> ColumnElement[bool]:
    return _is(col(Call.assigned_to), to)


def belongs_to_assigned(call_id: Mapped[UUID], to: Somebody) -> ColumnElement[bool]:
    """Say it of something that belongs to a call."""
    # Under a name of its own: the statement may have the calls in it already.
    call = aliased(Call)
    return exists().where(col(call.id) == call_id, _is(col(call.assigned_to), to))


def _is(assigned_to: Mapped[UUID | None], to: Somebody) -> ColumnElement[bool]:
    return assigned_to.is_(None) if to == "nobody" else assigned_to == to
