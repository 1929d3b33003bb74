"""What the retention room itself keeps, and what is in the tables of the queue."""

from backend.platform.people.personal_data import CALLS, NUMBERS, Holdings, Rows
from backend.providers.runtime import Runtime

_HASHES = "keyed hashes, and what is encrypted until it is erased"

# What jobs are told is theirs alone to read, so it is looked for as text.
_NAMES = (
    "select unnest(cast(:call_ids as text[]) || cast(:retell_call_ids as text[])"
    " || cast(:recording_ids as text[]))"
)

_OF_JOBS = tuple(
    Rows(
        "pgqueuer",
        by,
        f"exists (select from ({_NAMES}) as names (name)"
        " where position(convert_to(name, 'UTF8') in payload) > 0)",
        ("payload", "dedupe_key"),
        ("entrypoint", "headers"),
    )
    for by in ("call_ids", "recording_ids")
)

HOLDINGS = Holdings[Runtime](
    "retention",
    rows=(
        Rows(
            "disclosures",
            "numbers",
            f"org_id = :org_id and phone_number = any({NUMBERS})",
            ("phone_number",),
            ("created_by",),
        ),
        Rows(
            "disclosures",
            "call_ids",
            f"org_id = :org_id and call_id = any({CALLS})",
            ("phone_number",),
            ("created_by",),
        ),
        *_OF_JOBS,
    ),
    harmless={
        "alembic_version": "the tables' revision",
        "erased_subjects": _HASHES,
        "cleanups": "counts",
        "erasures": _HASHES,
        "holds": "whom a hold is about, for as long as it says that they are not to be erased",
        "ledger_keys": _HASHES,
        "pgqueuer_log": "states of jobs; of a failure its kind, and a sentence fit for logs",
        "pgqueuer_schedules": "nothing is ever in it",
        "pgqueuer_statistics": "counts",
        "retention_policies": "days",
        "schedules": "names and times",
    },
)
