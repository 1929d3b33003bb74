"""The retention room's jobs."""

from backend.calls.errors import CallGoesOn
from backend.platform import db
from backend.platform.errors import AppError, Retryable
from backend.providers.retell_errors import RetellAccountBlocked
from backend.providers.runtime import Runtime
from backend.retention import cleaning, disclosing, erasing, ledger, service
from backend.retention.errors import Held
from backend.retention.events import ErasureDue

_CALL_SECONDS = 30.0
_HELD_SECONDS = 3600.0


async def erase(runtime: Runtime, event: ErasureDue) -> None:
    """Erase, or come back when what hinders it may have passed."""
    try:
        own = await runtime.of(event.org_id)
        await erasing.erase(own, event.org_id, event.erasure_id)
    except CallGoesOn as waits:
        await _postpone(runtime, event, waits, _CALL_SECONDS)
    except Held as waits:
        await _postpone(runtime, event, waits, _HELD_SECONDS)
    except (Retryable, RetellAccountBlocked) as failure:
        await _postpone(runtime, event, failure, getattr(failure, "retry_after", None))


async def _postpone(
    runtime: Runtime, event: ErasureDue, failure: AppError, wait: float | None
) -> None:
    async with db.transaction(runtime.sessions) as session:
        await service.postpone(session, event.org_id, event.erasure_id, failure.detail, wait)


async def give_up(runtime: Runtime, event: ErasureDue, reason: str) -> None:
    """Say that it failed: a person has to look, and can have it tried again."""
    async with db.transaction(runtime.sessions) as session:
        await service.fail(session, event.org_id, event.erasure_id, reason)


async def clean_up(runtime: Runtime) -> None:
    """Remove what is over its time, once a day; go on with what was left in the middle."""
    await cleaning.clean_up(runtime)


async def erase_again(runtime: Runtime) -> None:
    """Erase what a restored backup brought back."""
    await ledger.erase_again(runtime)


async def forget_disclosures(runtime: Runtime) -> None:
    """Forget whom disclosures were about that cannot be downloaded any more."""
    async with db.transaction(runtime.sessions) as session:
        await disclosing.forget_expired(session)
