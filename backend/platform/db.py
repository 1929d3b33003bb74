"""The database: engine, sessions, transactions. The only place that commits."""

import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4  # noqa: TID251 - names of prepared statements, not ids

import asyncpg
from loguru import logger
from sqlalchemy import ExceptionContext
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

from backend.platform import clock
from backend.platform.errors import AppError
from backend.platform.session_limits import set_statements
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
_COMPARE_SECONDS = 60

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


# After these a connection is of no use, though it may be open still: the server is about to close
# it, or a standby has taken the server's place.
_OF_NO_USE = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.InternalClientError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)


# A network that went silent must become an error; no statement of ours takes this long.
_COMMAND_SECONDS = 30.0


class _Compared:
    at = -math.inf


class DatabaseUnreachable(AppError):
    code, title = "database-unreachable", "The database cannot be reached"


class DatabaseGone(ConnectionError):
    """No connection to the database can be made, for the moment at least."""


def create_engine(settings: DatabaseSettings) -> AsyncEngine:
    """Open nothing yet. The DSN goes to asyncpg as it is, so libpq's options work in it."""
    is_pooled = settings.pool == "transaction"
    # Behind a transaction pooler the role has them, by the migration: a session is not ours to set.
    limits = None if is_pooled else set_statements(settings.dsn, "ringback")
    connect = partial(_connect, settings.dsn, limits)
    arguments: dict[str, Any] = {"async_creator_fn": connect}
    # Parameters would carry personal data into error messages, and from there into the log.
    create = partial(
        create_async_engine,
        "postgresql+asyncpg://",
        connect_args=arguments,
        hide_parameters=True,
    )
    if is_pooled:
        # Behind a transaction pooler the next statement may meet another server connection.
        arguments |= {
            "prepared_statement_cache_size": 0,
            "statement_cache_size": 0,
            "prepared_statement_name_func": lambda: f"__ringback_{uuid4()}__",
        }
        engine = create(poolclass=NullPool)
        listen(engine.sync_engine, "handle_error", _note_what_is_lost)
        return engine
    engine = create(
        pool_size=settings.pool_size,
        max_overflow=settings.pool_size,
        # The connection used last is the one whose statements are prepared, its caches warm.
        pool_use_lifo=True,
        # Sooner than routers on the way to a far database forget a connection that rests.
        pool_recycle=_RECYCLE_SECONDS,
    )
    listen(engine.sync_engine, "checkout", _replace_closed)
    listen(engine.sync_engine, "handle_error", _note_what_is_lost)
    return engine


def _replace_closed(connection: Any, *_: object) -> None:
    """After a restart of PostgreSQL nobody should be the one to find out.

    asyncpg knows at once that a server has gone. Asking it each time would take three round trips.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _note_what_is_lost(context: ExceptionContext) -> Exception | None:
    """Drop connections that are of no more use, and give what asyncpg does not name a name.

    A server that goes says so before its connection closes; a network that falls silent says
    nothing, and is told by the time a command takes.
    """
    original = context.original_exception
    if isinstance(original, OSError):
        context.is_disconnect = True
        return DatabaseGone(str(original) or type(original).__name__)
    if isinstance(getattr(original, "__cause__", None), _OF_NO_USE):
        context.is_disconnect = True
    return None


async def _compare_clocks(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    if time.monotonic() - _Compared.at < _COMPARE_SECONDS:
        return
    asked_at = clock.local()
    told = await connection.fetchval("select clock_timestamp()")
    difference = clock.follow(asked_at, told, clock.local())
    _Compared.at = time.monotonic()
    if difference is not None:
        logger.warning("clock.differs", database_ahead_seconds=round(difference.total_seconds()))


async def _connect(
    dsn: str, settings: str | None, **options: Any
) -> "asyncpg.Connection[asyncpg.Record]":
    try:
        limits = {"timeout": _CONNECT_SECONDS, "command_timeout": _COMMAND_SECONDS}
        connection = await asyncpg.connect(dsn, **limits | options)
        if settings is not None:
            await connection.execute(settings)
        await _compare_clocks(connection)
    except CONNECTION_LOST as error:
        raise DatabaseGone(str(error) or type(error).__name__) from error
    return connection


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
        driver = await _driver(connection)
        async with _told_when_lost(connection):
            yield driver


def driver_transaction(connection: Any) -> AbstractAsyncContextManager[Any]:
    """Begin a transaction on asyncpg's own connection: commit on success, else roll back."""
    began: AbstractAsyncContextManager[Any] = connection.transaction()
    return began


async def fetch_row(sessions: Sessions, statement: str, *values: object) -> "asyncpg.Record | None":
    """Run one statement in a transaction of its own, in a single round trip."""
    async with sessions.engine.connect() as connection:
        driver = await _driver(connection)
        async with _told_when_lost(connection):
            return await driver.fetchrow(statement, *values)


@asynccontextmanager
async def _told_when_lost(connection: AsyncConnection) -> AsyncIterator[None]:
    """Do for asyncpg's own connection what SQLAlchemy does for those it uses."""
    try:
        yield
    except OSError as error:
        await connection.invalidate()
        raise DatabaseGone(str(error) or type(error).__name__) from error


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
