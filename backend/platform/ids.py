"""The one source of new identifiers."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Make a UUIDv7: unique, and ordered by creation time, so that indexes grow at one end."""
    return uuid7()
