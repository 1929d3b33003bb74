"""What the event log keeps about people."""

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import pruning
from backend.platform.people.personal_data import (
    CALLS,
    RECORDINGS_AS_TEXT,
    Holdings,
    KeptKind,
    Old,
    Rows,
)
from backend.providers.runtime import Runtime


async def _prune(session: AsyncSession, old: Old, limit: int) -> int:
    return await pruning.prune(session, old.before, batch=limit, org_id=old.org_id)


# Snapshots tell states and times, transcript updates what was said, recordings their files' names.
HOLDINGS = Holdings[Runtime](
    "stream",
    rows=(
        Rows("events", "call_ids", f"call_id = any({CALLS})", ("data",), ("name",)),
        Rows(
            "events",
            "call_ids",
            f"call_id = any({CALLS}) and name = 'call.transcript_updated'",
            ("data",),
            kinds=(KeptKind.TRANSCRIPTS,),
        ),
        Rows(
            "events",
            "recording_ids",
            "org_id = :org_id and at >= :since and name like 'recording.%' "
            f"and data ->> 'recording_id' = any({RECORDINGS_AS_TEXT})",
            ("data",),
        ),
    ),
    prunes={KeptKind.EVENTS: _prune},
    harmless={
        "log_epochs": "names clusters of PostgreSQL",
        "log_horizon": "numbers",
        "own_log_horizons": "numbers",
    },
)
