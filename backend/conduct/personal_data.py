"""What is kept about people here: the words that count."""

from backend.platform.people.personal_data import CALLS, Holdings, KeptKind, Rows
from backend.providers.runtime import Runtime

HOLDINGS = Holdings[Runtime](
    "conduct",
    rows=(
        Rows(
            "call_conduct",
            "call_ids",
            f"org_id = :org_id and call_id = any({CALLS})",
            ("disclosures", "opt_out"),
            ("lacks",),
            kinds=(KeptKind.TRANSCRIPTS,),
        ),
    ),
)
