"""How often something may be done, counted in PostgreSQL and so by all processes together.

The windows and their names are those of the package `limits`; it has no storage for PostgreSQL,
so there is one here. Counters are in an unlogged table: quick, and empty after a crash.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from limits import RateLimitItem
from limits.aio.storage import Storage
from sqlalchemy import BigInteger, Column
from sqlmodel import Field

from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.errors import TooMany
from backend.platform.tables import Table, instant_column


class LimitReached(TooMany):
    code, title = "limit-reached", "This was asked too often"


class RateCounter(Table, table=True):
    """How often something was done in a window. A lost row only forgets that."""

    __tablename__ = "rate_counters"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    key: str = Field(primary_key=True)
    count: int = Field(sa_column=Column(BigInteger, nullable=False))
    expires_at: datetime = Field(sa_column=instant_column("expires_at", nullable=False))


_COUNT = """
insert into rate_counters as held (key, count, expires_at)
values ($1, $2, now() + make_interval(secs => $3))
on conflict (key) do update set
    count = case when held.expires_at <= now() then 0 else held.count end + excluded.count,
    expires_at = case when held.expires_at <= now() then excluded.expires_at
                      else held.expires_at end
returning count as times, extract(epoch from expires_at - now())::float8 as seconds_left
"""
_READ = """
select count, extract(epoch from expires_at)::float8 as expires_at from rate_counters
where key = $1 and expires_at > now()
"""


class Counted(NamedTuple):
    times: int
    seconds_left: float


class Counters(Storage):
    """The storage that `limits` asks for, in PostgreSQL."""

    STORAGE_SCHEME = None

    def __init__(self, sessions: Sessions) -> None:
        super().__init__()
        self._sessions = sessions

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        return db.CONNECTION_LOST

    async def count(self, key: str, expiry: int, amount: int = 1) -> Counted:
        """Count, and tell how long the window still is. It begins with the first that counts."""
        row = await db.fetch_row(self._sessions, _COUNT, key, amount, float(expiry))
        assert row is not None  # noqa: S101 - it returns what it wrote
        return Counted(row["times"], row["seconds_left"])

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        return (await self.count(key, expiry, amount)).times

    async def get(self, key: str) -> int:
        row = await db.fetch_row(self._sessions, _READ, key)
        return row["count"] if row else 0

    async def get_expiry(self, key: str) -> float:
        row = await db.fetch_row(self._sessions, _READ, key)
        return row["expires_at"] if row else time.time()

    async def check(self) -> bool:
        return await db.fetch_row(self._sessions, "select 1") is not None

    async def reset(self) -> int | None:
        row = await db.fetch_row(
            self._sessions,
            "with gone as (delete from rate_counters returning 1) select count(*) from gone",
        )
        return row["count"] if row else None

    async def clear(self, key: str) -> None:
        await db.fetch_row(self._sessions, "delete from rate_counters where key = $1", key)


class Left(NamedTuple):
    """What is left of a limit: how many more times, and seconds until all are back."""

    limit: int
    remaining: int
    reset_seconds: int

    def headers(self) -> list[tuple[str, str]]:
        return [
            ("RateLimit-Limit", str(self.limit)),
            ("RateLimit-Remaining", str(self.remaining)),
            ("RateLimit-Reset", str(self.reset_seconds)),
        ]


class Limiter:
    """Counts what is done against limits."""

    def __init__(self, sessions: Sessions) -> None:
        self._counters = Counters(sessions)

    async def take(self, limits: Sequence[RateLimitItem], *who: str) -> Left:
        """Count once in each window. Raises LimitReached, to be tried when the longest has ended.

        What is refused counts as well: who goes on asking waits for longer windows.
        """
        tally: list[Left] = []
        waits: list[float] = []
        for limit in limits:
            key = limit.key_for(*who)
            counted = await self._counters.count(key, limit.get_expiry())
            left = Left(
                limit.amount, max(0, limit.amount - counted.times), round(counted.seconds_left)
            )
            if counted.times > limit.amount:
                waits.append(counted.seconds_left)
            tally.append(left)
        if waits:
            wait = max(1, round(max(waits)))
            raise LimitReached(f"Too many requests; try again in {wait} s.", retry_after=wait)
        return min(tally, key=lambda left: left.remaining)

    async def remember(self, limit: RateLimitItem, *who: str) -> None:
        """Note that something was done, for one window from now on."""
        await self.forget([limit], *who)
        await self._counters.count(limit.key_for(*who), limit.get_expiry())

    async def remembers(self, limit: RateLimitItem, *who: str) -> bool:
        return await self._counters.get(limit.key_for(*who)) > 0

    async def forget(self, limits: Sequence[RateLimitItem], *who: str) -> None:
        """Begin anew, as after a login that went well."""
        for limit in limits:
            await self._counters.clear(limit.key_for(*who))


class HasSessions(Protocol):
    @property
    def sessions(self) -> Sessions: ...


async def prune(runtime: HasSessions) -> None:
    """Drop the counters of windows that are over."""
    await db.fetch_row(runtime.sessions, "delete from rate_counters where expires_at <= now()")
