"""What is kept about people here: the words that count."""

from backend.platform.people.personal_data import CALLS, Holdings, KeptKind, Rows
from backend.providers.runtime import Runtime

# Whoever has to decide on words has to be able to read them.
_DOUBTED = """
exists (
    select from call_conduct
    where call_conduct.call_id = calls.id and call_conduct.opt_out_status = 'needs_review'
)
"""

HOLDINGS = Holdings[Runtime](
    "conduct",
    rows=(
        Rows(
            "call_conduct",
            "call_ids",
            f"org_id = :org_id and call_id = any({CALLS})",
            ("disclosures", "denial", "opt_out"),
            ("lacks",),
            kinds=(KeptKind.TRANSCRIPTS,),
        ),
    ),
    needs=dict.fromkeys((KeptKind.TRANSCRIPTS, KeptKind.CALLS), _DOUBTED),
)
