"""The conduct room's jobs: looking at each call that is over."""

from loguru import logger

from backend.conduct import service
from backend.platform import db
from backend.platform.errors import AppError
from backend.platform.events import CallEvent
from backend.providers.runtime import Runtime

_BATCH = 200


async def check_call(runtime: Runtime, event: CallEvent) -> None:
    """Look at what was said in a call."""
    async with db.transaction(runtime.sessions) as session:
        await service.check_call(session, event.org_id, event.call_id)


async def check_earlier(runtime: Runtime) -> None:
    """Look at what nobody has looked at: calls of before, the newest first."""
    before = None
    while True:
        async with db.transaction(runtime.sessions) as session:
            unchecked = await service.list_unchecked(session, before=before, limit=_BATCH)
        if not unchecked:
            return
        for org_id, call_id in unchecked:
            before = call_id
            try:
                async with db.transaction(runtime.sessions) as session:
                    await service.check_call(session, org_id, call_id)
            except AppError as error:
                # Its turn comes again the next time; the others do not wait for it.
                logger.warning("conduct.left_unchecked", call_id=str(call_id), reason=error.code)
