"""What is kept about people here: what they said, cut into passages."""

from backend.platform.people.personal_data import CALLS, Holdings, KeptKind, Rows
from backend.providers.runtime import Runtime

_OF_CALLS = f"org_id = :org_id and call_id = any({CALLS})"

HOLDINGS = Holdings[Runtime](
    "insights",
    rows=(
        # Before the passages, with which they go by themselves, so that they are counted.
        Rows("passage_vectors", "call_ids", _OF_CALLS, ("vector",), kinds=(KeptKind.TRANSCRIPTS,)),
        Rows(
            "passages",
            "call_ids",
            _OF_CALLS,
            ("text", "words"),
            ("stemming",),
            kinds=(KeptKind.TRANSCRIPTS,),
        ),
        Rows("cut_calls", "call_ids", _OF_CALLS, ("transcript_hash",)),
    ),
    harmless={
        "alerts": "what people here watch: a name, and which number",
        "embedders": "names of models",
        "version_comparisons": "what 30 calls or more came to, without what may be masked",
        "meanings": "which model answers searches, and why one cannot",
    },
)
