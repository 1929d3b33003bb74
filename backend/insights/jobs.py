"""The insights room's jobs: cutting and embedding what was said, and watching numbers."""

from datetime import timedelta

from loguru import logger

from backend.calls import earlier
from backend.insights import queries, service
from backend.insights.alerts import service as alerts
from backend.insights.meaning import service as meaning
from backend.insights.meaning.events import EmbeddingDue, PassagesCut
from backend.insights.versions import looks, queries as comparisons, service as versions
from backend.platform import clock, db
from backend.platform.events import CallEvent, publish
from backend.providers.runtime import Runtime

_BATCH = 200
# A version's calls are counted no more often than this.
_APART = timedelta(minutes=4)


async def cut_call(runtime: Runtime, event: CallEvent) -> None:
    """Have a call found by what was said in it."""
    async with db.transaction(runtime.sessions) as session:
        is_new = await service.cut_call(session, event.org_id, event.call_id)
        if is_new and runtime.embedding.identity is not None:
            await publish(session, PassagesCut(org_id=event.org_id, call_id=event.call_id))


async def embed_call(runtime: Runtime, event: PassagesCut) -> None:
    """Have a call found by what is meant in it."""
    await meaning.embed_call(runtime, event.org_id, event.call_id)


async def embed_all(runtime: Runtime, event: EmbeddingDue) -> None:
    """Embed what an organisation's calls are missing, which may be all of them."""
    await meaning.embed_all(runtime, event.org_id)


async def embed_missing(runtime: Runtime) -> None:
    """Go on where embedding has failed or not begun: after a failure, or with another model."""
    due = await meaning.find_due(runtime)
    async with db.transaction(runtime.sessions) as session:
        await publish(session, *[EmbeddingDue(org_id=org_id) for org_id in due])
    await meaning.drop_retired(runtime)


async def cut_earlier(runtime: Runtime) -> None:
    """Cut what nobody cut: calls that were over before there was a search, the newest first."""
    await earlier.go_through(runtime.sessions, queries.look_at_earlier, service.cut_call)


async def check_alerts(runtime: Runtime) -> None:
    """Look at all numbers that are watched, each in a transaction of its own."""
    async with db.transaction(runtime.sessions) as session:
        due = await alerts.list_due(session)
    for alert_id in due:
        try:
            async with db.transaction(runtime.sessions) as session:
                await alerts.check(session, alert_id)
        except Exception:  # noqa: BLE001 - one that cannot be read must not keep the others unread
            logger.exception("alert.not_checked", alert_id=str(alert_id))


async def compare_versions(runtime: Runtime) -> None:
    """Compare versions that were published with those before, when they have the calls for it."""
    is_new = True
    while is_new:
        async with db.transaction(runtime.sessions) as session:
            now = clock.now()
            is_new = await comparisons.open_next(session, now, now - looks.LONGEST)
    async with db.transaction(runtime.sessions) as session:
        due = await comparisons.list_due(session, clock.now() - _APART, _BATCH)
    for comparison_id in due:
        try:
            async with db.transaction(runtime.sessions) as session:
                await versions.check(session, comparison_id)
        except Exception:  # noqa: BLE001 - one that cannot be read must not keep the others unread
            logger.exception("version.not_compared", comparison_id=str(comparison_id))
            async with db.transaction(runtime.sessions) as session:
                await comparisons.note_checked(session, comparison_id, clock.now())
