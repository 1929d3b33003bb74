"""Going through calls of before, for what a later release does with every call.

For rooms above: each says which calls are due, and what is done with one.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from loguru import logger
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import db
from backend.platform.db import Sessions

_AT_ONCE = 200
# How long it rests, in terms of how long it worked: nobody waits for it.
_REST = 3.0


class Passed(NamedTuple):
    """A call that was passed by, and whether something is to be done with it."""

    org_id: UUID
    call_id: UUID
    is_due: bool


class Look(Protocol):
    """Pass by the next calls below an id, the newest first, due or not."""

    async def __call__(
        self, session: AsyncSession, *, before: UUID | None, limit: int
    ) -> Sequence[Passed]: ...


class Through(NamedTuple):
    """How many calls were done, and with how many that failed."""

    done: int
    failed: int


async def go_through(
    sessions: Sessions,
    look: Look,
    act: Callable[[AsyncSession, UUID, UUID], Awaitable[object]],
) -> Through:
    """Do it with each call that is due, in a transaction of its own, and rest in between.

    One that fails keeps no other from it, and is due again the next time. Whoever is killed is
    followed by somebody who passes over what is done.
    """
    done, failed, before = 0, 0, None
    while True:
        began = time.monotonic()
        async with db.transaction(sessions) as session:
            passed = await look(session, before=before, limit=_AT_ONCE)
        for org_id, call_id in ((each.org_id, each.call_id) for each in passed if each.is_due):
            try:
                async with db.transaction(sessions) as session:
                    await act(session, org_id, call_id)
                done += 1
            except Exception as error:  # noqa: BLE001 - whatever one fails by, others do not wait
                failed += 1
                reason = type(error).__name__
                logger.warning("calls.left_behind", call_id=str(call_id), reason=reason)
        if len(passed) < _AT_ONCE:
            return Through(done, failed)
        before = passed[-1].call_id
        await asyncio.sleep(_REST * (time.monotonic() - began))
