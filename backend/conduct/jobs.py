"""The conduct room's jobs: looking at each call that is over."""

from functools import partial

from backend.calls import earlier
from backend.conduct import queries, service
from backend.platform import db
from backend.platform.events import CallEvent
from backend.providers.runtime import Runtime


async def check_call(runtime: Runtime, event: CallEvent) -> None:
    """Look at what was said in a call."""
    async with db.transaction(runtime.sessions) as session:
        await service.check_call(session, event.org_id, event.call_id)


async def check_earlier(runtime: Runtime) -> None:
    """Look at what nobody has looked at, or an older release did: the newest calls first.

    What was said long ago suppresses nobody by itself: it waits for a person.
    """
    check = partial(service.check_call, may_suppress=False)
    await earlier.go_through(runtime.sessions, queries.look_at_earlier, check)
