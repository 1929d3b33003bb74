"""What records keep about people, what models were told of them included."""

from backend.platform.people.personal_data import CALLS, Holdings, KeptKind, Rows
from backend.providers.runtime import Runtime

_OF_CALLS = f"call_id = any({CALLS})"

HOLDINGS = Holdings[Runtime](
    "records",
    rows=(
        Rows(
            "record_audits",
            "call_ids",
            "record_id in (select id from records where call_id = any(cast(:call_ids as uuid[])))",
            ("exchanges",),
            kinds=(KeptKind.TRANSCRIPTS, KeptKind.RECORDS),
        ),
        Rows(
            "records",
            "call_ids",
            _OF_CALLS,
            ("data", "evidence", "problems", "not_said", "failure", "note"),
            ("source_sha256", "model"),
            kinds=(KeptKind.RECORDS,),
        ),
    ),
)
