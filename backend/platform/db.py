"""The database: engine, sessions, transactions. The only place that commits."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4  # noqa: TID251 - names of prepared statements, not ids

import asyncpg
from sqlalchemy.event import listen
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import NullPool
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform.errors import AppError
from backend.platform.settings import DatabaseSettings

if TYPE_CHECKING:
    from backend.platform.events import Wiring


class Sessions(async_sessionmaker[AsyncSession]):
    """Makes sessions. They carry the wiring, so that publishing an event can enqueue its jobs."""

    def __init__(self, engine: AsyncEngine, wiring: "Wiring[Any]") -> None:
        super().__init__(
            engine, class_=AsyncSession, expire_on_commit=False, info={"wiring": wiring}
        )
        self.engine = engine
        self.wiring = wiring


_CONNECT_SECONDS = 10
_RECYCLE_SECONDS = 300

# What asyncpg raises when the server goes away, in the middle of a query too.
CONNECTION_LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


# Of these, what tells that the server went, and nothing about the statement.
SERVER_GONE = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
)


# A network that went silent must become an error; no statement of ours takes this long.
_COMMAND_SECONDS = 30.0


class DatabaseUnreachable(AppError):
    code, title = "database-unreachable", "The database cannot be reached"


class DatabaseGone(ConnectionError):
    """No connection to the database can be made, for the moment at least."""


def create_engine(settings: DatabaseSettings) -> AsyncEngine:
    """Open nothing yet. The DSN goes to asyncpg as it is, so libpq's options work in it."""
    connect = partial(_connect, settings.dsn)
    arguments: dict[str, Any] = {"async_creator_fn": connect}
    # Parameters would carry personal data into error messages, and from there into the log.
    create = partial(
        create_async_engine,
        "postgresql+asyncpg://",
        connect_args=arguments,
        hide_parameters=True,
    )
    if settings.pool == "transaction":
        # Behind a transaction pooler the next statement may meet another server connection.
        arguments |= {
            "prepared_statement_cache_size": 0,
            "statement_cache_size": 0,
            "prepared_statement_name_func": lambda: f"__ringback_{uuid4()}__",
        }
        return create(poolclass=NullPool)
    engine = create(
        pool_size=settings.pool_size,
        max_overflow=settings.pool_size,
        # The connection used last is the one whose statements are prepared, its caches warm.
        pool_use_lifo=True,
        # Sooner than routers on the way to a far database forget a connection that rests.
        pool_recycle=_RECYCLE_SECONDS,
    )
    listen(engine.sync_engine, "checkout", _replace_closed)
    return engine


def _replace_closed(connection: Any, *_: object) -> None:
    """After a restart of PostgreSQL nobody should be the one to find out.

    asyncpg knows at once that a server has gone. Asking it each time would take three round trips.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError


async def _connect(dsn: str, **options: Any) -> "asyncpg.Connection[asyncpg.Record]":
    try:
        limits = {"timeout": _CONNECT_SECONDS, "command_timeout": _COMMAND_SECONDS}
        return await asyncpg.connect(dsn, **limits | options)
    except CONNECTION_LOST as error:
        raise DatabaseGone(str(error) or type(error).__name__) from error


def create_sessions(engine: AsyncEngine, wiring: "Wiring[Any]") -> Sessions:
    return Sessions(engine, wiring)


@asynccontextmanager
async def transaction(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """Commit on success, roll back on any exception. Jobs and scripts start here."""
    async with sessions() as session, session.begin():
        yield session


def after_commit(session: AsyncSession, then: Callable[[], object]) -> None:
    """Do something once what this session changes is there for others to read."""
    listen(session.sync_session, "after_commit", lambda _: then(), once=True)


async def _driver(connection: AsyncConnection) -> "asyncpg.Connection[asyncpg.Record]":
    raw = await connection.get_raw_connection()
    return cast("asyncpg.Connection[asyncpg.Record]", raw.driver_connection)


@asynccontextmanager
async def driver_connection(
    sessions: Sessions,
) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Lend asyncpg's own connection, for what runs so often that SQLAlchemy's part counts.

    Each statement is a transaction of its own.
    """
    async with sessions.engine.connect() as connection:
        yield await _driver(connection)


async def fetch_row(sessions: Sessions, statement: str, *values: object) -> "asyncpg.Record | None":
    """Run one statement in a transaction of its own, in a single round trip."""
    async with sessions.engine.connect() as connection:
        return await (await _driver(connection)).fetchrow(statement, *values)


async def check_connection(settings: DatabaseSettings) -> None:
    """Connect once. Raises DatabaseUnreachable with a sentence that names the setting."""
    try:
        connection = await asyncpg.connect(settings.dsn, timeout=_CONNECT_SECONDS)
    except CONNECTION_LOST as error:
        reason = str(error) or type(error).__name__
        raise DatabaseUnreachable(
            f"DATABASE_URL does not lead to a database that answers: {reason.rstrip('.')}."
        ) from error
    await connection.close()
