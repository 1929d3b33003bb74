"""The jobs of golden evaluations, by the clock: judge again what is due, measure what is made."""

from backend.platform import db
from backend.providers.runtime import Runtime
from backend.quality.golden import queries, service


async def run_due(runtime: Runtime) -> None:
    """Judge the golden calls of each policy again, once a day and when its judge has changed."""
    calls = runtime.settings.golden.calls
    async with db.transaction(runtime.sessions) as session:
        live = await queries.list_live(session) if calls else []
    for version in live:
        own = await runtime.of(version.org_id)
        model = version.frozen.model or own.llm.model
        async with db.transaction(runtime.sessions) as session:
            await service.run_if_due(session, version, model=model, calls=calls)


async def finish_complete(runtime: Runtime) -> None:
    """Measure the runs of which every call has been tried."""
    async with db.transaction(runtime.sessions) as session:
        complete = await queries.list_complete(session)
    for run in complete:
        async with db.transaction(runtime.sessions) as session:
            await service.finish(session, run.id)
