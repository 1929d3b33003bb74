"""The calls room's jobs."""

from collections.abc import Callable, Coroutine, Iterable
from typing import Any
from uuid import UUID

from loguru import logger

from backend.auth import service as auth
from backend.auth.events import RetellKeyChanged
from backend.calls import dialling, gating, queries, reconciliation, suppressing
from backend.calls.events import CallDialing, CallMissed, CallOverdue
from backend.compliance.events import InquiryDue, SuppressionsGrew
from backend.platform import clock, db
from backend.platform.errors import AppError
from backend.platform.events import Event
from backend.providers.runtime import Runtime


async def claim_next(runtime: Runtime, event: Event) -> None:
    """Dial what may be dialled now: a call was queued, or one has made room."""
    await dialling.claim_due(await runtime.of(event.org_id), event.org_id)


async def resume_with_new_key(runtime: Runtime, event: RetellKeyChanged) -> None:
    """Dial again at once: what had stopped the queue may be mended by another key."""
    async with db.transaction(runtime.sessions) as session:
        await dialling.resume(session, event.org_id)
    await dialling.claim_due(await runtime.fresh(event.org_id), event.org_id)


async def claim_all_due(runtime: Runtime) -> None:
    async with db.transaction(runtime.sessions) as session:
        waiting = await queries.list_orgs_with_due_calls(session, clock.now())
    # Also without an account: the queue is then stopped, and says why.
    await _for_each(runtime, waiting, dialling.claim_due, only_with_account=False)


async def dial(runtime: Runtime, event: CallDialing) -> None:
    # With the keys as they are now: an old one would stop the queue that a new one has freed.
    await dialling.dial(await runtime.fresh(event.org_id), event.org_id, event.call_id)


async def end_suppressed(runtime: Runtime, event: SuppressionsGrew) -> None:
    """End the calls that wait for whoever is not to be called any more."""
    own = await runtime.of(event.org_id)
    await suppressing.end_waiting(own, event.org_id, event.first_id, event.last_id)


async def ask_hooks(runtime: Runtime, event: InquiryDue) -> None:
    """Ask hooks about a call's number, beside all other work: they may be slow, or away."""
    await gating.ask_hooks(await runtime.of(event.org_id), event.org_id, event.call_id)


async def leave_to_look_up(runtime: Runtime, event: CallDialing, reason: str) -> None:  # noqa: ARG001 - signature
    """Nothing to do: the call's deadline has Retell asked until the outcome is known."""
    logger.error("dial.left_to_look_up", call_id=str(event.call_id))


async def look_up(runtime: Runtime, event: CallOverdue) -> None:
    await reconciliation.look_up(await runtime.fresh(event.org_id), event.org_id, event.call_id)


async def fetch_missed(runtime: Runtime, event: CallMissed) -> None:
    own = await runtime.of(event.org_id)
    await reconciliation.fetch_missed(own, event.org_id, event.retell_call_id)


async def claim_overdue(runtime: Runtime) -> None:
    await reconciliation.claim_overdue(runtime)


async def sweep(runtime: Runtime) -> None:
    async with db.transaction(runtime.sessions) as session:
        orgs = await auth.list_organisations(session)
    await _for_each(runtime, [org.id for org in orgs], reconciliation.sweep)


async def refresh_limits(runtime: Runtime) -> None:
    async with db.transaction(runtime.sessions) as session:
        waiting = await queries.list_orgs_with_due_calls(session, clock.now())
    await _for_each(runtime, waiting, dialling.refresh_limit)


async def _for_each(
    runtime: Runtime,
    org_ids: Iterable[UUID],
    work: Callable[[Runtime, UUID], Coroutine[Any, Any, object]],
    *,
    only_with_account: bool = True,
) -> None:
    """Work for each organisation with its own account. One whose key fails holds up no other."""
    for org_id in org_ids:
        try:
            own = await runtime.of(org_id)
            if own.settings.retell.api_key is not None or not only_with_account:
                await work(own, org_id)
        except AppError as failure:
            logger.warning("retell.not_asked", org_id=str(org_id), reason=failure.code)
