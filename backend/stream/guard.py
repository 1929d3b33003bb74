"""Streams end soon after the login they were opened with: a stream outlives its first check."""

import asyncio
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from backend.auth import service as auth
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.outages import Outage
from backend.stream.feed import Feed

CHECK_SECONDS = 3.0


async def guard_streams(feed: Feed, sessions: Sessions, stopping: asyncio.Event) -> None:
    """Look every few seconds which logins have ended, in one query for all streams."""
    outage = Outage("stream.guard")
    while not stopping.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), CHECK_SECONDS)
        try:
            await _check(feed, sessions)
        except (OSError, SQLAlchemyError) as error:
            outage.goes_on(error)
        else:
            outage.ends()


async def _check(feed: Feed, sessions: Sessions) -> None:
    owners = feed.owners
    if not owners:
        return
    async with db.transaction(sessions) as session:
        still_open = await auth.list_open_credentials(session, owners)
    feed.drop(owners - still_open)
