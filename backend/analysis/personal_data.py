"""What analyses keep about people, what models were told of them included."""

from backend.platform.people.personal_data import CALLS, Holdings, KeptKind, Rows
from backend.providers.runtime import Runtime

HOLDINGS = Holdings[Runtime](
    "analysis",
    rows=(
        Rows(
            "analysis_audits",
            "call_ids",
            "analysis_id in (select id from call_analyses where call_id = "
            "any(cast(:call_ids as uuid[])))",
            ("exchanges",),
            kinds=(KeptKind.TRANSCRIPTS, KeptKind.RECORDS),
        ),
        Rows(
            "call_analyses",
            "call_ids",
            f"call_id = any({CALLS})",
            ("data", "evidence", "problems", "not_said", "sentiment", "failure"),
            ("source_sha256", "model"),
            kinds=(KeptKind.RECORDS,),
        ),
    ),
    harmless={
        "analysis_settings": "what an organisation has its calls asked, and for how much",
        "analysis_schemas": "what an organisation has its calls asked",
        "analysis_days": "what a day cost, and how many calls that was",
    },
)
