"""Runs migrations: one transaction each, under a lock, with time limits."""

import asyncio
from typing import Any

import asyncpg
from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from backend.platform.session_limits import role_statements, session_limits
from backend.platform.tables import EnumText
from backend.tables import Table

_MIGRATION_LOCK = 5_270_260_001
_LOOK_SECONDS = 0.2


def _include(_item: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:  # noqa: FBT001 - Alembic's signature
    # pgqueuer's tables are its own; we only run its SQL.
    return not (kind == "table" and reflected and (name or "").startswith("pgqueuer"))


def _include_name(name: str | None, kind: str, _parents: Any) -> bool:
    # What pgvector indexes, with a partition for each model, is kept by SQL alone.
    return not (kind == "table" and (name or "").startswith("passage_vectors"))


def _render(kind: str, item: Any, _context: Any) -> str | bool:
    # The enum is the code's affair; the column is text with a CHECK, to be written by hand.
    return "sa.String()" if kind == "type" and isinstance(item, EnumText) else False


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        compare_server_default=True,
        transaction_per_migration=True,
        include_object=_include,
        include_name=_include_name,
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run() -> None:
    dsn = context.config.attributes["dsn"]
    # Whoever migrates may take its time, and waits for another who does; but not for one who is
    # gone. Each migration sets limits of its own.
    settings = session_limits(
        dsn,
        "ringback migrate",
        idle_in_transaction_session_timeout="0",
        statement_timeout="0",
        lock_timeout="0",
    )
    engine = create_async_engine(
        "postgresql+asyncpg://",
        connect_args={
            "async_creator_fn": lambda *_, **__: asyncpg.connect(dsn, server_settings=settings)
        },
        poolclass=pool.NullPool,
    )
    async with engine.connect() as connection:
        # Whoever comes second waits, and then finds nothing left to do. It asks again and again: a
        # statement that waits is one that an index built beside others would wait for in turn.
        while not await connection.scalar(text(f"select pg_try_advisory_lock({_MIGRATION_LOCK})")):
            await connection.commit()
            await asyncio.sleep(_LOOK_SECONDS)
        await connection.commit()
        try:
            await connection.run_sync(_migrate)
            await connection.commit()
            for statement in role_statements(dsn):
                await connection.execute(text(statement))
            await connection.commit()
        finally:
            await connection.rollback()
            await connection.execute(text(f"select pg_advisory_unlock({_MIGRATION_LOCK})"))
            await connection.commit()
    await engine.dispose()


asyncio.run(_run())
