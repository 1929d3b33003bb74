"""The one source of new identifiers."""

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Make a UUIDv7: unique, and ordered by creation time, so that indexes grow at one end."""
    return uuid7()


def first_id(at: datetime) -> UUID:
    """Return what sorts before every id made at this instant or later."""
    return UUID(int=max(0, int(at.timestamp() * 1000)) << 80)
