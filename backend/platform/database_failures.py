"""What a failure of the database means for the request that met it."""

import asyncpg
from sqlalchemy.exc import DBAPIError, TimeoutError as NoConnectionFree

from backend.platform.db import DatabaseGone
from backend.platform.errors import AppError, Rejected, Unavailable

FAILURES = (DatabaseGone, NoConnectionFree, DBAPIError)


class DatabaseUnavailable(Unavailable):
    code, title = "database-unavailable", "The database cannot be used right now"


class Unstorable(Rejected):
    code, title = "unstorable", "The request holds a value that cannot be stored"


def meaning_of(error: Exception) -> AppError | None:
    """Say it in our words; None for a mistake of our own."""
    if isinstance(error, DBAPIError) and not error.connection_invalidated:
        if not _is_about_a_value(error.orig and error.orig.__cause__):
            return None
        return Unstorable(
            "A text holds a NUL character or half of a surrogate pair, or a number is too large."
        )
    return DatabaseUnavailable("The database does not answer. Try again soon.")


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
