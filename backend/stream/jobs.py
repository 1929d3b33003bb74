"""The log's upkeep."""

from datetime import timedelta

from backend.platform import clock, db, pruning
from backend.providers.runtime import Runtime

_BATCH = 1000


async def prune_log(runtime: Runtime) -> None:
    """Drop events older than the settings say, in batches that lock little."""
    before = clock.now() - timedelta(days=runtime.settings.events.retention_days)
    pruned = _BATCH
    while pruned == _BATCH:
        async with db.transaction(runtime.sessions) as session:
            pruned = await pruning.prune(session, before, batch=_BATCH)
