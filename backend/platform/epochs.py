"""Epochs of the event log: one for each life of its database.

The log is ordered by the ids of transactions, and a database that was restored has ids that were
used before. So each epoch adds a number to them that is larger than all ids of the epoch before:
what was logged after a restore comes after all that was logged before it, and a position that was
given out by the life that is lost can be told from the others.
"""

from datetime import datetime
from typing import TypeAlias

import asyncpg
from loguru import logger
from sqlmodel import Field, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import db
from backend.platform.tables import Table, instant_column

Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)

# More transactions than a database sees in decades, and room for half a million epochs above it.
# The function `log_base` and the default of `events.transaction_id` count with it too.
EPOCH_BITS = 44


class LogEpoch(Table, table=True):
    """A life of the database, with what its cluster was known by when it began."""

    __tablename__ = "log_epochs"

    epoch: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    cluster: str
    began_at: datetime = Field(sa_column=instant_column("began_at", nullable=False))


async def find_restored_at(session: AsyncSession) -> datetime | None:
    """Tell since when this database goes by what a backup held; null: it was never restored."""
    statement = select(func.max(LogEpoch.began_at)).where(col(LogEpoch.epoch) > 0)
    return (await session.exec(statement)).one()


async def ensure_epoch(connection: Connection) -> int:
    """Begin a new epoch if this is not the database it was. Return the number its positions have.

    It is not when the cluster is another one, when it was promoted or copied back, or when the log
    knows transactions that are yet to come.
    """
    cluster = await _cluster(connection)
    base, is_known = await connection.fetchrow(_STATE, cluster) or (0, False)
    if is_known:
        return int(base)
    async with db.driver_transaction(connection):
        # Whoever is writing an event ends first, and who comes later writes it with the new number.
        await connection.execute("lock table log_epochs, events in share row exclusive mode")
        base, is_known = await connection.fetchrow(_STATE, cluster) or (0, False)
        if not is_known:
            epoch = await connection.fetchval(_BEGIN, cluster)
            base = epoch << EPOCH_BITS
            if epoch:
                logger.warning("log.epoch_began", epoch=epoch)
    return int(base)


# What comes into being with a cluster, changes when a standby or a point-in-time copy takes over,
# and when files are copied back. Each is left out where this role may not ask.
_QUESTIONS = {
    "pg_control_system()": "(select system_identifier from pg_control_system())::text",
    "pg_walfile_name(pg_lsn)": "left(pg_walfile_name(pg_current_wal_lsn()), 8)",
    "pg_stat_file(text)": (
        "(select extract(epoch from change)::bigint from pg_stat_file('PG_VERSION'))::text"
    ),
}
_DATABASE = "(select oid from pg_database where datname = current_database())::text"


async def _cluster(connection: Connection) -> str:
    allowed = await connection.fetch(
        "select name from unnest($1::text[]) as name where has_function_privilege(name, 'execute')",
        list(_QUESTIONS),
    )
    asked = [_QUESTIONS[row["name"]] for row in allowed]
    found: str = await connection.fetchval(
        f"select concat_ws('/', {', '.join([_DATABASE, *asked])})"
    )
    return found


_STATE = """
select log_base(), coalesce(
    (select cluster from log_epochs order by epoch desc limit 1) = $1
    and log_base() + pg_snapshot_xmax(pg_current_snapshot())::text::bigint > coalesce(
        (select transaction_id from events order by transaction_id desc, id desc limit 1), 0
    ),
    false
)
"""
# The first epoch is that of a log that is its own; one that is from elsewhere begins with another.
_BEGIN = """
insert into log_epochs (epoch, cluster, began_at)
select coalesce(
    (select max(epoch) + 1 from log_epochs),
    (select count(*) from (
        select from events where transaction_id
            >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint limit 1
    ) as of_another)
), $1, clock_timestamp()
returning epoch
"""
