"""What keeps the log from being read on: an older transaction, anywhere in the cluster."""

import time
from dataclasses import dataclass

from loguru import logger

from backend.stream import metrics
from backend.stream.queries import Pool

# Transactions of ours are over in milliseconds; one that is not will be asked about.
NOTICED_SECONDS = 10.0


@dataclass(frozen=True)
class Holder:
    """Who has the oldest transaction. What this role may not see is null."""

    pid: int | None
    application: str | None
    seconds: float | None


class Hold:
    """Watches one wait for older transactions: a gauge shows it, and one line tells of it."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._is_told = False

    async def goes_on(self, pool: Pool) -> None:
        """Note that the log cannot be read on still. Who is to blame is told once."""
        now = time.monotonic()
        self._since = self._since or now
        waited = now - self._since
        metrics.HELD_BACK_SECONDS.set(waited)
        if waited < NOTICED_SECONDS or self._is_told:
            return
        self._is_told = True
        holder = await find_holder(pool)
        logger.warning(
            "feed.held_back",
            pid=holder.pid,
            application=holder.application,
            transaction_seconds=holder.seconds and round(holder.seconds),
        )

    def ends(self) -> None:
        if self._since is None:
            return
        if self._is_told:
            logger.info("feed.goes_on", waited_seconds=round(time.monotonic() - self._since))
        metrics.HELD_BACK_SECONDS.set(0)
        self._since, self._is_told = None, False


async def find_holder(pool: Pool) -> Holder:
    """Find who has the oldest transaction that writes, a prepared one included."""
    row = await pool.fetchrow(
        """
        select pid, application, extract(epoch from clock_timestamp() - began)::float8 as seconds
        from (
            select pid, application_name as application, xact_start as began, backend_xid as id
            from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()
            union all
            select null, 'prepared transaction ' || gid, prepared, transaction
            from pg_prepared_xacts
        ) as open_transactions
        order by age(id) desc limit 1
        """
    )
    return Holder(**row) if row else Holder(None, None, None)
