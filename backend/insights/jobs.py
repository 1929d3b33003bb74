"""The insights room's jobs: cutting and embedding what was said, and watching numbers."""

from loguru import logger

from backend.calls import earlier
from backend.insights import queries, service
from backend.insights.alerts import service as alerts
from backend.insights.meaning import service as meaning
from backend.insights.meaning.events import EmbeddingDue, PassagesCut
from backend.platform import db
from backend.platform.events import CallEvent, publish
from backend.providers.runtime import Runtime


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
