"""What a failure of the database means for the request that met it."""

import asyncpg
from sqlalchemy.exc import DBAPIError, TimeoutError as NoConnectionFree

from backend.platform.db import SERVER_GONE, DatabaseGone
from backend.platform.errors import AppError, Rejected, Unavailable

# As SQLAlchemy tells them, and as asyncpg does where its own connection is used.
FAILURES = (
    DatabaseGone,
    NoConnectionFree,
    DBAPIError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
# It is there, but this has to wait: for somebody's lock, or for a connection.
_BUSY = (
    NoConnectionFree,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)
_GONE = (
    *SERVER_GONE,
    asyncpg.InsufficientResourcesError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
)


class DatabaseUnavailable(Unavailable):
    code, title = "database-unavailable", "The database cannot be used right now"


class DatabaseBusy(DatabaseUnavailable):
    """Somebody else holds what is needed. Nothing has been tried, so nothing has failed."""

    code, title = DatabaseUnavailable.code, DatabaseUnavailable.title


class Unstorable(Rejected):
    code, title = "unstorable", "The request holds a value that cannot be stored"


def meaning_of(error: Exception) -> AppError | None:
    """Say it in our words; None for a mistake of our own."""
    cause = error.orig and error.orig.__cause__ if isinstance(error, DBAPIError) else error
    if isinstance(cause, _BUSY):
        return DatabaseBusy("The database is busy with what this needs. Try again soon.")
    if isinstance(cause, _GONE) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return DatabaseUnavailable("The database does not answer. Try again soon.")
    if _is_about_a_value(cause):
        return Unstorable(
            "A text holds a NUL character or half of a surrogate pair, or a number is too large."
        )
    return None


def _is_about_a_value(cause: BaseException | None) -> bool:
    # Of this very class are asyncpg's refusals of arguments; its subclasses are the server's.
    return type(cause) is asyncpg.DataError or isinstance(
        cause,
        (
            asyncpg.CharacterNotInRepertoireError,
            asyncpg.InvalidTextRepresentationError,
            asyncpg.NumericValueOutOfRangeError,
            asyncpg.UntranslatableCharacterError,
        ),
    )
