"""What the event log keeps about people."""

from backend.platform.people.personal_data import CALLS, RECORDINGS_AS_TEXT, Holdings, Rows
from backend.providers.runtime import Runtime

# Snapshots tell states and times, transcript updates what was said, recordings their files' names.
HOLDINGS = Holdings[Runtime](
    "stream",
    rows=(
        Rows("events", "call_ids", f"call_id = any({CALLS})", ("data",), ("name",)),
        Rows(
            "events",
            "recording_ids",
            "org_id = :org_id and at >= :since and name like 'recording.%' "
            f"and data ->> 'recording_id' = any({RECORDINGS_AS_TEXT})",
            ("data",),
        ),
    ),
    harmless={
        "log_epochs": "names clusters of PostgreSQL",
        "log_horizon": "numbers",
    },
)
