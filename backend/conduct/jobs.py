"""The conduct room's jobs: looking at each call that is over."""

import asyncio
import time
from uuid import UUID

from loguru import logger

from backend.conduct import service
from backend.platform import db
from backend.platform.events import CallEvent
from backend.providers.runtime import Runtime

_CALLS_AT_ONCE = 200
# How long it rests, in terms of how long it worked: nobody waits for it.
_REST = 3.0


async def check_call(runtime: Runtime, event: CallEvent) -> None:
    """Look at what was said in a call."""
    async with db.transaction(runtime.sessions) as session:
        await service.check_call(session, event.org_id, event.call_id)


async def check_earlier(runtime: Runtime, *, at_once: int = _CALLS_AT_ONCE) -> None:
    """Look at what nobody has looked at: calls of before, the newest first.

    What was said long ago suppresses nobody by itself: it waits for a person.
    """
    before = None
    while True:
        began = time.monotonic()
        async with db.transaction(runtime.sessions) as session:
            looked = await service.look_at_earlier(session, before=before, limit=at_once)
        for each in looked:
            if each.is_unchecked:
                await _check_one(runtime, each.org_id, each.call_id)
        if len(looked) < at_once:
            return
        before = looked[-1].call_id
        await asyncio.sleep(_REST * (time.monotonic() - began))


async def _check_one(runtime: Runtime, org_id: UUID, call_id: UUID) -> None:
    try:
        async with db.transaction(runtime.sessions) as session:
            await service.check_call(session, org_id, call_id, may_suppress=False)
    except Exception as error:  # noqa: BLE001 - whatever one call fails by, the others do not wait
        # Its turn comes again the next night.
        reason = type(error).__name__
        logger.warning("conduct.left_unchecked", call_id=str(call_id), reason=reason)
