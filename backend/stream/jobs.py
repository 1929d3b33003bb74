"""The log's upkeep."""

from datetime import timedelta

from backend.platform import clock, db, events
from backend.providers.tools import Tools

_BATCH = 1000


async def prune_log(tools: Tools) -> None:
    """Drop events older than the settings say, in batches that lock little."""
    before = clock.now() - timedelta(days=tools.settings.events.retention_days)
    pruned = _BATCH
    while pruned == _BATCH:
        async with db.transaction(tools.sessions) as session:
            pruned = await events.prune(session, before, batch=_BATCH)
